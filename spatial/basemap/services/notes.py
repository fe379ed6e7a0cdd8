"""The notes of an import in groups: what a page shows of thousands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from spatial.basemap.models import ImportIssue

SHOWN = 10
"""Rows shown of a group; the report has them all."""
_WEIGHT = {"refused": 0, "repaired": 1, "info": 2}


def grouped(issues: Iterable[ImportIssue], counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """Groups by severity and code, the weightiest first, each with its first rows.

    ``counts`` has how many there are of a code, where more were counted than kept.
    """
    groups: dict[tuple[str, str], dict[str, Any]] = {}
    for issue in issues:
        key = (str(issue.severity), issue.code)
        group = groups.setdefault(key, {"severity": key[0], "code": key[1], "count": 0, "rows": []})
        group["count"] += 1
        if len(group["rows"]) < SHOWN:
            group["rows"].append(_row(issue))
    for group in groups.values():
        group["count"] = max(group["count"], counts.get(group["code"], 0))
    return sorted(groups.values(), key=lambda g: (_WEIGHT[g["severity"]], -g["count"], g["code"]))


def _row(issue: ImportIssue) -> dict[str, Any]:
    place = issue.geom.centroid if issue.geom else None
    return {
        "layer": issue.layer,
        "feature": issue.feature,
        "message": issue.message,
        "lon": round(place.x, 7) if place else None,
        "lat": round(place.y, 7) if place else None,
    }
