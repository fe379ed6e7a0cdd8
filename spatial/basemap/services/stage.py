"""Writes rows to a temporary table by COPY and brings a table to the same state by sets.

The stage lives in the import's own transaction and goes with it. Values are compared by digest, so
a second run of the same content writes nothing.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection
from psycopg2 import sql

REBUILD_FROM_ROWS = 100_000
"""Into an empty table from so many rows on the spatial indexes are built once, at the end."""


@dataclass(frozen=True, slots=True)
class Target:
    """A table that holds the rows of many datasets, keyed by ``dataset_id, source_key``."""

    table: str
    stage: str
    columns: tuple[tuple[str, str], ...]
    """(column, SQL type) without ``dataset_id``; has ``source_key`` and ``digest``."""

    @property
    def names(self) -> list[str]:
        """Column names in COPY order."""
        return [name for name, _type in self.columns]


_GEOMETRY = (("geom", "geometry"), ("geom3857", "geometry"), ("source_key", "text"),
             ("digest", "bytea"))  # fmt: skip
FEATURES = Target(
    "basemap_basefeature",
    "stage_basefeature",
    (
        ("kind", "text"),
        ("line_class", "smallint"),
        ("name", "text"),
        ("subtype", "text"),
        ("underground", "boolean"),
        *_GEOMETRY,
    ),
)
PLACES = Target(
    "basemap_place",
    "stage_place",
    (("kind", "text"), ("name", "text"), ("subtype", "text"), *_GEOMETRY),
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


def copy(target: Target, columns: Sequence[Iterable[str]]) -> None:
    """Append rows to the stage; ``columns`` are texts in COPY's text form, in target order."""
    text = "\n".join(map("\t".join, zip(*columns, strict=True)))
    if not text:
        return
    command = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(target.stage), sql.SQL(", ").join(map(sql.Identifier, target.names))
    )
    with connection.cursor() as cursor:
        cursor.copy_expert(command, io.StringIO(text + "\n"))


def apply(target: Target, dataset_id: int) -> Counter[str]:
    """Bring the dataset's rows to the state of the stage and return the counts of changes."""
    with connection.cursor() as cursor:
        work = _Apply(cursor, target, dataset_id)
        work.number_repeats()
        if work.is_new():
            return work.insert_all()
        return work.change()


class _Apply:
    """The set-based statements for one target and dataset."""

    def __init__(self, cursor, target: Target, dataset_id: int) -> None:
        self.cursor, self.target, self.dataset_id = cursor, target, dataset_id
        self.columns = sql.SQL(", ").join(map(sql.Identifier, target.names))
        self.values = sql.SQL(", ").join(sql.Identifier("s", name) for name in target.names)

    def run(self, text: str) -> int:
        words = sql.SQL(text).format(
            table=sql.Identifier(self.target.table),
            stage=sql.Identifier(self.target.stage),
            columns=self.columns,
            values=self.values,
        )
        self.cursor.execute(words, {"dataset": self.dataset_id} if "%(" in text else None)
        return self.cursor.rowcount

    def number_repeats(self) -> None:
        """Features that are equal in everything, or share an identifier, get ~2, ~3 …"""
        self.run("SELECT 1 FROM {stage} GROUP BY source_key HAVING count(*) > 1 LIMIT 1")
        if not self.cursor.fetchone():
            return
        self.run(
            "UPDATE {stage} s SET source_key = s.source_key || '~' || n.number FROM ("
            " SELECT ctid, row_number() OVER (PARTITION BY source_key ORDER BY digest, ctid)"
            " AS number FROM {stage}) n WHERE n.ctid = s.ctid AND n.number > 1"
        )

    def is_new(self) -> bool:
        self.run("SELECT EXISTS (SELECT 1 FROM {table} WHERE dataset_id = %(dataset)s)")
        return not self.cursor.fetchone()[0]

    def insert_all(self) -> Counter[str]:
        indexes = self._drop_indexes() if self._worth_rebuilding() else []
        created = self.run(
            "INSERT INTO {table} ({columns}, dataset_id) SELECT {columns}, %(dataset)s FROM {stage}"
        )
        if indexes:
            # PostgreSQL builds no index while checks of foreign keys are waiting.
            self.cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            self.cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for definition in indexes:
            self.cursor.execute(definition)
        return Counter(created=created)

    def _worth_rebuilding(self) -> bool:
        """Only for an empty table, where nobody reads and a lock on the table hurts nobody."""
        self.run("SELECT count(*) FROM {stage}")
        many = self.cursor.fetchone()[0] >= REBUILD_FROM_ROWS
        self.run("SELECT EXISTS (SELECT 1 FROM {table})")
        return many and not self.cursor.fetchone()[0]

    def _drop_indexes(self) -> list[str]:
        self.cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()"
            " AND tablename = %s AND indexdef LIKE '%%USING gist%%' ORDER BY 1",
            [self.target.table],
        )
        found = self.cursor.fetchall()
        for name, _definition in found:
            self.cursor.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
        return [definition for _name, definition in found]

    def change(self) -> Counter[str]:
        self.run("ANALYZE {stage}")
        self.run("SELECT count(*) FROM {stage}")
        total = self.cursor.fetchone()[0]
        removed = self.run(
            "DELETE FROM {table} t WHERE t.dataset_id = %(dataset)s AND NOT EXISTS"
            " (SELECT 1 FROM {stage} s WHERE s.source_key = t.source_key)"
        )
        updated = self.run(
            "UPDATE {table} t SET ({columns}) = ROW({values})"
            " FROM {stage} s WHERE t.dataset_id = %(dataset)s"
            " AND t.source_key = s.source_key AND t.digest <> s.digest"
        )
        created = self.run(
            "INSERT INTO {table} ({columns}, dataset_id) SELECT {columns}, %(dataset)s"
            " FROM {stage} s WHERE NOT EXISTS (SELECT 1 FROM {table} t"
            " WHERE t.dataset_id = %(dataset)s AND t.source_key = s.source_key)"
        )
        unmodified = total - created - updated
        return Counter(created=created, updated=updated, unmodified=unmodified, removed=removed)
