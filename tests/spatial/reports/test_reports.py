"""The monthly report, who gets it, and the check of ledgers with photos."""

import io
import json
from datetime import date

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.utils import timezone
from openpyxl import load_workbook
from pypdf import PdfReader

from spatial.cases.models import Attachment, Case
from spatial.cases.services.given import Shot
from spatial.cases.stages import Stage
from spatial.core.errors import WanmiError
from spatial.evaluation.analysis.reading.suspicion import Period
from spatial.reports.models import KeptAnswer, PhotoPrint, SentReport, Subscription
from spatial.reports.monthly.facts import Grade, month_before, month_of
from spatial.reports.monthly.making import monthly_report
from spatial.reports.services.honesty import checked
from spatial.reports.services.keeping import keep, kept
from spatial.reports.services.photos import print_photos
from tests.spatial.evaluation.analysis.test_honesty import scene

GRADES = [Grade("110101001", "东华门街道", 91.5, "A", rank=1)]


def test_the_report_has_the_same_facts_in_both_forms_and_languages(made, tmp_path, capsys):
    october = Case.objects.filter(
        reported_at__gte="2026-10-01T00:00+08:00", reported_at__lt="2026-11-01T00:00+08:00"
    ).exclude(stage__in=["rejected", "merged"])
    count = october.count()
    packed = monthly_report("2026-10", "110101", "xlsx", language="en", grades=GRADES)
    book = load_workbook(io.BytesIO(packed))
    assert {"Summary", "Days", "Hours", "Grades street", "Streets", "Hot spots"} - {
        "Hot spots"
    } <= set(book.sheetnames)
    assert str(count) in book["Summary"]["A2"].value
    assert sum(row[1] for row in book["Days"].iter_rows(min_row=2, values_only=True)) == count
    assert sum(map(sum, (row[1:] for row in book["Hours"].iter_rows(
        min_row=2, values_only=True)))) == count  # fmt: skip
    assert [cell.value for cell in book["Grades street"][2]] == [
        1,
        "110101001",
        "东华门街道",
        91.5,
        "A",
    ]
    file = tmp_path / "report.pdf"
    call_command("report_month", "2026-10", district="110101", output=file, language="zh-hans")
    pages = PdfReader(file).pages
    text = "".join(page.extract_text() for page in pages)
    assert str(count) in text and "2026-10" in text
    capsys.readouterr()


@pytest.mark.parametrize(
    ("month", "form", "district", "code"),
    [("2026-13", "pdf", "110101", "E-REPORT-MONTH"), ("2999-01", "pdf", "110101", "E-REPORT-MONTH"),
     ("2026-10", "doc", "110101", "E-REPORT-FORM"),
     ("2026-10", "xlsx", "999999", "E-DISTRICT-MISSING")],
)  # fmt: skip
def test_what_cannot_be_reported_is_refused(db, month, form, district, code):
    with pytest.raises(WanmiError) as caught:
        monthly_report(month, district, form, language="en")
    assert caught.value.code == code


def test_months():
    assert month_of("2026-02") == (date(2026, 2, 1), date(2026, 2, 28))
    assert month_before(date(2026, 1, 5)) == "2025-12"


def send(**more):
    call_command("send_reports", month="2026-10", json=True, **more)


class Away(EmailBackend):
    """A mail server that is away for one of them."""

    def send_messages(self, messages):
        if any("bad@" in one.to[0] for one in messages):
            raise ConnectionRefusedError("away")
        return super().send_messages(messages)


def test_reports_go_out_once_each_and_what_failed_goes_out_later(world, settings, capsys):
    settings.EMAIL_HOST = "mail.example.org"
    for email in ("a@example.org", "bad@example.org"):
        Subscription.objects.create(email=email, district_code="110101")
    Subscription.objects.create(email="off@example.org", district_code="110101", in_use=False)
    settings.EMAIL_BACKEND = f"{Away.__module__}.{Away.__qualname__}"
    with pytest.raises(CommandError, match="E-REPORT-UNSENT"):
        send()
    assert [one.to for one in mail.outbox] == [["a@example.org"]]
    names = [name for name, _bytes, _kind in mail.outbox[0].attachments]
    assert names == ["report-110101-2026-10.pdf", "report-110101-2026-10.xlsx"]
    assert SentReport.objects.count() == 1
    capsys.readouterr()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    send()
    send()
    assert [json.loads(line)["sent"] for line in capsys.readouterr().out.splitlines()] == [1, 0]
    assert len(mail.outbox) == 2


def test_without_a_mail_server_nothing_is_tried(db, settings):
    settings.EMAIL_HOST = ""
    with pytest.raises(CommandError, match="E-REPORT-MAIL"):
        send()


def test_an_answer_is_kept_for_its_day(db):
    asked = {"district": "110101", "last": "2026-10-31"}
    assert kept("forecast", asked) is None
    made = keep("forecast", asked, lambda: {"day": date(2026, 10, 31)})
    assert made["day"] == "2026-10-31"
    assert kept("forecast", asked) == made
    assert kept("forecast", asked | {"last": "x"}) is None
    KeptAnswer.objects.update(day=date(2026, 1, 1))
    assert kept("forecast", asked) is None
    keep("forecast", {"district": "2"}, dict)
    assert KeptAnswer.objects.count() == 1


def test_the_same_photo_with_two_cases_is_found_once_it_was_printed(world, capsys):
    from dataclasses import replace

    from spatial.cases.services.moving import make_move

    cases = [world.case(Stage.HANDLING) for _n in range(3)]
    for case, seed in zip(cases, (5, 5, 6), strict=True):
        Attachment.objects.filter(case=case).delete()
        given = replace(world.given("answer", case), photos=(Shot(scene(seed)),))
        make_move(world.worker, case.pk, "answer", given)
    day = timezone.localdate()
    period = Period("110101", day, day)
    before = checked(period)
    assert before["photos_waiting"] == 3
    assert [one for one in before["findings"] if one["rule"] == "photo"] == []
    assert print_photos() == {"printed": 3, "unreadable": 0}
    (found,) = [one for one in checked(period)["findings"] if one["rule"] == "photo"]
    assert found["cases"] == sorted(case.number for case in cases[:2])
    assert (found["who"], found["evidence"]["exact"]) == ("worker", True)
    gone = Attachment.objects.order_by("pk").first()
    gone.file.storage.delete(gone.file.name)
    PhotoPrint.objects.filter(photo=gone).delete()
    call_command("check_honesty", "110101", first=day, last=day, json=True)
    told = json.loads(capsys.readouterr().out)
    assert (told["printed"], told["unreadable"], told["photos_waiting"]) == (0, 1, 0)
