"""A few streets to geocode in. Names are real, positions are made up."""

from __future__ import annotations

from geocode.memory import MemoryStore
from geocode.store import Crossing, Entry, Level, Title

D = "110101"
S4, S3 = "110101006", "110101007"
C1 = "110101006003"


def _road(number: int, name: str, lon: float, lat: float, district: str = D) -> Entry:
    return Entry(number, Level.ROAD, name, lon, lat, district, road=name)


def _door(number: int, road: str, door: str, lon: float, lat: float, **more: str) -> Entry:
    codes = {"district": D, "street": S4} | more
    name = road + door + codes.get("building", "")
    level = Level.BUILDING if "building" in codes else Level.DOOR
    return Entry(number, level, name, lon, lat, road=road, door=door, **codes)


ENTRIES = [
    Entry(1, Level.PROVINCE, "北京市", 116.40, 39.90, "110000"),
    Entry(2, Level.DISTRICT, "东城区", 116.41, 39.92, D),
    Entry(3, Level.DISTRICT, "西城区", 116.36, 39.92, "110102"),
    Entry(4, Level.STREET, "东四街道", 116.42, 39.93, D, S4),
    Entry(5, Level.STREET, "朝阳门街道", 116.43, 39.92, D, S3),
    Entry(6, Level.COMMUNITY, "二条社区", 116.42, 39.93, D, S4, C1),
    _road(10, "东四北大街", 116.4170, 39.9350),
    _road(11, "东四十条", 116.4250, 39.9340),
    _road(12, "史家胡同", 116.4200, 39.9220),
    _road(13, "朝阳门内大街", 116.4250, 39.9240),
    _road(14, "德胜门内大街", 116.3720, 39.9400, "110102"),
    _road(15, "新开路", 116.4100, 39.9000),
    _road(16, "新开路", 116.3700, 39.9000, "110102"),
    _road(17, "延安路", 116.3800, 39.9100),
    _road(18, "小口袋胡同", 116.4300, 39.9100),
    Entry(20, Level.ZONE, "和平里七区", 116.4200, 39.9600, D, zone="和平里七区"),
    _door(30, "东四北大街", "101号", 116.4171, 39.9340),
    _door(31, "东四北大街", "107号院", 116.4172, 39.9346),
    _door(32, "东四北大街", "107号院", 116.4174, 39.9347, building="3号楼"),
    _door(33, "东四北大街", "甲107号", 116.4176, 39.9349),
    _door(34, "东四北大街", "111号", 116.4171, 39.9350),
    _door(35, "东四北大街", "108号", 116.4168, 39.9346),
    _door(36, "东四十条", "22号", 116.4252, 39.9341),
    _door(37, "史家胡同", "5号", 116.4202, 39.9221, street=S3),
    _door(38, "史家胡同", "51号", 116.4212, 39.9221, street=S3),
    _door(39, "新开路", "8号", 116.4101, 39.9001),
    _door(40, "新开路", "8号", 116.3701, 39.9001, district="110102", street=""),
    _door(41, "延安路", "1000弄", 116.3801, 39.9101, building="5号"),
    _door(42, "东四北大街", "107-3号", 116.4177, 39.9344),
    Entry(
        45,
        Level.BUILDING,
        "和平里七区3号楼",
        116.4201,
        39.9601,
        D,
        zone="和平里七区",
        building="3号楼",
    ),
    Entry(
        50,
        Level.POI,
        "孚王府",
        116.4260,
        39.9230,
        D,
        S3,
        road="朝阳门内大街",
        door="137号",
        poi="孚王府",
    ),
    Entry(51, Level.POI, "首都剧场", 116.4110, 39.9210, D, poi="首都剧场"),
]
NAMES = {
    1: [("北京", Title.ALIAS)],
    2: [("东城", Title.ALIAS)],
    4: [("东四", Title.ALIAS)],
    10: [("北四牌楼大街", Title.OLD)],
    14: [("德内大街", Title.ALIAS)],
}
CROSSINGS = {
    ("东四北大街", "东四十条"): [Crossing(116.4171, 39.9341, D, S4)],
}
GRIDS = {"110101006003012": Entry(900, Level.POI, "110101006003012", 116.42, 39.93, D, S4, C1)}
COMPONENTS = {"1101010102000017": Entry(901, Level.POI, "污水井盖", 116.421, 39.931, D, S4, C1)}
STORE = MemoryStore(ENTRIES, NAMES, CROSSINGS, GRIDS, COMPONENTS)
