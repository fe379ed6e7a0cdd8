"""Errors of the package: one tree, each with a stable code and a sentence that says what to do."""

from __future__ import annotations


class GridError(ValueError):
    """Anything that stops the making of grids.

    Parameters
    ----------
    code : str
        Stable code, ``E-GRID-…`` or ``E-CODE-…``; the same in command, page and API.
    message : str
        What is wrong, where, and what to do about it.
    community : str, optional
        Code of the community concerned.
    """

    def __init__(self, code: str, message: str, community: str | None = None) -> None:
        super().__init__(code, message, community)
        self.code = code
        self.message = message
        self.community = community

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class InputError(GridError):
    """The caller's data cannot be cut as it is."""


class CodeError(GridError):
    """A code, scheme or number is not possible."""


class CutError(GridError):
    """A community could not be cut exactly; nothing of it is returned."""
