"""What a row of past cases is refused for, or noted for: codes and their sentences."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

NO_TIME = "E-CASEROW-NOTIME"
TIME = "E-CASEROW-TIME"
ORDER = "E-CASEROW-ORDER"
FUTURE = "E-CASEROW-FUTURE"
CLASS = "E-CASEROW-CLASS"
PLACE = "E-CASEROW-PLACE"
ADDRESS = "E-CASEROW-ADDRESS"
SWAPPED = "E-CASEROW-SWAPPED"
OUTSIDE = "E-CASEROW-OUTSIDE"
TWICE = "E-CASEROW-TWICE"
LONG = "E-CASEROW-LONG"

CHANGED = "I-CASEROW-CHANGED"
CHANNEL = "I-CASEROW-CHANNEL"
NOBODY = "I-CASEROW-NOBODY"
NO_GRID = "I-CASEROW-NOGRID"
GRID = "I-CASEROW-GRID"

SENTENCES = {
    NO_TIME: _("the time of the report is missing"),
    TIME: _("a time cannot be read; write it like 2026-11-28 08:05"),
    ORDER: _("its times are not in the order in which a case goes"),
    FUTURE: _("a time lies in the future"),
    CLASS: _("the class is not in the catalogue, or several have this name"),
    PLACE: _("there are neither coordinates nor a known unit grid nor an address"),
    ADDRESS: _("the address is not found, or several places have it"),
    SWAPPED: _("longitude and latitude are swapped"),
    OUTSIDE: _("the point lies in no district of this site"),
    TWICE: _("another row of the file has the same number"),
    LONG: _("a text is too long"),
    CHANGED: _("the case is here already, with other content; it stays as it is"),
    CHANNEL: _("the source is not known; the usual one is taken"),
    NOBODY: _("the case is open and no department is named; it waits to be dispatched"),
    NO_GRID: _("the point lies in no unit grid"),
    GRID: _("the file names another unit grid; the point decides"),
}
