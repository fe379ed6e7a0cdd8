"""Sheets of labels to stick on components: a QR code to scan, the digits, class and district."""

from spatial.components.labels.label import Label
from spatial.components.labels.layouts import LAYOUTS, Layout
from spatial.components.labels.sheet import SheetSummary, make_sheet

__all__ = ["LAYOUTS", "Label", "Layout", "SheetSummary", "make_sheet"]
