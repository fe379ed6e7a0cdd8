"""Names in the language of the reader."""

from __future__ import annotations

from django.utils.translation import get_language


def in_language(name: str, name_en: str) -> str:
    """The English name for an English reader, where there is one."""
    return name_en if name_en and (get_language() or "").startswith("en") else name
