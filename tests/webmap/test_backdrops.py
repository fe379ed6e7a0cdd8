"""Maps of others: read from a file, refused where they cannot lie right, told to the browser."""

import logging

import pytest
from django.core.exceptions import ImproperlyConfigured

from webmap.backdrops import hosts_of, read_backdrops

KEY = "k3y&secret"
TIANDITU = '[[map]]\npreset = "tianditu-vec"\nkey_from = "TK"\n'
PLAIN = """
[[map]]
id = "own"
name = "影像"
address = "https://tiles.example.org/{z}/{x}/{y}.png"
attribution = "某局"
"""


@pytest.fixture
def read(tmp_path):
    """Reads a text as the file of maps."""

    def of(text, **environment):
        path = tmp_path / "maps.toml"
        path.write_text(text, encoding="utf-8")
        return read_backdrops(str(path), environment)

    return of


def test_without_a_file_there_is_none():
    assert read_backdrops("", {}) == ()


def test_a_preset_of_tianditu_asks_for_web_mercator_with_names(read):
    (one,) = read(TIANDITU, TK=KEY)
    assert (one.id, one.system, one.max_zoom) == ("tianditu-vec", "wgs84", 18)
    assert "/vec_w/wmts?" in one.tiles and "TILEMATRIXSET=w&" in one.tiles
    assert "/cva_w/wmts?" in one.names
    assert one.tiles.endswith("&tk=k3y%26secret")
    assert one.hosts == [f"https://t{n}.tianditu.gov.cn" for n in range(8)]


def test_a_template_of_any_host(read):
    (one,) = read(PLAIN)
    assert one.hosts == ["https://tiles.example.org"]
    assert (one.name_en, one.names, one.system, one.cors) == ("影像", "", "wgs84", False)
    assert read(PLAIN + "cors = true")[0].cors is True
    assert hosts_of((one, one)) == ["https://tiles.example.org"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("{y}", "{q}"), "ADDRESS"),
        (("/{y}", ""), "ADDRESS"),
        (("https://tiles.example.org", "ftp://tiles.example.org"), "ADDRESS"),
        (("https://tiles.example.org", "https://a b;script-src"), "ADDRESS"),
        (("https://tiles.example.org", "https://user:pw@tiles.example.org"), "ADDRESS"),
        (("tiles.example.org", "{z}.example.org"), "ADDRESS"),
        (("tiles.example.org", "{s}.example.org"), "FIELD"),
        (("https://tiles.example.org", "https://t0.tianditu.gov.cn/img_c/wmts"), "MATRIX"),
        (("{y}.png", "{y}?TileMatrixSet=c&a=1"), "MATRIX"),
        (('id = "own"', 'id = "Own Map"'), "FIELD"),
        (('attribution = "某局"', ""), "FIELD"),
        (('attribution = "某局"', 'attribution = "某局"\nsystem = "bd09"'), "SYSTEM"),
        (('attribution = "某局"', 'attribution = "某局"\nmax_zoom = 40'), "FIELD"),
        (('attribution = "某局"', 'attribution = "某局"\nurl = "x"'), "FIELD"),
        (('attribution = "某局"', 'attribution = "某局"\ncors = "yes"'), "FIELD"),
        (("{y}.png", "{y}?tk={key}"), "KEY"),
        (("[[map]]", "[map]"), "FILE"),
        (("[[map]]", "[[map"), "FILE"),
    ],
)
def test_what_cannot_be_is_refused_with_a_code(read, change, code):
    with pytest.raises(ImproperlyConfigured, match=f"^E-BACKDROP-{code}: WANMI_BACKDROPS: "):
        read(PLAIN.replace(*change))


def test_the_same_map_twice_and_a_missing_file_are_refused(read, tmp_path):
    with pytest.raises(ImproperlyConfigured, match="E-BACKDROP-FIELD"):
        read(PLAIN + PLAIN)
    with pytest.raises(ImproperlyConfigured, match="E-BACKDROP-FILE"):
        read_backdrops(str(tmp_path / "gone.toml"), {})


def test_no_message_shows_the_key(read):
    bad = TIANDITU + 'max_zoom = 99\nsubdomains = "0"\n'
    with pytest.raises(ImproperlyConfigured) as told:
        read(bad, TK=KEY)
    assert "secret" not in str(told.value)
    assert "secret" not in repr(read(TIANDITU, TK=KEY))


@pytest.mark.django_db
def test_only_the_map_page_lets_the_browser_ask_them(client, read, settings, caplog):
    settings.BACKDROPS = read(TIANDITU + PLAIN, TK=KEY)
    with caplog.at_level(logging.DEBUG):
        page = client.get("/")
        other = client.get("/report/")
    policy = dict(part.strip().split(" ", 1) for part in page["Content-Security-Policy"].split(";"))
    assert policy["img-src"].split() == [
        "'self'", "data:", "blob:",
        *(f"https://t{n}.tianditu.gov.cn" for n in range(8)), "https://tiles.example.org",
    ]  # fmt: skip
    assert "tianditu" not in policy["connect-src"] + policy["script-src"]
    assert "tianditu" not in other["Content-Security-Policy"]
    assert "secret" not in caplog.text
    settings.BACKDROPS = ()
    assert "tianditu" not in client.get("/")["Content-Security-Policy"]
