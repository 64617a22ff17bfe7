"""Items and suppliers are found as people type them."""

import pytest
from flask import Flask

from kiosk.catalogue import queries
from kiosk.catalogue.services import enter_items, enter_suppliers, save_item, save_supplier
from kiosk.core.db import transaction
from kiosk.core.errors import NotFound
from tests.conftest import actor


def enter(*names: str) -> None:
    """Items of these names, committed."""
    with transaction():
        enter_items({"item": name, "item_class": "蔬菜类"} for name in names)


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        *((typed, {"长茄"}) for typed in ("茄", "cq", "zq", "changq", "jia")),
        *((typed, {"大白菜"}) for typed in ("dbc", "白菜", "bc", "baicai", "dabc")),
        *((typed, {"100%果汁"}) for typed in ("%", "100")),
        *((typed, set()) for typed in ("aicai", "_", "w")),
        ("", {"长茄", "大白菜", "100%果汁"}),
    ],
)
def test_items_are_found_by_name_part_and_pinyin(context: Flask, typed: str, names: set[str]) -> None:
    enter("长茄", "大白菜", "100%果汁")
    assert {item.name for item in queries.items(typed)} == names


@pytest.mark.parametrize(
    "typed", ["dxhs", "xhs", "hs", "xh", "daxihongshi", "xihongshi", "hongshi", "xihs", "xi hong", "西红柿"]
)
def test_any_part_of_a_name_is_found(context: Flask, typed: str) -> None:
    enter("大白菜", "大西红柿")
    assert [item.name for item in queries.items(typed)] == ["大西红柿"]


@pytest.mark.parametrize("typed", ["zqzhxqzs", "cqchxjcc", "hxq", "changhang", "zangshen", "cangcan"])
def test_every_reading_of_each_character_is_found(context: Flask, typed: str) -> None:
    enter("重庆长行厦茄藏参")
    assert queries.items(typed)
    assert not queries.items("qqq")


def test_what_is_not_offered_is_found_in_the_office_alone(context: Flask) -> None:
    enter("大白菜", "长茄")
    with transaction():
        [item] = queries.items("长茄")
        texts = {"item_class": "", "specification": "", "unit": ""}
        save_item(by=actor("chen"), item=item, name=item.name, active=False, **texts)
        save_supplier(
            by=actor("chen"), supplier=enter_suppliers(["甲配送"])["甲配送"], name="甲配送", active=False
        )
    assert [item.name for item in queries.items()] == ["大白菜"]
    assert [item.name for item in queries.items("cq", everything=True)] == ["长茄"]
    assert queries.suppliers() == []
    assert [supplier.name for supplier in queries.suppliers("jps", everything=True)] == ["甲配送"]


def test_what_is_not_there_is_not_found(context: Flask) -> None:
    for find in (queries.item, queries.supplier):
        with pytest.raises(NotFound):
            find(7)
