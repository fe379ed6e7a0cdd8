"""What the browser tests do with a page again and again."""

from __future__ import annotations

from urllib.parse import urljoin

from tests.e2e.places import PASSWORD, centre_of


def start_at(url: str, place: tuple[int, int], zoom: int = 16) -> str:
    """Address that opens the map with a grid of the town in the middle."""
    lon, lat = centre_of(place)
    return f"{url}#{zoom}/{lat:.5f}/{lon:.5f}"


def panel_code(page) -> str:
    """The code that the open panel shows."""
    page.wait_for_selector("#panel-code")
    return page.get_attribute("#panel-code", "aria-label")


def click_middle(page) -> str:
    """Click the middle of the window and read the code in the panel."""
    size = page.viewport_size
    page.mouse.click(size["width"] / 2, size["height"] / 2)
    return panel_code(page)


def log_in(context, url: str, name: str) -> None:
    """Log a browser in as the form of the site at this address would, without drawing a page."""
    form = urljoin(url, "/accounts/login/")
    context.request.get(form)
    token = next(one["value"] for one in context.cookies(form) if one["name"] == "csrftoken")
    given = {"csrfmiddlewaretoken": token, "username": name, "password": PASSWORD}
    answer = context.request.post(form, form=given, headers={"Referer": form}, max_redirects=0)
    assert answer.status == 302, answer.text()


def at_rest(page) -> None:
    """Wait until the map neither zooms nor pans: what moves is clicked beside."""
    page.wait_for_selector(".leaflet-zoom-anim, .leaflet-pan-anim", state="detached")


def until(page, expression: str) -> None:
    """Wait until an expression is true; as a function, since the pages allow no ``eval``."""
    page.wait_for_function(f"() => {expression}")
