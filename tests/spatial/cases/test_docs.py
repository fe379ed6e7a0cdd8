"""The page about cases says what the table says."""

import case_moves


def test_the_table_on_the_page_is_the_one_in_force():
    page = case_moves.PAGE.read_text(encoding="utf-8")
    assert case_moves.drawn(page) == page, "run scripts/case_moves.py"


def test_a_page_that_differs_is_seen():
    page = case_moves.PAGE.read_text(encoding="utf-8")
    changed = page.replace("| `close` | close |", "| `close` | shut |")
    assert changed != page
    assert case_moves.drawn(changed) == page
