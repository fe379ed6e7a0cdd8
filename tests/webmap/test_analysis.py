"""The addresses of analysis: answers, bad input, and what is made as a job."""

from datetime import timedelta

import pytest
from django.utils import timezone

from spatial.cases.making.make import make_cases
from spatial.cases.making.plan import Wanted
from spatial.core.models import Job
from spatial.grids.models import GridPlan
from spatial.reports.models import KeptAnswer
from spatial.reports.services.keeping import keep
from tests.webmap import factories
from webmap.analysis import order_daily
from webmap.tasks import analysis_task

ROOT = "/api/v1/analysis"
HOME = "district=110101"


@pytest.fixture
def planner(town, client_of):
    return client_of("planner")


def ask(client, what, status=200, **query):
    answer = client.get(f"{ROOT}/{what}", {"district": "110101", **query})
    assert answer.status_code == status, answer.content
    return answer.json()


def test_a_town_with_cases(planner):
    factories.components(GridPlan.objects.get())
    make_cases(Wanted(("110101",), 2_000, days=120, open_share=0.05))
    spots = ask(planner, "hotspots", per="grid", band_m=200)
    assert spots["grids"] == 36 and spots["cases"] > 100
    hours = ask(planner, "hours")
    assert sum(map(sum, hours["counts"])) == hours["cases"] == spots["cases"]
    ageing = ask(planner, "ageing")
    assert ageing["open"] == sum(one["open"] for one in ageing["bands"]) > 50
    mix = ask(planner, "mix", level="grid")
    assert sum(sum(one["counts"]) for one in mix["areas"]) == hours["cases"]
    rows = ask(planner, "departments")
    assert rows and all(row["late_low"] <= (row["late_share"] or 0) <= row["late_high"] or
                        row["late_share"] is None for row in rows)  # fmt: skip
    assert ask(planner, "bursts")["level"] == "community"
    assert ask(planner, "downhill")["edition"] == "110101-e1"
    first = ask(planner, "forecast", 202)
    assert first["answer"] is None and Job.objects.get(pk=first["job"]).state == "done"
    forecast = ask(planner, "forecast")
    assert forecast["ready"] and forecast["answer"]["tested_weeks"] == 8
    for one in forecast["answer"]["classes"]:
        assert one["level"] is None or one["expected"] > 0
    assert ask(planner, "clusters", 202)["ready"] is False
    assert ask(planner, "clusters")["answer"]["permutations"] == 99
    assert KeptAnswer.objects.count() == 2


def test_an_empty_town_is_answered_too(planner):
    assert ask(planner, "hotspots")["spots"] == []
    assert ask(planner, "hours")["cases"] == 0
    assert ask(planner, "departments") == []
    assert ask(planner, "bursts")["bursts"] == []
    ask(planner, "forecast", 202)
    assert ask(planner, "forecast")["answer"]["cells"] == []
    ask(planner, "clusters", 202)
    assert ask(planner, "clusters")["answer"]["clusters"] == []


@pytest.mark.parametrize(
    ("what", "query", "code"),
    [
        ("hours", {"from": "2026-03-01", "to": "2026-02-01"}, "E-ANALYSIS-SPAN"),
        ("hours", {"from": "2999-01-01", "to": "2999-02-01"}, "E-ANALYSIS-SPAN"),
        ("hotspots", {"band_m": "nan"}, "E-REQUEST-INVALID"),
        ("hotspots", {"level": "2"}, "E-REQUEST-INVALID"),
        ("mix", {"level": "x"}, "E-REQUEST-INVALID"),
        ("hours", {"main": "'; DROP"}, "E-REQUEST-INVALID"),
        ("hotspots", {"district": "999999"}, "E-PLAN-MISSING"),
        ("clusters", {"district": "999999"}, "E-PLAN-MISSING"),
        ("reports/2026-10.doc", {}, "E-REPORT-FORM"),
        ("reports/2026-99.pdf", {}, "E-REPORT-MONTH"),
    ],
)
def test_bad_input(planner, what, query, code):
    answer = planner.get(f"{ROOT}/{what}", {"district": "110101", **query})
    assert answer.status_code in (400, 404)
    assert answer.json()["code"] == code


def test_the_report_is_made_by_a_worker_and_comes_as_a_file(planner):
    first = planner.get(f"{ROOT}/reports/2026-10.xlsx?{HOME}")
    assert (first.status_code, first.json()["ready"]) == (202, False)
    assert Job.objects.get(pk=first.json()["job"]).state == "done"
    answer = planner.get(f"{ROOT}/reports/2026-10.xlsx?{HOME}")
    assert answer.status_code == 200
    assert answer.content[:2] == b"PK"
    assert "report-110101-2026-10.xlsx" in answer["Content-Disposition"]


def test_the_report_is_a_page_with_grades_and_charts(planner):
    factories.components(GridPlan.objects.get())
    make_cases(Wanted(("110101",), 400, days=60, open_share=0.05))
    month = f"{timezone.localdate() - timedelta(days=30):%Y-%m}"
    page = planner.get(f"/evaluation/reports/{month}/?{HOME}")
    assert page.status_code == 200 and month in page.content.decode()
    assert planner.get("/evaluation/reports/2099-01/").status_code == 404
    assert ask(planner, f"reports/{month}", 202)["ready"] is False
    told = ask(planner, f"reports/{month}")["answer"]
    keys = [one["key"] for one in told["tables"]]
    assert {"grades-district", "grades-street", "grades-community", "streets"} <= set(keys)
    assert sum(told["daily"]) == told["months"][month] > 0
    streets = next(one for one in told["tables"] if one["key"] == "grades-street")
    assert [row[0] for row in streets["rows"] if row[0]] == sorted(
        row[0] for row in streets["rows"] if row[0]
    )


def test_a_part_of_a_chart_is_chosen_on_the_map_and_an_object_in_the_charts(planner):
    factories.components(GridPlan.objects.get())
    make_cases(Wanted(("110101",), 600, days=30, open_share=0.2))
    hours = ask(planner, "hours")
    day, hour = max(((d, h) for d in range(7) for h in range(24)),
                    key=lambda one: hours["counts"][one[0]][one[1]])  # fmt: skip
    found = ask(planner, "chosen", weekday=day + 1, hour=hour)
    assert found["cases"] == hours["counts"][day][hour] > 0
    assert sum(found["counts"]) + found["outside"] == found["cases"]
    mix = ask(planner, "mix")
    main = mix["classes"][0]["code"]
    assert ask(planner, "chosen", main=main)["cases"] == sum(a["counts"][0] for a in mix["areas"])
    bands = ask(planner, "ageing")["bands"]
    for band in bands:
        more = {} if band["to_d"] is None else {"age_to": band["to_d"]}
        assert ask(planner, "chosen", age_from=band["from_d"], **more)["cases"] == band["open"]
    rows = {one["code"]: one["had"] for one in ask(planner, "departments")}
    department = next(code for code, had in rows.items() if had)
    assert ask(planner, "chosen", department_code=department)["cases"] >= rows[department]
    whole = ask(planner, "chosen")
    codes = list(GridPlan.objects.get().grids.order_by("ordinal").values_list("code", flat=True))
    grid = codes[whole["ordinals"][0] - 1]
    assert ask(planner, "hours", area=grid)["cases"] == whole["counts"][0]
    street = grid[:9]
    assert ask(planner, "hours", area=street)["cases"] == sum(
        n for ordinal, n in zip(whole["ordinals"], whole["counts"], strict=True)
        if codes[ordinal - 1].startswith(street)
    )  # fmt: skip
    bad = planner.get(f"{ROOT}/chosen?{HOME}&hour=25")
    assert bad.status_code == 400


def test_what_is_asked_daily_is_made_before_anybody_asks(planner):
    jobs = order_daily()
    assert {job.params["question"] for job in jobs} == {"forecast", "clusters", "hottest"}
    for job in jobs:
        analysis_task.enqueue(str(job.pk))
    assert order_daily() == []
    assert ask(planner, "clusters")["ready"] is True
    assert ask(planner, "forecast")["ready"] is True


def test_faked_ledgers_are_for_supervision_only(planner, client_of):
    assert planner.get(f"{ROOT}/honesty?{HOME}").status_code == 403
    operator = client_of("operator")
    assert ask(operator, "honesty", 202)["ready"] is False
    found = ask(operator, "honesty")["answer"]
    assert found["findings"] == []
    assert {one["code"] for one in found["rules"]} == {
        "quick", "photo", "far", "bulk", "backdated", "reason",
    }  # fmt: skip


def test_a_finding_has_its_words_in_the_language_of_the_reader(town, client_of):
    today = timezone.localdate()
    asked = {"district": "110101", "first": f"{today - timedelta(days=27)}", "last": f"{today}"}
    one = {"rule": "bulk", "who": "wang", "count": 90, "cases": [],
           "evidence": {"move": "close", "usual_a_day": 4.5, "chance": 1e-9}}  # fmt: skip
    keep("honesty", asked, lambda: {"findings": [one], "rules": []})
    operator = client_of("operator")
    address = f"{ROOT}/honesty?{HOME}&to={today}"
    said = {}
    for language in ("en", "zh-hans"):
        operator.cookies["django_language"] = language
        said[language] = operator.get(address).json()["answer"]
    assert said["en"]["findings"][0]["says"].startswith("90 times “close”")
    assert said["zh-hans"]["findings"][0]["says"] != said["en"]["findings"][0]["says"]
