"""The one table of counters: which move adds what, said in terms of the event and its case.

Nothing else decides what is counted. The trigger that counts as moves are made, the rebuild of all
counts and the evaluation from raw events are all made of this table, so they agree by construction.
A counter depends on one event and on what never changes in its case; what else has to be known is
noted in the event's evidence by `spatial.cases`.

``e`` is the event, ``c`` the case. ``OBLIGATIONS`` below the table say what is due.
"""

from __future__ import annotations

from dataclasses import dataclass

PUBLIC = "c.channel IN ('hotline', 'web', 'app', 'media', 'leader')"
"""Who is not paid to look found it."""
BY_INSPECTOR = "c.channel = 'inspector'"
FIRST = "NOT e.evidence ? 'again'"
"""A case that was sent back to filing is filed twice and counted once."""
JUDGED = "e.evidence ? 'stage_late'"
"""The stage that the move ends has a limit."""
IN_STAGE = "e.evidence->>'stage_late' = 'false'"
SETTLED = "e.evidence ? 'late'"
IN_TIME = "e.evidence->>'late' = 'false'"
IMPROPER = "e.evidence->>'former' <> e.department_id::text"


@dataclass(frozen=True, slots=True)
class Counter:
    """A counter: so many of these moves, where a condition holds.

    Parameters
    ----------
    name : str
        Also that of its column.
    moves : tuple of str
        Of `spatial.cases.moves`.
    when : str
        A condition in SQL on ``e`` and ``c``; empty for always.
    amount : str
        What each adds, in SQL.
    """

    name: str
    moves: tuple[str, ...]
    when: str = ""
    amount: str = "1"

    @property
    def condition(self) -> str:
        """Which events are counted."""
        names = ", ".join(f"'{move}'" for move in self.moves)
        told = f"e.move IN ({names})"
        return f"{told} AND {self.when}" if self.when else told


_ENDS = ("close", "force_close", "refuse", "reject", "merge")
_GIVES = ("dispatch", "transfer", "redispatch", "split")
_DECIDES = ("file", "refuse", "reject")

MOVED = (
    # What comes in, and whether it becomes a case: counted on the day it is decided.
    Counter("reported", ("report",)),
    Counter("judged", _DECIDES, FIRST),
    Counter("judged_inspector", _DECIDES, f"{BY_INSPECTOR} AND {FIRST}"),
    Counter("valid_inspector", ("file",), f"{BY_INSPECTOR} AND {FIRST}"),
    Counter("filed", ("file",), FIRST),
    Counter("filed_judged", ("file",), JUDGED),
    Counter("filed_on_time", ("file",), IN_STAGE),
    Counter("missed", ("file",), f"{PUBLIC} AND {FIRST}"),
    Counter("found_by_public", ("confirm",), PUBLIC),
    Counter("checked", ("confirm", "deny")),
    Counter("checked_judged", ("confirm", "deny"), JUDGED),
    Counter("checked_on_time", ("confirm", "deny"), IN_STAGE),
    Counter("sent_to_check", ("ask_check",), JUDGED),
    Counter("sent_to_check_on_time", ("ask_check",), IN_STAGE),
    Counter("sent_back", ("send_back",)),
    # Who has to do it.
    Counter("dispatched", _GIVES),
    Counter("dispatched_judged", _GIVES, f"e.stage_before = 'filed' AND {JUDGED}"),
    Counter("dispatched_on_time", _GIVES, f"e.stage_before = 'filed' AND {IN_STAGE}"),
    Counter("redispatched", ("dispatch", "redispatch"), IMPROPER),
    Counter("declined", ("decline", "decline_part")),
    # Doing it.
    Counter("handled", ("answer", "parts_done")),
    Counter("handled_judged", ("answer", "parts_done"), SETTLED),
    Counter("handled_on_time", ("answer", "parts_done"), IN_TIME),
    Counter("reworked", ("rework",)),
    Counter("extensions", ("grant_extension",)),
    Counter("holds", ("hold",)),
    Counter("presses", ("press",)),
    # Whether it is done.
    Counter("sent_to_verify", ("ask_verify",), JUDGED),
    Counter("sent_to_verify_on_time", ("ask_verify",), IN_STAGE),
    Counter("verified", ("verify", "fail")),
    Counter("verified_judged", ("verify", "fail"), JUDGED),
    Counter("verified_on_time", ("verify", "fail"), IN_STAGE),
    Counter("closed", ("close", "force_close")),
    Counter("forced", ("force_close",)),
    Counter("closed_judged", ("close",), SETTLED),
    Counter("closed_on_time", ("close",), IN_TIME),
    Counter("closings_judged", ("close",), JUDGED),
    Counter("closings_on_time", ("close",), IN_STAGE),
    Counter("handling_timed", ("close",), "e.evidence ? 'minutes'"),
    Counter("handling_minutes", ("close",), "e.evidence ? 'minutes'",
            "(e.evidence->>'minutes')::int"),
    Counter("ended", _ENDS),
    Counter("reopened", ("reopen",)),
    Counter("excused", ("uphold_appeal",)),
)  # fmt: skip
"""What a move adds on its own day, to the department that has the case after it."""

OBLIGATIONS = ("fell_due", "recovered")
"""What is due and was not done: ``fell_due`` on the day of the deadline, ``recovered`` on the day
on which what was overdue ended. The deadline is booked when the clock starts to run, on a day to
come, and taken back when it stops before; so what is overdue at the end of any day is the sum of
one less the sum of the other over all days up to it.
"""

ANSWERS = ("answers", "content", "score_sum")
"""Of those who were asked how content they are: how many, how many of 4 or 5, their sum."""

NAMES = (*(one.name for one in MOVED), *OBLIGATIONS, *ANSWERS)
"""Columns of the counts of areas, classes and departments, in their order."""

POSTS = (
    "reported", "judged_inspector", "valid_inspector", "filed", "filed_judged", "filed_on_time",
    "checked", "checked_judged", "checked_on_time", "sent_to_check", "sent_to_check_on_time",
    "sent_back", "dispatched", "dispatched_judged", "dispatched_on_time", "redispatched",
    "sent_to_verify", "sent_to_verify_on_time", "verified", "verified_judged", "verified_on_time",
    "closings_judged", "closings_on_time",
)  # fmt: skip
"""Columns of the counts of people."""

CREDITED = {
    "judged_inspector": "c.reporter_id",
    "valid_inspector": "c.reporter_id",
    "redispatched": "(e.evidence->>'former_by')::bigint",
    "sent_back": "(e.evidence->>'filer')::bigint",
}
"""Counters that are not those of who makes the move: the report is that of who reported it, and
a dispatch or filing that somebody else had to undo is that of who made it."""

BY_NAME = {one.name: one for one in MOVED}
COUNTED_MOVES = tuple(sorted({move for one in MOVED for move in one.moves}))
