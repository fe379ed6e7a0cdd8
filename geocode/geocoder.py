"""From a text to places: one address, or many with shared look-ups."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from geocode import codes, scores
from geocode.answers import Answer, Plane, Point
from geocode.coordinates import parse
from geocode.errors import AddressError
from geocode.finding import alike_names, corrections, exact_names, near_names
from geocode.lookups import Ask, Lookups, Steps
from geocode.ranking import answer
from geocode.readings import as_corrected, readings
from geocode.store import Store
from geocode.text import Text

MAX_LENGTH = 200
CHUNK = 200
"""Addresses that share their round trips."""

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
        errors: list[AddressError | None] = []
        jobs: list[Steps[Answer]] = []
        for text in chunk:
            try:
                jobs.append(_steps(checked(text), options))
                errors.append(None)
            except AddressError as error:
                errors.append(error)
        done = iter(lookups.run(jobs))
        yield from (next(done) if error is None else error for error in errors)


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
    """What a person has said, else what is written, what may have been meant, what is alike."""
    exact = yield from exact_names(text)
    decided = as_corrected(text, corrections(text, exact), options.district)
    if decided:
        return answer(text, decided, options.limit, options.near)
    found = yield from readings(text, exact, options.district)
    for below, search in ((scores.GOOD_FROM, near_names), (scores.POOR_BELOW, alike_names)):
        if max((score for score, _ in found), default=0.0) < below:
            more = yield from search(text, exact)
            if more:
                found += yield from readings(text, [*exact, *more], options.district)
    return answer(text, found, options.limit, options.near)
