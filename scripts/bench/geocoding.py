#!/usr/bin/env python3
"""How often and how fast damaged addresses are found, beside a plain trigram search.

    .venv/bin/python scripts/bench/geocoding.py [--data DISTRICT.gpkg] [--cases 400]
        [--places 500000] [--seed N] [--misses FILE]

Quality: addresses and POIs of a gazetteer are damaged in twelve ways and looked up; a hit is an
answer within 50 m of the place, or in its community. With ``--data`` the gazetteer is a real
district (see bench/places/dongcheng.py for what is in the file and what is made up), else a made-up
town. Speed: a made-up town of ``--places``. Two Markdown tables.
"""

from __future__ import annotations

import argparse
import gc
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

from bench.places import dongcheng  # noqa: E402
from bench.places.damage import DAMAGES, Case  # noqa: E402
from bench.places.town import Town, add_old_names, made_up  # noqa: E402
from bench.places.trigram import TrigramSearch  # noqa: E402

from geocode import AddressError, geocode, geocode_many  # noqa: E402
from geocode.answers import Answer, Verdict  # noqa: E402
from geocode.memory import MemoryStore, apart_m  # noqa: E402
from geocode.store import Entry, Level  # noqa: E402

HIT_M = 50.0
SEED = 20260101


@dataclass
class Row:
    """Hits of one kind of damage."""

    cases: int = 0
    near: int = 0
    community: int = 0
    rival_near: int = 0
    rival_community: int = 0
    sure_but_wrong: int = 0
    doors: int = 0
    """Cases whose place is a door or building, and not a name."""
    doors_near: int = 0

    def line(self, name: str) -> str:
        shares = (self.near, self.community, self.rival_near, self.rival_community)
        cells = [f"{100 * share / max(self.cases, 1):.1f}" for share in shares]
        cells.insert(1, f"{100 * self.doors_near / self.doors:.1f}" if self.doors else "–")
        return f"| {name} | {self.cases} | {' | '.join(cells)} | {self.sure_but_wrong} |"


def cases(town: Town, old: dict[str, str], count: int, seed: int) -> list[Case]:
    """Doors and buildings, POIs by name and by address, with all, one or none of their regions."""
    pick = random.Random(seed)
    doors = [e for e in town.entries if e.level in (Level.DOOR, Level.BUILDING)]
    known = [e for e in town.entries if e.level is Level.POI and e.door]
    named = _unique([e for e in town.entries if e.level is Level.POI])
    chosen = [*pick.sample(doors, count // 2), *pick.sample(named, count // 4)]
    chosen += pick.sample(known, min(count // 4, len(known)))
    return [_case(town, entry, old, pick, by_name=i >= count // 2 and i < count // 2 + count // 4)
            for i, entry in enumerate(chosen)]  # fmt: skip


def _unique(entries: Sequence[Entry]) -> list[Entry]:
    times: dict[str, int] = {}
    for entry in entries:
        times[entry.name] = times.get(entry.name, 0) + 1
    return [entry for entry in entries if times[entry.name] == 1]


def _case(
    town: Town, entry: Entry, old: dict[str, str], pick: random.Random, *, by_name: bool
) -> Case:
    regions = ["北京市", town.regions[entry.district], town.regions.get(entry.street, "")]
    regions = pick.choice([regions, regions[1:2], []])
    regions = [part for part in regions if part]
    chance = random.Random(pick.random())
    if by_name:
        return Case(entry, regions, entry.name, "", "", chance)
    number = entry.door + entry.building
    return Case(entry, regions, entry.road, number, old.get(entry.road, ""), chance)


def held_out(town: Town, count: int, seed: int) -> list[Case]:
    """Doors that the gazetteer does not have: they must be interpolated."""
    pick = random.Random(seed)
    chosen = pick.sample(town.held_out, min(count, len(town.held_out)))
    return [_case(town, entry, {}, pick, by_name=False) for entry in chosen]


def crossings(town: Town, count: int, seed: int) -> list[tuple[Entry, str]]:
    """Crossings of roads that meet once, in the usual words."""
    pick = random.Random(seed)
    once = [(pair, points[0]) for pair, points in town.crossings.items() if len(points) == 1]
    chosen = pick.sample(once, min(count, len(once)))
    words = ("{}与{}交叉口", "{}和{}路口", "{}/{}", "{} {}交汇处", "{}{}十字路口西北角")
    texts = []
    for (one, other), point in chosen:
        truth = Entry(
            0, Level.ROAD, f"{one}与{other}", point.lon, point.lat, point.district,
            town.street_at(point.lon, point.lat), town.community_at(point.lon, point.lat),
        )  # fmt: skip
        texts.append((truth, pick.choice(words).format(one, other)))
    return texts


def measure(
    town: Town, store: MemoryStore, rival: TrigramSearch, rivals: Sequence[Entry],
    texts: Sequence[tuple[Entry, str]], misses: list[str], kind: str,
) -> Row:  # fmt: skip
    """Both searches over the same texts."""
    row = Row(cases=len(texts))
    for (truth, text), answer in zip(
        texts, geocode_many([text for _, text in texts], store), strict=True
    ):
        best = _best(answer)
        near, community = _hit(truth, best)
        row.near += near
        row.community += community
        if truth.level in (Level.DOOR, Level.BUILDING):
            row.doors += 1
            row.doors_near += near
        sure = isinstance(answer, Answer) and answer.verdict is Verdict.EXACT
        row.sure_but_wrong += sure and not near
        if not near:
            misses.append(f"{kind}\t{text}\t{town.full(truth)}\t{_told(answer)}")
        number = rival.best(text)
        near, community = _hit(truth, None if number is None else rivals[number])
        row.rival_near += near
        row.rival_community += community
    return row


def _best(answer: Answer | AddressError) -> Entry | None:
    if isinstance(answer, AddressError) or not answer.candidates:
        return None
    return answer.candidates[0].entry


def _told(answer: Answer | AddressError) -> str:
    if isinstance(answer, AddressError):
        return str(answer)
    shown = [f"{c.name} {c.score:.2f} {c.kind.value}" for c in answer.candidates[:2]]
    return f"{answer.verdict.value}: {'; '.join(shown)}"


def _hit(truth: Entry, found: Entry | None) -> tuple[bool, bool]:
    if found is None:
        return False, False
    near = apart_m((truth.lon, truth.lat), (found.lon, found.lat)) <= HIT_M
    return near, near or (found.community != "" and found.community == truth.community)


def quality(town: Town, count: int, seed: int, misses: list[str]) -> list[str]:
    old = add_old_names(town, seed)
    store = MemoryStore(town.entries, town.names, town.crossings)
    rivals = [entry for entry in town.entries if entry.level > Level.COMMUNITY]
    rival = TrigramSearch([town.full(entry) for entry in rivals])
    lines = [
        "| damage | addresses | within 50 m % | of doors % | community % | trigram 50 m % "
        "| trigram community % | sure but wrong |",
        "|---|---|---|---|---|---|---|---|",
    ]
    total = Row()
    for number, (kind, damage) in enumerate(DAMAGES.items()):
        chosen = cases(town, old, count, seed + number)
        if kind == "old name":
            chosen = [case for case in chosen if case.old]
        if kind == "Chinese numerals":
            chosen = [case for case in chosen if case.number]
        texts = [(case.entry, damage(case)) for case in chosen]
        row = measure(town, store, rival, rivals, texts, misses, kind)
        lines.append(row.line(kind))
        for name in vars(total):
            setattr(total, name, getattr(total, name) + getattr(row, name))
    lines.append(total.line("**all**"))
    texts = [(case.entry, case.text()) for case in held_out(town, count, seed)]
    row = measure(town, store, rival, rivals, texts, misses, "number not held")
    lines.append(row.line("number not held (beside the total)"))
    if texts := crossings(town, count, seed):
        row = measure(town, store, rival, rivals, texts, misses, "crossing")
        lines.append(row.line("crossing (beside the total)"))
    return lines


def speed(places: int, count: int) -> list[str]:
    process = psutil.Process()
    before = process.memory_info().rss
    town = made_up(places, SEED)
    began = time.perf_counter()
    store = MemoryStore(town.entries, add_old_names(town, SEED) and town.names)
    built_s = time.perf_counter() - began
    gc.collect()
    gc.freeze()  # as a server does after loading: millions of lasting objects are not searched anew
    rss = process.memory_info().rss - before
    lines = [
        f"{len(town.entries)} places; store built in {built_s:.1f} s; {rss / 2**20:.0f} MiB with "
        "the entries",
        "",
        "| addresses | many at a time, per CPU second | one at a time, per CPU second |",
        "|---|---|---|",
    ]
    chosen = cases(town, {}, count, SEED)
    clean = [case.text() for case in chosen]
    kinds = [d for name, d in DAMAGES.items() if name != "old name"]
    hurt = [kinds[i % len(kinds)](case) for i, case in enumerate(chosen)]
    for name, texts in (("as they should be", clean), ("damaged in all ways", hurt)):
        began = time.process_time()
        list(geocode_many(texts, store))
        many_s = time.process_time() - began
        few = texts[:: max(len(texts) // 300, 1)]
        began = time.process_time()
        for text in few:
            geocode(text, store)
        one_s = (time.process_time() - began) / len(few)
        lines.append(f"| {name} | {len(texts) / many_s:.0f} | {1 / one_s:.0f} |")
    return lines


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--data", type=Path, help="a district: layers poi, roads, streets")
    options.add_argument("--cases", type=int, default=400, help="addresses for each damage")
    options.add_argument("--seed", type=int, default=SEED)
    options.add_argument("--places", type=int, default=500_000, help="for speed; 0 leaves it out")
    options.add_argument("--misses", type=Path, help="write what was missed to this file")
    chosen = options.parse_args()
    town = dongcheng.read(chosen.data, chosen.seed) if chosen.data else made_up(20_000, chosen.seed)
    missed: list[str] = []
    print(f"{len(town.entries)} places, {len(town.held_out)} doors held out\n")
    print("\n".join(quality(town, chosen.cases, chosen.seed, missed)))
    if chosen.misses:
        chosen.misses.write_text("\n".join(missed) + "\n", encoding="utf-8")
    if chosen.places:
        print()
        print("\n".join(speed(chosen.places, chosen.cases * 5)))


if __name__ == "__main__":
    main()
