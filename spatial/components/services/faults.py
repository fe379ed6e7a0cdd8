"""What a row of a survey is refused for, or noted for: codes and their sentences."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

ZERO = "E-COMPONENT-ZERO"
SWAPPED = "E-COMPONENT-SWAPPED"
ABROAD = "E-COMPONENT-ABROAD"
OUTSIDE = "E-COMPONENT-OUTSIDE"
CLASS = "E-COMPONENT-CLASS"
CODE = "E-COMPONENT-CODE"
FOREIGN = "E-COMPONENT-FOREIGN"
TWICE = "E-COMPONENT-TWICE"
CATALOGUE = "E-COMPONENT-CATALOGUE"
STATE = "E-COMPONENT-STATE"
DATE = "E-COMPONENT-DATE"
REVERSED = "E-COMPONENT-REVERSED"
LONG = "E-COMPONENT-LONG"
CONTROL = "E-COMPONENT-CONTROL"

NO_GRID = "I-COMPONENT-NOGRID"
BUILDING = "I-COMPONENT-BUILDING"
NEAR = "I-COMPONENT-NEAR"
GRID = "I-COMPONENT-BGID"
MARKUP = "I-COMPONENT-MARKUP"

SENTENCES = {
    ZERO: _("the coordinates are zero; survey the component again"),
    SWAPPED: _("longitude and latitude are swapped"),
    ABROAD: _("the point lies neither in China nor in a district of this site"),
    OUTSIDE: _("the point lies in no district of this site"),
    CLASS: _("the class is not in the catalogue"),
    CODE: _("the code is not 6 digits of the district, the class, and 6 more"),
    FOREIGN: _("the code is of another district than the point lies in"),
    TWICE: _("another row of the file has the same code"),
    CATALOGUE: _(
        "the component of this code has another class, of the catalogue it was surveyed by"
    ),
    STATE: _("the state is not known"),
    DATE: _("a date cannot be read; write it like 2026-11-28"),
    REVERSED: _("the day of the change comes before the first day"),
    LONG: _("a text is too long"),
    CONTROL: _("a text has control characters"),
    NO_GRID: _("the point lies in no unit grid"),
    BUILDING: _("the point lies inside a building"),
    NEAR: _("another component of the class lies within the accuracy of both"),
    GRID: _("the file names another unit grid; the point decides"),
    MARKUP: _("a text holds signs of HTML or SQL; it is kept as plain text"),
    "I-GEOM-REPAIRED": _("the shape was mended"),
    "E-GEOM-EMPTY": _("there is no point"),
    "E-GEOM-NAN": _("a coordinate is no number"),
    "E-GEOM-TYPE": _("the class is not drawn with such a shape"),
    "E-GEOM-INVALID": _("the outline cannot be mended"),
    "E-GEOM-HUGE": _("the shape has too many vertices"),
}
