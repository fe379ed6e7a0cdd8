#!/usr/bin/env python3
"""Installs what Wanmi needs, once: virtual environment, pinned packages, front-end packages.

    scripts/install.py [--dev]

Standard library only. What is up to date is left alone, so that a second run takes no time.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import debian
from browser import find_browser
from qgis_library import PACKAGES as QGIS
from qgis_library import has_qgis

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin/python"
OLDEST_PYTHON = (3, 11)
# Playwright's own Node needs libatomic1.
BROWSER = ["chromium-headless-shell", "fonts-noto-cjk", "libatomic1"]
# In front of the site in the tests of what ``deploy/`` holds.
SERVER = ["nginx-light", "openssl"]
FONT = "fonts-noto-cjk"
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts")


def say(text: str) -> None:
    print(text, flush=True)


def works(words: list[str]) -> bool:
    """Whether a command is there and ends well."""
    return (
        bool(shutil.which(words[0])) and not subprocess.run(words, capture_output=True).returncode
    )


def has_venv_module() -> bool:
    return works([sys.executable, "-c", "import venv, ensurepip"])


def make_venv() -> None:
    if works([str(PYTHON), "-m", "pip", "-V"]):
        return
    packages = [f"python{sys.version_info.major}.{sys.version_info.minor}-venv"]
    debian.ensure(packages, has_venv_module, "E-PYTHON-VENV", "Python's venv module")
    say("Making the virtual environment .venv …")
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)


def install(lock: str) -> None:
    """Install a lock file unless its hash is already noted in the environment."""
    path = ROOT / "requirements" / lock
    stamp = VENV / f".installed-{lock}"
    wanted = hashlib.sha256(path.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say(f"Installing the packages of requirements/{lock} …")
    words = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    words += ["--require-hashes", "--only-binary", ":all:", "-r", str(path)]
    if subprocess.run(words).returncode:
        sys.exit(f"E-INSTALL-PIP: the packages of {path.name} could not be installed; see above")
    stamp.write_text(wanted)


def front_end() -> None:
    """Front-end packages by npm's lock; Node from PyPI where the machine has none."""
    if not shutil.which("npm"):
        install("node.txt")
    if subprocess.run([PYTHON, str(ROOT / "scripts/vendor.py")]).returncode:
        sys.exit("E-INSTALL-NPM: the front-end packages could not be installed; see above")


def has_font() -> bool:
    """Whether a font for the map book is named or lies where it is looked for."""
    if os.environ.get("WANMI_MAPBOOK_FONT"):
        return True
    return any(next(Path(f).rglob("NotoSansCJK-Regular.ttc"), None) for f in FONT_FOLDERS)


def font() -> None:
    """The font of the map book; the site works without it, so a refusal is only told."""
    try:
        debian.ensure([FONT], has_font, "E-MAPBOOK-FONT", "a Chinese font for the map book")
    except SystemExit as refusal:
        say(f"{refusal} (only the map book needs it)")


def has_browser() -> bool:
    atomic = any(Path("/usr/lib").glob("*/libatomic.so.1"))
    return atomic and find_browser() is not None


def has_server() -> bool:
    # Debian's lies where only root looks for programs.
    path = f"{os.environ.get('PATH', '')}:/usr/sbin"
    return all(shutil.which(name, path=path) for name in ("nginx", "openssl"))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--dev", action="store_true", help="what the tests need, too")
    args = parser.parse_args()
    if sys.version_info < OLDEST_PYTHON:
        sys.exit("E-PYTHON-OLD: Wanmi needs Python 3.11 or newer")
    os.chdir(ROOT)
    make_venv()
    install("dev.txt" if args.dev else "run.txt")
    front_end()
    font()
    subprocess.run([PYTHON, str(ROOT / "scripts/compile_messages.py")], check=True)
    if args.dev:
        debian.ensure(BROWSER, has_browser, "E-BROWSER-MISSING", "Chromium for the page's tests")
        debian.ensure(SERVER, has_server, "E-NGINX-MISSING", "nginx, which stands before the site")
        debian.ensure(QGIS, has_qgis, "E-QGIS-MISSING", "QGIS's library, which the tests read with")


if __name__ == "__main__":
    main()
