#!/usr/bin/env python3
"""Compile the translations (``*.po``) to what Django reads (``*.mo``), without gettext's programs.

Django's own ``compilemessages`` calls ``msgfmt``, which a fresh machine lacks. Files that are up
to date are left alone; a fuzzy or untranslated text is left out, so that the source text shows.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import polib

LOCALE = Path(__file__).resolve().parents[1] / "webmap" / "locale"


def compile_one(source: Path) -> bool:
    """Compile one catalogue; false when its result is newer already."""
    target = source.with_suffix(".mo")
    if target.is_file() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
        return False
    fresh = target.with_suffix(".mo.new")
    polib.pofile(str(source), encoding="utf-8").save_as_mofile(str(fresh))
    fresh.replace(target)
    return True


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0], epilog="example: python scripts/compile_messages.py"
    )
    parser.parse_args()
    sources = sorted(LOCALE.glob("*/LC_MESSAGES/*.po"))
    if not sources:
        sys.exit(f"no .po file under {LOCALE}")
    done = sum(compile_one(source) for source in sources)
    print(f"translations: {done} compiled, {len(sources) - done} up to date")


if __name__ == "__main__":
    main()
