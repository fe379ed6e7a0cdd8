"""From a text to places: one address, or many with shared look-ups."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations, islice
from typing import NamedTuple

from geocode import codes, drafts, scores
from geocode.answers import Answer, Candidate, Kind, Plane, Point, Read, Reading, Verdict
from geocode.coordinates import parse
from geocode.drafts import Draft
from geocode.errors import AddressError
from geocode.lookups import Ask, Lookups, Reply, Steps, What
from geocode.memory import apart_m
from geocode.nearness import nearness
from geocode.spelling import sound, variants
from geocode.store import Level, Spelling, Store
from geocode.text import Named, Text

MAX_LENGTH = 200
CHUNK = 200
"""Addresses that share their round trips."""
ANCHORS = 10
"""Places tried for one text before it is known what else fits."""
NEAR_FROM = 0.55
"""Names that come less near are not tried."""

Project = Callable[[Plane], Point]


class Options(NamedTuple):
    """What the caller knows besides the text; see `geocode`."""

    district: str | None = None
    limit: int = 5
    near: Point | None = None
    project: Project | None = None


def geocode(
    text: str,
    store: Store,
    *,
    district: str | None = None,
    limit: int = 5,
    near: Point | None = None,
    project: Project | None = None,
) -> Answer:
    """Find the place that a text means.

    Parameters
    ----------
    text : str
        An address, place name, crossing, grid code, component code or coordinates, of at most
        `MAX_LENGTH` characters.
    store : Store
        The gazetteer.
    district : str, optional
        A code of 6 digits; places known to lie in another district are left out.
    limit : int
        Most candidates.
    near : (lon, lat), optional
        Of places that fit alike the nearer comes first; it also names the zone of plane
        coordinates without one.
    project : callable, optional
        From plane coordinates to degrees. Without it they are answered as they are.

    Raises
    ------
    AddressError
        For an empty text, one that is too long, and one with control characters.
    """
    options = Options(district, limit, near, project)
    return Lookups(store).run([_steps(checked(text), options)])[0]


def geocode_many(
    texts: Iterable[str],
    store: Store,
    *,
    district: str | None = None,
    limit: int = 5,
    near: Point | None = None,
    project: Project | None = None,
) -> Iterator[Answer | AddressError]:
    """`geocode` for many texts, in order; an error stands in the place of its answer.

    `CHUNK` texts at a time share their questions to the store, and the doors of roads are
    remembered, so that a database is asked a dozen times for a chunk.
    """
    options = Options(district, limit, near, project)
    lookups = Lookups(store)
    waiting = iter(texts)
    while chunk := list(islice(waiting, CHUNK)):
        answers: list[Answer | AddressError | None] = []
        jobs: list[Steps[Answer]] = []
        for text in chunk:
            try:
                jobs.append(_steps(checked(text), options))
                answers.append(None)
            except AddressError as error:
                answers.append(error)
        done = iter(lookups.run(jobs))
        yield from (next(done) if answer is None else answer for answer in answers)


def checked(text: str) -> str:
    """``text`` if it can be an address."""
    if len(text) > MAX_LENGTH:
        raise AddressError(
            "E-ADDRESS-LONG", f"The address is longer than {MAX_LENGTH} characters; shorten it."
        )
    if any(unicodedata.category(sign) == "Cc" and not sign.isspace() for sign in text):
        raise AddressError(
            "E-ADDRESS-CONTROL", "The address contains control characters; type it anew."
        )
    if not any(unicodedata.category(sign)[0] in "LN" for sign in text):
        raise AddressError("E-ADDRESS-EMPTY", "The address is empty; write a place or a number.")
    return text


def _steps(written: str, options: Options) -> Steps[Answer]:
    found = parse(written, options.near)
    if found is not None:
        return codes.coordinates(written, found, options.project)
    text = Text(written)
    code = codes.code_in(text.key)
    if code is not None:
        what, number = code
        [reply] = yield [Ask(what, [number])]
        return codes.coded(written, text.key, what, number, reply)
    return (yield from _address(text, options))


def _address(text: Text, options: Options) -> Steps[Answer]:
    [reply] = yield [Ask(What.KEY, {text.key[a:b] for a, b in text.pieces()})]
    exact = _maximal(text, reply)
    best = yield from _drafted(text, exact, options)
    if _top(best) < scores.GOOD_FROM:
        near = yield from _nearby(text, exact)
        if near:
            best += yield from _drafted(text, [*exact, *near], options)
    if _top(best) < scores.POOR_BELOW:
        alike = yield from _alike(text, exact)
        if alike:
            best += yield from _drafted(text, [*exact, *alike], options)
    return _answer(text, best, options)


def _top(scored: Sequence[tuple[float, Draft]]) -> float:
    return max((score for score, _ in scored), default=0.0)


def _maximal(text: Text, reply: Reply) -> list[Named]:
    """Names as they stand, but for those inside a longer one; longest first."""
    spans = [span for span in text.pieces() if text.key[slice(*span)] in reply]
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


def _nearby(text: Text, exact: Sequence[Named]) -> Steps[list[Named]]:
    """Names that sound like a piece of the text or come near it."""
    pieces = sorted(text.doubtful(exact))
    sounds = {span: sound(text.key[slice(*span)]) for span in pieces}
    forms = {span: variants(text.key[slice(*span)]) for span in pieces if span[1] - span[0] > 2}
    heard, seen = yield [
        Ask(What.SOUND, set(sounds.values())),
        Ask(What.VARIANT, frozenset().union(*forms.values())),
    ]
    best: dict[int, Named] = {}
    for span in pieces:
        found = dict.fromkeys(heard.get(sounds[span], ()))
        for form in forms.get(span, ()):
            found |= dict.fromkeys(seen.get(form, ()))
        for named in _measured(text, span, found):
            known = best.get(named.spelling.entry.key)
            if known is None or _weight(named) > _weight(known):
                best[named.spelling.entry.key] = named
    return sorted(best.values(), key=lambda named: -_weight(named))


def _measured(text: Text, span: tuple[int, int], found: Iterable[Spelling]) -> Iterator[Named]:
    written = text.key[slice(*span)]
    for spelling in found:
        near, reading = nearness(written, spelling.key)
        if NEAR_FROM <= near < 1.0:
            yield Named(*span, spelling, near, reading)


def _weight(named: Named) -> float:
    return (named.nearness - 0.4) * (named.end - named.start)


def _alike(text: Text, exact: Sequence[Named]) -> Steps[list[Named]]:
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


def _drafted(
    text: Text, names: Sequence[Named], options: Options
) -> Steps[list[tuple[float, Draft]]]:
    """All readings that the names allow, each with its score."""
    anchors = _anchors(names)
    roads = [n for n in anchors if n.spelling.entry.level in (Level.ROAD, Level.ZONE)]
    pairs = _pairs(roads) if _may_cross(text, roads) else {}
    doors, crossings = yield [
        Ask(What.DOORS, {drafts.road_key(n.spelling.entry) for n in roads} if text.tokens else ()),
        Ask(What.CROSSING, pairs.keys()),
    ]
    made = [drafts.place(named) for named in anchors]
    for named in roads:
        made += drafts.numbered(text, named, doors.get(drafts.road_key(named.spelling.entry)))
    for pair, points in crossings.items():
        made += [drafts.crossing(*pairs[pair], point) for point in points]
    kept = [d for d in made if options.district in (None, "", d.entry.district or None)]
    ordered = sorted(names, key=lambda named: (named.start - named.end, -named.nearness))
    scored = []
    for draft in kept:
        whole = drafts.supported(draft, ordered, text)
        scored.append((drafts.score(whole, text), whole))
    return scored


def _anchors(names: Sequence[Named]) -> list[Named]:
    """The names worth trying: near and long ones, and enough of each."""
    places = [n for n in names if n.spelling.entry.level > Level.COMMUNITY]
    places.sort(key=lambda n: (-_weight(n), n.spelling.entry.key))
    regions = [n for n in names if n.spelling.entry.level <= Level.COMMUNITY]
    regions.sort(key=lambda n: (-n.spelling.entry.level, -_weight(n), n.spelling.entry.key))
    return [*places[: ANCHORS * 2], *regions[:ANCHORS]]


def _may_cross(text: Text, roads: Sequence[Named]) -> bool:
    return len(roads) > 1 and bool(text.crossings or text.joints or not text.tokens)


def _pairs(roads: Sequence[Named]) -> dict[tuple[str, str], tuple[Named, Named]]:
    pairs: dict[tuple[str, str], tuple[Named, Named]] = {}
    for first, second in combinations(sorted(roads, key=lambda named: named.start), 2):
        if first.end <= second.start:
            one, other = (drafts.road_key(n.spelling.entry) for n in (first, second))
            if one != other:
                pairs.setdefault((min(one, other), max(one, other)), (first, second))
    return pairs


def _answer(text: Text, scored: Sequence[tuple[float, Draft]], options: Options) -> Answer:
    def rank(item: tuple[float, Draft]) -> tuple[float, float, int, int]:
        score, draft = item
        far = apart_m(options.near, (draft.entry.lon, draft.entry.lat)) if options.near else 0.0
        return -round(score, 2), far, -draft.level, draft.entry.key

    ordered = sorted((item for item in scored if item[0] >= scores.NONE_BELOW), key=rank)
    best = _different([draft for _, draft in ordered])[: max(options.limit, 2)]
    candidates = [drafts.candidate(draft, text) for draft in best]
    used = best[0].used if best else 0
    read = Read(text.key, text.hint(used), text.unread(used))
    return Answer(tuple(candidates[: options.limit]), _verdict(candidates), read)


def _different(ordered: Sequence[Draft]) -> list[Draft]:
    """One draft for each place and kind; the first is the best."""
    kept: list[Draft] = []
    for draft in ordered[:50]:
        point = draft.entry.lon, draft.entry.lat
        if not any(
            draft.kind is other.kind
            and draft.level is other.level
            and draft.name == other.name
            and apart_m(point, (other.entry.lon, other.entry.lat)) < scores.SAME_PLACE_M
            for other in kept
        ):
            kept.append(draft)
    return kept


def _verdict(candidates: Sequence[Candidate]) -> Verdict:
    if not candidates:
        return Verdict.NONE
    best = candidates[0]
    rivals = [c for c in candidates[1:] if best.score - c.score < scores.TELL_APART]
    if any(_apart(best, rival) for rival in rivals):
        return Verdict.AMBIGUOUS
    if best.score < scores.EXACT_FROM or best.kind is Kind.INTERPOLATED:
        return Verdict.PARTIAL
    return Verdict.EXACT


def _apart(one: Candidate, other: Candidate) -> bool:
    if one.point is None or other.point is None:
        return False
    return apart_m(one.point, other.point) > scores.SAME_PLACE_M
