"""Items are found as people type them."""

import pytest

from kiosk.core.pinyin import LONGEST, readings


@pytest.mark.parametrize(
    ("name", "typed"),
    [("长茄", "cq"), ("长茄", "changqie"), ("大白菜", "dbc"), ("A4纸", "a4z"), ("生抽（500ml）", "sc500ml")],
)
def test_a_name_is_found_by_its_readings(name: str, typed: str) -> None:
    assert typed in readings(name).split()


def test_every_reading_has_its_initials() -> None:
    assert readings("长茄").split()[:4] == ["cj", "cq", "zj", "zq"]


def test_long_names_fit() -> None:
    assert len(readings("长" * 60)) <= LONGEST
    assert readings("（）") == ""
