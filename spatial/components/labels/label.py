"""What stands on a label."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from spatial.core.errors import InputError

CODE = re.compile(r"[0-9]{16,17}")
"""16 digits; 17 in GB/T 47678, whose classes have three digits of their own."""
DISTRICT, MAIN, NUMBER = 6, 2, 6
ADDRESS = re.compile(r"https?://[!-~]+")


@dataclass(frozen=True, slots=True)
class Label:
    """A label of one component.

    Raises
    ------
    InputError
        ``E-LABEL-CODE``, ``E-LABEL-URL``.
    """

    code: str
    class_name: str
    district_name: str
    url: str
    """What the QR code says; the page of the component."""

    def __post_init__(self) -> None:
        if not CODE.fullmatch(self.code):
            text = _("%(code)s is no code of a component: 16 or 17 digits are needed.")
            raise InputError("E-LABEL-CODE", text % {"code": self.code})
        if not ADDRESS.fullmatch(self.url):
            text = _("%(url)s is no web address: it begins with http and has no blanks.")
            raise InputError("E-LABEL-URL", text % {"url": self.url})

    @property
    def groups(self) -> tuple[str, str, str, str]:
        """District, main class, class, and number: the code as one reads it aloud."""
        end = len(self.code) - NUMBER
        start = DISTRICT + MAIN
        return (
            self.code[:DISTRICT],
            self.code[DISTRICT:start],
            self.code[start:end],
            self.code[end:],
        )
