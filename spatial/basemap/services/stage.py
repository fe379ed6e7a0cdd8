"""Writes rows to a temporary table by COPY and brings a table to the same state by sets.

The stage lives in the import's own transaction and goes with it. Values are compared by digest, so
a second run of the same content writes nothing. The tiles' geometry is not staged: PostGIS makes
it from the other one as a row is written, which costs less than sending it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection
from django.utils import timezone
from numpy.typing import NDArray
from psycopg2 import sql

from spatial.basemap.services import bulk
from spatial.basemap.services.rows import WORD_LENGTHS
from spatial.core.copying import Sender
from spatial.core.srid import STORE_SRID, TILE_SRID

REBUILD_FROM_ROWS = 50_000
"""A new dataset of so many rows, and no fewer than the table has, is indexed once, at the end."""


@dataclass(frozen=True, slots=True)
class Target:
    """A table that holds the rows of many datasets, keyed by ``dataset_id, source_key``."""

    table: str
    stage: str
    columns: tuple[tuple[str, str], ...]
    """(column, SQL type) without ``dataset_id``; has ``source_key`` and ``digest``."""
    dated: bool = False
    """Whether a row that the source no longer has is closed with the day, instead of deleted."""

    @property
    def names(self) -> list[str]:
        """Column names in COPY order."""
        return [name for name, _type in self.columns]


_KEY = (("geom", "geometry"), ("source_key", "text"), ("digest", "bytea"))
FEATURES = Target(
    "basemap_basefeature",
    "stage_basefeature",
    (
        ("kind", "text"),
        ("line_class", "smallint"),
        ("name", "text"),
        ("subtype", "text"),
        ("use", "text"),
        ("underground", "boolean"),
        *_KEY,
    ),
)
PLACES = Target(
    "basemap_place",
    "stage_place",
    (
        ("kind", "text"),
        ("level", "smallint"),
        ("name", "text"),
        ("subtype", "text"),
        *((word, "text") for word in WORD_LENGTHS),
        *_KEY,
    ),
    dated=True,
)


def create(target: Target) -> None:
    """Make the empty stage; it is dropped when the transaction ends."""
    columns = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(kind))
        for name, kind in target.columns
    )
    with connection.cursor() as cursor:
        stage = sql.Identifier("pg_temp", target.stage)
        cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(stage))
        make = sql.SQL("CREATE TEMPORARY TABLE {} ({}) ON COMMIT DROP")
        cursor.execute(make.format(sql.Identifier(target.stage), columns))


class Copier(Sender):
    """Sends batches to the stages; the rows of ``direct`` go on into their table at once."""

    def __init__(self, direct: Direct | None = None) -> None:
        super().__init__()
        self._direct = direct
        self._keys: dict[str, list[NDArray[np.int64]]] = {}

    def add(self, target: Target, columns: Sequence[Sequence[str]]) -> None:
        """Append rows; ``columns`` are texts in COPY's text form, in the target's order."""
        keys = columns[target.names.index("source_key")]
        hashes = np.fromiter(map(hash, keys), dtype=np.int64, count=len(keys))
        self._keys.setdefault(target.table, []).append(hashes)
        goes_on = self._direct is not None and self._direct.target is target
        then = self._direct.flush if self._direct is not None and goes_on else None
        self.send(target.stage, target.names, columns, then)

    def has_repeats(self, target: Target) -> bool:
        """Whether two keys may be equal; 8 bytes a feature instead of a grouping by text."""
        keys = np.concatenate(self._keys.get(target.table, [np.empty(0, dtype=np.int64)]))
        keys.sort()
        return bool((keys[1:] == keys[:-1]).any())


class Direct:
    """Fills a table with a big new dataset while it is being read, without its indexes.

    The rows then pass through the stage batch by batch, so that the database works while the next
    batch is made; indexes and keys are put back at the end.
    """

    def __init__(self, cursor: Any, target: Target, dataset_id: int) -> None:
        self.target, self.dataset_id = target, dataset_id
        self._laid_by = bulk.lay_by(cursor, target.table)
        self._created = 0

    @classmethod
    def begin(cls, target: Target, dataset_id: int, expected_rows: int) -> Direct | None:
        """Start when the dataset is new and the table would at least double; else None."""
        if expected_rows < REBUILD_FROM_ROWS:
            return None
        with connection.cursor() as cursor:
            work = Work(cursor, target, dataset_id)
            if not work.is_new() or expected_rows < work.size():
                return None
            return cls(cursor, target, dataset_id)

    def flush(self, cursor: Any) -> None:
        """Move the rows of the stage into the table."""
        work = Work(cursor, self.target, self.dataset_id)
        self._created += work.insert()
        work.run("TRUNCATE {stage}")

    def finish(self, repeats: bool) -> Counter[str]:
        """Number repeated keys, put indexes and keys back, and return the counts."""
        with connection.cursor() as cursor:
            if repeats:
                Work(cursor, self.target, self.dataset_id).number_repeats(in_table=True)
            bulk.put_back(cursor, self._laid_by)
        return Counter(created=self._created)


def apply(target: Target, dataset_id: int, repeats: bool) -> Counter[str]:
    """Bring the dataset's rows to the state of the stage and return the counts of changes."""
    with connection.cursor() as cursor:
        work = Work(cursor, target, dataset_id)
        if repeats:
            work.number_repeats()
        if work.is_new():
            return Counter(created=work.insert_new())
        return work.change()


_DELETE = "DELETE FROM {} t"
_CLOSE = "UPDATE {} t SET valid_to = %(today)s"


class Work:
    """The set-based statements for one target and dataset."""

    def __init__(self, cursor: Any, target: Target, dataset_id: int) -> None:
        self.cursor, self.target, self.dataset_id = cursor, target, dataset_id
        self.columns = sql.SQL(", ").join(map(sql.Identifier, target.names))
        # The stage holds plain geometry: naming the system here is cheaper than sending it.
        shape = sql.SQL("ST_SetSRID(s.geom, {})").format(sql.Literal(STORE_SRID))
        self.values = sql.SQL(", ").join(
            shape if name == "geom" else sql.Identifier("s", name) for name in target.names
        )
        self.tile = sql.SQL("ST_Transform({}, {})").format(shape, sql.Literal(TILE_SRID))
        self.mine = sql.SQL(
            "t.dataset_id = %(dataset)s AND t.valid_to IS NULL"
            if target.dated
            else "t.dataset_id = %(dataset)s"
        )

    def run(self, text: str, **more: sql.Composable) -> int:
        """Run one statement with the target's names filled in; return the rows it touched."""
        words = sql.SQL(text).format(
            table=sql.Identifier(self.target.table),
            stage=sql.Identifier(self.target.stage),
            columns=self.columns,
            values=self.values,
            tile=self.tile,
            current=self.mine,
            since=sql.SQL(", valid_from" if self.target.dated else ""),
            today=sql.SQL(", %(today)s" if self.target.dated else ""),
            **more,
        )
        values = {"dataset": self.dataset_id, "today": timezone.localdate()}
        self.cursor.execute(words, values)
        return self.cursor.rowcount

    def number_repeats(self, in_table: bool = False) -> None:
        """Features that are equal in everything, or share an identifier, get ~2, ~3 …"""
        rows = sql.Identifier(self.target.table if in_table else self.target.stage)
        mine = sql.SQL("dataset_id = %(dataset)s" if in_table else "true")
        self.run(
            "UPDATE {rows} s SET source_key = s.source_key || '~' || n.number FROM ("
            " SELECT ctid, row_number() OVER (PARTITION BY source_key ORDER BY digest, ctid)"
            " AS number FROM {rows} WHERE {mine}) n WHERE n.ctid = s.ctid AND n.number > 1",
            rows=rows,
            mine=mine,
        )

    def is_new(self) -> bool:
        """Whether the dataset has no rows yet."""
        self.run("SELECT EXISTS (SELECT 1 FROM {table} t WHERE {current})")
        return not self.cursor.fetchone()[0]

    def size(self) -> int:
        """Rows of the table, of all datasets."""
        self.run("SELECT count(*) FROM {table}")
        return self.cursor.fetchone()[0]

    def insert(self) -> int:
        """Add all rows of the stage."""
        return self.run(
            "INSERT INTO {table} ({columns}, geom3857, dataset_id{since})"
            " SELECT {values}, {tile}, %(dataset)s{today} FROM {stage} s"
        )

    def insert_new(self) -> int:
        """Add a whole new dataset; indexes come off meanwhile if it at least doubles the table.

        For sources whose count is known only after reading, such as ``.osm.pbf``.
        """
        staged = self.staged()
        if staged < REBUILD_FROM_ROWS or staged < self.size():
            return self.insert()
        laid_by = bulk.lay_by(self.cursor, self.target.table)
        created = self.insert()
        bulk.put_back(self.cursor, laid_by)
        return created

    def staged(self) -> int:
        """Rows of the stage."""
        self.run("SELECT count(*) FROM {stage}")
        return self.cursor.fetchone()[0]

    def change(self) -> Counter[str]:
        """Remove, update and add what differs."""
        self.run("ANALYZE {stage}")
        total, table = self.staged(), sql.Identifier(self.target.table)
        removed = self.run(
            "{end} WHERE {current} AND NOT EXISTS"
            " (SELECT 1 FROM {stage} s WHERE s.source_key = t.source_key)",
            end=sql.SQL(_CLOSE if self.target.dated else _DELETE).format(table),
        )
        updated = self.run(
            "UPDATE {table} t SET ({columns}, geom3857) = ROW({values}, {tile})"
            " FROM {stage} s WHERE {current} AND t.source_key = s.source_key"
            " AND t.digest <> s.digest"
        )
        created = self.run(
            "INSERT INTO {table} ({columns}, geom3857, dataset_id{since})"
            " SELECT {values}, {tile}, %(dataset)s{today} FROM {stage} s"
            " WHERE NOT EXISTS (SELECT 1 FROM {table} t"
            " WHERE {current} AND t.source_key = s.source_key)"
        )
        unmodified = total - created - updated
        return Counter(created=created, updated=updated, unmodified=unmodified, removed=removed)
