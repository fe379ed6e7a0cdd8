"""Past cases from files: read in many forms, placed, taken once, refused with reasons."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from openpyxl import Workbook

from geocode import to_gcj02
from spatial.basemap.gazetteer.build import build_gazetteer
from spatial.basemap.models import ImportIssue, ImportRun
from spatial.cases.feeding.bring import Asked, import_cases
from spatial.cases.feeding.columns import is_feed, recognised
from spatial.cases.feeding.times import WRONG_US, read_times
from spatial.cases.models import Case, CaseEvent, CaseSource, Department, InHand, SourceNumber
from spatial.cases.services.checking import check_cases
from spatial.cases.services.given import Given
from spatial.cases.services.moving import make_move
from spatial.core.errors import WanmiError
from tests.webmap import factories

ZONE = ZoneInfo("Asia/Shanghai")
AT = datetime(2024, 5, 3, 8, 5, tzinfo=ZONE)
WALL = AT.replace(tzinfo=None)
"""As a workbook has it: the hands of the clock."""
HEAD = (
    "案卷号,问题类型,大类,小类,问题描述,上报时间,立案时间,派遣时间,处置截止时间,处置完成时间,结案时间,"
    "处置部门,经度,纬度,地址,网格编码,来源,状态"
)
DONE = "2024-05-01 08:00,2024-05-01 08:10,2024-05-01 08:20,2024-05-02 08:00,{},2024-05-03 09:00"

IN_TIME = DONE.format("2024-05-01 18:00")


@pytest.mark.parametrize(
    "text",
    [
        "2024-5-3 8:05", "2024/05/03 08:05:00", "20240503080500", "202405030805",
        "2024年5月3日 8时5分", "2024年5月3日8时5分0秒", "2024/5/3 上午8:05", "2024.5.3 8:05",
        "2024-05-03T08:05:00+08:00", "2024-05-03T00:05:00Z", "1714694700", "1714694700000",
        "5/3/2024 8:05 AM", "5/3/24 8:05", "2024-05-03 08:05:00.250", "45415.336805555555",
    ],
)  # fmt: skip
def test_a_time_is_read_in_every_form(text):
    (found,) = read_times(np.array([text], object), ZONE)
    assert datetime.fromtimestamp(found / 1e6, ZONE) == AT


@pytest.mark.parametrize("text", ["2024-13-03", "2024-02-30 8:00", "morgen", "1800-01-01", "12",
                                  "2024-05-03 25:00", "99999999999999999"])  # fmt: skip
def test_what_is_no_time_is_said_to_be_none(text):
    assert read_times(np.array([text], object), ZONE)[0] == WRONG_US


def test_afternoons_ends_of_days_and_days_before_months():
    found = read_times(np.array(["2024-05-03 下午8:05", "2024-05-03 24:00"], object), ZONE)
    hours = [datetime.fromtimestamp(one / 1e6, ZONE) for one in found]
    assert [(one.day, one.hour) for one in hours] == [(3, 20), (4, 0)]
    (end,) = read_times(np.array(["2024-05-03"], object), ZONE, ends=True)
    assert datetime.fromtimestamp(end / 1e6, ZONE).hour == 23
    both = read_times(np.array(["3/5/2024 8:05", "25/5/2024 8:05"], object), ZONE)
    assert datetime.fromtimestamp(both[0] / 1e6, ZONE) == AT


def test_columns_are_known_by_their_names():
    found = recognised(HEAD.split(","))
    assert len(found) == len(HEAD.split(","))
    assert is_feed(HEAD.split(","))
    assert not is_feed(["部件代码", "小类", "名称", "状态"])
    assert is_feed(["caseid", "Service_Name", "requested_datetime", "lat", "long"])


@pytest.fixture
def write(world, tmp_path):
    """Writes rows of a file of past cases and returns its path."""

    def make(*rows, head=HEAD, name="old.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_text("\n".join((head, *rows)) + "\n", encoding)
        return path

    return make


def row(world, number="A1", times=IN_TIME, **more):
    lon, lat = world.point
    usual = {
        "kind": "事件", "main": "大类", "class": "暴露生活垃圾",
        "words": "路边有垃圾",
        "body": "路灯所", "lon": f"{lon:.7f}", "lat": f"{lat:.7f}", "address": "某路1号",
        "grid": "", "channel": "监督员上报", "status": "",
    }  # fmt: skip
    one = usual | more
    names = ("kind", "main", "class", "words")
    ends = ("body", "lon", "lat", "address", "grid", "channel", "status")
    return ",".join((number, *(one[n] for n in names), times, *(one[n] for n in ends)))


ASKED = Asked(catalogue="test", crs="EPSG:4326")


def codes(error):
    return error.value.detail["reasons"]


def test_a_closed_row_becomes_a_case_with_its_whole_way(world, write):
    done = import_cases(write(row(world)), ASKED)
    assert (done.created, done.refused) == (1, 0)
    case = Case.objects.get()
    assert (case.stage, case.outcome, case.channel, case.late) == (
        "closed", "done", "inspector", False,
    )  # fmt: skip
    assert case.department == world.lamps and case.standard == world.standard
    assert case.grid_code and case.place == "某路1号" and case.plan == world.plan
    moves = list(CaseEvent.objects.order_by("step").values_list("move", flat=True))
    assert moves == ["report", "file", "dispatch", "accept", "answer", "pass_on", "ask_verify",
                     "verify", "close"]  # fmt: skip
    told = CaseEvent.objects.get(move="file")
    assert timezone.localtime(told.at).strftime("%H:%M") == "08:10" and told.evidence == {}
    assert CaseEvent.objects.get(move="accept").evidence == {"implied": True}
    assert SourceNumber.objects.get().number == "A1"
    assert not check_cases().faults


def test_late_is_what_the_deadline_of_the_file_says(world, write):
    late, unknown = DONE.format("2024-05-02 09:00"), DONE.format("")
    import_cases(write(row(world, "A1", late), row(world, "A2", unknown)), ASKED)
    assert list(Case.objects.order_by("pk").values_list("late", flat=True)) == [True, None]
    assert not check_cases().faults


def test_the_same_again_changes_nothing_and_a_longer_file_adds(world, write):
    import_cases(write(row(world)), ASKED)
    same = import_cases(write(row(world)), ASKED)
    assert (same.state, same.created, same.unmodified) == ("unchanged", 0, 1)
    more = import_cases(write(row(world), row(world, "A2")), ASKED)
    assert (more.created, more.updated, more.unmodified) == (1, 0, 1)
    other = import_cases(write(row(world, words="别的")), ASKED)
    assert (other.created, other.unmodified) == (0, 1)
    assert other.by_reason == {"I-CASEROW-CHANGED": 1}
    assert Case.objects.count() == 2 and CaseSource.objects.count() == 1


def test_rows_without_a_number_are_known_again(world, write):
    import_cases(write(row(world, "")), ASKED)
    again = import_cases(write(row(world, ""), row(world, "B")), ASKED)
    assert (again.created, again.unmodified) == (1, 1)


def test_open_rows_stand_where_their_times_end_and_go_on(world, write):
    reported, filed = "2024-05-01 08:00,,,,,", "2024-05-01 08:00,2024-05-01 08:10,,,,"
    sent = "2024-05-01 08:00,2024-05-01 08:10,2024-05-01 08:20,,,"
    done = "2024-05-01 08:00,,,,2024-05-01 18:00,"
    import_cases(
        write(row(world, "1", reported), row(world, "2", filed), row(world, "3", sent),
              row(world, "4", done), row(world, "5", sent, body=""),
              row(world, "6", sent, body="新部门")), ASKED,
    )  # fmt: skip
    stages = [one.stage for one in InHand.objects.order_by("case_id")]
    assert stages == ["reported", "filed", "dispatched", "answered", "filed", "dispatched"]
    assert Department.objects.get(name="新部门").code == "X001"
    by_limit = Case.objects.get(pk=InHand.objects.filter(stage="dispatched").first().case_id)
    assert by_limit.deadline == by_limit.clock_from + timedelta(hours=4)
    assert not check_cases().faults
    answered = InHand.objects.get(stage="answered")
    make_move(world.dispatcher, answered.case_id, "return_answer", Given("因为"))
    make_move(world.worker, by_limit.pk, "accept")
    assert not check_cases().faults


def test_ends_that_are_no_cases(world, write):
    first = "2024-05-01 08:00,,,,,"
    import_cases(write(row(world, "1", first, status="作废"),
                       row(world, "2", first, status="不予立案"),
                       row(world, "3", first, status="已结案")), ASKED)  # fmt: skip
    assert list(Case.objects.order_by("pk").values_list("stage", "outcome")) == [
        ("rejected", "rejected"), ("refused", "refused"), ("closed", "done"),
    ]  # fmt: skip
    assert not check_cases().faults and not InHand.objects.exists()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"times": "morgen,,,,,"}, "E-CASEROW-TIME"),
        ({"times": ",,,,,2024-05-01 08:00"}, "E-CASEROW-NOTIME"),
        ({"times": "2024-05-02 08:00,2024-05-01 08:00,,,,"}, "E-CASEROW-ORDER"),
        ({"times": "2099-05-02 08:00,,,,,"}, "E-CASEROW-FUTURE"),
        ({"class": "没有的小类"}, "E-CASEROW-CLASS"),
        ({"lon": "", "lat": "", "address": ""}, "E-CASEROW-PLACE"),
        ({"lon": "", "lat": "", "address": "不存在的地方"}, "E-CASEROW-ADDRESS"),
        ({"lon": "2", "lat": "3"}, "E-CASEROW-OUTSIDE"),
        ({"words": "长" * 2001}, "E-CASEROW-LONG"),
    ],
)
def test_a_bad_row_refuses_all_unless_the_good_ones_are_wanted(world, write, change, code):
    path = write(row(world, "A1"), row(world, "A2", **change))
    with pytest.raises(WanmiError) as caught:
        import_cases(path, ASKED)
    assert (caught.value.code, codes(caught)) == ("E-CASE-ROWS", {code: 1})
    assert not Case.objects.exists() and not CaseSource.objects.exists()
    issue = ImportIssue.objects.get(run=ImportRun.objects.get(), code=code)
    assert (issue.feature, issue.severity) == ("2", "refused")
    done = import_cases(path, Asked(catalogue="test", crs="EPSG:4326", good_rows=True))
    assert (done.created, done.refused) == (1, 1)


def test_swapped_axes_and_doubles_are_told(world, write):
    lon, lat = world.point
    with pytest.raises(WanmiError) as caught:
        import_cases(write(row(world, "A1"), row(world, "A1", words="x"),
                           row(world, "A2", lon=str(lat), lat=str(lon))), ASKED)  # fmt: skip
    assert codes(caught) == {"E-CASEROW-SWAPPED": 1, "E-CASEROW-TWICE": 1}


def test_a_grid_is_place_enough(world, write):
    import_cases(write(row(world)), ASKED)
    grid = Case.objects.get().grid_code
    import_cases(write(row(world, "G", lon="", lat="", grid=grid), name="grid.csv"), ASKED)
    assert set(Case.objects.values_list("grid_code", flat=True)) == {grid}


def test_a_dry_run_writes_nothing_and_gb18030_is_read(world, write):
    path = write(row(world), encoding="gb18030")
    done = import_cases(path, ASKED, dry_run=True)
    assert (done.state, done.created) == ("dry run", 1)
    assert not Case.objects.exists() and not ImportRun.objects.exists()
    assert import_cases(path, ASKED).created == 1


def test_columns_can_be_named_and_have_to_be(world, write):
    head = HEAD.replace("上报时间", "T1")
    with pytest.raises(WanmiError, match="E-CASE-FIELD"):
        import_cases(write(row(world), head=head), ASKED)
    named = Asked(catalogue="test", crs="EPSG:4326", columns={"reported_at": "T1"})
    assert import_cases(write(row(world), head=head), named).created == 1


def test_the_command_says_what_is_wrong(world, write, capsys):
    path = str(write(row(world)))
    with pytest.raises(CommandError, match="E-CASE-ZONE"):
        call_command("import_cases", path, zone="Moon/Base", catalogue="test", crs="EPSG:4326")
    with pytest.raises(CommandError, match="E-CATALOGUE-MISSING"):
        call_command("import_cases", path, catalogue="none", crs="EPSG:4326")
    call_command("import_cases", path, catalogue="test", crs="EPSG:4326", json=True)
    assert '"created": 1' in capsys.readouterr().out


def book_of(path, rows):
    """A workbook as a platform exports it: times as Excel keeps them, coordinates as numbers."""
    book = Workbook()
    sheet = book.active
    sheet.title = "案卷"
    for row_ in rows:
        sheet.append(row_)
    book.save(path)
    return path


def test_a_workbook_with_the_coordinates_of_web_maps(world, tmp_path):
    lon, lat = to_gcj02(np.array([world.point]))[0]
    head = [
        "工单编号",
        "事件类型",
        "登记时间",
        "办结时间",
        "承办单位",
        "X坐标",
        "Y坐标",
        "问题来源",
    ]
    row_ = ["W-7", "暴露生活垃圾", WALL, WALL + timedelta(days=1), "环卫中心",
            float(lon), float(lat), "12345"]  # fmt: skip
    path = book_of(tmp_path / "old.xlsx", [head, row_])
    done = import_cases(path, Asked(catalogue="test", crs="GCJ-02"))
    assert (done.created, done.refused) == (1, 0)
    case = Case.objects.get()
    assert case.reported_at == AT and case.closed_at == AT + timedelta(days=1)
    assert abs(case.point.x - world.point[0]) < 1e-6 and abs(case.point.y - world.point[1]) < 1e-6
    assert case.channel == "hotline" and case.grid_code
    # Taken as they stand they would lie half a kilometre away, out of the small district.
    with pytest.raises(WanmiError) as caught:
        import_cases(path, Asked(catalogue="test", crs="EPSG:4326"), dataset="shifted")
    assert caught.value.code != "E-CASE-FIELD" and Case.objects.count() == 1
    assert not check_cases().faults


def test_cells_of_a_workbook_that_are_no_times_are_named(world, tmp_path):
    lon, lat = world.point
    head = ["案卷号", "小类", "上报时间", "经度", "纬度"]
    path = book_of(tmp_path / "bad.xlsx", [head, ["1", "暴露生活垃圾", "昨天", lon, lat]])
    with pytest.raises(WanmiError) as caught:
        import_cases(path, ASKED)
    assert codes(caught) == {"E-CASEROW-TIME": 1}


@pytest.fixture
def doors(world):
    """A road with a door in the district, in the gazetteer."""
    lon, lat = world.point
    # Places are counted in cells from a corner of their own.
    column, line = (
        (lon - factories.WEST) / factories.STEP_LON,
        (factories.NORTH - lat) / factories.STEP_LAT,
    )
    factories.feature(
        "road", factories.line((column - 1, line), (column + 1, line)), "验收大街", line_class=1
    )
    factories.place("address", "验收大街18号", column, line - 0.1)
    build_gazetteer()
    return lon, lat + 0.1 * factories.STEP_LAT


def test_a_case_without_coordinates_is_found_by_its_address(world, write, doors):
    lost = {"lon": "", "lat": ""}
    texts = ("验收大街18号门前", "验收大街18号", "")
    path = write(*(row(world, f"A{n}", address=text, **lost) for n, text in enumerate(texts)))
    with pytest.raises(WanmiError) as caught:
        import_cases(path, ASKED)
    assert codes(caught) == {"E-CASEROW-PLACE": 1}
    done = import_cases(path, replace(ASKED, good_rows=True))
    assert (done.created, done.refused) == (2, 1)
    for case in Case.objects.all():
        assert (case.point.x, case.point.y) == pytest.approx(doors, abs=1e-6)
        assert case.grid_code and case.place.startswith("验收大街18号")


def test_a_table_of_addresses_alone_needs_no_coordinates(world, tmp_path, doors):
    head = ["案卷号", "小类", "上报时间", "地址"]
    path = book_of(tmp_path / "doors.xlsx",
                   [head, ["1", "暴露生活垃圾", WALL, "验收大街18号"]])  # fmt: skip
    done = import_cases(path, Asked(catalogue="test"))
    assert done.created == 1
    assert Case.objects.get().point.coords == pytest.approx(doors, abs=1e-6)
