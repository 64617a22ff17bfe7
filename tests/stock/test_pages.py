"""The store's pages: who may what, what is said of what cannot be, inbox, data and paper."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.core import clock
from kiosk.stock import queries
from kiosk.stock.services import Wanted
from tests.conftest import canteen, csrf
from tests.stock.conftest import DAY, MONDAY, balances, issued, opened, post, send

pytestmark = pytest.mark.once
NEW = "/office/stock/forms/new"


def lines(*rows: tuple[str, str, str]) -> dict[str, list[str]]:
    columns = zip(*rows, strict=True)
    found = {
        f"row_{name}": [*column] for name, column in zip(("item", "unit", "quantity"), columns, strict=True)
    }
    empty = [""] * len(rows)
    return {**found, "row_specification": empty, "row_remark": empty}


def form(**more: object) -> dict[str, object]:
    return {"sent": "f1", "kind": "issued", "day": DAY.isoformat(), "canteen": canteen().code, **more}


def test_an_issue_is_typed_refused_with_what_is_there_and_confirmed_by_another(
    house: Flask, desk: Callable[[str], FlaskClient]
) -> None:
    post(("大白菜", "市斤", "40", "2.5"))
    bao, ding = desk("bao"), desk("ding")
    refused = send(bao, NEW, **form(**lines(("大白菜", "市斤", "41"), ("", "", ""), ("白菜", "", "1"))))
    assert refused.status_code == 422
    assert "库中现有 40 市斤。" in refused.text
    assert "库中没有“白菜”。" in refused.text
    assert 'value="41"' in refused.text
    assert balances()["大白菜"][0] == 40_000
    assert send(bao, NEW, **form(number="C7", **lines(("大白菜", "", "30")))).status_code == 302

    [found] = queries.waiting([canteen().id])
    address = f"/office/stock/forms/{found.id}"
    assert send(bao, f"{address}/confirm").status_code == 403
    assert "C7" in desk("ding").get("/office/inbox.json").get_json()["items"][0]["text"]
    assert "已如数领到" in ding.get(address).text
    assert send(ding, f"{address}/confirm").status_code == 302
    assert "出库单" in ding.get(f"{address}/print").text
    assert "C7" in bao.get("/office/stock/forms/?q=C7").text


def test_rights_and_what_is_off(house: Flask, desk: Callable[[str], FlaskClient]) -> None:
    for username, seen, written in (
        ("bao", 200, 200),
        ("wu", 200, 403),
        ("ding", 200, 403),
        ("admin", 403, 403),
    ):
        client = desk(username)
        assert client.get("/office/stock/").status_code == seen, username
        assert client.get(NEW).status_code == written, username
    assert house.test_client().get("/office/stock/").status_code == 302


def test_what_ends_soon_and_what_is_over_is_in_the_inbox_by_name(
    house: Flask, desk: Callable[[str], FlaskClient]
) -> None:
    opened(
        Wanted("酸奶", "", "盒", 6_000, unit_price=20_000, expires=DAY + timedelta(days=3)),
        Wanted("鲜奶", "", "盒", 2_000, unit_price=20_000, expires=DAY + timedelta(days=4)),
        Wanted("豆腐", "", "块", 9_000, unit_price=20_000, expires=DAY - timedelta(days=1)),
    )
    for username in ("bao", "chen"):
        items = desk(username).get("/office/inbox.json").get_json()["items"]
        told = {one["text"]: one for one in items if one["kind"] == "stock-keep"}
        assert [*told] == ["库中有 1 批食材已过保质期", "库中有 1 批食材即将到期"], username
    page = desk("bao").get("/office/stock/").text
    assert "鲜奶" not in page.split('id="ending"')[1].split("</section>")[0]
    with clock.moved_to(MONDAY + timedelta(days=31)):
        items = desk("bao").get("/office/inbox.json").get_json()["items"]
        assert "月末盘点库存" in [one["text"] for one in items]


def test_a_count_is_typed_explained_signed_and_closed_by_another(
    house: Flask, desk: Callable[[str], FlaskClient]
) -> None:
    post(("大米", "公斤", "50", "6"))
    bao, wu = desk("bao"), desk("wu")
    begun = send(bao, "/office/stock/counts/new", sent="c1", day=DAY.isoformat(), canteen=canteen().code)
    address = begun.location
    [line] = queries.counts([canteen().id])[0].lines
    names = {"counted": f"counted-{line.id}", "reason": f"reason-{line.id}"}
    unsaid = send(bao, address, revision="0", sign="1", **{names["counted"]: "48"})
    assert unsaid.status_code == 422
    assert "请说明差异原因" in unsaid.text
    assert send(bao, address, revision="0", keep="1", **{names["counted"]: "49"}).status_code == 302
    stale = send(bao, address, revision="0", keep="1", **{names["counted"]: "48"})
    assert stale.status_code == 409
    assert "刚才保存的是：49" in stale.text
    signed = send(bao, address, revision="1", sign="1", **{names["counted"]: "48", names["reason"]: "鼠害"})
    assert signed.status_code == 302
    revision = str(queries.counts([canteen().id])[0].revision)
    assert send(bao, f"{address}/close", revision=revision).status_code == 403
    assert send(wu, f"{address}/close", revision=revision).status_code == 302
    assert balances()["大米"] == (48_000, 288_00)
    assert "鼠害" in wu.get(f"{address}/print").text
    late = send(bao, NEW, **form(**lines(("大米", "公斤", "1"))))
    assert late.status_code == 422
    assert "已盘点结账" in late.text


def test_pasted_cells_data_ledger_and_a_batch_s_last_day(
    house: Flask, desk: Callable[[str], FlaskClient]
) -> None:
    bao = desk("bao")
    post(("大米", "公斤", "50", "6"))
    issued(("大米", "公斤", 8_000))
    rows = [["食材名称", "计量单位", "数 量", "备  注"], ["大米", "公斤", "5", "午餐"], ["合计", "", "5", ""]]
    token = {"X-CSRFToken": csrf(bao, NEW)}
    said = bao.post(
        "/office/stock/forms/paste/new", json={"rows": rows, "first": "item"}, headers=token
    ).get_json()
    assert (said["by_heads"], said["rows"]) == (True, [["大米", "", "公斤", "5", "午餐"]])
    plain = bao.post(
        "/office/stock/forms/paste/new", json={"rows": [["5", "午餐"]], "first": "quantity"}, headers=token
    ).get_json()
    assert plain["rows"] == [["5", "午餐"]]

    moves = bao.get("/office/stock/moves.json").get_json()["moves"]
    assert [(one["kind"], one["quantity"], one["amount"]) for one in moves] == [
        ("received", "50", "300.00"),
        ("issued", "-8", "-48.00"),
    ]
    assert bao.get("/office/stock/balance.json").get_json()["balance"][0]["quantity"] == "42"
    assert "结存" in bao.get("/office/stock/balance.csv").text
    ledger = bao.get("/office/stock/ledger").text
    assert ["300.00" in ledger, "48.00" in ledger, "252.00" in ledger] == [True] * 3
    [batch] = queries.batches([queries.items(canteen().id)[0].id])
    assert send(bao, f"/office/stock/batches/{batch.id}/expires", expires="2026-03-04").status_code == 302
    assert send(bao, f"/office/stock/batches/{batch.id}/expires", expires="x").status_code == 422
    assert "临期与过期" in bao.get("/office/stock/").text
