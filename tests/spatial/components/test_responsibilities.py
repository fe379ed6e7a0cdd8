"""The table of responsibility: who answers for a component, lines kept, files imported."""

from __future__ import annotations

import json

import pytest
from django.core.management import CommandError, call_command
from openpyxl import Workbook

from spatial.components.answering import responsibilities_of, responsible
from spatial.components.models import Component, Organisation, Responsibility
from spatial.components.services.responsibilities import (
    Line,
    delete_line,
    line_of,
    lines,
    save_line,
    shortened,
)
from spatial.components.services.responsibility_import import import_responsibilities
from spatial.core.errors import WanmiError
from spatial.core.models import AuditEntry
from tests.spatial.components.conftest import COVER, LAMP, TREE, at, bring, survey

DISTRICT = "110101"


@pytest.fixture
def register(plan, tmp_path):
    """A lamp with an owner, a lamp without anybody, a cover and a tree."""
    path = survey(
        tmp_path / "s.gpkg",
        at((103, 104), (203, 154), (303, 254), (153, 404)),
        ClassCode=[LAMP, LAMP, COVER, TREE],
        DeptName2=["自有公司", "", "", ""],
    )
    bring(path)
    made = Component.objects.order_by("code")
    return dict(zip(("cover", "lamp", "bare", "tree"), made, strict=True))


def refused(code, work, *words, **more):
    with pytest.raises(WanmiError) as caught:
        work(*words, **more)
    assert caught.value.code == code, caught.value
    return caught.value


def names(component):
    return {role: answer and answer.name for role, answer in responsible(component).items()}


def test_the_smallest_region_comes_first_and_the_class_before_its_main_class(register):
    bare = register["bare"]
    street, community = bare.grid_code[:9], bare.grid_code[:12]
    nobody = {"supervisor": None, "owner": None, "keeper": None}
    assert names(bare) == nobody
    save_line(Line(DISTRICT, owner=("", "区")))
    assert names(bare) == nobody | {"owner": "区"}
    save_line(Line(DISTRICT, "01", owner=("", "大类")))
    assert names(bare) == nobody | {"owner": "大类"}
    save_line(Line(DISTRICT, LAMP, owner=("", "小类"), keeper=("K1", "养护")))
    assert names(bare) == nobody | {"owner": "小类", "keeper": "养护"}
    save_line(Line(street, "公用设施类", owner=("", "街道")))
    # What the nearer line leaves open comes from the next.
    assert names(bare) == nobody | {"owner": "街道", "keeper": "养护"}
    line = save_line(Line(community, "路灯", owner=("9", "社区")))
    answer = responsible(bare)["owner"]
    assert (answer.code, answer.name, answer.line_id) == ("9", "社区", line.pk)
    assert names(register["tree"])["owner"] == "区"
    assert names(register["cover"])["keeper"] is None


def test_a_component_answers_for_itself_first(register):
    save_line(Line(DISTRICT, LAMP, supervisor=("", "路灯处"), owner=("", "表")))
    lamp = responsible(register["lamp"])
    assert (lamp["owner"].name, lamp["owner"].line_id) == ("自有公司", None)
    assert lamp["supervisor"].name == "路灯处" and lamp["supervisor"].line_id
    both = responsibilities_of([register["lamp"].code, register["bare"].code, "0" * 16])
    assert set(both) == {register["lamp"].code, register["bare"].code}
    assert both[register["bare"].code]["owner"].name == "表"


def test_a_component_in_no_grid_has_the_lines_of_its_district_only(register):
    bare = register["bare"]
    save_line(Line(bare.grid_code[:12], owner=("", "社区")))
    save_line(Line(DISTRICT, owner=("", "区")))
    Component.objects.filter(pk=bare.pk).update(grid_code="")
    assert names(bare)["owner"] == "区"


def test_lines_are_kept_and_audited(plan):
    line = save_line(Line(DISTRICT, "路灯", owner=("7", "甲"), note="x"))
    assert (line.main.code, line.kind.code) == ("01", LAMP)
    refused("E-RESPONSIBILITY-TWICE", save_line, Line(DISTRICT, "0118", owner=("", "乙")))
    save_line(Line(DISTRICT, "0118", keeper=("", "乙")), key=line.pk)
    changed = line_of(line.pk)
    assert (changed.owner, changed.keeper.name, changed.note) == (None, "乙", "")
    delete_line(line.pk)
    refused("E-RESPONSIBILITY-MISSING", delete_line, line.pk)
    actions = AuditEntry.objects.order_by("pk").filter(object_type="Responsibility")
    assert [entry.action.split(".")[1] for entry in actions] == ["added", "changed", "deleted"]
    assert actions[1].detail["before"]["owner"] == {"code": "7", "name": "甲"}


def test_lines_are_found(plan):
    community = plan.grids.first().community.code
    save_line(Line(DISTRICT, owner=("", "城管局")))
    save_line(Line(community, "路灯", keeper=("", "亮化公司")))
    assert lines().count() == 2
    assert lines(community[:9]).get().region_code == community
    assert lines(text="亮化").get().kind.code == LAMP
    assert lines(text=Responsibility.objects.get(kind__code=LAMP).kind.name_en[:6]).count() == 1
    assert not lines(text="没有").exists()


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (Line("110199", owner=("", "x")), "E-RESPONSIBILITY-REGION"),
        (Line(DISTRICT, "9999", owner=("", "x")), "E-RESPONSIBILITY-CLASS"),
        (Line(DISTRICT, "99", owner=("", "x")), "E-RESPONSIBILITY-CLASS"),
        (Line(DISTRICT, LAMP), "E-RESPONSIBILITY-EMPTY"),
        (Line(DISTRICT, LAMP, owner=("", "长" * 101)), "E-RESPONSIBILITY-LONG"),
        (Line(DISTRICT, LAMP, owner=("", "x"), note="长" * 201), "E-RESPONSIBILITY-LONG"),
    ],
)
def test_lines_that_cannot_be(plan, line, code):
    refused(code, save_line, line)
    assert not Responsibility.objects.exists()


def test_codes_of_the_statistics_office_are_shortened():
    assert shortened("110101000000") == "110101"
    assert shortened("110101001000") == "110101001"
    assert shortened("110101001003") == "110101001003"


def test_a_file_in_gbk_comes_in_and_again_changes_nothing(plan, tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(
        "区域代码,小类,大类,主管部门,权属单位代码,权属单位,养护单位,备注\n"
        "110101000000,路灯,,城管局,7,路灯公司,,\n"
        "110101,,01,市政处,,,,全部井盖与路灯等公用设施\n\n"
        "110101,,,城管局,,,养护队,\n",
        "gb18030",
    )
    tried = import_responsibilities(path, dry_run=True)
    assert (tried["state"], tried["created"]) == ("dry run", 3)
    assert not Responsibility.objects.exists() and not Organisation.objects.exists()
    assert import_responsibilities(path)["created"] == 3
    again = import_responsibilities(path)
    assert (again["unmodified"], again["updated"], again["created"]) == (3, 0, 0)
    path.write_text(path.read_text("gb18030").replace("养护队", "园林队"), "utf-8")
    assert import_responsibilities(path)["updated"] == 1
    assert lines(text="园林队").get().main is None


def test_a_workbook_with_codes_as_numbers(plan, tmp_path, capsys):
    book = Workbook()
    for row in (["region", "class", "owner"], [110101, 118, "甲"], [110101.0, 1, "乙"]):
        book.active.append(row)
    book.save(tmp_path / "t.xlsx")
    call_command("import_responsibilities", str(tmp_path / "t.xlsx"), "--json")
    assert json.loads(capsys.readouterr().out)["created"] == 2
    found = [(one.main.code, one.kind and one.kind.code) for one in lines()]
    assert sorted(found, key=str) == [("01", "0118"), ("01", None)]


def test_bad_rows_refuse_the_whole_file(plan, tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(
        "region,class,owner\n110101,0118,甲\n110199,0118,甲\n110101,路灯,乙\n110101,9999,甲\n"
        "110101,0101,\n",
        "utf-8",
    )
    error = refused("E-RESPONSIBILITY-ROWS", import_responsibilities, path)
    assert [(row["row"], row["code"].rsplit("-", 1)[1]) for row in error.detail["rows"]] == [
        (3, "REGION"), (4, "TWICE"), (5, "CLASS"), (6, "EMPTY"),
    ]  # fmt: skip
    assert (error.detail["refused"], error.detail["read"]) == (4, 5)
    assert not Responsibility.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("t.csv", b"name,owner\nx,y\n", "E-RESPONSIBILITY-FIELD"),
        ("t.csv", b"region,owner\n", "E-LAYER-EMPTY"),
        ("t.csv", b"region\0,owner\n1,2\n", "E-FORMAT"),
        ("t.xls", b"region,owner\n1,2\n", "E-FORMAT"),
        ("t.xlsx", b"region,owner\n1,2\n", "E-FORMAT"),
        ("t.csv", b"region,owner\n" + b"110101,x\n" * 20_001, "E-TABLE-SIZE"),
        ("t.csv", b"region,owner\n" + b" " * (5 * 1024**2), "E-TABLE-SIZE"),
        ("t.csv", b"region,owner\n110101,\xff\xff\xfe\xfe\n", "E-TEXT-ENCODING"),
    ],
)
def test_files_that_cannot_be_read(plan, tmp_path, name, content, code):
    path = tmp_path / name
    path.write_bytes(content)
    refused(code, import_responsibilities, path)


def test_a_file_that_is_not_there(plan, tmp_path):
    with pytest.raises(CommandError, match="E-FILE-MISSING"):
        call_command("import_responsibilities", str(tmp_path / "none.csv"))
