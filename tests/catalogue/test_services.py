"""What is bought enters the catalogue by itself; what is changed by hand stands in the record."""

import pytest
from flask import Flask

from kiosk.catalogue import queries, services
from kiosk.catalogue.models import Item, Supplier
from kiosk.chain.queries import entries
from kiosk.core.db import session, transaction
from kiosk.core.errors import Conflict, Invalid
from tests.conftest import actor

CABBAGE = {"item": "大白菜", "item_class": "蔬菜类", "unit": "市斤"}


def enter(*lines: dict[str, str]) -> dict[str, Item]:
    """The items of lines, committed."""
    with transaction():
        return services.enter_items(lines)


def test_a_new_item_is_as_its_first_line_describes_it(context: Flask) -> None:
    enter(CABBAGE, {**CABBAGE, "unit": "箱"})
    enter({"item": "大白菜", "unit": "公斤", "item_class": "其他"}, {"item": "长茄"})
    found = {item.name: (item.item_class, item.unit, item.pinyin.split()[0]) for item in queries.items()}
    assert found == {"大白菜": ("蔬菜类", "市斤", "dbc"), "长茄": ("", "", "cj")}


def test_a_supplier_is_entered_once(context: Flask) -> None:
    for _time in range(2):
        with transaction():
            assert set(services.enter_suppliers(["甲配送", "乙商行", "甲配送"])) == {"甲配送", "乙商行"}
    assert session.query(Supplier).count() == 2


@pytest.mark.parametrize("name", ["", "  ", "长" * 61])
def test_an_item_needs_a_name_that_fits(context: Flask, name: str) -> None:
    item = enter(CABBAGE)["大白菜"]
    texts = {"item_class": "", "specification": "", "unit": ""}
    with pytest.raises(Invalid) as refused, transaction():
        services.save_item(by=actor("chen"), item=item, name=name, active=True, **texts)
    assert refused.value.field == "name"


def test_no_two_items_or_suppliers_have_one_name(context: Flask) -> None:
    item = enter(CABBAGE, {"item": "长茄"})["长茄"]
    texts = {"item_class": "", "specification": "", "unit": ""}
    with pytest.raises(Conflict), transaction():
        services.save_item(by=actor("chen"), item=item, name=" 大白菜", active=True, **texts)
    with transaction():
        services.save_supplier(by=actor("chen"), supplier=None, name="甲配送")
    with pytest.raises(Conflict), transaction():
        services.save_supplier(by=actor("chen"), supplier=None, name="甲配送 ")


def test_a_renamed_item_is_found_by_its_new_name(context: Flask) -> None:
    item = enter(CABBAGE)["大白菜"]
    with transaction():
        texts = {"item_class": "蔬菜类", "specification": "", "unit": "公斤"}
        services.save_item(by=actor("chen"), item=item, name="小白菜", active=True, **texts)
    assert [item.name for item in queries.items("xbc")] == ["小白菜"]
    assert not queries.items("dbc")
    [entry] = entries(subject=f"item:{item.id}")
    assert entry.action == "item.changed"
    for text in ('"name":"大白菜"', '"name":"小白菜"', '"unit":"公斤"'):
        assert text in entry.body


def test_a_suppliers_phone_stands_not_in_the_record(context: Flask) -> None:
    with transaction():
        supplier = services.save_supplier(
            by=actor("chen"),
            supplier=None,
            name="甲配送",
            contact="老王",
            phone="13900000000",
            licence="JY-1",
        )
    [entry] = entries(subject=f"supplier:{supplier.id}")
    assert "甲配送" in entry.body
    for private in ("老王", "13900000000", "JY-1"):
        assert private not in entry.body
