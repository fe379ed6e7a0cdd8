"""Persons who answer for grids: imported all or nothing, found on four levels."""

from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from openpyxl import Workbook

from spatial.core.errors import WanmiError
from spatial.patrol.models import GridResponsible, PatrolArea
from spatial.patrol.selectors import answering_for
from spatial.patrol.services.editing import Change, change_area
from spatial.patrol.services.responsible_import import import_responsibles


def table(tmp_path, *lines, name="persons.csv"):
    path = tmp_path / name
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def refused(code, path):
    with pytest.raises(WanmiError) as caught:
        import_responsibles(path)
    assert caught.value.code == code
    assert not GridResponsible.objects.exists()
    return caught.value


def test_persons_of_four_levels_answer(beat, tmp_path):
    grid = beat.grids()[0].code
    path = table(
        tmp_path,
        "网格代码,姓名,类别,职务,电话,单位,生效日期,失效日期",
        "110101,赵示例,,区长,010-1,示例区政府,2026-01-01,",
        f"{grid[:9]},钱示例,负责人,,010-2,示例街道办,2026/1/1,",
        f"{grid[:12]},孙示例,,书记,,示例社区居委会,,",
        f"{grid},李示例,网格员,,13800000000,,2026年1月1日,",
        f"{grid},周示例,驻地单位,,,示例商店,,",
        f"{grid},吴示例,门前三包,,,示例餐馆,,",
        f"{grid},郑示例,网格员,,,,2020-01-01,2021-01-01",
    )
    assert import_responsibles(path)["created"] == 7
    again = import_responsibles(path)
    assert (again["unmodified"], again["created"], again["updated"]) == (7, 0, 0)
    area = PatrolArea.objects.get(grids__grid_code=grid)
    change_area(area.code, Change(inspectors=["inspector"]))
    found = answering_for(grid)
    names = {level: [one.name for one in persons] for level, persons in found.persons.items()}
    assert names == {
        "district": ["赵示例"], "street": ["钱示例"], "community": ["孙示例"],
        "grid": ["吴示例", "李示例", "周示例"],
    }  # fmt: skip
    assert found.area == area
    before = answering_for(grid, date(2026, 11, 2))
    assert [one.name for one in before.persons["grid"]] == ["李示例"]
    with pytest.raises(WanmiError) as caught:
        answering_for("110101001001999")
    assert caught.value.code == "E-GRID-MISSING"


def test_a_workbook_changes_a_telephone(beat, tmp_path):
    book = Workbook()
    book.active.append(["code", "name", "phone"])
    book.active.append([110101, "赵示例", "010-1"])
    book.save(tmp_path / "a.xlsx")
    assert import_responsibles(tmp_path / "a.xlsx", dry_run=True)["state"] == "dry run"
    assert not GridResponsible.objects.exists()
    import_responsibles(tmp_path / "a.xlsx")
    path = table(tmp_path, "code,name,phone", "110101,赵示例,010-9")
    assert import_responsibles(path)["updated"] == 1
    person = GridResponsible.objects.get()
    assert (person.phone, person.role, person.valid_from) == (
        "010-9", "head", timezone.localdate(),
    )  # fmt: skip


@pytest.mark.parametrize(("line", "code"), [
    ("999999,赵,,,,", "E-RESPONSIBLE-CODE"),
    ("110101,,,,,", "E-RESPONSIBLE-NAME"),
    (f"110101,{'长' * 61},,,,", "E-RESPONSIBLE-LONG"),
    ("110101,赵,网格员,,,", "E-RESPONSIBLE-ROLE"),
    ("110101,赵,国王,,,", "E-RESPONSIBLE-ROLE"),
    ("110101,赵,,2026-13-01,,", "E-RESPONSIBLE-DAYS"),
    ("110101,赵,,2026-02-01,2026-01-01,", "E-RESPONSIBLE-DAYS"),
    ("110101,钱,,,,", "E-RESPONSIBLE-TWICE"),
])  # fmt: skip
def test_a_row_that_cannot_be_taken_refuses_the_file(beat, tmp_path, line, code):
    path = table(tmp_path, "code,name,role,valid_from,valid_to,phone", "110101,钱,,,,", line)
    error = refused("E-RESPONSIBLE-ROWS", path)
    assert [(row["row"], row["code"]) for row in error.detail["rows"]] == [(3, code)]


def test_a_table_without_names_is_refused(beat, tmp_path):
    refused("E-RESPONSIBLE-FIELD", table(tmp_path, "code,phone", "110101,1"))


def test_the_command(beat, tmp_path, capsys):
    path = table(tmp_path, "code,name", "110101,赵示例")
    call_command("import_grid_responsibles", str(path), "--json")
    assert '"created": 1' in capsys.readouterr().out
    assert GridResponsible.objects.get().valid_from <= timezone.localdate() + timedelta(days=1)
