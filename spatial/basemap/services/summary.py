"""What an import did, in numbers."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """The result of an import."""

    run_id: int | None
    """None for a dry run, which writes nothing at all."""
    state: str
    """``done``, ``unchanged`` or ``dry run``."""
    dataset: str
    read: int = 0
    kept: int = 0
    left_out: int = 0
    """Features no rule of the layer map wants."""
    repaired: int = 0
    refused: int = 0
    created: int = 0
    updated: int = 0
    unmodified: int = 0
    removed: int = 0
    by_layer: dict[str, dict[str, int]] = field(default_factory=dict)
    by_reason: dict[str, int] = field(default_factory=dict)
    """Refused and repaired features by code."""
    by_kind: dict[str, int] = field(default_factory=dict)
    """Rows by kind (road, building, address …)."""
    notes: list[dict[str, Any]] = field(default_factory=list)
    """What was noted of single rows, in groups (`services.notes`); not for a terminal."""
    seconds: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """Flat for a command's summary; layers and reasons only where there are any."""
        flat: dict[str, Any] = {
            "run": self.run_id,
            "state": self.state,
            "dataset": self.dataset,
        }
        for name in ("read", "kept", "left_out", "repaired", "refused"):
            flat[name] = getattr(self, name)
        for layer, counts in self.by_layer.items():
            flat[f"layer_{layer}"] = ", ".join(f"{k} {v}" for k, v in counts.items() if v) or "0"
        for kind, count in self.by_kind.items():
            flat[f"kind_{kind}"] = count
        for code, count in self.by_reason.items():
            flat[f"why_{code}"] = count
        for name in ("created", "updated", "unmodified", "removed"):
            flat[name] = getattr(self, name)
        flat["seconds"] = round(self.seconds, 2)
        return flat


class Tally:
    """Counts while an import runs."""

    def __init__(self) -> None:
        self.layers: dict[str, Counter[str]] = defaultdict(Counter)
        self.reasons: Counter[str] = Counter()
        self.kinds: Counter[str] = Counter()
        self.changes: Counter[str] = Counter()

    def add(self, layer: str, **counts: int) -> None:
        """Add to the counts of a layer: read, kept, left_out, repaired, refused."""
        self.layers[layer].update(counts)

    def total(self, name: str) -> int:
        """Sum of one count over the layers."""
        return sum(counts[name] for counts in self.layers.values())

    def as_dict(self) -> dict[str, Any]:
        """Everything for the run's record."""
        return {
            "layers": {layer: dict(counts) for layer, counts in self.layers.items()},
            "reasons": dict(self.reasons),
            "kinds": dict(self.kinds),
            **{name: self.changes[name] for name in CHANGES},
        }

    def summary(
        self, run_id: int | None, state: str, dataset: str, seconds: float
    ) -> ImportSummary:
        """The summary of a finished import."""
        sums = {n: self.total(n) for n in ("read", "kept", "left_out", "repaired", "refused")}
        return ImportSummary(
            run_id=run_id,
            state=state,
            dataset=dataset,
            by_layer={layer: dict(counts) for layer, counts in self.layers.items()},
            by_reason=dict(sorted(self.reasons.items())),
            by_kind=dict(sorted(self.kinds.items())),
            seconds=seconds,
            **sums,
            **{name: self.changes[name] for name in CHANGES},
        )


CHANGES = ("created", "updated", "unmodified", "removed")
