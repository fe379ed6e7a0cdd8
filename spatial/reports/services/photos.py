"""Prints of photos, made once for each."""

from __future__ import annotations

from collections.abc import Iterator

from PIL import UnidentifiedImageError

from spatial.cases.models import Attachment
from spatial.core.jobs import Progress, silent
from spatial.evaluation.analysis.honesty import Shown
from spatial.evaluation.analysis.photo_prints import Print, print_of
from spatial.evaluation.analysis.reading.selection import rows
from spatial.evaluation.analysis.reading.suspicion import Period
from spatial.reports.models import PhotoPrint

AT_ONCE = 200
UNREADABLE = Print("", None)
NEW = "SELECT a.id FROM cases_attachment a LEFT JOIN reports_photoprint p ON p.photo_id = a.id"
SHOWN = """
SELECT a.case_id, coalesce(e.user_name, ''), a.added_at, p.sha256, p.difference
FROM cases_attachment a JOIN reports_photoprint p ON p.photo_id = a.id AND p.sha256 <> ''
JOIN cases_case c ON c.id = a.case_id AND c.district_code = %(district)s
  AND c.stage NOT IN ('merged', 'rejected')
LEFT JOIN cases_caseevent e ON e.id = a.case_id * 10000 + a.step
WHERE a.case_id >= %(low)s / 10000 AND a.case_id < %(high)s / 10000 ORDER BY a.id
"""


def print_photos(progress: Progress = silent) -> dict[str, int]:
    """Take the prints of all photos that have none; stopped, it goes on where it was."""
    new = [key for (key,) in rows(f"{NEW} WHERE p.photo_id IS NULL ORDER BY a.id", {})]  # noqa: S608
    counts = {"printed": 0, "unreadable": 0}
    for start in range(0, len(new), AT_ONCE):
        part = Attachment.objects.filter(pk__in=new[start : start + AT_ONCE])
        made = [PhotoPrint(photo=photo, sha256=one.sha256, difference=one.difference)
                for photo, one in _printed(part)]  # fmt: skip
        PhotoPrint.objects.bulk_create(made, ignore_conflicts=True)
        unreadable = sum(not one.sha256 for one in made)
        counts["unreadable"] += unreadable
        counts["printed"] += len(made) - unreadable
        progress(start + len(made), len(new))
    return counts


def _printed(photos: Iterator[Attachment]) -> Iterator[tuple[Attachment, Print]]:
    for photo in photos:
        try:
            with photo.file.open("rb") as file:
                yield photo, print_of(file.read())
        except (OSError, UnidentifiedImageError):
            yield photo, UNREADABLE


def waiting_photos() -> int:
    """Photos that have no print yet."""
    return rows(f"SELECT count(*) FROM ({NEW} WHERE p.photo_id IS NULL) n", {})[0][0]  # noqa: S608


def shown_photos(asked: Period) -> list[Shown]:
    """Photos with prints of the cases of a period and of those looked back to."""
    return [Shown(*row) for row in rows(SHOWN, asked.values())]
