"""Elements of addresses as sources write them."""

import pytest

from spatial.basemap.gazetteer.elements import split, split_door
from spatial.basemap.gazetteer.naming import names_of

REGIONS = ("东四街道", "六条社区", "东城区")


@pytest.mark.parametrize(
    ("text", "elements"),
    [
        ("东四北大街107号", ("东四北大街", "", "107号", "")),
        ("东四北大街甲107号", ("东四北大街", "", "甲107号", "")),
        ("东四北大街107-3号", ("东四北大街", "", "107-3号", "")),
        ("北京市东城区东四北大街107号院3号楼2单元501室", ("东四北大街", "", "107号院", "3号楼")),
        ("东城区东四街道六条社区东四六条63号", ("东四六条", "", "63号", "")),
        ("东四十条２３号", ("东四十条", "", "23号", "")),
        ("和平里七区16号楼", ("", "和平里七区", "", "16号楼")),
        ("朝阳门内大街55号史家小区3号楼", ("朝阳门内大街", "史家小区", "55号", "3号楼")),
        ("张江路88弄12号", ("张江路", "", "88弄12号", "")),
        ("史家胡同", ("史家胡同", "", "", "")),
        ("史家小区", ("", "史家小区", "", "")),
        ("Mannerheimintie 5", ("Mannerheimintie", "", "5", "")),
        ("Kluuvi", ("", "", "", "")),
        ("东城区", ("", "东城区", "", "")),
    ],
)
def test_an_address_is_split(text, elements):
    assert tuple(split(text, REGIONS)) == elements


@pytest.mark.parametrize(
    ("door", "parts"),
    [
        ("107号院3号楼", ("107号院", "3号楼")),
        ("107号", ("107号", "")),
        ("5", ("5", "")),
        ("3号楼", ("", "3号楼")),
        ("12-14", ("12-14", "")),
    ],
)
def test_a_house_number_may_name_the_building(door, parts):
    assert split_door(door) == parts


def test_names_come_once_and_a_door_is_no_spelling():
    made = names_of(10, "孚王府", "怡亲王府;九爷府；孚王府", "")
    assert [(name.kind, name.text) for name in made] == [
        ("standard", "孚王府"),
        ("alias", "怡亲王府"),
        ("alias", "九爷府"),
    ]
    assert all(name.live and name.sound and name.variants for name in made)
    door = names_of(8, "东四北大街107号", "", "东大街7号")
    assert [(name.kind, name.live, bool(name.variants)) for name in door] == [
        ("standard", False, False),
        ("old", True, True),
    ]


def test_regions_have_a_name_without_their_kind():
    assert [name.text for name in names_of(3, "东城区", "", "")] == ["东城区", "东城"]
    assert [name.text for name in names_of(5, "多福巷社区", "", "")] == ["多福巷社区", "多福巷"]
    assert [name.text for name in names_of(5, "二区", "", "")] == ["二区"]
    assert [name.text for name in names_of(10, "东城区", "", "")] == ["东城区"]
