"""Rules by land use, as data: targets of their own, and what is managed whole.

The file is TOML, one table a use::

    [[use]]
    name = "mountain"              # the word ground of this use has in Features.ground_uses
    target_area_m2 = 1_000_000     # without it: the target of the run
    low = 0.5                      # below this share of its target a grid is a remark
    high = 1.5                     # and above this
    whole = false                  # true: a polygon of this use is never divided
    why = "where the value comes from"

A use with neither a target nor ``whole`` only offers its edge as a border. The range between
``low`` and ``high`` says what the report takes for right; it moves no border.
"""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gridding.errors import InputError

DEFAULT_FILE = Path(__file__).with_name("landuse.toml")
LOWEST_M2, HIGHEST_M2 = 500.0, 5_000_000.0
LOW, HIGH = 0.5, 1.5
"""Range where a use says nothing else, and on all other ground: shares of the target."""

_KEYS = {"name", "target_area_m2", "low", "high", "whole", "why"}


@dataclass(frozen=True, slots=True)
class LandUse:
    """What the rules say of ground of one use.

    Attributes
    ----------
    use : str
        Word of ``Features.ground_uses``.
    target_area_m2 : float, optional
        Area a grid on such ground should have, m²; without it the target of the run.
    whole : bool
        Whether a polygon of this use is one grid at most: it is not cut, whatever its size.
    why : str
        Where the values come from.
    low, high : float
        Shares of the target between which a grid on such ground is within its range.
    """

    use: str
    target_area_m2: float | None = None
    whole: bool = False
    why: str = ""
    low: float = LOW
    high: float = HIGH


def _refuse(message: str) -> InputError:
    return InputError("E-GRID-LANDUSE", f"Land use: {message}")


def check_land_use(land_use: tuple[LandUse, ...]) -> None:
    """Refuse rules that say nothing clear.

    Raises
    ------
    InputError
        ``E-GRID-LANDUSE`` for a use without a name or named twice, a target out of bounds, or a
        range that does not hold the target.
    """
    seen: set[str] = set()
    for rule in land_use:
        if not rule.use.strip() or rule.use in seen:
            raise _refuse(f"the name {rule.use!r} is empty or given twice; give each use one.")
        seen.add(rule.use)
        target = rule.target_area_m2
        if target is not None and not LOWEST_M2 <= target <= HIGHEST_M2:
            raise _refuse(f"{rule.use}: target {target} m² is out of range; give 500 to 5,000,000.")
        if not 0 <= rule.low < 1 < rule.high < math.inf:
            raise _refuse(
                f"{rule.use}: a range of {rule.low} to {rule.high} of the target does not hold "
                "it; give low from 0 to below 1, and high above 1."
            )


def _land_use(row: Any) -> LandUse:
    if not isinstance(row, dict):
        raise _refuse("give each use as a table [[use]].")
    unknown = sorted(set(row) - _KEYS)
    if unknown:
        raise _refuse(f"unknown keys {', '.join(unknown)}; use {', '.join(sorted(_KEYS))}.")
    name, whole, why = row.get("name", ""), row.get("whole", False), row.get("why", "")
    if not isinstance(name, str) or not isinstance(why, str) or not isinstance(whole, bool):
        raise _refuse(f"{name}: name and why are texts, whole is true or false.")
    target = _number(row, "target_area_m2") if "target_area_m2" in row else None
    low = _number(row, "low") if "low" in row else LOW
    high = _number(row, "high") if "high" in row else HIGH
    return LandUse(name, target, whole, why, low, high)


def _number(row: dict[str, Any], key: str) -> float:
    value = row[key]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _refuse(f"{row.get('name', '')}: {key} is a number.")
    return float(value)


def land_use_named(name: str | None) -> tuple[LandUse, ...]:
    """Return what a command is told: ``default``, the path of a TOML file, or None for none.

    Raises
    ------
    InputError
        As `read_land_use`.
    """
    if name is None:
        return ()
    return read_land_use() if name == "default" else read_land_use(Path(name))


def read_land_use(path: Path = DEFAULT_FILE) -> tuple[LandUse, ...]:
    """Return the rules of a TOML file; by default of the one that comes with the package.

    Raises
    ------
    InputError
        ``E-GRID-LANDUSE`` when the file is missing, is no TOML, or says what is not known.
    """
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _refuse(f"{path}: {error}.") from error
    rows = content.pop("use", [])
    if content or not isinstance(rows, list):
        raise _refuse(f"{path}: the file has tables [[use]] and nothing else.")
    land_use = tuple(sorted((_land_use(row) for row in rows), key=lambda rule: rule.use))
    check_land_use(land_use)
    return land_use
