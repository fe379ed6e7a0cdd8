"""Texts that nobody would type: the reader of addresses answers or refuses, and never fails."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from geocode import AddressError, geocode, geocode_many
from tests.geocode.town import STORE

PIECES = st.sampled_from([
    "北京市", "东城区", "东四北大街", "107号", "甲", "乙3号楼", "二十三", "2单元", "与", "和",
    "交叉口", "旁", "东北角", "对面", "胡同", "１２", "壹佰零八", "110101001001001",
    "1101010118000001", "116.4,39.9", "116°24′", "N39", "450000.5", "4420000", "-", "－", "#",
    "(", "）", "至", "以东50米", "附1", "号", "零", "廿", "𠀀", "\u200b", "é", "ß", "İ", "ﬁ",
    "①", "Ⅳ", "½", "٣", "¨", "，", "；", "1e309", "99999999999999999999号",
])  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=210),
    st.lists(PIECES, max_size=14).map("".join),
    st.lists(st.one_of(PIECES, st.text(max_size=3)), max_size=12).map("".join),
)


@settings(max_examples=150)
@given(TEXTS)
@example("号" * 200)
@example("一" * 200)
def test_an_address_is_answered_or_refused(text):
    try:
        answer = geocode(text, STORE)
    except AddressError as error:
        assert error.code.startswith("E-")
    else:
        assert len(answer.candidates) <= 5


@settings(max_examples=20)
@given(st.lists(TEXTS, max_size=8))
def test_many_are_answered_each_in_its_place(texts):
    answers = list(geocode_many(texts, STORE))
    assert len(answers) == len(texts)
