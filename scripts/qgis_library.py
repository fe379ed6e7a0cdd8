"""Where QGIS's own library is, and how it comes: the tests read the site with it."""

from __future__ import annotations

import subprocess

PYTHON = "/usr/bin/python3"
"""Debian's own, which its library is built for."""
PACKAGES = ["python3-qgis", "qgis-providers"]


def has_qgis() -> bool:
    """Whether the library is there with its providers."""
    words = [PYTHON, "-c", "import qgis.core"]
    try:
        return not subprocess.run(words, capture_output=True).returncode
    except OSError:
        return False
