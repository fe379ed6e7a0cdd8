"""Names of the gazetteer in a text: as they stand, with errors, or only alike."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from geocode import scores
from geocode.answers import Reading
from geocode.lookups import Ask, Reply, Steps, What
from geocode.nearness import nearness
from geocode.spelling import sound, variants
from geocode.store import Level, Spelling, Title
from geocode.text import Named, Text, mask

_DIGITS = re.compile(r"\d+")
_HIGH = re.compile(
    r"(?:[^\d省市区县]{2,8}(?:省|自治区|特别行政区))?(?:[^\d省市区县]{2,8}(?:市|自治州|地区|盟))?"
)
NEAR_FROM = 0.5
"""Names that come less near are not tried."""
MAX_PIECES = 300
"""Pieces of a text in which errors are looked for; an address has 30, a long story more."""


def exact_names(text: Text) -> Steps[list[Named]]:
    """Names as they stand, but for those inside a longer one; longest first."""
    pieces = {*text.pieces(), (0, len(text.key))}
    [reply] = yield [Ask(What.KEY, {text.key[a:b] for a, b in pieces})]
    return _maximal(text, pieces, reply)


def corrections(text: Text, exact: Sequence[Named]) -> list[Named]:
    """The places of which the whole text is a correction: a person has said what it means."""
    whole = 0, len(text.key)
    return [
        named
        for named in exact
        if (named.start, named.end) == whole and named.spelling.title is Title.CORRECTION
    ]


def above(text: Text, names: Sequence[Named]) -> int:
    """Bits of a province and city that stand before a known district, and that no name is known of.

    A gazetteer of one district need not have what lies above it: 北京市 in 北京市东城区.
    """
    starts = [
        n.start for n in names if n.spelling.entry.level is Level.DISTRICT and n.nearness == 1
    ]
    for start in starts:
        known = any(
            n.end <= start and n.nearness == 1 and n.spelling.entry.level <= Level.CITY
            for n in names
        )
        if not known and _HIGH.fullmatch(text.key, 0, start):
            return mask(0, start)
    return 0


def _maximal(text: Text, pieces: Iterable[tuple[int, int]], reply: Reply) -> list[Named]:
    spans = [span for span in pieces if text.key[slice(*span)] in reply]
    spans.sort(key=lambda span: (span[0] - span[1], span[0]))
    kept: list[tuple[int, int]] = []
    for start, end in spans:
        if not any(a <= start and end <= b for a, b in kept):
            kept.append((start, end))
    return [
        Named(start, end, spelling, 1.0, Reading.EXACT)
        for start, end in kept
        for spelling in reply[text.key[start:end]]
    ]


def near_names(text: Text, exact: Sequence[Named]) -> Steps[list[Named]]:
    """Names that sound like a piece of the text or come near it."""
    pieces = sorted(text.doubtful(exact))[:MAX_PIECES]
    sounds = {span: sound(text.key[slice(*span)]) for span in pieces}
    forms = {span: variants(text.key[slice(*span)]) for span in pieces}
    heard, seen = yield [
        Ask(What.SOUND, set(sounds.values())),
        Ask(What.VARIANT, frozenset().union(*forms.values())),
    ]
    written = {(n.spelling.entry.key, at) for n in exact for at in range(n.start, n.end)}
    best: dict[int, Named] = {}
    for span in pieces:
        found = dict.fromkeys(heard.get(sounds[span], ()))
        for form in forms[span]:
            if form in seen:
                found |= dict.fromkeys(seen[form])
        for named in _measured(text, span, found):
            if any((named.spelling.entry.key, at) in written for at in range(*span)):
                continue  # the name stands there as it is; more around it is no error in it
            known = best.get(named.spelling.entry.key)
            if known is None or _fit(text, named) > _fit(text, known):
                best[named.spelling.entry.key] = named
    return sorted(best.values(), key=lambda named: (-weight(named), named.spelling.entry.key))


def _measured(text: Text, span: tuple[int, int], found: Iterable[Spelling]) -> Iterator[Named]:
    written = text.key[slice(*span)]
    digits = _DIGITS.findall(written)
    for spelling in found:
        if digits != _DIGITS.findall(spelling.key):
            continue  # a house number is no part of a road's name, and another is no error
        near, reading = nearness(written, spelling.key)
        if NEAR_FROM <= near < 1.0:
            yield Named(*span, spelling, near, reading)


def _fit(text: Text, named: Named) -> tuple[float, int, int, bool, str]:
    """Of pieces that may be one name the nearest counts, then the one that stands apart."""
    apart = (named.start in text.breaks) + (named.end in text.breaks)
    spelling = named.spelling
    standard = spelling.title is Title.STANDARD
    return round(named.nearness, 3), apart, named.end - named.start, standard, spelling.key


def weight(named: Named) -> float:
    """How much a name promises: long ones that come near."""
    return (named.nearness - 0.4) * (named.end - named.start)


def alike_names(text: Text, exact: Sequence[Named]) -> Steps[list[Named]]:
    """Names that resemble what is left of the text when regions and numbers are taken out."""
    regions = [n for n in exact if n.spelling.entry.level <= Level.COMMUNITY]
    pieces = text.rest(regions)
    [reply] = yield [Ask(What.SIMILAR, {text.key[slice(*span)] for span in pieces})]
    found = []
    for span in pieces:
        written = text.key[slice(*span)]
        for spelling in reply.get(written, ()):
            share = _share(written, spelling.key)
            found.append(Named(*span, spelling, scores.PART * share, Reading.PART))
    return [named for named in found if named.nearness >= NEAR_FROM / 2]


def _share(written: str, name: str) -> float:
    common = sum(min(written.count(sign), name.count(sign)) for sign in set(name))
    return 2 * common / (len(written) + len(name))
