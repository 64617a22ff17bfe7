"""Prices are compared only where the units can be."""

import pytest

from kiosk.catalogue.queries.units import convert


@pytest.mark.parametrize(
    ("price", "unit", "to", "converted"),
    [
        (50_000, "市斤", "公斤", 100_000),
        (72_000, "公斤", "斤", 36_000),
        (10_000, "克", "两", 500_000),
        (33_333, "毫升", "L", 33_333_000),
        (10_000, "箱", " 箱 ", 10_000),
        (10_000, "箱", "盒", None),
        (10_000, "升", "公斤", None),
        (10_000, "", "市斤", None),
    ],
)
def test_a_price_is_told_in_another_unit(price: int, unit: str, to: str, converted: int | None) -> None:
    assert convert(price, unit, to) == converted
