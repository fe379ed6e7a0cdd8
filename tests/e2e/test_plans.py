"""The plans among the data pages, in a real browser."""

from tests.e2e.places import DISTRICT, DRAFT, VERSION


def opened(open_page, site, path, **more):
    page = open_page(f"{site}{path}", user="gis_staff", idle=False, **more)
    return page


def test_the_draft_is_reviewed_on_the_map(open_page, site):
    page = opened(open_page, site, f"data/plans/{DRAFT}")
    assert "草案" in page.inner_text("#plan-state")
    # The town has lines of roads at no grid's border: every grid is off features.
    page.wait_for_selector(".problem")
    first = page.locator(".problem").first
    code = first.locator("code").inner_text()
    first.click()
    page.wait_for_selector(".problem[aria-current=true]")
    assert page.locator(".problem[aria-current=true] code").inner_text() == code
    page.wait_for_selector(".leaflet-chosen-pane path")
    page.keyboard.press("ArrowDown")
    page.wait_for_function(
        "code => document.querySelector('.problem[aria-current=true] code')?.textContent !== code",
        arg=code,
    )


def test_a_bar_of_the_histogram_lists_its_grids(open_page, site):
    page = opened(open_page, site, f"data/plans/{DRAFT}")
    bar = page.locator(".histogram g").first
    label = bar.get_attribute("aria-label")
    count = int("".join(filter(str.isdigit, label.rsplit("：", 1)[1])))
    bar.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".histogram .is-chosen")
    assert page.locator(".problem").count() == min(count, 300)
    page.keyboard.press("Enter")
    assert page.locator(".histogram .is-chosen").count() == 0


def test_two_plans_stand_beside_each_other(open_page, site):
    page = opened(open_page, site, f"data/plans/{DRAFT}")
    assert not page.is_visible("#swipe")
    page.select_option("#against", VERSION)
    page.wait_for_selector("#swipe:visible")
    page.wait_for_selector(".figures thead")
    assert page.locator(".figures thead th").all_inner_texts() == [DRAFT, VERSION]
    assert page.get_attribute("#swipe", "aria-valuenow") == "50"
    clip = "() => document.querySelector('.leaflet-grids-pane').style.clip"
    before = page.evaluate(clip)
    page.focus("#swipe")
    page.keyboard.press("ArrowRight")
    assert page.get_attribute("#swipe", "aria-valuenow") == "52"
    assert page.evaluate(clip) != before
    box = page.locator("#swipe").bounding_box()
    page.mouse.move(box["x"] + 12, box["y"] + 300)
    page.mouse.down()
    page.mouse.move(box["x"] - 200, box["y"] + 300)
    page.mouse.up()
    assert int(page.get_attribute("#swipe", "aria-valuenow")) < 52
    page.select_option("#against", "")
    page.wait_for_selector("#swipe", state="hidden")
    assert page.evaluate(clip) == "auto"


def test_a_plan_is_cut_and_deleted(open_page, site):
    page = opened(open_page, site, "data/plans/")
    page.on("dialog", lambda dialog: dialog.accept())
    page.fill("[name=target_area_m2]", "20000")
    page.click("#cut-form button[type=submit]")
    made = f"{DISTRICT}-e3"
    page.wait_for_selector(f"[data-version='{made}']")
    page.goto(f"{site}data/plans/{made}")
    page.wait_for_selector("html[data-ready=true]")
    page.click("#check")
    page.wait_for_selector("#plan-state.plan-checked")
    # Whoever cut it does not publish it, and is told so.
    assert page.is_disabled("#publish")
    assert "须由他人发布" in page.inner_text("#actions")
    page.click("#delete")
    page.wait_for_url(f"{site}data/plans/")
    assert page.locator(f"[data-version='{made}']").count() == 0


def test_a_planner_has_no_plans_page(open_page, site):
    page = open_page(f"{site}data/", user="planner", ready=False, allowed={403})
    names = page.locator(".data-nav a").all_inner_texts()
    assert "方案" not in names
    assert "导出" in names
    page.goto(f"{site}data/plans/")
    assert page.locator("h1").inner_text() != ""
    assert "403" not in page.inner_text("h1")
    assert not page.locator("#cut-form").count()


def test_the_part_to_cut_is_chosen_by_name(open_page, site):
    page = opened(open_page, site, "data/plans/", allowed={409})
    orders = []

    def refuse(route):
        orders.append(route.request.post_data_json)
        route.fulfill(status=409, json={"code": "E-PLAN-BUSY", "message": "busy"})

    page.route("**/api/v1/plans", refuse)
    page.fill("#only-input", "景山")
    page.keyboard.press("Enter")
    page.wait_for_selector(".picked li:has-text('110101002')")
    page.fill("#only-input", "没有这个社区")
    page.keyboard.press("Enter")
    assert page.locator(".picked li").count() == 1
    page.fill("#only-input", "")
    page.click("#cut-form button[type=submit]")
    page.wait_for_selector(".toast-error")
    assert orders[0]["only"] == ["110101002"]
    page.get_by_label("去掉 景山街道").click()
    assert page.locator(".picked li").count() == 0
