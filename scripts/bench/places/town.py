"""Places to geocode in: a made-up town of any size, and what all towns of the benchmark have."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from geocode.store import Crossing, Entry, Level, Title

Name = tuple[str, Title]
LON, LAT = 116.30, 39.80
DEG_M = 1 / 111_195
STEP_M = 12.0
"""Between neighbouring doors of one side."""
SIGNS = (
    "安宝北长朝成春大德东丰福工光广国海和河红后花华化吉建交景净静开兰乐礼利龙门民明南宁平普"
    "前青清仁荣瑞三上胜石寿水松泰天铁通王望文武西夏香小新信兴学雅阳永玉园月云中竹紫左"
)
KINDS = ("胡同", "胡同", "胡同", "街", "大街", "路", "路", "巷", "北街", "南路", "东里", "西巷")
SHOPS = ("小学", "医院", "公园", "宾馆", "书店", "菜市场", "电影院", "寺", "会馆", "图书馆")


@dataclass
class Town:
    """A gazetteer, and the districts' names by code for full addresses."""

    entries: list[Entry] = field(default_factory=list)
    names: dict[int, list[Name]] = field(default_factory=dict)
    crossings: dict[tuple[str, str], list[Crossing]] = field(default_factory=dict)
    regions: dict[str, str] = field(default_factory=dict)
    held_out: list[Entry] = field(default_factory=list)

    def add(self, level: Level, name: str, lon: float, lat: float, **more: str) -> Entry:
        """One more place."""
        entry = Entry(len(self.entries) + 1, level, name, lon, lat, **more)
        self.entries.append(entry)
        if level <= Level.COMMUNITY:
            self.regions[more[("district", "street", "community")[max(level - 3, 0)]]] = name
        return entry

    def alias(self, entry: Entry, name: str, title: Title) -> None:
        """One more name of a place."""
        self.names.setdefault(entry.key, []).append((name, title))

    def street_at(self, lon: float, lat: float) -> str:
        """Code of the street at a point, ``""`` when the town has no shapes for them."""
        del lon, lat
        return ""

    def community_at(self, lon: float, lat: float, street: str = "") -> str:
        """Code of the community at a point: in a made-up town a square of 400 m of a street."""
        return f"{street}{_cell(lon, lat):03d}"

    def full(self, entry: Entry) -> str:
        """The whole address with its regions, as on a form."""
        return (
            f"北京市{self.regions[entry.district]}{self.regions.get(entry.street, '')}{entry.name}"
        )


def add_regions(town: Town, streets: Sequence[tuple[str, str, float, float]]) -> None:
    """City, district and streets (code, name, lon, lat), with their short names."""
    city = town.add(Level.PROVINCE, "北京市", LON, LAT, district="110000")
    town.alias(city, "北京", Title.ALIAS)
    district = town.add(Level.DISTRICT, "东城区", LON, LAT, district="110101")
    town.alias(district, "东城", Title.ALIAS)
    for code, name, lon, lat in streets:
        entry = town.add(Level.STREET, name, lon, lat, district="110101", street=code)
        town.alias(entry, name.removesuffix("街道"), Title.ALIAS)


def add_doors(
    town: Town, road: Entry, places: Sequence[tuple[float, float]], pick: random.Random
) -> None:
    """Doors at ``places``, odd and even in turn; one in five is held out of the gazetteer."""
    for index, (lon, lat) in enumerate(places):
        text = f"{index + 1}号" if pick.random() < 0.7 else f"{index + 1}号院"
        if pick.random() < 0.04:
            text = "甲" + text
        elif pick.random() < 0.03:
            text = f"{index + 1}-{pick.randint(1, 4)}号"
        where = {
            "district": road.district,
            "street": town.street_at(lon, lat) or road.street,
        }
        where["community"] = town.community_at(lon, lat, where["street"])
        plain = text.endswith("号院") is False and text[0] != "甲" and "-" not in text
        held = plain and pick.random() < 0.2
        entry = Entry(
            0 if held else len(town.entries) + 1,
            Level.DOOR, road.name + text, lon, lat, road=road.name, door=text, **where,
        )  # fmt: skip
        (town.held_out if held else town.entries).append(entry)
        if text.endswith("院") and pick.random() < 0.5:
            for number in range(1, pick.randint(2, 4)):
                town.add(
                    Level.BUILDING, f"{entry.name}{number}号楼",
                    lon + number * 8 * DEG_M, lat + 6 * DEG_M,
                    road=road.name, door=text, building=f"{number}号楼", **where,
                )  # fmt: skip


def _cell(lon: float, lat: float) -> int:
    """A number below 1000 for a square of about 400 m."""
    return int((lon - LON) / DEG_M / 400) % 31 * 31 + int((lat - LAT) / DEG_M / 400) % 31


def made_up(places: int, seed: int) -> Town:
    """A town of parallel and crossing roads with about ``places`` places, a tenth of them POIs."""
    pick = random.Random(seed)
    town = Town()
    streets = [
        (f"1101010{number:02d}", f"{_word(pick, 2)}街道", LON + number / 100, LAT)
        for number in range(1, 18)
    ]
    add_regions(town, streets)
    names: set[str] = set()
    roads = max(places // 100, 20)
    while len(names) < roads:
        names.add(_word(pick, pick.choice((1, 2, 2, 2, 3))) + pick.choice(KINDS))
    for index, name in enumerate(sorted(names)):
        _add_road(town, name, index, streets, places / roads, pick)
    return town


def _add_road(
    town: Town, name: str, index: int, streets: Sequence[tuple[str, str, float, float]],
    size: float, pick: random.Random,
) -> None:  # fmt: skip
    row, column = divmod(index, 60)
    west, south = LON + column * 900 * DEG_M, LAT + row * 150 * DEG_M
    street = streets[index % len(streets)][0]
    road = town.add(
        Level.ROAD, name, west + 300 * DEG_M, south,
        district="110101", street=street, road=name,
    )  # fmt: skip
    doors = int(pick.uniform(0.4, 1.4) * size * 0.85)
    places = [
        (west + i // 2 * STEP_M * DEG_M, south + (8 if i % 2 else -8) * DEG_M)
        for i in range(doors)
    ]  # fmt: skip
    add_doors(town, road, places, pick)
    for _ in range(int(size * 0.1)):
        shop = _word(pick, pick.choice((2, 2, 3))) + pick.choice(SHOPS)
        lon, lat = pick.choice(places)
        community = town.community_at(lon, lat, street)
        town.add(
            Level.POI, shop, lon, lat, district="110101", street=street, community=community,
            road=name, poi=shop,
        )  # fmt: skip


def _word(pick: random.Random, size: int) -> str:
    return "".join(pick.choice(SIGNS) for _ in range(size))


def add_old_names(town: Town, seed: int) -> dict[str, str]:
    """An old name for every other road; returned by the name in use."""
    pick = random.Random(seed)
    taken = {entry.name for entry in town.entries}
    old: dict[str, str] = {}
    for entry in [e for e in town.entries if e.level is Level.ROAD][::2]:
        name = _word(pick, 2) + pick.choice(("胡同", "街", "大院", "夹道"))
        if name not in taken:
            taken.add(name)
            old[entry.name] = name
            town.alias(entry, name, Title.OLD)
    return old
