"""Addresses as people write them, in the small town of `tests.geocode.town`."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from geocode import AddressError, geocode, geocode_many
from geocode.answers import Answer, Kind, Reading, Verdict
from geocode.geocoder import MAX_LENGTH
from geocode.memory import MemoryStore
from geocode.store import Entry, Level, Title
from tests.geocode.town import COMPONENTS, CROSSINGS, ENTRIES, GRIDS, NAMES, STORE


def best(text: str, **options):
    return geocode(text, STORE, **options).candidates[0]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("东四北大街107号院", "东四北大街107号院"),
        ("北京市东城区东四街道东四北大街107号院3号楼2单元501室", "东四北大街107号院3号楼"),
        ("107号院 东四北大街 东城区", "东四北大街107号院"),
        ("东城区东城区东四北大街107号", "东四北大街107号院"),
        ("东四北大街107号院5栋", "东四北大街107号院"),
        ("东城区东四北大街 甲107号", "东四北大街甲107号"),
        ("东四北大街107-3号", "东四北大街107-3号"),
        ("东四北大街107号附3号", "东四北大街107-3号"),
        ("东四北大街一百零七号院三号楼", "东四北大街107号院3号楼"),
        ("東四北大街１０７號院", "东四北大街107号院"),
        ("东四北大街107", "东四北大街107号院"),
        ("东四10条二十二号", "东四十条22号"),
        ("和平里7区3栋", "和平里七区3号楼"),
        ("延安路1000弄5号", "延安路1000弄5号"),
        ("北四牌楼大街107号", "东四北大街107号院"),
        ("孚王府", "孚王府"),
        ("东城区朝阳门内大街137号孚王府", "孚王府"),
        ("朝阳门内大街137号", "朝阳门内大街137号"),
        ("东四北大街", "东四北大街"),
        ("东城区东四街道二条社区", "二条社区"),
    ],
)
def test_what_is_written_right_is_found(text, name):
    answer = geocode(text, STORE)
    assert answer.candidates[0].name == name
    assert answer.candidates[0].score >= 0.88
    if "5栋" not in text:
        assert answer.verdict is Verdict.EXACT


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("东寺北大街107号院", "东四北大街107号院"),
        ("东四北大接107号院", "东四北大街107号院"),
        ("东西北大街107号院", "东四北大街107号院"),
        ("东四北107号院", "东四北大街107号院"),
        ("东四北四大街107号", "东四北大街107号院"),
        ("四东北大街107号", "东四北大街107号院"),
        ("东四北大街街107号", "东四北大街107号院"),
        ("史家5号", "史家胡同5号"),
        ("史加胡通51号", "史家胡同51号"),
        ("孚王俯", "孚王府"),
        ("东成区史家胡同5号", "史家胡同5号"),
        ("首都剧院", "首都剧场"),
    ],
)
def test_errors_are_mended_and_cost_something(text, name):
    answer = geocode(text, STORE)
    assert answer.candidates[0].name == name
    assert answer.verdict is Verdict.PARTIAL
    assert 0.5 < answer.candidates[0].score < 0.97


def test_what_is_left_out_costs_nothing_and_each_error_costs_more():
    texts = ("东四北大街107号", "东寺北大街107号", "东西北大街107号", "东西北大接107号")
    scores = [best(text).score for text in texts]
    assert scores == sorted(scores, reverse=True) and len(set(scores)) == 4
    assert best("北京市东城区东四北大街107号院").score == best("东四北大街107号院").score == 1.0


def test_an_unknown_number_lies_between_its_neighbours_of_the_same_side():
    found = best("东四北大街109号")
    assert found.kind is Kind.INTERPOLATED
    assert found.name == "东四北大街109号"
    low, high = best("东四北大街107号院").point, best("东四北大街111号").point
    assert found.point == pytest.approx(((low[0] + high[0]) / 2, (low[1] + high[1]) / 2))
    assert found.score == pytest.approx(0.9)
    assert geocode("东四北大街109号", STORE).verdict is Verdict.PARTIAL
    assert found.entry is not None and found.entry.street == "110101006"


def test_just_beyond_the_last_number_is_the_last_and_far_beyond_only_the_road():
    assert best("东四北大街113号").point == best("东四北大街111号").point
    assert best("东四北大街113号").kind is Kind.INTERPOLATED
    answer = geocode("东四北大街500号", STORE)
    assert answer.candidates[0].kind is Kind.ROAD
    assert answer.read.unread == ("500号",)
    assert answer.verdict is Verdict.PARTIAL


def test_a_lane_is_not_interpolated():
    assert best("延安路1002弄").kind is Kind.ROAD


@pytest.mark.parametrize(
    "text",
    [
        "东四北大街与东四十条交叉口",
        "东四十条和东四北大街路口",
        "东四北大街/东四十条",
        "东四北大街 东四十条交汇处",
        "东城区东四北大街与东四十条十字路口西北角",
    ],
)
def test_a_crossing_is_a_point_of_its_own(text):
    answer = geocode(text, STORE)
    assert answer.candidates[0].kind is Kind.CROSSING
    assert answer.candidates[0].point == (116.4171, 39.9341)
    assert answer.verdict is Verdict.EXACT


def test_a_crossing_with_an_error_and_one_that_there_is_not():
    assert best("东四寺条与东四北大街交叉口").kind is Kind.CROSSING
    answer = geocode("史家胡同与东四北大街交叉口", STORE)
    assert answer.candidates[0].kind is Kind.ROAD
    assert answer.verdict is not Verdict.EXACT


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("史家胡同5号对面", "对面"),
        ("史家胡同5号以北50米", "以北50米"),
        ("史家胡同5号西侧约20米处", "西侧约20米处"),
        ("孚王府旁边", "旁边"),
        ("东四北大街与东四十条交叉口西北角", "西北角"),
        ("史家胡同5号", ""),
    ],
)
def test_a_hint_never_moves_the_point(text, hint):
    answer = geocode(text, STORE)
    assert answer.read.hint == hint
    assert answer.verdict is Verdict.EXACT
    assert answer.candidates[0].point == best(text.removesuffix(hint)).point


def test_namesakes_are_ambiguous_until_a_region_or_a_place_nearby_is_named():
    answer = geocode("新开路8号", STORE)
    assert answer.verdict is Verdict.AMBIGUOUS
    assert {c.entry.key for c in answer.candidates} == {39, 40}
    assert best("西城区新开路8号").entry.key == 40
    assert geocode("西城区新开路8号", STORE).verdict is Verdict.EXACT
    assert best("新开路8号", near=(116.37, 39.90)).entry.key == 40
    assert best("新开路8号", near=(116.41, 39.90)).entry.key == 39
    only = geocode("新开路8号", STORE, district="110102")
    assert [c.entry.key for c in only.candidates] == [40]
    assert only.verdict is Verdict.EXACT


def test_a_place_of_unknown_district_is_kept():
    somewhere = MemoryStore([ENTRIES[0]._replace(level=Level.ROAD, name="无名路", district="")])
    assert geocode("无名路", somewhere, district="110101").verdict is Verdict.EXACT


def test_a_story_around_the_address_leaves_the_address():
    answer = geocode("市民反映在史家胡同5号院门口有人堆放垃圾", STORE)
    assert answer.candidates[0].name == "史家胡同5号"
    assert answer.verdict is Verdict.PARTIAL
    assert answer.read.unread[0] == "市民反映"


def test_another_district_than_the_places_is_a_conflict():
    found = best("西城区史家胡同5号")
    assert found.name == "史家胡同5号"
    assert found.score == pytest.approx(0.6)
    assert found.matched[0].reading is Reading.CONFLICT


def test_matches_underline_the_text_as_written():
    text = "北京 東四北大街，一百零七號院 三號樓"
    found = best(text)
    assert [(text[m.start : m.end], m.level, m.name) for m in found.matched] == [
        ("北京", Level.PROVINCE, "北京市"),
        ("東四北大街", Level.ROAD, "东四北大街"),
        ("一百零七號院", Level.DOOR, "107号院"),
        ("三號樓", Level.BUILDING, "3号楼"),
    ]
    assert found.matched[0].reading is Reading.ALIAS


def test_matches_say_how_a_name_was_read():
    readings = {
        text: best(text).matched[0].reading
        for text in ("东寺北大街107号", "东西北大街107号", "东四北107号", "北四牌楼大街107号")
    }
    assert list(readings.values()) == [
        Reading.SOUND,
        Reading.ERROR,
        Reading.PART,
        Reading.ALIAS,
    ]


def test_codes_of_grids_and_components():
    found = best("网格编码：110101006003012")
    assert (found.kind, found.point) == (Kind.GRID, (116.42, 39.93))
    found = best("1101010102000017")
    assert (found.kind, found.name) == (Kind.COMPONENT, "污水井盖")
    assert geocode("11010100600301", STORE).verdict is Verdict.NONE
    assert geocode("1101010102000018", STORE).verdict is Verdict.NONE


@pytest.mark.parametrize("text", ["", "   ", "，。！", "\n\t"])
def test_nothing_is_no_address(text):
    with pytest.raises(AddressError) as raised:
        geocode(text, STORE)
    assert raised.value.code == "E-ADDRESS-EMPTY"


def test_too_long_and_control_characters():
    with pytest.raises(AddressError) as raised:
        geocode("街" * 10_000, STORE)
    assert raised.value.code == "E-ADDRESS-LONG"
    assert "200" in str(raised.value)
    assert geocode("东" * MAX_LENGTH, STORE).verdict is not Verdict.EXACT
    with pytest.raises(AddressError) as raised:
        geocode("东四北大街\x00107号", STORE)
    assert raised.value.code == "E-ADDRESS-CONTROL"


@pytest.mark.parametrize(
    "text", ["' OR 1=1; DROP TABLE place --", "<script>alert('x')</script>", "%_\\", "火星某处"]
)
def test_what_is_no_address_is_not_found(text):
    try:
        assert geocode(text, STORE).verdict is Verdict.NONE
    except AddressError as error:
        assert error.code == "E-ADDRESS-EMPTY"


def test_limit():
    assert len(geocode("新开路8号", STORE, limit=1).candidates) == 1
    assert geocode("新开路8号", STORE, limit=1).verdict is Verdict.AMBIGUOUS


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60))
@example("0")
@example("东四北大街" * 30)
@example("甲-1号/与")
def test_any_text_gives_an_answer_or_an_error(text):
    try:
        answer = geocode(text, STORE)
    except AddressError as error:
        assert error.code.startswith("E-ADDRESS-")
        return
    assert (answer.verdict is Verdict.NONE) == (not answer.candidates)
    for candidate in answer.candidates:
        assert 0 < candidate.score <= 1
        assert all(0 <= m.start < m.end <= len(text) for m in candidate.matched)


PIECES = [
    "东城区",
    "东四北大街",
    "史家胡同",
    "107号院",
    "3号楼",
    "与",
    "路口",
    "东四",
    "寺",
    "甲",
    "5",
    "-",
]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=9))
def test_any_mixture_of_pieces_is_answered(pieces):
    text = "号" + "".join(pieces)
    answer = geocode(text, STORE)
    assert all(0 < c.score <= 1 for c in answer.candidates)
    spans = [(m.start, m.end) for c in answer.candidates[:1] for m in c.matched]
    assert all(a[1] <= b[0] for a, b in zip(spans, spans[1:], strict=False)), "matches overlap"


NAMED = [e for e in ENTRIES if e.level > Level.COMMUNITY and "新开路" not in e.name]


@given(st.sampled_from(NAMED), st.booleans(), st.booleans())
def test_undamaged_names_are_found_exactly(entry: Entry, city: bool, district: bool):
    regions = ("北京市" if city else "") + (
        {"110101": "东城区", "110102": "西城区"}[entry.district] if district else ""
    )
    answer = geocode(regions + entry.name, STORE)
    assert answer.verdict is Verdict.EXACT
    assert answer.candidates[0].entry == entry
    assert answer.candidates[0].score == 1.0


class CountingStore(MemoryStore):
    """Counts round trips."""

    def __init__(self) -> None:
        super().__init__(ENTRIES, NAMES, CROSSINGS, GRIDS, COMPONENTS)
        self.trips: Counter[str] = Counter()

    def spelled(self, how, forms):
        self.trips[how.value] += 1
        return super().spelled(how, forms)

    def similar(self, keys, levels, limit):
        self.trips["similar"] += 1
        return super().similar(keys, levels, limit)

    def numbered(self, names):
        self.trips["numbered"] += 1
        return super().numbered(names)

    def crossings(self, pairs):
        self.trips["crossings"] += 1
        return super().crossings(pairs)


def test_a_right_address_takes_two_round_trips():
    store = CountingStore()
    geocode("东城区东四北大街107号院", store)
    assert store.trips == {"key": 1, "numbered": 1}


def test_many_addresses_take_no_more_round_trips_than_the_worst_of_them():
    texts = [
        "东四北大街107号",
        "东寺北大街101号",
        "史家胡同5号",
        "无此处",
        "孚王府",
        "东四北大街/东四十条",
    ]
    store = CountingStore()
    list(geocode_many(texts * 30, store))
    assert sum(store.trips.values()) <= 9, store.trips


def test_many_are_answered_as_one_by_one_and_errors_stand_in_their_place():
    texts = ["东四北大街107号", "", "东寺北大街101号", "无此处", "116.41,39.93", "孚王府", "x\x00"]
    answers = list(geocode_many(texts, STORE))
    assert [type(a) for a in answers] == [
        AddressError if text in ("", "x\x00") else Answer for text in texts
    ]
    for text, answer in zip(texts, answers, strict=True):
        if isinstance(answer, Answer):
            assert answer == geocode(text, STORE)


LONG = "史家胡同往北走到头再向东拐第三个红色大门旁边有一棵歪脖子树的那个院子里面靠南的一间小屋"


@pytest.mark.parametrize("text", ["新开路8号", "东四北大街107号", LONG])
def test_a_correction_of_the_whole_text_decides(text):
    names = {**NAMES, 39: [(text, Title.CORRECTION)]}
    store = MemoryStore(ENTRIES, names, CROSSINGS)
    answer = geocode(text, store)
    assert [c.entry.key for c in answer.candidates] == [39]
    assert (answer.verdict, answer.candidates[0].name) == (Verdict.EXACT, "新开路8号")
    elsewhere = geocode(text, store, district="110102")
    assert 39 not in [c.entry.key for c in elsewhere.candidates if c.entry]


def test_a_gazetteer_of_a_district_need_not_know_what_lies_above_it():
    small = MemoryStore([e for e in ENTRIES if e.level > Level.PROVINCE], NAMES, CROSSINGS)
    for before in ("北京市", "浙江省杭州市", "内蒙古自治区呼和浩特市"):
        answer = geocode(before + "东城区史家胡同5号", small)
        assert (answer.verdict, answer.candidates[0].score) == (Verdict.EXACT, 1.0)
        assert answer.read.unread == ()
    # Where it is known, it counts; and a road in between is none of it.
    assert geocode("北京市西城区史家胡同5号", STORE).verdict is Verdict.PARTIAL
    assert geocode("新华路东城区史家胡同5号", small).verdict is Verdict.PARTIAL
