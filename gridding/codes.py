"""Unit grid codes: 6 district + 3 street + 3 community + a number of some digits.

How many digits is data: ``schemes.toml``, with the standards.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from gridding.errors import CodeError

DEFAULT_SCHEME = "gbt30428"
_PARENT = re.compile(r"[0-9]{12}|[0-9]{9}|[0-9]{6}")


@dataclass(frozen=True, slots=True)
class CodeParts:
    """The parts of a unit grid code."""

    district: str
    street: str
    community: str
    number: int

    @property
    def community_code(self) -> str:
        """The 12 digits of the community."""
        return self.district + self.street + self.community


@cache
def _number_digits() -> dict[str, int]:
    text = files("gridding").joinpath("schemes.toml").read_text(encoding="utf-8")
    return {s["name"]: s["number_digits"] for s in tomllib.loads(text)["scheme"]}


def scheme_names() -> tuple[str, ...]:
    """Return the names of all code schemes, the default first."""
    return tuple(sorted(_number_digits(), key=lambda name: (name != DEFAULT_SCHEME, name)))


def _digits(scheme: str) -> int:
    if scheme not in _number_digits():
        known = ", ".join(scheme_names())
        raise CodeError("E-CODE-SCHEME", f"Unknown code scheme {scheme!r}; use one of {known}.")
    return _number_digits()[scheme]


def max_number(scheme: str) -> int:
    """Return the largest number a grid of one community can have, such as 999."""
    return int(10 ** _digits(scheme)) - 1


def full(community: str, count: int, scheme: str) -> CodeError:
    """Return the error of a community that has more grids than its scheme has numbers."""
    return CodeError(
        "E-CODE-FULL",
        f"Community {community} has {count} grids, scheme {scheme} numbers {max_number(scheme)}; "
        "split the community, raise the target area, or give open ground a land use.",
        community,
    )


def pad_community(code: str) -> str:
    """Return 12 digits for a district (6), street (9) or community (12) code.

    What is not split further has 000 in its place.
    """
    if not _PARENT.fullmatch(code):
        raise CodeError(
            "E-CODE-COMMUNITY",
            f"{code!r} is not a district (6), street (9) or community (12 digits) code.",
            code,
        )
    return code.ljust(12, "0")


def grid_code(scheme: str, community_code12: str, number: int) -> str:
    """Return the code of grid ``number`` of a community.

    Raises
    ------
    CodeError
        ``E-CODE-FULL`` when the number does not fit the scheme, ``E-CODE-COMMUNITY`` or
        ``E-CODE-SCHEME`` when the other arguments are wrong.
    """
    digits = _digits(scheme)
    parent = pad_community(community_code12)
    if not 1 <= number <= max_number(scheme):
        raise CodeError(
            "E-CODE-FULL",
            f"Community {parent}: number {number} does not fit scheme {scheme} "
            f"(1 to {max_number(scheme)}); split the community, or raise the target area.",
            parent,
        )
    return f"{parent}{number:0{digits}d}"


def parse_code(scheme: str, code: str) -> CodeParts:
    """Return the parts of a code; ``E-CODE-FORM`` when it is not one of the scheme."""
    length = 12 + _digits(scheme)
    if not re.fullmatch(rf"[0-9]{{{length}}}", code) or int(code[12:]) == 0:
        raise CodeError(
            "E-CODE-FORM", f"{code!r} is not a code of scheme {scheme} ({length} digits)."
        )
    return CodeParts(code[:6], code[6:9], code[9:12], int(code[12:]))
