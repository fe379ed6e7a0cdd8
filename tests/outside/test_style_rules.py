"""The style, tried by the rules that MapLibre publishes with its specification."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
import vendor

from tests.dev_packages import dev_package


@pytest.fixture(scope="module")
def rules() -> list[str]:
    """The command that tries a style."""
    found = dev_package("@maplibre/maplibre-gl-style-spec") / "dist/gl-style-validate.mjs"
    vendor.npm_command()
    return [shutil.which("node") or "node", str(found)]


def complaints(rules: list[str], style: dict, folder: Path) -> str:
    path = folder / "style.json"
    path.write_text(json.dumps(style))
    done = subprocess.run([*rules, str(path)], text=True, capture_output=True, env=os.environ)
    return done.stdout + done.stderr if done.returncode else ""


@pytest.mark.parametrize("night", ["0", "1"])
def test_the_style_keeps_the_specification(client_of, town, rules, tmp_path, night):
    for client in (client_of("operator"), client_of()):
        style = client.get(f"/tiles/style.json?night={night}").json()
        assert complaints(rules, style, tmp_path) == ""


def test_the_rules_would_see_a_fault(client, town, rules, tmp_path):
    style = client.get("/tiles/style.json").json()
    style["layers"][1]["paint"]["fill-colour"] = "#fff"
    assert "fill-colour" in complaints(rules, style, tmp_path)
