"""What a move does beside changing the stage, by the name of the move."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from spatial.cases.services.effects import dispatching, filing, handling, verifying
from spatial.cases.services.effects.work import Work

EFFECTS: Mapping[str, Callable[[Work], None]] = MappingProxyType(
    {
        "ask_check": filing.ask_check,
        "confirm": filing.confirm,
        "deny": filing.deny,
        "file": filing.file,
        "refuse": filing.refuse,
        "reject": filing.reject,
        "merge": filing.merge,
        "send_back": filing.send_back,
        "dispatch": dispatching.dispatch,
        "redispatch": dispatching.redispatch,
        "transfer": dispatching.transfer,
        "split": dispatching.split,
        "redirect_part": dispatching.redirect_part,
        "escalate": dispatching.escalate,
        "accept": handling.accept,
        "decline": handling.decline,
        "hold": handling.hold,
        "resume": handling.go_on,
        "answer": handling.answer,
        "answer_part": handling.answer_part,
        "decline_part": handling.decline_part,
        "parts_done": handling.answer,
        "return_answer": handling.go_on,
        "ask_extension": handling.ask_extension,
        "agree_extension": handling.agree_extension,
        "grant_extension": handling.grant_extension,
        "refuse_extension": handling.refuse_extension,
        "ask_verify": verifying.ask_verify,
        "rework": verifying.rework,
        "close": verifying.close,
        "force_close": verifying.force_close,
        "reopen": verifying.reopen,
        "appeal": verifying.appeal,
        "uphold_appeal": verifying.uphold_appeal,
        "dismiss_appeal": verifying.dismiss_appeal,
    }
)
