"""The import map and the preloads of the pages."""

import json
import re

import pytest

from webmap.templatetags.modules import SCRIPTS, imports_of, reached_from


def fetched_later():
    """The modules that a page fetches only when they are needed: texts to ``lazy.js``."""
    texts = (path.read_text("utf-8") for path in SCRIPTS.rglob("*.js"))
    return {name for text in texts for name in re.findall(r'\bnew Part\("(webmap/[\w/-]+)"', text)}


def test_every_script_but_the_first_is_a_module():
    names = {p.relative_to(SCRIPTS).with_suffix("").as_posix() for p in SCRIPTS.rglob("*.js")}
    assert set(imports_of()) == {f"webmap/{name}" for name in names - {"theme-boot"}}


def test_no_module_imports_what_is_not_there():
    for name, wanted in imports_of().items():
        assert set(wanted) <= set(imports_of()), name


def test_every_import_is_seen():
    for path in SCRIPTS.rglob("*.js"):
        text = path.read_text("utf-8")
        name = f"webmap/{path.relative_to(SCRIPTS).with_suffix('').as_posix()}"
        written = set(re.findall(r'"(webmap/[\w/-]+)"', text)) - {name}
        beside = set(re.findall(r'from "\./([\w-]+)\.js"', text))
        written |= {f"{name.rpartition('/')[0]}/{other}" for other in beside}
        found = set(imports_of().get(name, ()))
        assert {w for w in written if w in imports_of()} - found <= fetched_later(), name


def test_what_is_fetched_later_is_there_and_not_at_first():
    assert {"webmap/share/control", "webmap/select/control"} <= fetched_later() <= set(imports_of())
    assert not fetched_later() & set(reached_from("webmap/main"))


def test_a_page_preloads_what_its_script_reaches():
    assert reached_from("webmap/config") == ["webmap/config"]
    assert {"webmap/main", "webmap/map", "webmap/icons"} <= set(reached_from("webmap/main"))
    with pytest.raises(KeyError):
        reached_from("webmap/nowhere")


def test_the_map_page_carries_map_preloads_and_script(client, town):
    text = client.get("/").content.decode()
    mapped = json.loads(re.search(r'type="importmap"[^>]*>(.*?)</script>', text, re.S)[1])
    assert set(imports_of()) < set(mapped["imports"])
    preloads = re.findall(r'modulepreload" href="([^"]+)"', text)
    assert preloads == [mapped["imports"][name] for name in reached_from("webmap/main")]
    assert f'type="module" src="{mapped["imports"]["webmap/main"]}"' in text
