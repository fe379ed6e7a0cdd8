"""Habits of the project, kept by tests: sizes, documents, compose file, traces."""

import ast
import re
import subprocess
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command, get_commands, load_command_class

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("geocode", "gridding", "spatial", "webmap", "fixtures", "scripts")
LONGEST = 400


def tracked(*suffixes):
    words = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    out = subprocess.run(words, cwd=ROOT, text=True, capture_output=True, check=True).stdout
    found = [ROOT / name for name in out.splitlines()]
    return [p for p in found if p.is_file() and (not suffixes or p.suffix in suffixes)]


def sources():
    return [p for p in tracked(".py") if p.relative_to(ROOT).parts[0] in PACKAGES]


def test_no_module_is_longer_than_allowed():
    long = {str(p): n for p in sources() if (n := len(p.read_text().splitlines())) > LONGEST}
    assert long == {}


def test_only_the_io_package_opens_vector_files():
    allowed = (
        "spatial/basemap/io/",
        "gridding/files.py",
        "gridding/frames.py",
        "gridding/reading.py",
        "gridding/groupfiles.py",
        "gridding/fitness.py",
    )
    allowed += ("fixtures/", "scripts/")
    offenders = []
    for path in sources():
        name = str(path.relative_to(ROOT))
        if name.startswith(allowed):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            modules = []
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                modules = [node.module or ""]
            if any(m.split(".")[0] in {"pyogrio", "geopandas"} for m in modules):
                offenders.append(name)
    assert offenders == []


def error_codes():
    found = set()
    for path in sources():
        found |= set(re.findall(r"[\"'](E(?:-[A-Z0-9]+){2,})[\"':]", path.read_text()))
        found |= set(re.findall(r"[\"'](W-GRID(?:-[A-Z0-9]+)+)[\"']", path.read_text()))
    return found


def test_every_error_code_is_documented():
    documented = set(re.findall(r"`([EW](?:-[A-Z0-9]+)+)`", (ROOT / "docs/errors.md").read_text()))
    assert error_codes() - documented == set()


def test_every_setting_is_documented():
    used = set()
    for path in sources():
        used |= set(re.findall(r"[\"'](WANMI_[A-Z_]+|DATABASE_URL)[\"']", path.read_text()))
    text = (ROOT / "docs/settings.md").read_text()
    assert {name for name in used if f"`{name}`" not in text} == set()


OURS = {n: app for n, app in get_commands().items() if app.startswith(("spatial", "webmap"))}


@pytest.mark.parametrize("name", sorted(OURS))
def test_every_command_helps_with_an_example_and_is_documented(name):
    parser = load_command_class(OURS[name], name).create_parser("manage.py", name)
    text = parser.format_help()
    assert "example: manage.py " + name in text
    assert "--json" in text
    assert f"`{name}`" in (ROOT / "docs/commands.md").read_text()


def test_no_migration_is_missing(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_the_compose_file_gives_the_same_site():
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text())
    database, site = compose["services"]["db"], compose["services"]["site"]
    assert database["image"].startswith("postgis/postgis:15-3.3")
    given = database["environment"]
    address = "postgis://{POSTGRES_USER}:{POSTGRES_PASSWORD}@db/{POSTGRES_DB}".format(**given)
    assert site["environment"]["DATABASE_URL"] == address
    assert site["depends_on"] == {"db": {"condition": "service_healthy"}}
    assert "127.0.0.1:8000:8000" in site["ports"]
    mounted = {v.split(":")[0] for s in (database, site) for v in s["volumes"]}
    assert mounted == set(compose["volumes"])
    used = (ROOT / "Dockerfile").read_text() + " ".join(site["command"])
    for script in re.findall(r"scripts/\w+\.py|requirements/\w+\.txt", used):
        assert (ROOT / script).exists(), script


TRACES = re.compile(
    r"/(?:work|root|home|Users)/[a-z]|files\.pythonhosted|registry\.npmjs|/opt/(?:pypi|wheels)"
)


def test_no_machine_path_or_registry_host_is_left():
    words = ("package-lock.json", ".py", ".txt", ".toml", ".md", ".js", ".css", ".html", ".yaml")
    found = {}
    for path in tracked():
        if path == Path(__file__) or not path.name.endswith(words):
            continue
        hits = TRACES.findall(path.read_text(errors="replace"))
        if hits:
            found[str(path.relative_to(ROOT))] = hits[:3]
    assert found == {}


def test_the_locks_pin_every_package_with_hashes():
    for name in ("run", "dev", "node"):
        text = (ROOT / f"requirements/{name}.txt").read_text()
        pinned = re.findall(r"^([\w.-]+)==\S+ \\$", text, re.M)
        assert pinned
        assert len(re.findall(r"^[\w.-]+", text, re.M)) == len(pinned)
