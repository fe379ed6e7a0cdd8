"""The import map of the pages' scripts, and what a page is to fetch before it asks."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()

SCRIPTS = Path(__file__).resolve().parents[1] / "static" / "webmap" / "js"
PACKAGES = {
    "protomaps-leaflet": "vendor/protomaps-leaflet/protomaps-leaflet.js",
}
_IMPORTED = re.compile(r'^(?:import|export)\b[^;]*?\bfrom "(webmap/[\w/-]+)";', re.MULTILINE)
# What a page starts as a worker, and what that imports: it has no import map.
_STARTED = re.compile(r'\bimport\.meta\.resolve\("(webmap/[\w/-]+)"\)')
_BESIDE = re.compile(r'^import\b[^;]*?\bfrom "\./([\w-]+)\.js";', re.MULTILINE)
# Run on their own, before the modules.
_PLAIN = {"theme-boot"}


def _scan() -> dict[str, tuple[str, ...]]:
    """Return what each module imports, by name (``webmap/data/drop`` is js/data/drop.js)."""
    found = {}
    for path in sorted(SCRIPTS.rglob("*.js")):
        name = path.relative_to(SCRIPTS).with_suffix("").as_posix()
        if name not in _PLAIN:
            text = path.read_text("utf-8")
            found[f"webmap/{name}"] = tuple(sorted(_imports(name, text)))
    return found


def _imports(name: str, text: str) -> set[str]:
    folder = f"webmap/{name}".rpartition("/")[0]
    beside = {f"{folder}/{other}" for other in _BESIDE.findall(text)}
    return {*_IMPORTED.findall(text), *_STARTED.findall(text), *beside}


_kept = cache(_scan)


def imports_of() -> dict[str, tuple[str, ...]]:
    """Return what each module imports; read once, where the files do not change."""
    return _scan() if settings.DEBUG else _kept()


def reached_from(entry: str) -> list[str]:
    """Return all modules that a page needs which starts with one, in the order of their names.

    Raises
    ------
    KeyError
        When one of them is not there.
    """
    graph, found, ahead = imports_of(), set(), [entry]
    while ahead:
        name = ahead.pop()
        if name not in found:
            found.add(name)
            ahead += graph[name]
    return sorted(found)


def module_address(name: str) -> str:
    """The address of a module's file."""
    return staticfiles_storage.url(f"webmap/js/{name.removeprefix('webmap/')}.js")


@register.simple_tag(takes_context=True)
def page_modules(context: dict[str, Any], entry: str) -> SafeString:
    """Write the import map, the preloads and the script of a page that starts with ``entry``."""
    needed = reached_from(entry)
    # Names of all of them, since a module may ask for another only when it needs it.
    names = {package: staticfiles_storage.url(file) for package, file in PACKAGES.items()}
    names |= {name: module_address(name) for name in imports_of()}
    nonce = context["CSP_NONCE"]
    preloads = format_html_join(
        "\n",
        '<link rel="modulepreload" href="{}" nonce="{}">',
        ((module_address(name), nonce) for name in needed),
    )
    return format_html(
        '<script type="importmap" nonce="{}">{}</script>\n{}\n'
        '<script type="module" src="{}" nonce="{}"></script>',
        nonce,
        SafeString(json.dumps({"imports": names}, indent=1)),
        preloads,
        module_address(entry),
        nonce,
    )
