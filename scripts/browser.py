"""Which browser the pictures and the page's tests use, and how it is started."""

from __future__ import annotations

import os
import shutil

# The first is the one without windows, which opens a page for two thirds of the work.
BROWSERS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_browser() -> str | None:
    """Path of the browser: the one named by WANMI_CHROMIUM, else the first on PATH."""
    return os.environ.get("WANMI_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
