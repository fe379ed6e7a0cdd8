"""Maps of others that may lie beneath the unit grids, as a file of the settings names them.

Tiles are asked by the browser itself, from the hosts that the file names and from no others. A key
stands in the environment and reaches the page, since tiles are asked with it; it is in no log, no
message and no file of ours.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from django.core.exceptions import ImproperlyConfigured

WGS84, GCJ02 = "wgs84", "gcj02"
DEEPEST = 24
NAME = re.compile(r"[a-z0-9-]{1,30}")
HOST = re.compile(r"[a-z0-9.{}-]{1,100}(:\d{1,5})?", re.IGNORECASE)
PLACES = {"x", "y", "-y", "z", "s", "key"}
FIELDS = {"id", "name", "name_en", "preset", "address", "names_address", "subdomains", "key_from",
          "attribution", "system", "max_zoom", "cors"}  # fmt: skip
PLATE = re.compile(r"tianditu\.gov\.cn/\w+_c/|tilematrixset=c(&|$)", re.IGNORECASE)
"""The set of tiles in degrees (CGCS2000); the map is in Web Mercator, whose set is ``w``."""
TIANDITU = (
    "https://t{{s}}.tianditu.gov.cn/{0}_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0"
    "&LAYER={0}&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles"
    "&TILEMATRIX={{z}}&TILEROW={{y}}&TILECOL={{x}}&tk={{key}}"
)
"""Asked as the pages of 天地图 tell (lbs.tianditu.gov.cn, map services)."""
_TIANDITU = {"subdomains": "01234567", "attribution": "天地图", "max_zoom": 18}
PRESETS: dict[str, dict[str, Any]] = {
    "tianditu-vec": {
        **_TIANDITU, "name": "天地图", "name_en": "Tianditu map",
        "address": TIANDITU.format("vec"), "names_address": TIANDITU.format("cva"),
    },
    "tianditu-img": {
        **_TIANDITU, "name": "天地图影像", "name_en": "Tianditu imagery",
        "address": TIANDITU.format("img"), "names_address": TIANDITU.format("cia"),
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Backdrop:
    """A map of others."""

    id: str
    name: str
    name_en: str
    tiles: str = field(repr=False)
    """Address of tiles, with its key: not to be shown."""
    names: str = field(repr=False)
    """Address of tiles that hold only names, over the others; empty for none."""
    subdomains: str
    attribution: str
    system: str
    max_zoom: int
    cors: bool
    """Whether its hosts let a page read their tiles, so that pictures and prints may hold them."""

    @property
    def hosts(self) -> list[str]:
        """The hosts that tiles come from, as a content security policy names them."""
        found = []
        for address in filter(None, (self.tiles, self.names)):
            parts = urlsplit(address)
            root = f"{parts.scheme}://{parts.netloc}"
            found += [root.replace("{s}", one) for one in self.subdomains or " "]
        return list(dict.fromkeys(found))


def read_backdrops(path: str, environment: Mapping[str, str]) -> tuple[Backdrop, ...]:
    """The maps that a TOML file names, in its order; none without a file.

    Raises
    ------
    ImproperlyConfigured
        ``E-BACKDROP-FILE``, ``E-BACKDROP-FIELD``, ``E-BACKDROP-ADDRESS``, ``E-BACKDROP-MATRIX``,
        ``E-BACKDROP-SYSTEM``, ``E-BACKDROP-KEY``.
    """
    if not path:
        return ()
    try:
        rows = tomllib.loads(Path(path).read_text(encoding="utf-8")).get("map", [])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _refused("FILE", f"{path} cannot be read as TOML: {error}") from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise _refused("FILE", f"{path} needs one [[map]] for each map")
    found = tuple(_read(row, environment) for row in rows)
    if len({one.id for one in found}) < len(found):
        raise _refused("FIELD", "two maps have the same id")
    return found


def hosts_of(backdrops: tuple[Backdrop, ...]) -> list[str]:
    """All hosts that a page with these maps may ask for pictures."""
    return list(dict.fromkeys(host for one in backdrops for host in one.hosts))


def _read(row: dict[str, Any], environment: Mapping[str, str]) -> Backdrop:
    if unknown := sorted(set(row) - FIELDS):
        raise _refused(
            "FIELD", f"there is no {unknown[0]!r}; there are {', '.join(sorted(FIELDS))}"
        )
    preset = row.get("preset", "")
    if preset and preset not in PRESETS:
        raise _refused("FIELD", f"there is no preset {preset!r}; there are {', '.join(PRESETS)}")
    told = {**PRESETS.get(preset, {}), **row}
    named = str(told.get("id", preset))
    if not NAME.fullmatch(named):
        raise _refused("FIELD", f"id {named!r} is not of small letters, digits and hyphens")
    for must in ("name", "address", "attribution"):
        if not isinstance(told.get(must), str) or not told[must].strip():
            raise _refused("FIELD", f"{named} has no {must}")
    system = told.get("system", WGS84)
    if system not in (WGS84, GCJ02):
        raise _refused("SYSTEM", f"{named}: system is {WGS84!r} (also for CGCS2000) or {GCJ02!r}")
    key = _key(named, told, environment)
    return Backdrop(
        named, told["name"], told.get("name_en") or told["name"],
        _address(named, told, "address", key), _address(named, told, "names_address", key),
        _subdomains(named, told), told["attribution"], system, _depth(named, told),
        _readable(named, told),
    )  # fmt: skip


def _key(named: str, told: dict[str, Any], environment: Mapping[str, str]) -> str:
    wants = "{key}" in told["address"] or "{key}" in str(told.get("names_address", ""))
    variable = str(told.get("key_from", ""))
    key = environment.get(variable, "")
    if wants and not key:
        told_where = f"the variable {variable}" if variable else "key_from, the name of a variable,"
        raise _refused("KEY", f"{named} is asked with a key, but {told_where} is not set")
    return key


def _address(named: str, told: dict[str, Any], name: str, key: str) -> str:
    """The template with its key filled in; no message shows it."""
    address = str(told.get(name, ""))
    if not address:
        return ""
    parts = urlsplit(address)
    places = set(re.findall(r"\{([^{}]*)\}", address))
    has_place = {"z", "x"} <= places and len(places & {"y", "-y"}) == 1
    if parts.scheme not in ("http", "https") or not HOST.fullmatch(parts.netloc):
        raise _refused("ADDRESS", f"{named}: {name} does not begin with https:// and a host")
    if not has_place or not places <= PLACES:
        raise _refused("ADDRESS", f"{named}: {name} needs {{z}}, {{x}} and {{y}} (or {{-y}}), and "
                       "may have {s} and {key}")  # fmt: skip
    if "{" in parts.netloc.replace("{s}", ""):
        raise _refused("ADDRESS", f"{named}: the host of {name} may hold {{s}} only")
    if PLATE.search(address):
        raise _refused("MATRIX", f"{named}: {name} asks for tiles in degrees (the set c); take "
                       "those in Web Mercator (vec_w, TILEMATRIXSET=w)")  # fmt: skip
    return address.replace("{key}", quote(key, safe=""))


def _subdomains(named: str, told: dict[str, Any]) -> str:
    found = str(told.get("subdomains", ""))
    if not re.fullmatch(r"[a-z0-9]{0,26}", found):
        raise _refused("FIELD", f"{named}: subdomains are single small letters or digits")
    if not found and "{s}" in told["address"] + str(told.get("names_address", "")):
        raise _refused("FIELD", f"{named}: the address holds {{s}}, so it needs subdomains")
    return found


def _depth(named: str, told: dict[str, Any]) -> int:
    found = told.get("max_zoom", 18)
    if not isinstance(found, int) or not 1 <= found <= DEEPEST:
        raise _refused("FIELD", f"{named}: max_zoom is a number from 1 to {DEEPEST}")
    return found


def _readable(named: str, told: dict[str, Any]) -> bool:
    found = told.get("cors", False)
    if not isinstance(found, bool):
        raise _refused("FIELD", f"{named}: cors is true or false")
    return found


def _refused(code: str, text: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"E-BACKDROP-{code}: WANMI_BACKDROPS: {text}.")
