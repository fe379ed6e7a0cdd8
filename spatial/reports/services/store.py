"""Proves the whole store, one thing that must always hold after the other; changes nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _

from spatial.cases.services import checking
from spatial.components.services import proof as components
from spatial.core import leftovers
from spatial.core.errors import ConflictError
from spatial.core.jobs import Progress, silent
from spatial.core.proof import Proof
from spatial.evaluation.services import ledger
from spatial.grids.services import proof as grids


def _cases(progress: Progress) -> Proof:
    found = checking.check_cases(progress)
    proof = Proof(found.cases)
    for name, count in found.faults.items():
        proof.fault(name, count, found.examples[name])
    return proof


def _counters(progress: Progress) -> Proof:
    found = ledger.check(progress=progress)
    proof = Proof(found.rows)
    months = (f"{month} ({rows:,} rows)" for month, rows in found.differ.items())
    proof.fault("differ", sum(found.differ.values()), months)
    return proof


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must hold."""

    of: str
    """What is counted."""
    prove: Callable[[Progress], Proof]
    faults: Mapping[str, str]
    """What may be wrong, in words."""


CHECKS = {
    "coverage": Check("unit grids", grids.prove_coverage, grids.COVERAGE),
    "codes": Check("unit grids", grids.prove_codes, grids.FAULTS),
    "components": Check("components", components.prove_components, components.FAULTS),
    "cases": Check("cases", _cases, checking.FAULTS),
    "counters": Check(
        "counts", _counters, {"differ": "counts are not what events say; run rebuild_counts"}
    ),
    "transactions": Check(
        "open transactions", leftovers.prove_transactions, leftovers.TRANSACTIONS
    ),
    "jobs": Check("running jobs", leftovers.prove_jobs, leftovers.JOBS),
}
"""All checks, in the order in which they are made."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of one check."""

    name: str
    ok: bool
    of: str
    looked_at: int
    seconds: float
    broken: dict[str, int]
    examples: dict[str, list[str]]

    def says(self) -> list[str]:
        """The same in lines for people."""
        word = "ok" if self.ok else "BROKEN"
        head = f"{self.name:<13} {word:<7} {self.looked_at:>12,} {self.of:<18}"
        texts = CHECKS[self.name].faults
        return [f"{head} {self.seconds:8.1f} s"] + [
            f"    {name}: {count:,} ({texts[name]}), such as {', '.join(self.examples[name])}"
            for name, count in self.broken.items()
        ]


def check_store(progress: Progress = silent) -> Iterator[Checked]:
    """Make every check and hand out what came of it as soon as it is known."""
    for name, check in CHECKS.items():

        def told(done: int, total: int, message: str = "", name: str = name) -> None:
            progress(done, total, f"{name} {message}")

        began = time.monotonic()
        proof = check.prove(told)
        progress(1, 1, name)
        took = round(time.monotonic() - began, 1)
        yield Checked(name, not proof.broken, check.of, proof.looked_at, took,
                      proof.broken, proof.examples)  # fmt: skip


def require_sound(found: list[Checked]) -> dict[str, Any]:
    """All that was found as a dictionary.

    Raises
    ------
    ConflictError
        ``E-STORE-BROKEN`` with the same in ``detail``, where anything is wrong.
    """
    told = {one.name: asdict(one) for one in found}
    wrong = [one for one in found if not one.ok]
    if wrong:
        text = _("The store is broken: %s. Do what the lines say, or restore from a backup.")
        facts = ", ".join(f"{one.name} {sum(one.broken.values())}" for one in wrong)
        raise ConflictError("E-STORE-BROKEN", text % facts, checks=told)
    return {"checks": told}
