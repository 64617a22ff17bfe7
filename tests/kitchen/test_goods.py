"""Papers of goods: noted with their end and a picture, told 14 days before, settled when they are gone."""

import io

from flask import Flask
from sqlalchemy import select

from kiosk.attachments.models import Attachment
from kiosk.core import uploads
from kiosk.core.db import session
from kiosk.kitchen.models import GoodsCertificate
from kiosk.kitchen.reviews_recount import recount_goods
from tests.cases.conftest import PLACE, photo
from tests.conftest import tamper
from tests.kitchen.conftest import Desk, send

GOODS = "/office/kitchen/goods/"
PORK = {"item": "猪后腿肉", "paper": "quarantine", "batch": "20260301", "until": "2026-03-16"}


def inbox(desk: Desk) -> list[str]:
    items = desk("chen").get("/office/inbox.json?lang=en").json["items"]
    return [one["text"] for one in items if one["key"].startswith("goods-certificate:")]


def test_the_end_of_a_paper_is_told_14_days_before_until_the_goods_are_gone(house: Flask, desk: Desk) -> None:
    for end in ("2026-03-17", "2026-03-16"):
        assert send(desk("chen"), GOODS, **{**PORK, "until": end}).status_code == 200
    assert inbox(desk) == ["猪后腿肉: the quarantine certificate ends on 16 Mar 2026"]
    assert send(desk("wu"), GOODS, **PORK).status_code == 403
    assert list(recount_goods()) == []
    send(desk("chen"), f"{GOODS}2/settle")
    assert inbox(desk) == []
    assert session.get_one(GoodsCertificate, 2).ended_at is not None


def test_a_picture_is_drawn_anew_and_anything_else_refused(house: Flask, desk: Desk) -> None:
    html = (io.BytesIO(b"<html><script>1</script>"), "photo.jpg")
    assert send(desk("chen"), GOODS, **PORK, photo=html).status_code == 422
    assert session.query(GoodsCertificate).count() == 0
    send(desk("chen"), GOODS, **PORK, photo=(photo(), "IMG.jpg"))
    kept = session.scalars(select(Attachment)).one()
    data = uploads.read(kept.digest)
    assert data
    assert PLACE not in data
    assert desk("lin").get(f"{GOODS}1/photo/{kept.id}").data == data


def test_the_recount_finds_a_changed_end(house: Flask, desk: Desk) -> None:
    send(desk("chen"), GOODS, **PORK)
    tamper("UPDATE goods_certificate SET until = '2027-03-16'")
    assert [(one.problem, one.detail) for one in recount_goods()] == [("altered", "until")]
