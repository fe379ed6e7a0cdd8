"""Reads a survey layer by layer: every row is checked, placed and sent to the stage.

Rows that cannot be taken are noted with their reason and their place in the file; the whole file is
read all the same, so that one report names everything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from spatial.basemap.geometry import REPAIRED, clean
from spatial.basemap.io import crs as reference
from spatial.basemap.io.readers import Batch, Wanted, read
from spatial.basemap.io.source import Layer
from spatial.basemap.models import ImportIssue
from spatial.basemap.services.runs import Run
from spatial.components.models import DISTRICT_DIGITS, ROLES
from spatial.components.services import faults, texts
from spatial.components.services.columns import ColumnMap
from spatial.components.services.kinds import NUMBER_DIGITS, UNKNOWN, Kinds
from spatial.components.services.offset import SAYS, Evidence
from spatial.components.services.parties import CODE_LENGTH, NAME_LENGTH, Parties
from spatial.components.services.placing import CHINA, Districts, place
from spatial.components.services.rows import (
    NULL,
    Rows,
    drawn_shapes,
    moved,
    point_hexes,
    where,
)
from spatial.core.copying import Sender, escaped
from spatial.core.jobs import Progress
from spatial.grids.services.locate import Ground

BATCH = 50_000
"""Rows at a time: about 80 MB of a usual survey."""
EVIDENCE = 2_000
"""Rows that are looked at to tell a shift of the whole file."""
STAGE = "stage_component"
COLUMNS = (
    ("n", "bigint"),
    ("kind_id", "bigint"),
    ("code", "text"),
    ("name", "text"),
    ("district_code", "text"),
    ("grid_code", "text"),
    ("point", "geometry"),
    ("shape", "geometry"),
    ("state", "text"),
    ("supervisor", "int"),
    ("owner", "int"),
    ("keeper", "int"),
    ("position", "text"),
    ("data_source", "text"),
    ("note", "text"),
    ("valid_from", "date"),
    ("changed_on", "date"),
)
NAMES = tuple(name for name, _type in COLUMNS)
_CODE = re.compile(r"\d+")


@dataclass(slots=True)
class Kept:
    """What stays in memory of the rows sent: to find neighbours, 28 bytes a row."""

    n: list[NDArray[np.int64]] = field(default_factory=list)
    kind: list[NDArray[np.int32]] = field(default_factory=list)
    lon: list[NDArray[np.float64]] = field(default_factory=list)
    lat: list[NDArray[np.float64]] = field(default_factory=list)

    def arrays(self) -> tuple[NDArray[Any], ...]:
        """Row numbers, classes, longitudes and latitudes of all rows."""
        pieces = (self.n, self.kind, self.lon, self.lat)
        return tuple(np.concatenate(piece) if piece else np.empty(0) for piece in pieces)


class SurveyReader:
    """Sends the rows of layers to the stage."""

    def __init__(
        self, run: Run, kinds: Kinds, districts: Districts, progress: Progress, total: int
    ) -> None:
        self.run, self.kinds, self.districts = run, kinds, districts
        self.progress, self.total, self.done = progress, total, 0
        self.ground = Ground(box=districts.box)
        self.parties = Parties()
        self.kept = Kept()
        self.evidence: dict[str, list[Evidence]] = {attribute: [] for attribute in SAYS}
        self.labels: list[tuple[int, str]] = []

    def layer(
        self,
        layer: Layer,
        columns: ColumnMap,
        system: reference.SourceCrs,
        default: int,
        sender: Sender,
    ) -> None:
        """Read a layer into the stage."""
        self.labels.append((self.done, layer.name))
        wanted = Wanted(tuple(dict.fromkeys(columns.columns.values())), by_row=True)
        for batch in read(layer, wanted, BATCH):
            rows = self._checked(layer, batch, columns, system, default)
            self._send(rows, sender)
            self.done += len(batch)
            self.progress(self.done, max(self.total, self.done) + 4, layer.name)

    def place_of(self, n: int) -> tuple[str, str]:
        """Layer and row, from 1, of a row's number."""
        start, name = next((s, name) for s, name in reversed(self.labels) if s < n)
        return name, str(n - start)

    def _checked(
        self,
        layer: Layer,
        batch: Batch,
        columns: ColumnMap,
        system: reference.SourceCrs,
        default: int,
    ) -> Rows:
        size = len(batch)
        none = np.full(size, np.nan)
        empty = np.full(size, "", dtype=object)
        rows = Rows(
            layer=layer,
            batch=batch,
            columns=columns,
            reason=empty.copy(),
            kind=np.full(size, UNKNOWN, np.int32),
            geometry=batch.geometry,
            point=np.full(size, None, dtype=object),
            lon=none,
            lat=none.copy(),
            grid=empty.copy(),
            district=empty.copy(),
        )
        rows.refuse(texts.without_controls(batch.columns, size), faults.CONTROL)
        self._find_kinds(rows, default)
        self._clean(rows, system)
        self._place(rows)
        self._check_codes(rows)
        return rows

    def _find_kinds(self, rows: Rows, default: int) -> None:
        classes, codes = rows.column("kind"), rows.column("code")
        if classes is None and codes is None:
            rows.kind[:] = default
        else:
            rows.kind = self.kinds.of_rows(classes, codes, default)
        rows.refuse(rows.kind == UNKNOWN, faults.CLASS)

    def _clean(self, rows: Rows, system: reference.SourceCrs) -> None:
        dimension = np.array([kind.dimension for kind in self.kinds.known] + [0], np.int8)[
            rows.kind
        ]
        # A survey may give only a point of what is a line or an area.
        dimension[shapely.get_dimensions(rows.geometry) == 0] = 0
        cleaned = clean(rows.geometry, dimension)
        bad = ~cleaned.kept
        for code in set(cleaned.reason[bad]):
            rows.refuse(cleaned.reason == code, code)
        geometry = cleaned.geometry
        geometry[bad] = None
        rows.geometry = moved(geometry, system)
        rows.point = rows.geometry.copy()
        # A point is its own point inside, and most of a survey are points.
        drawn = shapely.get_type_id(rows.geometry) > shapely.GeometryType.POINT
        rows.point[drawn] = shapely.point_on_surface(rows.geometry[drawn])
        rows.lon, rows.lat = shapely.get_x(rows.point), shapely.get_y(rows.point)
        for i in np.flatnonzero(cleaned.reason == REPAIRED):
            self._note(rows, int(i), REPAIRED, ImportIssue.Severity.REPAIRED)

    def _place(self, rows: Rows) -> None:
        lon, lat = rows.lon, rows.lat
        there = np.isfinite(lon) & np.isfinite(lat)
        rows.refuse(~there, "E-GEOM-NAN")
        rows.refuse(there & (np.abs(lon) < 1e-6) & (np.abs(lat) < 1e-6), faults.ZERO)
        near = self.districts.near(lon, lat)
        rows.refuse(there & ~near & self.districts.near(lat, lon), faults.SWAPPED)
        west, south, east, north = CHINA
        inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
        rows.refuse(there & ~near & ~inside, faults.ABROAD)
        rows.refuse(there & ~near, faults.OUTSIDE)
        good = np.flatnonzero(there & near)
        rows.grid[good], rows.district[good] = place(self.ground, self.districts, rows.point[good])
        rows.refuse(rows.district == "", faults.OUTSIDE)

    def _check_codes(self, rows: Rows) -> None:
        codes = rows.column("code")
        if codes is None:
            return
        given = [code or "" for code in codes]
        kinds = [kind.code for kind in self.kinds.known] + [""]
        size = DISTRICT_DIGITS + self.kinds.digits + NUMBER_DIGITS
        wrong = np.array(
            [
                bool(code)
                and not (
                    len(code) == size
                    and code.isascii()
                    and code.isdigit()
                    and code[DISTRICT_DIGITS:-NUMBER_DIGITS] == kinds[kind]
                    and code[-NUMBER_DIGITS:] != "000000"
                )
                for code, kind in zip(given, rows.kind, strict=True)
            ],
            bool,
        )
        rows.refuse(wrong, faults.CODE)
        pairs = zip(given, rows.district, strict=True)
        foreign = [bool(c) and c[:DISTRICT_DIGITS] != district for c, district in pairs]
        rows.refuse(np.array(foreign, bool), faults.FOREIGN)

    def _send(self, rows: Rows, sender: Sender) -> None:
        fields = self._fields(rows)
        good = np.flatnonzero(rows.reason == "")
        self._tell(rows)
        self._keep_evidence(rows)
        n = (self.done + 1 + good).astype(np.int64)
        self.kept.n.append(n)
        self.kept.kind.append(rows.kind[good])
        self.kept.lon.append(rows.lon[good])
        self.kept.lat.append(rows.lat[good])
        self.run.tally.add(
            rows.layer.name,
            read=len(rows.batch),
            kept=len(good),
            refused=len(rows.batch) - len(good),
        )
        every = len(good) == len(rows.batch)
        picked = [
            column if every else [column[i] for i in good.tolist()] for column in fields.values()
        ]
        sender.send(STAGE, NAMES, [list(map(str, n.tolist())), *picked])

    def _fields(self, rows: Rows) -> dict[str, list[str]]:
        """The columns of the stage behind the number, each as texts for COPY."""
        pks = [str(kind.pk) for kind in self.kinds.known] + [NULL]
        words = {name: self._words(rows, name) for name in texts.LENGTHS}
        first, last = self._days(rows)
        for role in ROLES:
            self._check_party(rows, role)
        codes = rows.column("code")
        return {
            "kind_id": [pks[kind] for kind in rows.kind.tolist()],
            "code": texts.plain(codes) if codes is not None else [""] * len(rows.batch),
            "name": words["name"],
            "district_code": rows.district.tolist(),
            "grid_code": rows.grid.tolist(),
            "point": point_hexes(rows.lon, rows.lat),
            "shape": drawn_shapes(rows.geometry),
            "state": self._states(rows),
            **{
                role: self.parties.numbers(rows.column(f"{role}_code"), rows.column(role),
                                           len(rows.batch))
                for role in ROLES
            },
            "position": words["position"],
            "data_source": words["data_source"],
            "note": words["note"],
            "valid_from": first,
            "changed_on": last,
        }  # fmt: skip

    def _check_party(self, rows: Rows, role: str) -> None:
        for attribute, length in ((f"{role}_code", CODE_LENGTH), (role, NAME_LENGTH)):
            column = rows.column(attribute)
            if column is not None:
                rows.refuse(texts.too_long(texts.plain(column), length), faults.LONG)

    def _words(self, rows: Rows, attribute: str) -> list[str]:
        column = rows.column(attribute)
        if column is None:
            return [""] * len(rows.batch)
        values = texts.plain(column)
        rows.refuse(texts.too_long(values, texts.LENGTHS[attribute]), faults.LONG)
        self._note_all(rows, texts.has_markup(values) & (rows.reason == ""), faults.MARKUP)
        return escaped(values)

    def _states(self, rows: Rows) -> list[str]:
        column = rows.column("state")
        if column is None:
            return ["intact"] * len(rows.batch)
        found = texts.states_of(column)
        rows.refuse(np.array([state is texts.WRONG for state in found]), faults.STATE)
        return ["" if state is texts.WRONG else str(state) for state in found]

    def _days(self, rows: Rows) -> tuple[list[str], list[str]]:
        size = len(rows.batch)
        both = []
        for attribute in ("valid_from", "changed_on"):
            column = rows.column(attribute)
            days = texts.days_of(column) if column is not None else [None] * size
            rows.refuse(np.array([day is texts.WRONG for day in days], bool), faults.DATE)
            both.append(days)
        pairs = zip(*both, strict=True)
        reversed_ = [
            a not in (None, texts.WRONG) and b not in (None, texts.WRONG) and a > b
            for a, b in pairs
        ]
        rows.refuse(np.array(reversed_, bool), faults.REVERSED)
        first, last = ([NULL if day is None else str(day) for day in days] for days in both)
        return first, last

    def _tell(self, rows: Rows) -> None:
        """Note what was refused and what should be looked at."""
        good = rows.reason == ""
        refused = np.flatnonzero(~good)
        shown = refused[: max(self.run.room, 0)]
        for i in shown.tolist():
            self._note(rows, i, rows.reason[i], ImportIssue.Severity.REFUSED)
        self.run.tally.reasons.update(rows.reason[refused[len(shown) :]].tolist())
        self._note_all(rows, good & (rows.grid == ""), faults.NO_GRID)
        given = rows.column("grid")
        if given is not None:
            named = np.array([bool(code) for code in given], bool)
            differs = named & (given != rows.grid) & (rows.grid != "")
            self._note_all(rows, good & differs, faults.GRID)

    def _note_all(self, rows: Rows, which: NDArray[np.bool_], code: str) -> None:
        """Note rows; beyond what a report keeps they are only counted."""
        found = np.flatnonzero(which)
        shown = found[: max(self.run.room, 0)]
        for i in shown.tolist():
            self._note(rows, i, code)
        self.run.tally.reasons[code] += len(found) - len(shown)

    def _note(
        self, rows: Rows, i: int, code: str, severity: str = ImportIssue.Severity.INFO
    ) -> None:
        self.run.tally.reasons[code] += 1
        feature = str(rows.batch.first + i)
        geom = where(float(rows.lon[i]), float(rows.lat[i]))
        message = faults.SENTENCES.get(code, code)
        self.run.note(severity, code, message, layer=rows.layer.name, feature=feature, geom=geom)

    def _keep_evidence(self, rows: Rows) -> None:
        """Keep some rows that say in other words where they lie: to see a shift of the file.

        Also of those refused: a shift moves points out of the district.
        """
        there = np.isfinite(rows.lon) & (np.abs(rows.lon) <= 180) & (np.abs(rows.lat) <= 90)
        for attribute, kept in self.evidence.items():
            column = rows.column(attribute)
            if column is None or len(kept) >= EVIDENCE:
                continue
            told = np.flatnonzero(there & ~np.equal(column, None).astype(bool))
            for i in told[: EVIDENCE - len(kept)].tolist():
                kept.append((column[i], float(rows.lon[i]), float(rows.lat[i])))
