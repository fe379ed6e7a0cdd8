"""Every text of ours has its Chinese, and every text in the sources is in the catalogues.

Works without gettext's programs: Python is read by its own parser, templates by Django's
``templatize`` (as ``makemessages`` does), scripts by their calls of ``gettext`` and ``ngettext``.
"""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import polib
import pytest
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
LOCALE = ROOT / "webmap" / "locale"
SCRIPTS = ROOT / "webmap" / "static" / "webmap" / "js"
PACKAGES = ("spatial", "webmap", "gridding", "geocode", "fixtures")
PYTHON_CALLS = {
    "_",
    "gettext",
    "gettext_lazy",
    "ngettext",
    "ngettext_lazy",
    "pgettext",
    "pgettext_lazy",
    "_lazy",
}
SCRIPT_CALL = re.compile(r'\bn?gettext\(\s*("(?:[^"\\]|\\.)*")')
PLACE = re.compile(r"%(?:\(\w+\))?[-+0-9.]*[sdf]")
UPDATE = (
    "python manage.py makemessages -l zh_Hans -l en --no-location --no-wrap --no-obsolete "
    "(and the same with -d djangojs), then translate; see docs/map.md"
)


def catalogue(language: str, domain: str) -> polib.POFile:
    return polib.pofile(str(LOCALE / language / "LC_MESSAGES" / f"{domain}.po"))


def texts_of_python(source: str) -> set[str]:
    """First texts of the calls that mark a text for translation."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name not in PYTHON_CALLS:
            continue
        given = node.args[1 if name.startswith("pgettext") else 0]
        if isinstance(given, ast.Constant) and isinstance(given.value, str):
            found.add(given.value)
    return found


def texts_of_template(source: str) -> set[str]:
    """Texts of a template, which ``templatize`` turns into calls and filler."""
    calls = re.findall(
        r"\b_?n?p?gettext(?:_lazy)?\(\s*u?('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")",
        templatize(source),
    )
    marks = re.findall(r"\b_\(\s*u?('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")", templatize(source))
    return {ast.literal_eval(text) for text in calls + marks}


def texts_in_sources(domain: str) -> set[str]:
    found: set[str] = set()
    if domain == "djangojs":
        for path in sorted(SCRIPTS.rglob("*.js")):
            found |= {json.loads(text) for text in SCRIPT_CALL.findall(path.read_text("utf-8"))}
        return found
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            found |= texts_of_python(path.read_text("utf-8"))
        for path in sorted((ROOT / package).rglob("*.html")):
            found |= texts_of_template(path.read_text("utf-8"))
    return found - {""}


@pytest.mark.parametrize("domain", ["django", "djangojs"])
@pytest.mark.parametrize("language", ["zh_Hans", "en"])
def test_every_text_in_the_sources_is_in_the_catalogue(language, domain):
    known = {entry.msgid for entry in catalogue(language, domain) if not entry.obsolete}
    missing = texts_in_sources(domain) - known
    assert not missing, f"{sorted(missing)}\nrun {UPDATE}"


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_the_catalogue_holds_no_text_that_is_gone(domain):
    stale = {entry.msgid for entry in catalogue("zh_Hans", domain)} - texts_in_sources(domain)
    assert not stale, f"{sorted(stale)}\nrun {UPDATE}"


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_every_text_is_translated_to_chinese(domain):
    entries = [entry for entry in catalogue("zh_Hans", domain) if not entry.obsolete]
    bare = [e.msgid for e in entries if not (e.msgstr or all(e.msgstr_plural.values() or [""]))]
    assert entries
    assert not bare
    assert not [entry.msgid for entry in entries if entry.fuzzy]


@pytest.mark.parametrize("domain", ["django", "djangojs"])
@pytest.mark.parametrize("language", ["zh_Hans", "en"])
def test_a_translation_keeps_the_places_of_values(language, domain):
    for entry in catalogue(language, domain):
        wanted = sorted(PLACE.findall(entry.msgid_plural or entry.msgid))
        for text in [entry.msgstr, *entry.msgstr_plural.values()]:
            assert not text or sorted(PLACE.findall(text)) == wanted, entry.msgid
