"""Keys, sounds and variants: what people write and what the gazetteer holds meet in them."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from geocode import key, numerals, sound, spelling, variants

ADDRESS_SIGNS = st.text(
    "东四北大街号院楼弄十百零一二〇条巷甲乙107#- 、，()（）號樓Ａaß١㎡ﬁ", max_size=25
)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("東四北大街１０７號 院", "东四北大街107号院"),
        ("东四北大街一百零七号院三号楼二单元五〇一室", "东四北大街107号院3号楼2单元501室"),
        ("东四十条甲22号", "东四十条甲22号"),
        ("东四10条 22号", "东四十条22号"),
        ("三里河路九号", "三里河路9号"),
        ("五道营胡同十二号", "五道营胡同12号"),
        ("东四二十二号", "东四22号"),
        ("东四一〇七号", "东四107号"),
        ("前永康2巷8号大院", "前永康二巷8号院"),
        ("和平里7区3#楼", "和平里七区3号楼"),
        ("107# 东四北大街", "107号东四北大街"),
        ("王府井大街24、26号", "王府井大街24、26号"),
        ("东四北大街107 3号楼", "东四北大街107 3号楼"),
        ("国家图书馆（古籍馆）", "国家图书馆古籍馆"),
        ("soho 现代城a座", "SOHO现代城A座"),
        ("延安路1000弄5支弄3号", "延安路1000弄5支弄3号"),
        ("东四北大街/朝阳门内大街", "东四北大街/朝阳门内大街"),
        ("", ""),
        (" \t，。", ""),
    ],
)
def test_one_key(written, expected):
    assert key(written) == expected


@settings(max_examples=600)
@given(st.one_of(st.text(max_size=40), ADDRESS_SIGNS))
@example("乾 隆")
def test_a_key_of_a_key_is_itself_and_knows_its_origin(text):
    spelt = spelling.spell(text)
    assert key(spelt.key) == spelt.key
    assert len(spelt.origin) == len(spelt.key)
    assert list(spelt.origin) == sorted(spelt.origin)
    assert all(0 <= index < len(text) for index in spelt.origin)


def test_the_origin_underlines_what_was_written():
    text = "北京 東四北大街 一百零七號"
    spelt = spelling.spell(text)
    start = spelt.key.index("107")
    first, last = spelt.span(start, start + 3)
    assert text[first:last] == "一百零七"
    first, last = spelt.span(2, 7)
    assert text[first:last] == "東四北大街"


@given(st.integers(1, 9999))
def test_numerals_are_read_as_written(number):
    assert numerals.read(numerals.write(number)) == number


@pytest.mark.parametrize(
    ("numeral", "number"),
    [
        ("十", 10),
        ("二十", 20),
        ("一百零七", 107),
        ("一〇七", 107),
        ("两百", 200),
        ("一千零三", 1003),
        ("四二十二", None),
        ("", None),
        ("十十", None),
    ],
)
def test_numerals(numeral, number):
    assert numerals.read(numeral) == number


@pytest.mark.parametrize(
    ("one", "other"),
    [("东四北大街", "东寺北大街"), ("史家胡同", "时家胡同"), ("长巷", "常巷"), ("张旺", "章望")],
)
def test_homophones_sound_alike(one, other):
    assert sound(one) == sound(other)


def test_different_names_sound_different():
    assert sound("东四北大街") != sound("东单北大街")
    assert sound("西安") != sound("先")


NAME = st.text("东西南北四五城门内外大小街路胡同史家", min_size=4, max_size=12)


@given(NAME, st.data())
def test_one_error_leaves_a_common_variant(name, data):
    at = data.draw(st.integers(0, len(name) - 2))
    sign = data.draw(st.sampled_from("龙虎"))
    damaged = data.draw(
        st.sampled_from(
            [
                name[:at] + name[at + 1 :],
                name[:at] + sign + name[at:],
                name[:at] + sign + name[at + 1 :],
                name[:at] + name[at + 1] + name[at] + name[at + 2 :],
            ]
        )
    )
    assert variants(name) & variants(damaged)


def test_two_replaced_characters_of_a_long_name_leave_a_common_variant():
    assert variants("东四北大街") & variants("东西北太街")


def test_a_road_is_found_without_its_kind():
    assert "史家" in variants("史家胡同")
