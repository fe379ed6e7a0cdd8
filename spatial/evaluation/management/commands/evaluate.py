"""Evaluates all objects of a period."""

from __future__ import annotations

import time
from contextlib import nullcontext
from typing import Any

import numpy as np
from django.core.management.base import CommandParser

from spatial.core.commands import WanmiCommand
from spatial.evaluation.models import ObjectKind
from spatial.evaluation.periods import Period, parse_period
from spatial.evaluation.selectors import kind_named
from spatial.evaluation.services.evaluating import evaluate
from spatial.evaluation.services.inputs import counted_from_events
from spatial.evaluation.services.ledger import fold
from spatial.evaluation.services.objects import Asked
from spatial.evaluation.services.publishing import publish
from spatial.evaluation.services.schemes import scheme_for

USUAL = tuple(one.value for one in ObjectKind if one not in (ObjectKind.CELL, ObjectKind.POLYGON))


class Command(WanmiCommand):
    """Thin shell round ``evaluate``."""

    help = (
        "Evaluate objects in a period and tell how many have which grade. With --publish the "
        "results are frozen; without --kind all kinds are evaluated."
    )
    example = "--period 2026-10 --district 110101"

    def add_arguments(self, parser: CommandParser) -> None:
        """Period, district, kinds, and where the counts come from."""
        super().add_arguments(parser)
        parser.add_argument("--period", required=True, metavar="NAME",
                            help="2026-10, 2026-W44, 2026-Q4, 2026, FROM..TO")  # fmt: skip
        parser.add_argument("--district", default="", metavar="CODE", help="6 digits; else all")
        parser.add_argument("--kind", action="append", default=[], metavar="KIND",
                            help=", ".join(USUAL))  # fmt: skip
        parser.add_argument("--scheme", default="", metavar="NAME", help="such as grid-2")
        parser.add_argument("--from-events", action="store_true",
                            help="count from raw events and not from the ledger")  # fmt: skip
        parser.add_argument("--publish", action="store_true", help="freeze the results")

    def work(self, **options: Any) -> dict[str, Any]:
        """Evaluate; counts of grades for each kind."""
        period = parse_period(options["period"])
        kinds = [kind_named(kind) for kind in options["kind"]] or list(map(kind_named, USUAL))
        fold()
        begun = time.perf_counter()
        with counted_from_events(period) if options["from_events"] else nullcontext():
            found = self._evaluate(period, kinds, options)
        return {**found, "seconds": round(time.perf_counter() - begun, 2)}

    def _evaluate(
        self, period: Period, kinds: list[ObjectKind], options: dict[str, Any]
    ) -> dict[str, Any]:
        found: dict[str, Any] = {"period": period.name}
        progress = self.progress()
        for n, kind in enumerate(kinds):
            progress(n, len(kinds), str(kind))
            asked = Asked(kind, options["district"])
            scheme = scheme_for(kind, options["scheme"]) if options["scheme"] else None
            run = evaluate(asked, period, scheme, events=options["from_events"])
            found[str(kind)] = _told(run.scores)
            if options["publish"]:
                found[f"{kind} published"] = publish(asked, period, scheme, None).digest
        progress(1, 1, "")
        return found


def _told(scores: Any) -> str:
    words = np.where(scores.state == "graded", scores.grade, scores.state).astype(str)
    names, counts = np.unique(words, return_counts=True)
    return ", ".join(f"{name} {n}" for name, n in zip(names, counts, strict=True)) or "none"
