"""The error tree of the data layer.

Every error carries a stable code (``E-PART-REASON``) that is the same in a command, on a page and
in the API, and a sentence that says what to do. ``docs/errors.md`` lists every code.
"""

from __future__ import annotations

from typing import Any


class WanmiError(Exception):
    """Base of all coded errors.

    Parameters
    ----------
    code : str
        Stable code such as ``E-SHP-NODBF``.
    message : str
        One sentence for the user, already translated or lazily translatable.
    detail : dict, optional
        Machine-readable facts: file, layer, feature, count.
    """

    status = 400

    def __init__(self, code: str, message: Any, **detail: Any) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"

    def as_dict(self) -> dict[str, Any]:
        """The same error for a JSON answer."""
        return {"code": self.code, "message": str(self.message), "detail": self.detail}


class InputError(WanmiError):
    """What the user gave cannot be used; nothing was written."""


class NotFoundError(WanmiError):
    """What was asked for is not there, or not for this user."""

    status = 404


class ForbiddenError(WanmiError):
    """The user is known and may not do this."""

    status = 403


class ConflictError(WanmiError):
    """The state has moved on or does not allow the step."""

    status = 409
