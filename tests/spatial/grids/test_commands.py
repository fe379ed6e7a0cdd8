"""From cut to file by commands, and what they say when it cannot be."""

import json

import pytest
from django.core.management import CommandError, call_command

from spatial.core.errors import NotFoundError
from spatial.grids.services.export import export_grids


def test_no_plan_no_file(district, tmp_path):
    with pytest.raises(NotFoundError, match="E-PLAN-MISSING"):
        export_grids("110101", tmp_path / "g.zip")


def test_commands_from_cut_to_file(district, tmp_path, capsys):
    call_command("make_grids", "110101", "--workers", "1")
    call_command("check_grids", "110101-e1")
    call_command("publish_grids", "110101-e1", "--on", "2026-11-01")
    target = tmp_path / "grids.zip"
    call_command("export_grids", "110101", "-o", str(target), "--crs", "EPSG:4548")
    out = capsys.readouterr().out
    assert "110101-e1" in out
    assert target.exists()


def test_commands_fail_with_a_code(district, tmp_path, capsys):
    with pytest.raises(CommandError, match="E-PLAN-MISSING"):
        call_command("check_grids", "110101-e9")
    with pytest.raises(CommandError, match="E-PLAN-MISSING"):
        call_command("publish_grids", "nonsense", "--json")
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "E-PLAN-MISSING"
    with pytest.raises(CommandError, match="E-EXPORT-CRS"):
        call_command("export_grids", "110101", "-o", str(tmp_path / "g.zip"), "--crs", "Beijing54")
    with pytest.raises(CommandError, match="E-DISTRICT-MISSING"):
        call_command("make_grids", "330101")
