"""In the hand (`/hand/`): the site on the phone of an inspector or of a department's member."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from spatial.cases.models import Channel
from spatial.cases.stages import Stage
from spatial.core.roles import DEPARTMENT, INSPECTOR, role_names
from webmap.api.regions import district_forms
from webmap.pages.config import page_config
from webmap.templatetags.modules import PACKAGES, module_address, reached_from
from webmap.tiles.tilejson import attribution

ENTRY = "webmap/hand/main"
# Not reached from the entry: the worker takes them by their addresses, having no import map.
WORKER_PARTS = ("worker", "store", "sending")
STYLES = (
    "webmap/css/tokens.css",
    "webmap/css/base.css",
    "webmap/css/forced-colours.css",
    "vendor/leaflet/leaflet.css",
    "webmap/css/toasts.css",
    "webmap/css/hand.css",
    "webmap/css/hand-forms.css",
)
SCRIPTS = ("webmap/js/theme-boot.js", "vendor/leaflet/leaflet.js")
ICONS = {
    "webmap/icons/hand-192.png": ("192x192", "any"),
    "webmap/icons/hand-512.png": ("512x512", "any"),
    "webmap/icons/hand-maskable-512.png": ("512x512", "maskable"),
}
VERSION_HEADER = "X-Wanmi-Version"
COLOUR = "#1d4ed8"
GROUND = "#f4f6f9"


@require_safe
@cache_control(private=True, no_cache=True)
def hand_page(request: HttpRequest) -> HttpResponse:
    """The one page; its scripts show the tabs and work on without a network."""
    # The first two of the styles are those of every page.
    facts = {"config": hand_config(request), "styles": STYLES[2:]}
    answer = render(request, "webmap/hand.html", facts)
    # The worker keeps the page only beside the files it was written for.
    answer[VERSION_HEADER] = shell_version(shell_files())
    return answer


def hand_config(request: HttpRequest) -> dict[str, Any]:
    """What the page's scripts know before their first request, also without a network."""
    return {
        **page_config(request),
        "districts": district_forms(request.user),
        "attribution": attribution(),
        "departments": list(request.user.departments.values_list("pk", flat=True)),
        "channel": _channel(request.user),
        "stages": {value: str(label) for value, label in Stage.choices},
    }


def _channel(user: Any) -> str:
    """By which source a user's reports come in."""
    held = role_names(user)
    only_department = DEPARTMENT in held and INSPECTOR not in held
    return Channel.DEPARTMENT if only_department else Channel.INSPECTOR


@require_safe
@cache_control(private=True, no_store=True)
def hand_session(request: HttpRequest) -> JsonResponse:
    """Who is logged in, and the token against forged requests for a page that was kept."""
    return JsonResponse(
        {
            "username": request.user.get_username(),
            "language": get_language(),
            "csrf": get_token(request),
        }
    )


@require_safe
@cache_control(no_cache=True)
def hand_manifest(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    """By what a phone installs the page."""
    home = reverse("hand")
    return JsonResponse(
        {
            "id": home,
            "name": _("Wanmi in the hand"),
            "short_name": _("Wanmi hand"),
            "description": _("Tasks and reports of city grid management, also without a network."),
            "lang": get_language(),
            "start_url": home,
            "scope": home,
            "display": "standalone",
            "orientation": "portrait-primary",
            "background_color": GROUND,
            "theme_color": COLOUR,
            "icons": [
                {"src": static(name), "sizes": sizes, "type": "image/png", "purpose": purpose}
                for name, (sizes, purpose) in ICONS.items()
            ],
            "shortcuts": [
                {"name": _("Report a case"), "url": f"{home}#report"},
                {"name": _("Tasks"), "url": f"{home}#tasks"},
            ],
        },
        content_type="application/manifest+json",
    )


@require_safe
@cache_control(no_cache=True)
def hand_worker(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The service worker: its parts by their addresses, and the files it keeps.

    It changes with any of these files, and so the phone fetches them anew.
    """
    files = shell_files()
    facts = {
        "version": shell_version(files),
        "files": files,
        "page": reverse("hand"),
        "words": reverse("jsi18n"),
        "ground": reverse("tilejson", kwargs={"layer": "basemap"}),
    }
    worker, store, sending = (module_address(f"webmap/hand/{name}") for name in WORKER_PARTS)
    text = (
        f"import {{ startWorker }} from {json.dumps(worker)};\n"
        f"import * as store from {json.dumps(store)};\n"
        f"import {{ sendQueue }} from {json.dumps(sending)};\n"
        f"startWorker({json.dumps(facts, indent=1)}, () => sendQueue(store));\n"
    )
    return HttpResponse(text, content_type="text/javascript; charset=utf-8")


def shell_version(files: list[str]) -> str:
    """Names a set of files; their names change with what is in them."""
    return hashlib.sha256("\n".join(files).encode()).hexdigest()[:16]


def shell_files() -> list[str]:
    """Addresses of all that the page needs to start: modules, packages, styles, icons, symbols."""
    names = [*STYLES, *SCRIPTS, *ICONS, *PACKAGES.values(), "webmap/icons/wanmi.svg"]
    modules = [module_address(name) for name in reached_from(ENTRY)]
    worker = module_address("webmap/hand/worker")
    # The page asks for symbols by their plain names.
    symbols = [f"{settings.STATIC_URL}symbols/{name}" for name in _symbols()]
    return [*map(staticfiles_storage.url, names), *modules, worker, *symbols]


def _symbols() -> list[str]:
    folder = settings.BASE_DIR / "webmap" / "static" / "symbols"
    return sorted(path.name for path in folder.glob("*.svg"))
