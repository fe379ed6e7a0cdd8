import tomllib
from importlib.resources import files

import pytest

from gridding import (
    CodeError,
    CodeParts,
    grid_code,
    max_number,
    pad_community,
    parse_code,
    scheme_names,
)


def test_both_schemes():
    assert grid_code("gbt30428", "110101001001", 7) == "110101001001007"
    assert grid_code("cjt213", "110101001001", 7) == "11010100100107"
    assert (max_number("gbt30428"), max_number("cjt213")) == (999, 99)


def test_schemes_are_data():
    table = tomllib.loads(files("gridding").joinpath("schemes.toml").read_text(encoding="utf-8"))
    for scheme in table["scheme"]:
        name, digits = scheme["name"], scheme["number_digits"]
        assert name in scheme_names()
        assert 1 <= digits <= 3
        assert scheme["source"]
        assert max_number(name) == 10**digits - 1
        assert len(grid_code(name, "110101001001", 7)) == 12 + digits
    assert scheme_names()[0] == "gbt30428"


def test_what_is_not_split_further_has_zeros():
    assert grid_code("gbt30428", "110101", 1) == "110101000000001"
    assert grid_code("gbt30428", "110101001", 1) == "110101001000001"
    assert pad_community("110101001002") == "110101001002"


def test_parts_come_back():
    parts = parse_code("gbt30428", "110101001002999")
    assert parts == CodeParts("110101", "001", "002", 999)
    assert parts.community_code == "110101001002"
    assert parse_code("cjt213", "11010100100299").number == 99


@pytest.mark.parametrize(
    ("scheme", "community", "number", "code"),
    [
        ("gbt30428", "110101001001", 1000, "E-CODE-FULL"),
        ("cjt213", "110101001001", 100, "E-CODE-FULL"),
        ("gbt30428", "110101001001", 0, "E-CODE-FULL"),
        ("gbt30428", "1101010010", 1, "E-CODE-COMMUNITY"),
        ("gbt30428", "１１０１０１００１００１", 1, "E-CODE-COMMUNITY"),
        ("gb", "110101001001", 1, "E-CODE-SCHEME"),
    ],
)
def test_what_does_not_fit_is_named(scheme, community, number, code):
    with pytest.raises(CodeError) as error:
        grid_code(scheme, community, number)
    assert error.value.code == code


@pytest.mark.parametrize("text", ["", "110101001001", "110101001001000", "11010100100100a"])
def test_what_is_no_code_is_refused(text):
    with pytest.raises(CodeError, match="E-CODE-FORM"):
        parse_code("gbt30428", text)
