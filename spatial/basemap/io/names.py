"""File names as users give them: kept as text, never as a path."""

from __future__ import annotations

import unicodedata

from django.utils.translation import gettext_lazy as _

from spatial.core.errors import InputError

MAX_LENGTH = 255
UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Control and format characters, among them those that turn the direction of writing."""


def check(name: str) -> str:
    """Return the name without a path before it and in composed form.

    Raises
    ------
    InputError
        ``E-UPLOAD-NAME`` when it is empty, too long, or has characters that cannot be seen.
    """
    plain = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1]).strip()
    if any(unicodedata.category(sign) in UNSEEN for sign in name):
        text = _("The file name has control characters; rename the file.")
        raise InputError("E-UPLOAD-NAME", text)
    if not plain.strip(".") or len(plain) > MAX_LENGTH:
        text = _("The file needs a name of at most 255 characters; rename it.")
        raise InputError("E-UPLOAD-NAME", text)
    return plain
