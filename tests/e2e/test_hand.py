"""The page in the hand: reports and tasks with and without a network, each sent once."""

from __future__ import annotations

import time

from tests.databases import Databases, fill
from tests.e2e.handtown import CHECK_AT
from tests.e2e.phone import count_cases, phone, photo, rows, town  # noqa: F401 - fixtures
from tests.e2e.places import PASSWORD

SENDS = b"POST /api/v1/cases/reports"
NEW_AT = (2, 2)
SIZE = """
async (src) => {
    const bitmap = await createImageBitmap(await (await fetch(src)).blob());
    return `${bitmap.width}x${bitmap.height}`;
}
"""


def test_tasks_come_by_distance_and_a_check_is_confirmed_by_photo(phone, town):  # noqa: F811
    mine = phone()
    page = mine.log_in()
    page.wait_for_selector("#tasks .away")
    lines = page.locator("#tasks .case-line")
    assert lines.count() == 2
    assert "米" in lines.first.inner_text() or " m" in lines.first.inner_text()
    lines.first.tap()
    page.wait_for_selector("[data-move=confirm]:visible")
    assert "路口有垃圾" in page.inner_text("#tab-case")
    assert page.get_attribute("#tab-case a[href^='geo:']", "href").startswith("geo:39.")
    page.tap("[data-move=confirm]")
    page.tap(".sheet [type=submit]")
    page.wait_for_selector(".sheet .problem:visible")
    page.set_input_files(".sheet input[type=file]", photo())
    page.wait_for_selector(".sheet .photo-strip img")
    page.tap(".sheet [type=submit]")
    mine.wait_states("sent")
    (found,) = rows(town, "SELECT stage, on_site FROM cases_case WHERE description = '路口有垃圾'")
    assert found == ("checked", True)
    mine.tab("tasks")
    page.wait_for_function("() => document.querySelectorAll('#tasks .case-line').length === 1")


def test_a_report_without_network_is_sent_once_when_it_is_back(phone, town):  # noqa: F811
    before = count_cases(town)
    mine = phone(at=NEW_AT)
    page = mine.log_in(tab="report")
    mine.installed()
    page.wait_for_selector("#tab-report .chip-all")
    mine.offline()
    mine.write_report("没有网络时")
    mine.tab("me")
    page.wait_for_selector("#queue [data-state=waiting]")
    assert page.inner_text("#count-queue") == "1"
    assert count_cases(town) == before
    # The page itself comes up again without a network, with what waits.
    page.reload()
    mine.ready()
    mine.tab("me")
    page.wait_for_selector("#queue [data-state=waiting]")
    mine.offline(False)
    mine.wait_states("sent")
    page.wait_for_selector("#count-queue", state="hidden")
    sizes = (
        "SELECT a.width_px, a.height_px FROM cases_case c JOIN cases_attachment a"
        " ON a.case_id = c.id WHERE c.description = '没有网络时'"
    )
    assert rows(town, sizes) == [(1600, 1067)]
    assert count_cases(town) == before + 1


def test_a_report_whose_answer_is_lost_is_one_case(phone, town):  # noqa: F811
    before = count_cases(town)
    mine = phone(at=NEW_AT)
    page = mine.log_in(tab="report")
    town.line.lose_answer_to(SENDS)
    mine.write_report("回答丢了")
    assert town.line.lost.wait(10)
    mine.tab("me")
    page.wait_for_selector("#queue [data-state=waiting]")
    assert count_cases(town) == before + 1
    town.line.mend()
    page.tap("#send-now")
    mine.wait_states("sent")
    assert count_cases(town) == before + 1
    (sent,) = mine.queued()
    assert len(sent["number"]) == 20
    assert sent["photos"] == 0


def test_a_report_waits_while_the_database_is_away(phone, town):  # noqa: F811
    before = count_cases(town)
    mine = phone(at=NEW_AT)
    page = mine.log_in(tab="report")
    page.wait_for_selector("#tab-report .chip-all")
    with Databases().shut(town.database.rpartition("/")[2]):
        mine.write_report("数据库停了")
        mine.tab("me")
        # However often it is tried: it is not refused, since nothing is wrong with it.
        for _n in range(6):
            page.wait_for_selector("#queue [data-state=waiting]")
            with page.expect_response(lambda answer: "/hand/session" in answer.url) as told:
                page.tap("#send-now")
            assert told.value.status == 503 and "retry-after" in told.value.headers
        mine.wait_states("waiting")
        page.wait_for_function(
            "() => document.querySelector('#queue-state').textContent.includes('服务器')"
        )
    page.tap("#send-now")
    mine.wait_states("sent")
    assert count_cases(town) == before + 1


def test_what_was_moved_meanwhile_is_shown_and_may_become_a_report(phone, town):  # noqa: F811
    fill(town.database, town.state, "from tests.e2e.handtown import *;"
         " moved(reported((6, 2), '会变的'), 'operator:ask_check')")  # fmt: skip
    mine = phone(at=(6, 2))
    page = mine.log_in()
    mine.installed()
    page.locator("#tasks .case-line").first.tap()
    page.wait_for_selector("[data-move=deny]:visible")
    assert "会变的" in page.inner_text("#tab-case")
    mine.offline()
    page.tap("[data-move=deny]")
    page.fill(".sheet textarea", "没有看到")
    page.set_input_files(".sheet input[type=file]", photo())
    page.wait_for_selector(".sheet .photo-strip img")
    page.tap(".sheet [type=submit]")
    page.wait_for_selector("#tab-case .pill-wait")
    fill(town.database, town.state, "from tests.e2e.handtown import *;"
         " moved(Case.objects.get(description='会变的'), 'inspector:confirm')")  # fmt: skip
    mine.offline(False)
    mine.wait_states("refused")
    mine.tab("me")
    assert page.inner_text("#queue .problem code") == "E-CASE-STALE"
    page.tap("#queue [data-do=anew]")
    page.wait_for_selector("#tab-report:visible .photo-strip img")
    assert page.input_value("#tab-report textarea") == "没有看到"
    page.wait_for_selector("#send-report:enabled")
    page.tap("#send-report")
    mine.wait_states("sent")
    assert rows(town, "SELECT count(*) FROM cases_case WHERE description = '没有看到'") == [(1,)]


def test_logged_out_the_queue_stays_and_goes_out_after_the_log_in(phone, town):  # noqa: F811
    mine = phone(at=NEW_AT)
    page = mine.log_in(tab="report")
    mine.context.clear_cookies()
    mine.write_report("先登录")
    mine.wait_states("waiting")
    mine.tab("me")
    page.tap("#log-in-again")
    page.fill("input[name=username]", "second")
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    mine.ready()
    # Another's log-in does not send it in his name.
    assert [one["state"] for one in mine.queued()] == ["waiting"]
    mine.log_in()
    mine.wait_states("sent")
    who = (
        "SELECT u.username FROM cases_case c JOIN auth_user u"
        " ON u.id = c.reporter_id WHERE c.description = '先登录'"
    )
    assert rows(town, who) == [("inspector",)]


def test_a_department_accepts_and_answers(phone, town):  # noqa: F811
    mine = phone(at=(4, 9))
    page = mine.log_in("worker")
    page.locator("#tasks .case-line").first.tap()
    page.tap("[data-move=accept]")
    mine.wait_states("sent")
    page.wait_for_selector("[data-move=ask_extension]:visible")
    page.tap("[data-move=answer]")
    page.set_input_files(".sheet input[type=file]", photo())
    page.wait_for_selector(".sheet .photo-strip img")
    page.tap(".sheet [type=submit]")
    mine.wait_states("sent", "sent")
    assert rows(town, "SELECT stage FROM cases_case WHERE description = '请清扫'") == [
        ("answered",)
    ]


def test_components_and_similar_cases_are_shown_before_sending(phone, town):  # noqa: F811
    mine = phone(at=CHECK_AT)
    page = mine.log_in(tab="report")
    mine.write_report("第一次", send=True)
    mine.wait_states("sent")
    mine.write_report("第二次", send=False)
    page.wait_for_selector("#tab-report .similar .case-line")
    page.tap("#tab-report .chip-all")
    page.fill(".sheet input[type=search]", "0118")
    page.locator(".sheet .row-button").first.tap()
    page.wait_for_selector(".component-choice .choice-line")
    page.locator(".component-choice .choice-line").first.tap()
    page.tap("#send-report")
    mine.wait_states("sent", "sent")
    found = rows(
        town, "SELECT k.code FROM cases_case c JOIN components_component k ON k.id = c.component_id"
    )
    assert len(found) == 1
    assert found[0][0][6:10] == "0118"


def test_it_can_be_installed(phone, town):  # noqa: F811
    mine = phone()
    page = mine.log_in()
    mine.installed()
    found = page.evaluate(
        "fetch(document.querySelector('link[rel=manifest]').href).then((a) => a.json())"
    )
    assert found["display"] == "standalone"
    assert found["start_url"] == "/hand/" == found["scope"]
    sizes = {(one["sizes"], one["purpose"]) for one in found["icons"]}
    assert sizes == {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")}
    for one in found["icons"]:
        real = page.evaluate(SIZE, one["src"])
        assert real == one["sizes"]
    session = mine.context.new_cdp_session(page)
    errors = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # The tests' windows keep nothing, which is the one thing that Chromium minds.
    assert {one["errorId"] for one in errors} <= {"in-incognito"}
    assert session.send("Page.getAppManifest")["errors"] == []


def test_a_slow_network_does_not_bring_back_the_language_before(phone, town):  # noqa: F811
    mine = phone()
    page = mine.log_in()
    mine.installed()
    # Longer than the worker waits before it shows the page that it keeps.
    town.line.slow_down(b"GET /hand/ ", 5)
    mine.tab("me").tap("#language")
    page.wait_for_selector("html[lang=en][data-ready=true]")
    town.line.mend()


def test_the_worker_sends_with_the_page_closed(phone, town):  # noqa: F811
    before = count_cases(town)
    mine = phone(at=NEW_AT)
    page = mine.log_in(tab="report")
    mine.installed()
    page.wait_for_selector("#tab-report .chip-all")
    mine.offline()
    mine.write_report("页面关了")
    mine.wait_states("waiting")
    page.goto("about:blank")
    session = mine.context.new_cdp_session(page)
    found = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated", lambda told: found.extend(told["registrations"])
    )
    session.send("ServiceWorker.enable")
    page.wait_for_timeout(500)
    mine.context.set_offline(False)
    (registration,) = [one for one in found if one["scopeURL"] == f"{town.url}hand/"]
    # What the browser does by itself once it has a network again, at a time of its own choice.
    session.send("ServiceWorker.dispatchSyncEvent", {
        "origin": town.url.rstrip("/"), "registrationId": registration["registrationId"],
        "tag": "wanmi-hand", "lastChance": False,
    })  # fmt: skip
    end = time.monotonic() + 15
    while count_cases(town) == before and time.monotonic() < end:
        time.sleep(0.2)
    assert count_cases(town) == before + 1
