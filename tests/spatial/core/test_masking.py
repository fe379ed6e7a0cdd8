"""What is masked shows that there is something, and no more."""

import pytest
from django.db import connection

from spatial.core.masking import BLOT, NUMBERS, blotted, masked


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("13800005678", "138****5678"), ("王女士 13800005678", "王** 138****5678"),
        ("zhang@example.org", "z***@example.org"), ("010-12345678", "010****5678"),
        ("12345", "****45"), ("110", "****"), ("李", "李*"), ("", ""),
        ("11010519491231002X", "110****002X"),
    ],
)  # fmt: skip
def test_masked(text, shown):
    assert masked(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("请打138 0000 5678谢谢", "请打***谢谢"), ("010-12345678", "***"),
        ("身份证11010519491231002X。", "身份证***。"),
        ("路灯1101010137000123", "路灯1101010137000123"),
        ("3号楼", "3号楼"),
    ],
)  # fmt: skip
def test_blotted_is_the_same_in_python_and_in_the_database(db, text, shown):
    assert blotted(text) == shown
    with connection.cursor() as cursor:
        cursor.execute("SELECT regexp_replace(%s, %s, %s, 'g')", [text, NUMBERS, BLOT])
        assert cursor.fetchone()[0] == shown
