"""The data dictionary that goes with every file: its fields, and what is true of the whole."""

from __future__ import annotations

import csv
from pathlib import Path

from spatial.basemap.io.writers.cells import cell
from spatial.basemap.io.writers.layer import AnyLayer

FIELD_HEAD = ("field", "meaning_zh", "meaning_en", "unit", "type", "source")
FACT_HEAD = ("item", "zh", "en", "value")
DICTIONARY, ABOUT = "dictionary", "about"
Rows = list[tuple[str, ...]]


def field_rows(layer: AnyLayer) -> Rows:
    """One row a field, under ``FIELD_HEAD``."""
    return [
        (f.name, f.meaning_zh, f.meaning_en, f.unit, f.kind, layer.origins.get(f.origin, f.origin))
        for f in layer.fields
    ]


def fact_rows(layer: AnyLayer) -> Rows:
    """One row a fact, under ``FACT_HEAD``."""
    return [(f.item, f.zh, f.en, f.value) for f in layer.facts]


def tables(layer: AnyLayer) -> dict[str, tuple[tuple[str, ...], Rows]]:
    """Both tables by name, each with its head."""
    return {DICTIONARY: (FIELD_HEAD, field_rows(layer)), ABOUT: (FACT_HEAD, fact_rows(layer))}


def as_json(layer: AnyLayer) -> dict[str, list[dict[str, str]]]:
    """Both tables for formats that keep JSON beside the features."""
    return {
        name: [dict(zip(head, row, strict=True)) for row in rows]
        for name, (head, rows) in tables(layer).items()
    }


def write_files(layer: AnyLayer, folder: Path, prefix: str = "") -> list[Path]:
    """Write both tables as CSV in UTF-8 (whatever the data's encoding; spreadsheets know it)."""
    written = []
    for name, (head, rows) in tables(layer).items():
        path = folder / f"{prefix}{name}.csv"
        with path.open("w", newline="", encoding="utf-8-sig") as out:
            writer = csv.writer(out)
            writer.writerow(head)
            writer.writerows([[cell(value) for value in row] for row in rows])
        written.append(path)
    return written
