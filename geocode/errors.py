"""The error of this package."""

from __future__ import annotations


class AddressError(ValueError):
    """A text that cannot be an address.

    Parameters
    ----------
    code : str
        ``E-ADDRESS-EMPTY``, ``E-ADDRESS-LONG`` or ``E-ADDRESS-CONTROL``.
    message : str
        What to do, in English; whoever shows it translates it by its code.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"
