"""Layer maps: TOML files that say which layer and tag becomes what.

``docs/import.md`` describes the form. A map is read into frozen dataclasses and checked as a whole
before a feature is read.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from spatial.basemap.io.problems import problem
from spatial.core.errors import InputError

SHIPPED = Path(__file__).resolve().parents[1] / "layermaps"
LINE_KINDS = frozenset({"road", "rail", "water_line", "wall"})
AREA_KINDS = frozenset({"water_area", "building", "compound", "green", "ground"})
PLACE_KINDS = frozenset({"address", "place", "poi"})
LEAVE_OUT = "leave_out"
OWN = "own"
"""Name of a layer map that a user puts together; its kinds are `OWN_KINDS`."""
OWN_KINDS = sorted(LINE_KINDS | (AREA_KINDS - {"ground"}) | PLACE_KINDS | {LEAVE_OUT})
LEVELS = ("district", "street", "community")
MAX_CLASS = 7
_TOP = {"name", "drivers", "layers", "id", "tags", "closed_ways", "attribution",
        "feature", "place", "region"}  # fmt: skip
PLACE_WORDS = ("road", "zone", "door", "building", "poi", "address", "alias", "old_name")
"""What a place can have besides its name: elements of its address, and further names."""
MANY_WORDS = frozenset({"alias", "old_name"})
"""Of these all filled columns are taken, of the others the first."""
_RULE = {"layers", "kind", "class", "when", "unless", "underground", "name", "subtype", "use",
         *PLACE_WORDS}  # fmt: skip
_REGION = {"layers", "when", "code", "name", "name_en"}


@dataclass(frozen=True, slots=True)
class Condition:
    """One column and the values that fulfil it."""

    column: str
    values: frozenset[str]
    prefixes: tuple[str, ...]
    any: bool

    def holds(self, value: str) -> bool:
        """Whether a non-empty value fulfils the condition."""
        if value in self.values:
            return True
        return self.any or bool(self.prefixes and value.startswith(self.prefixes))


@dataclass(frozen=True, slots=True)
class Rule:
    """Features of some layers that fulfil conditions, and what they become."""

    layers: frozenset[str]
    kind: str
    line_class: int = 0
    when: tuple[Condition, ...] = ()
    unless: tuple[Condition, ...] = ()
    underground: tuple[Condition, ...] = ()
    name: tuple[str, ...] = ()
    subtype: tuple[str, ...] = ()
    use: tuple[str, ...] = ()
    words: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Sources of each of ``PLACE_WORDS`` that the rule gives."""


@dataclass(frozen=True, slots=True)
class RegionRule:
    """Where the regions of one level stand and which columns hold code and names."""

    layers: frozenset[str]
    when: tuple[Condition, ...] = ()
    code: tuple[str, ...] = ()
    name: tuple[str, ...] = ()
    name_en: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LayerMap:
    """A whole layer map."""

    name: str
    text: str
    """The TOML itself: part of the hash that tells whether a run would be the same."""
    drivers: frozenset[str] = frozenset()
    layers: frozenset[str] = frozenset()
    attribution: str = ""
    id_columns: tuple[str, ...] = ()
    tags_column: str = ""
    closed_ways: tuple[str, ...] = ()
    features: tuple[Rule, ...] = ()
    places: tuple[Rule, ...] = ()
    regions: dict[str, RegionRule] = field(default_factory=dict)

    def wants(self, layer: str) -> bool:
        """Whether a rule reads this layer (names compared without regard to case)."""
        rules = (*self.features, *self.places)
        return any(layer.casefold() in rule.layers for rule in rules)

    def columns(self, layer: str) -> tuple[str, ...]:
        """All columns the rules for a layer need, in the map's order, without repeats."""
        name = layer.casefold()
        found: list[str] = list(self.id_columns)
        for rule in (*self.features, *self.places):
            if name in rule.layers:
                found += [c.column for c in (*rule.when, *rule.unless, *rule.underground)]
                words = [text for _word, texts in rule.words for text in texts]
                texts = (*rule.name, *rule.subtype, *rule.use, *words)
                found += [column for text in texts for column in named(text)]
        for rule in self.regions.values():
            if name in rule.layers:
                found += [c.column for c in rule.when]
                found += [*rule.code, *rule.name, *rule.name_en]
        return tuple(dict.fromkeys(found))


def named(text: str) -> list[str]:
    """Columns in ``text``: the text itself, or those in braces, or none for a ``=literal``."""
    if text.startswith("="):
        return []
    if "{" in text:
        return [piece.split("}")[0] for piece in text.split("{")[1:]]
    return [text]


def shipped() -> list[LayerMap]:
    """The layer maps that come with the platform, by name."""
    return [load(str(path.stem)) for path in sorted(SHIPPED.glob("*.toml"))]


def fitting(driver: str, layers: Iterable[str]) -> LayerMap | None:
    """The shipped layer map for a driver or for layers of these names, None when there is none."""
    names = {name.casefold() for name in layers}
    for rules in shipped():
        if driver in rules.drivers or names & rules.layers:
            return rules
    return None


def load(name_or_path: str) -> LayerMap:
    """Read a layer map: a shipped one by name, or a TOML file.

    Raises
    ------
    InputError
        ``E-MAP-MISSING``, ``E-MAP-SYNTAX``, ``E-MAP-KEY``, ``E-MAP-VALUE``.
    """
    path = SHIPPED / f"{name_or_path}.toml"
    if not (name_or_path.isidentifier() and path.is_file()):
        path = Path(name_or_path)
    if not path.is_file():
        text = _("There is no such layer map; give osm, gb or a TOML file.")
        raise problem("E-MAP-MISSING", text, name_or_path)
    try:
        content = path.read_text("utf-8")
        return parse(tomllib.loads(content), path.name, content)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        text = _("The layer map is not valid TOML in UTF-8; mend it.")
        raise problem("E-MAP-SYNTAX", text, path.name, reason=str(error)) from error


@dataclass(frozen=True, slots=True)
class OwnRule:
    """One line of a layer map that a user puts together: what a layer, or a part of it, becomes."""

    layer: str
    kind: str
    line_class: int = 0
    name: str = ""
    """Column of the name."""
    column: str = ""
    """Column that decides which features are meant; empty for all."""
    values: tuple[str, ...] = ()

    def as_table(self) -> dict[str, Any]:
        """The same as a rule of TOML."""
        when = {self.column: list(self.values or ("*",))} if self.column else {}
        return {
            "layers": [self.layer], "kind": self.kind, "class": self.line_class, "when": when,
            "name": [self.name] if self.name else [],
        }  # fmt: skip


def of_rules(rules: Iterable[OwnRule]) -> LayerMap:
    """A layer map of lines that a user put together; the first that fits a feature counts.

    Raises
    ------
    InputError
        ``E-MAP-VALUE``.
    """
    content: dict[str, Any] = {"feature": [], "place": []}
    for rule in rules:
        content["place" if rule.kind in PLACE_KINDS else "feature"].append(rule.as_table())
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return parse({"name": OWN, **content}, str(_("own layer map")), text)


def parse(content: dict[str, Any], shown: str, text: str = "") -> LayerMap:
    """Check the content of a layer map and return it as dataclasses."""
    check = _Checker(shown)
    check.keys(content, _TOP, "")
    features = check.rules(content, "feature", LINE_KINDS | AREA_KINDS)
    places = check.rules(content, "place", PLACE_KINDS)
    regions = content.get("region", {})
    check.keys(regions, set(LEVELS), "region")
    return LayerMap(
        name=str(content.get("name", shown)),
        text=text,
        drivers=frozenset(check.texts(content, "drivers")),
        layers=frozenset(layer.casefold() for layer in check.texts(content, "layers")),
        attribution=str(content.get("attribution", "")),
        id_columns=check.texts(content, "id"),
        tags_column=str(content.get("tags", "")),
        closed_ways=check.texts(content, "closed_ways"),
        features=features,
        places=places,
        regions={level: check.region(rule, level) for level, rule in regions.items()},
    )


class _Checker:
    """Reads pieces of a layer map and refuses what does not fit, naming the place."""

    def __init__(self, shown: str) -> None:
        self.shown = shown

    def refuse(self, code: str, where: str, what: str) -> InputError:
        text = _("The layer map has something wrong at %(where)s: %(what)s; mend it.")
        return problem(code, text % {"where": where or "top", "what": what}, self.shown)

    def keys(self, table: Any, known: set[str], where: str) -> None:
        if not isinstance(table, dict):
            raise self.refuse("E-MAP-VALUE", where, "a table is needed")
        for key in table:
            if key not in known:
                raise self.refuse("E-MAP-KEY", where, f"{key!r} is no known key")

    def texts(self, table: dict[str, Any], key: str) -> tuple[str, ...]:
        value = table.get(key, [])
        values = value if isinstance(value, list) else [value]
        if not all(isinstance(v, str | int) and not isinstance(v, bool) for v in values):
            raise self.refuse("E-MAP-VALUE", key, "texts or whole numbers are needed")
        return tuple(str(v) for v in values)

    def conditions(self, rule: dict[str, Any], key: str) -> tuple[Condition, ...]:
        table = rule.get(key, {})
        if not isinstance(table, dict):
            raise self.refuse("E-MAP-VALUE", key, "a table of columns is needed")
        return tuple(self._condition(column, self.texts(table, column)) for column in table)

    def _condition(self, column: str, values: tuple[str, ...]) -> Condition:
        return Condition(
            column=column,
            values=frozenset(v for v in values if not v.endswith("*")),
            prefixes=tuple(v[:-1] for v in values if v.endswith("*") and v != "*"),
            any="*" in values,
        )

    def layers(self, rule: dict[str, Any], where: str) -> frozenset[str]:
        layers = self.texts(rule, "layers")
        if not layers:
            raise self.refuse("E-MAP-VALUE", where, "layers are needed")
        return frozenset(layer.casefold() for layer in layers)

    def rules(self, content: dict[str, Any], key: str, kinds: frozenset[str]) -> tuple[Rule, ...]:
        tables = content.get(key, [])
        if not isinstance(tables, list):
            raise self.refuse("E-MAP-VALUE", key, f"write [[{key}]]")
        return tuple(
            self.rule(table, f"{key} {number}", kinds) for number, table in enumerate(tables, 1)
        )

    def rule(self, table: Any, where: str, kinds: frozenset[str]) -> Rule:
        self.keys(table, _RULE, where)
        kind, line_class = table.get("kind"), table.get("class", 0)
        if not isinstance(kind, str) or kind not in kinds | {LEAVE_OUT}:
            raise self.refuse("E-MAP-VALUE", where, f"kind {kind!r} is not known")
        if not isinstance(line_class, int) or not 0 <= line_class <= MAX_CLASS:
            raise self.refuse("E-MAP-VALUE", where, "class must be 0 to 7")
        return Rule(
            layers=self.layers(table, where),
            kind=kind,
            line_class=line_class,
            when=self.conditions(table, "when"),
            unless=self.conditions(table, "unless"),
            underground=self.conditions(table, "underground"),
            name=self.texts(table, "name"),
            subtype=self.texts(table, "subtype"),
            use=self._use(table, where),
            words=self._words(table, where),
        )

    def _words(self, table: dict[str, Any], where: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
        given = tuple((word, self.texts(table, word)) for word in PLACE_WORDS if word in table)
        if given and table.get("kind") not in PLACE_KINDS:
            raise self.refuse("E-MAP-VALUE", where, f"only places have {given[0][0]!r}")
        return given

    def _use(self, table: dict[str, Any], where: str) -> tuple[str, ...]:
        use = self.texts(table, "use")
        if use and table.get("kind") not in AREA_KINDS:
            raise self.refuse("E-MAP-VALUE", where, "only areas have a use")
        if table.get("kind") == "ground" and not use:
            raise self.refuse("E-MAP-VALUE", where, "ground needs a use")
        return use

    def region(self, table: Any, level: str) -> RegionRule:
        where = f"region.{level}"
        self.keys(table, _REGION, where)
        return RegionRule(
            layers=self.layers(table, where),
            when=self.conditions(table, "when"),
            code=self.texts(table, "code"),
            name=self.texts(table, "name"),
            name_en=self.texts(table, "name_en"),
        )
