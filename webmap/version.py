"""Which version of the pages this process serves: a page that stays open for days asks for it."""

from __future__ import annotations

import hashlib
from functools import cache

from django.contrib.staticfiles.storage import staticfiles_storage

from webmap.templatetags.modules import imports_of, module_address

STYLES = ("tokens", "base", "wall", "wall-case")
LENGTH = 12


@cache
def served_version() -> str:
    """A hash of the names of scripts and styles, which are hashes of what is in them."""
    names = [module_address(name) for name in sorted(imports_of())]
    names += [staticfiles_storage.url(f"webmap/css/{name}.css") for name in STYLES]
    return hashlib.sha256("\n".join(names).encode()).hexdigest()[:LENGTH]
