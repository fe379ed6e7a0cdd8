"""The rule of scores.

A score begins at 1 and is multiplied

- for each name by its nearness (1 exactly as written; see `geocode.nearness`), and by `ALIAS` when
  it is another name of the place,
- by one of the factors below for what the number lacks; twice when the name had errors, since an
  unknown number speaks against a name that was not written,
- by `CONFLICT` for each region that was named and is another than the place's,
- by the share of the name in what is neither region nor number: each character that nothing
  explains weighs like an error in the name when it stands within two places of it, else a third
  (`FAR`), and so does all behind the house number, which is seldom about the place. 方位 words,
  fillers, units and rooms count nothing,
- by `REGION` when only a region was understood.

What an address leaves out costs nothing: an address need not be complete.
"""

from __future__ import annotations

from geocode.store import Level

ALIAS = 0.98
BARE = 0.98
"""A house number without 号."""
YARD = 0.99
"""号院 written for 号 or the other way round: both name one door."""
LOOSE = 0.88
"""A number found without its 甲 or -3, or a lane for a door."""
NO_BUILDING = 0.9
"""The yard is known, the building in it is not."""
INTERPOLATED = 0.9
BEYOND = 0.86
"""Next to the last known number of its side."""
NO_NUMBER = 0.84
"""The road or zone is known, nothing near the number is."""
ONE_ROAD = 0.6
"""A crossing was asked for and only one of its roads is known, or they do not meet."""
PART = 0.8
"""The text resembles a name as a whole only; times the share they have in common."""
CONTEXT_FROM = 0.6
"""Regions and roads beside the place that come less near to what is written explain nothing."""
CONFLICT = {
    Level.PROVINCE: 0.3,
    Level.CITY: 0.4,
    Level.DISTRICT: 0.6,
    Level.STREET: 0.88,
    Level.COMMUNITY: 0.92,
}
REGION = 0.5
FAR = 1 / 3

EXACT_FROM = 0.97
"""From here on a lone best candidate is exact."""
GOOD_FROM = 0.97
"""From here on no errors are looked for."""
POOR_BELOW = 0.62
"""Below, names that resemble the text as a whole are looked for."""
NONE_BELOW = 0.4
TELL_APART = 0.02
"""Two places whose scores differ by less cannot be told apart."""
SAME_PLACE_M = 60.0
