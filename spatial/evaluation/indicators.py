"""Indicators, each defined once: so many of so many.

Pure: counts come in as numbers or arrays by the names of `spatial.evaluation.counters`, and beside
them ``overdue`` (what was due and not handled at the end of the period), ``grids`` (unit grids of
the object), ``days`` (of the period), and ``walked`` and ``walk_due`` (grids that inspectors walked
and were to walk, each once a day), ``opinion_answers`` and ``opinion_content`` (answers to polls).

Numerator and denominator are counted on the same day, that on which a thing is decided or done, so
that a share stays within nought and one and sums over days are the share of the period: what a
standard calls due (应处置, 应结案) is what was done in the period and what was overdue at its end.

No text of the standards was available. ``source`` and ``status`` say where a formula was found and
how sure that is, in the words of the notes on the field: ``V-med`` is one public source that
implements or quotes the standard, ``remembered`` no source at all, ``ours`` an indicator of Wanmi.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
HIGH, LOW = "high", "low"
SHARE, HOURS, COUNT = "share", "hours", "count"
_TERM = re.compile(r"\s*([+-]?)\s*([a-z_]+)")


@dataclass(frozen=True, slots=True)
class Indicator:
    """A number that tells how well something is done.

    Parameters
    ----------
    key, zh, en : str
        Its names.
    part, whole : str
        Sums and differences of counts: ``dispatched - redispatched``. Without a whole the part
        itself is the value.
    better : str
        `HIGH` or `LOW`.
    unit : str
        `SHARE`, `HOURS` or `COUNT`. A share is scored by itself, others by bands of a scheme.
    filter : str
        What is left out, in words.
    """

    key: str
    zh: str
    en: str
    part: str
    whole: str = ""
    better: str = HIGH
    unit: str = SHARE
    filter: str = ""
    source: str = ""
    status: str = "V-med"
    factor: float = 1.0

    def parts(self, counts: Mapping[str, Any]) -> tuple[Any, Any]:
        """Numerator and denominator."""
        whole = total(self.whole, counts) if self.whole else np.ones_like(total(self.part, counts))
        return total(self.part, counts), whole

    def quotient(self, part: Any, whole: Any) -> Any:
        """The value of its parts; not a number where the denominator is zero."""
        part, whole = np.asarray(part, float), np.asarray(whole, float)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(whole > 0, part / whole * self.factor, np.nan)

    @property
    def counters(self) -> tuple[str, ...]:
        """Names of the counts it is made of."""
        return tuple(dict.fromkeys(name for _sign, name in _terms(f"{self.part} + {self.whole}")))


def _terms(expression: str) -> list[tuple[str, str]]:
    return [(sign, name) for sign, name in _TERM.findall(expression) if name]


def total(expression: str, counts: Mapping[str, Any]) -> Any:
    """The value of an expression such as ``handled + overdue``."""
    found: Any = 0
    for sign, name in _terms(expression):
        value = np.asarray(counts[name], float)
        found = found - value if sign == "-" else found + value
    return found


_ALL = (
    Indicator("valid_report_rate", "有效上报率", "valid reports", "valid_inspector",
              "judged_inspector", filter="reports of inspectors, on the day they are decided; "
              "merged ones are neither", source="UMP: 有效上报数 / 上报数"),
    Indicator("missed_rate", "漏报率", "missed by inspectors", "missed", "filed", LOW,
              filter="filed cases that the public reported", source="UMP: 漏报数 / 立案数"),
    Indicator("complaint_rate", "监督举报率", "complaints found true", "found_by_public", "filed",
              LOW, source="UMP: 监督举报核实数 / 立案数"),
    Indicator("filing_rate", "立案率", "filed of decided reports", "filed", "judged",
              status="remembered"),
    Indicator("handling_rate", "处置率", "handled of due", "handled", "handled + overdue",
              source="EGV: 处置数 / 应处置数"),
    Indicator("handling_on_time_rate", "按期处置率", "handled on time", "handled_on_time",
              "handled_judged + overdue", filter="answers of cases with a limit",
              source="EGV, UMP: 按期处置数 / 应处置数"),
    Indicator("closing_rate", "结案率", "closed of due", "closed", "closed + overdue",
              source="UMP, EGV: 结案数 / 应结案数"),
    Indicator("closing_on_time_rate", "按期结案率", "closed on time", "closed_on_time",
              "closed_judged + overdue", filter="without cases closed by force or without a limit",
              source="UMP: 按期结案数 / 应结案数"),
    Indicator("rework_rate", "返工率", "sent back to rework", "reworked", "handled + overdue", LOW,
              source="UMP: 返工数 (denominator not stated there)", status="V-low"),
    Indicator("dispatch_accuracy", "准确派遣率", "dispatched to the right department",
              "dispatched - redispatched", "dispatched", source="EGV, UMP: 准确派遣数 / 应派遣数",
              filter="what was dispatched anew to another department was not right"),
    Indicator("dispatch_on_time_rate", "按时派遣率", "dispatched on time", "dispatched_on_time",
              "dispatched_judged", source="UMP: 按时派遣数 / 应派遣数"),
    Indicator("check_on_time_rate", "按时核实率", "checked on time", "checked_on_time",
              "checked_judged", source="UMP: 按时核实数 / 应核实数"),
    Indicator("verify_on_time_rate", "按时核查率", "verified on time", "verified_on_time",
              "verified_judged", source="UMP: 按时核查数 / 应核查数"),
    Indicator("filing_on_time_rate", "按时立案率", "filed on time", "filed_on_time",
              "filed_judged", source="EGV: 按时立案数 / 立案数"),
    Indicator("filing_accuracy", "准确立案率", "filed rightly", "filed - sent_back", "filed",
              source="UMP, name only", status="V-low",
              filter="what command sent back was not filed rightly"),
    Indicator("check_sent_on_time_rate", "核实按时派发率", "checks sent on time",
              "sent_to_check_on_time", "sent_to_check", source="UMP"),
    Indicator("verify_sent_on_time_rate", "核查按时派发率", "verifications sent on time",
              "sent_to_verify_on_time", "sent_to_verify", source="UMP"),
    Indicator("ending_on_time_rate", "按时结案率", "verified cases closed on time",
              "closings_on_time", "closings_judged", source="UMP (值班长)"),
    Indicator("unclosed_rate", "未结案率", "left open of reported",
              "reported + reopened - ended", "reported", LOW, source="EGV: 未结案 / 上报"),
    Indicator("mean_handling_hours", "平均处置时间", "mean hours of handling", "handling_minutes",
              "handling_timed", LOW, HOURS, factor=1 / 60, status="V-high figure, formula derived",
              source="from dispatch to the last answer, of cases closed", filter=""),
    Indicator("satisfaction_rate", "满意率", "content of those asked", "content", "answers",
              filter="4 or 5 of 5", source="seeds 000 and 004 name it", status="V-high name"),
    Indicator("opinion_rate", "外部评价满意率", "content of those polled", "opinion_content",
              "opinion_answers", filter="answers to polls of these days that count; a district by "
              "the weights of its areas", source="seeds 000 and 004: external evaluation by survey",
              status="ours"),
    Indicator("filed_per_grid", "立案数", "filed cases a grid in 30 days", "filed", "grids", LOW,
              COUNT, source="UMP: 立案数分值", filter="a mean for areas larger than a grid"),
    Indicator("filed_count", "立案数", "filed cases in 30 days", "dispatched - redispatched", "",
              LOW, COUNT, source="UMP: 部门 立案数分值",
              filter="cases dispatched to the department"),
    Indicator("intake_count", "受理数", "reports taken in, in 30 days", "filed + sent_to_check", "",
              HIGH, COUNT, source="UMP: 受理数分值"),
    Indicator("dispatch_count", "派遣数", "dispatches in 30 days", "dispatched", "", HIGH, COUNT,
              source="UMP: 派遣数分值"),
    Indicator("patrol_coverage", "巡查覆盖率", "unit grids walked each day", "walked", "walk_due",
              filter="unit grids of patrol areas, each whole day since there is patrol; of an "
              "inspector those of his areas on his days of duty",
              source="seeds 000 and 002: patrol at least once a day", status="ours"),
    Indicator("backlog", "积压数", "overdue at the end", "overdue", "", LOW, COUNT, status="ours"),
)  # fmt: skip

INDICATORS: Mapping[str, Indicator] = MappingProxyType({one.key: one for one in _ALL})
A_MONTH_D = 30
BY_TIME = frozenset({"filed_per_grid", "filed_count", "intake_count", "dispatch_count"})
"""Numbers that grow with the period: brought to `A_MONTH_D` days before bands are looked up."""
