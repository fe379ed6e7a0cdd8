"""Which layers of a file are lines, buildings, compounds, communities and so on: a TOML map.

::

    [[lines]]                  # repeat for more layers
    layer = "roads"
    kind = "road"              # a word, or kind_field = "type"
    class_field = "fclass"     # with classes; or class_field alone with numbers 1 to 7
    classes = { primary = 1, secondary = 2, residential = 4 }
    class = 4                  # for every other value; without it they are left out

    [[buildings]]
    layer = "houses"

    [[compounds]]
    layer = "parcels"
    where = { field = "use", values = ["school", "hospital"] }

    [[grounds]]                # land use, for rules by use (gridding/landuse.py)
    layer = "landuse"
    use_field = "fclass"       # or use = "park" for all of the layer
    uses = { wood = "forest" } # words of the rules for words of the field

    [[loads]]                  # what is counted by grid, and balanced on request
    layer = "residents"
    name = "inhabitants"       # or name_field = "sort" with a load in each word
    amount_field = "people"    # without it each row counts 1

    [[communities]]
    layer = "shequ"
    code_field = "SQDM"
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from gridding.errors import InputError
from gridding.frames import field_text

_TABLES = ("lines", "buildings", "compounds", "grounds", "loads", "communities")
_KEYS = {
    "layer",
    "kind",
    "kind_field",
    "class",
    "class_field",
    "classes",
    "where",
    "code_field",
    "use",
    "use_field",
    "uses",
    "name",
    "name_field",
    "amount_field",
}


@dataclass(frozen=True, slots=True)
class Source:
    """One source layer; fields that do not apply to its role are not used.

    ``is_asked`` says that somebody named it: that a file lacks it is worth a remark then.
    """

    layer: str
    kind: str = ""
    kind_field: str = ""
    default_class: int | None = None
    class_field: str = ""
    classes: dict[str, int] = field(default_factory=dict)
    where_field: str = ""
    where_values: tuple[str, ...] = ()
    code_field: str = ""
    use: str = ""
    use_field: str = ""
    uses: dict[str, str] = field(default_factory=dict)
    name: str = ""
    name_field: str = ""
    amount_field: str = ""
    is_asked: bool = False


@dataclass(frozen=True, slots=True)
class LayerMap:
    """Source layers by role."""

    lines: tuple[Source, ...]
    buildings: tuple[Source, ...]
    compounds: tuple[Source, ...]
    grounds: tuple[Source, ...]
    loads: tuple[Source, ...]
    communities: tuple[Source, ...]


PLAIN = LayerMap(
    lines=(Source("lines", kind_field="kind", class_field="cls"),),
    buildings=(Source("buildings"),),
    compounds=(Source("compounds"),),
    grounds=(Source("grounds", use_field="use"),),
    loads=(Source("loads", name_field="name", amount_field="amount"),),
    communities=(Source("communities"),),
)


def _refuse(table: str, what: str) -> InputError:
    return InputError("E-GRID-LAYERS", f"Layer map, [[{table}]]: {what}; see --help.")


def _text(table: str, row: dict[str, Any], key: str) -> str:
    value = row.get(key, "")
    if not isinstance(value, str):
        raise _refuse(table, f"{key} is a text, not {value!r}")
    return value


def _pairs(table: str, row: dict[str, Any], key: str) -> dict[str, Any]:
    value = row.get(key, {})
    if not isinstance(value, dict):
        raise _refuse(table, f"{key} is a table such as {{ primary = 1 }}, not {value!r}")
    return value


def _class(table: str, key: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 7:
        raise _refuse(table, f"{key} is a class of 1 to 7, not {value!r}")
    return value


def _values(table: str, where: dict[str, Any]) -> tuple[str, ...]:
    values = where.get("values", [])
    plain = isinstance(values, list) and all(isinstance(v, str | int | float) for v in values)
    if where and not (plain and values and isinstance(where.get("field"), str)):
        raise _refuse(table, 'where is such as { field = "use", values = ["school"] }')
    return tuple(field_text(pd.Series(values, dtype=object)).tolist())


def _source(table: str, row: Any) -> Source:
    if not isinstance(row, dict):
        raise _refuse(table, f"give a table, not {row!r}")
    unknown = sorted(set(row) - _KEYS)
    if unknown or "layer" not in row:
        raise _refuse(table, f"unknown keys {', '.join(unknown)}" if unknown else "no key 'layer'")
    where = _pairs(table, row, "where")
    default = row.get("class")
    texts = ("kind", "kind_field", "class_field", "code_field", "use", "use_field")
    return Source(
        layer=_text(table, row, "layer"),
        default_class=None if default is None else _class(table, "class", default),
        classes={k: _class(table, k, v) for k, v in _pairs(table, row, "classes").items()},
        where_field=where.get("field", ""),
        where_values=_values(table, where),
        uses={k: str(v) for k, v in _pairs(table, row, "uses").items()},
        is_asked=True,
        **{k: _text(table, row, k) for k in (*texts, "name", "name_field", "amount_field")},
    )


def read_layer_map(path: Path) -> LayerMap:
    """Return the layer map of a TOML file.

    Raises
    ------
    InputError
        ``E-GRID-LAYERS`` when the file is missing, is no TOML, or has keys that are not known.
    """
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError("E-GRID-LAYERS", f"Layer map {path}: {error}.") from error
    unknown = sorted(set(content) - set(_TABLES))
    if unknown:
        raise InputError(
            "E-GRID-LAYERS",
            f"Layer map {path}: unknown tables {', '.join(unknown)}; use {', '.join(_TABLES)}.",
        )
    roles = {}
    for table in _TABLES:
        rows = content.get(table, [])
        rows = rows if isinstance(rows, list) else [rows]
        roles[table] = tuple(_source(table, row) for row in rows)
    for table, one, other in (("grounds", "use", "use_field"), ("loads", "name", "name_field")):
        if any(not (getattr(s, one) or getattr(s, other)) for s in roles[table]):
            raise InputError(
                "E-GRID-LAYERS",
                f"Layer map {path}, [[{table}]]: give {one} or {other}; see --help.",
            )
    return LayerMap(**roles)
