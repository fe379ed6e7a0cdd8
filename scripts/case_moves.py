#!/usr/bin/env python3
"""Draws the table of moves into docs/cases.md, from the table itself.

.venv/bin/python scripts/case_moves.py [--check]
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
PAGE = ROOT / "docs/cases.md"
BEGIN, END = "<!-- moves: drawn by scripts/case_moves.py -->", "<!-- end of moves -->"
SHORT = {
    "public": "public", "inspector": "inspector", "operator": "supervision",
    "dispatcher": "command", "department": "department", "leader": "leader",
    "forcer": "force right", "system": "platform",
}  # fmt: skip


def table() -> str:
    """Every move with who, from where, to where, and what it needs."""
    from spatial.cases.moves import MOVES

    lines = ["| move | what | who | from → to | needs |", "|---|---|---|---|---|"]
    for move in MOVES.values():
        ways: dict[str, list[str]] = {}
        for before, after in move.steps.items():
            ways.setdefault("stays" if before == after else str(after), []).append(before or "new")
        shown = "; ".join(f"{', '.join(before)} → {after}" for after, before in ways.items())
        needs = [word for word, asked in (("reason", move.reason), ("photo", move.photo)) if asked]
        needs += [move.needs] if move.needs else []
        who = ", ".join(_who(move, role) for role in move.roles)
        lines.append(f"| `{move.name}` | {move.label} | {who} | {shown} | {', '.join(needs)} |")
    return "\n".join(lines)


def _who(move, role) -> str:
    only = move.only.get(role)
    return f"{SHORT[role]} (from {', '.join(only)})" if only else SHORT[role]


def stages() -> str:
    """Every stage with its name."""
    from spatial.cases.stages import ENDED, Stage

    lines = ["| stage | is | in hand |", "|---|---|---|"]
    lines += [f"| `{s}` | {s.label} | {'no' if s in ENDED else 'yes'} |" for s in Stage]
    return "\n".join(lines)


def diagram() -> str:
    """The stages and the moves between them, for Mermaid."""
    from spatial.cases.moves import MOVES

    ways: dict[tuple[str, str], list[str]] = {}
    for move in MOVES.values():
        for before, after in move.steps.items():
            if before != after and move.name != "force_close":
                ways.setdefault((before or "[*]", str(after)), []).append(move.name)
    lines = [f"    {a} --> {b}: {', '.join(names)}" for (a, b), names in ways.items()]
    return "```mermaid\nstateDiagram-v2\n" + "\n".join(lines) + "\n```"


def drawn(page: str) -> str:
    """The page with its part from the table drawn anew."""
    from django.utils.translation import override

    head, rest = page.split(BEGIN)
    tail = rest.split(END)[1]
    with override("en"):
        parts = [stages(), table(), diagram()]
    return head + BEGIN + "\n\n" + "\n\n".join(parts) + "\n\n" + END + tail


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true", help="only say whether the page is stale")
    args = parser.parse_args(words)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webmap.settings.dev")
    import django

    django.setup()
    page = PAGE.read_text(encoding="utf-8")
    new = drawn(page)
    if args.check:
        print("as drawn" if new == page else "stale: run scripts/case_moves.py")
        return int(new != page)
    PAGE.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
