"""Daily control: nothing found is an entry, an empty day is a gap, what is found is confirmed by another."""

import io
import re
from datetime import date
from typing import Any
from uuid import uuid4

from flask import Flask
from sqlalchemy import select

from kiosk.attachments.models import Attachment
from kiosk.cases.models import Case
from kiosk.core import clock, uploads
from kiosk.core.db import session
from kiosk.inspections.models import Checked, Finding
from kiosk.kitchen import queries
from kiosk.kitchen.overdue import overdue
from kiosk.kitchen.reviews_recount import recount
from tests.cases.conftest import PLACE, number, photo
from tests.conftest import canteen, csrf, tamper
from tests.kitchen.conftest import Desk, noon, send

CONTROL = "/office/kitchen/control/k1/2026-03-02"
INDEX = "/office/kitchen/control/"
MARCH = (date(2026, 2, 26), date(2026, 3, 31))


def states() -> dict[str, str]:
    """How the days stand that were due so far."""
    session.rollback()
    return {str(one.day)[5:]: one.state for one in queries.days(canteen(), *MARCH) if one.state != "rest"}


def nothing(**more: Any) -> dict[str, Any]:
    return {"then": "nothing", "id": str(uuid4()), **more}


def found(**more: Any) -> dict[str, Any]:
    return {"then": "found", "id": str(uuid4()), "found-l6": "1", "words-l6": "冰箱 9 ℃", **more}


def inbox(desk: Desk, kind: str, username: str = "chen") -> list[str]:
    items = desk(username).get("/office/inbox.json?lang=en").json["items"]
    return [one["text"] for one in items if one["key"].startswith(f"{kind}:")]


def test_nothing_found_makes_the_day_complete_and_an_empty_one_is_a_gap(house: Flask, desk: Desk) -> None:
    assert states() == {"02-26": "gap", "02-27": "gap", "03-02": "today"}, "due from the day it was on"
    page = house.test_client().get("/?lang=en").text
    assert "not yet" in page.split("Today's control")[1][:200]
    assert len(re.findall(r'name="found-l\d+"', desk("chen").get(CONTROL).text)) == 9
    form = nothing()
    for _twice in range(2):
        assert send(desk("chen"), CONTROL, **form).status_code == 200
    assert session.query(Checked).count() == 1
    assert states() == {"02-26": "gap", "02-27": "gap", "03-02": "done"}
    assert "done 12:00" in house.test_client().get("/?lang=en").text
    public = house.test_client().get("/kitchen/?lang=en").text
    assert public.count("is-gap") == 3, "two days and the legend"
    assert "陈" not in public


def test_entered_later_shows_both_times(house: Flask, desk: Desk) -> None:
    late = CONTROL.replace("03-02", "02-27")
    assert send(desk("chen"), late, **nothing()).status_code == 200
    assert states()["02-27"] == "late"
    rows = house.test_client().get("/data/daily-control.json?from=2026-02-26").json["daily_control"]
    assert [(one["day"], one["state"], one["entered_at"]) for one in rows][:2] == [
        ("2026-02-26", "gap", None),
        ("2026-02-27", "late", "2026-03-02T12:00:00+08:00"),
    ]
    assert send(desk("chen"), CONTROL.replace("03-02", "03-05"), **nothing()).status_code == 422


def test_what_is_found_has_a_case_and_whoever_mended_it_does_not_verify(house: Flask, desk: Desk) -> None:
    assert send(desk("chen"), CONTROL, **found()).status_code == 200
    one = session.scalars(select(Finding)).one()
    case = session.get_one(Case, one.case_id)
    assert (case.kind, case.subject) == ("finding", "canteen:k1")
    act = f"{INDEX}findings/{one.id}"
    assert send(desk("chen"), f"{act}/mended", words="换了温控器").status_code == 200
    assert send(desk("chen"), f"{act}/verified").status_code == 403
    assert send(desk("lin"), f"{act}/verified").status_code == 403, (
        "the case is Lin's, for nobody holds a post"
    )
    assert send(desk("gao"), f"{act}/verified").status_code == 200
    assert send(desk("lin"), f"{act}/still").status_code == 409
    assert "Nothing is open." in desk("lin").get(f"{INDEX}?lang=en").text


def test_bad_input_stores_nothing(house: Flask, desk: Desk) -> None:
    chen = desk("chen")
    html = (io.BytesIO(b"<html><script>1</script>"), "photo.jpg")
    for form in (
        nothing(**{"found-l6": "1"}),
        {"then": "found", "id": str(uuid4())},
        found(**{"words-l6": ""}),
        found(**{"photo-l6": html}),
    ):
        assert send(chen, CONTROL, **form).status_code == 422
    assert send(desk("wu"), CONTROL, **nothing()).status_code == 403
    assert session.query(Checked).count() == 0


def test_the_same_form_with_other_content_is_told_and_not_swallowed(house: Flask, desk: Desk) -> None:
    form = found()
    for _twice in range(2):
        assert send(desk("chen"), CONTROL, **form).status_code == 200
    for other in ({"words-l6": "冷库门坏了"}, {"photo-l6": (photo(), "IMG.jpg")}):
        assert send(desk("chen"), CONTROL, **{**form, **other}).status_code == 409
    assert session.query(Finding).count() == 1


def test_what_a_phone_kept_goes_by_the_list_that_it_showed(house: Flask, desk: Desk) -> None:
    chen = desk("chen")
    page = chen.get(f"{INDEX}k1/list").text
    texts = dict(re.findall(r'name="(text-l\d+)"[^>]*value="([^"]*)"', page))
    send(chen, f"{INDEX}k1/list", **{**texts, "text-l6": "", "seen": "1", "reason": "改"})
    kept = found(version="1", ended="2026-03-02T03:59:00.000Z", csrf_token=csrf(chen, "/office/accounts/"))
    for _twice in range(2):
        answer = chen.post(CONTROL, data=kept, headers={"Accept": "application/json"})
        assert (answer.status_code, answer.json) == (200, {"url": "/office/kitchen/"})
    one = session.scalars(select(Checked)).one()
    assert (one.version.version, str(one.ended_at)) == (1, "2026-03-02 03:59:00+00:00")


def test_a_photo_keeps_no_exif(house: Flask, desk: Desk) -> None:
    send(desk("chen"), CONTROL, **found(**{"photo-l6": (photo(), "IMG.jpg")}))
    kept = uploads.read(session.scalars(select(Attachment)).one().digest)
    assert kept
    assert kept.startswith(b"\xff\xd8")
    assert PLACE not in kept


def test_the_list_changes_by_a_version(house: Flask, desk: Desk) -> None:
    send(desk("chen"), CONTROL, **nothing())
    page = desk("chen").get(f"{INDEX}k1/list").text
    texts = dict(re.findall(r'name="(text-l\d+)"[^>]*value="([^"]*)"', page))
    seen = {"seen": "1", "reason": "加一条"}
    changed = {**texts, **seen, "text-l5": "", "new-0": "油烟机已清洗"}
    send(desk("chen"), f"{INDEX}k1/list", **changed)
    version = queries.list_of(canteen())
    assert version
    assert (version.version, len(version.lines), version.lines[-1]["text"]) == (2, 9, "油烟机已清洗")
    assert send(desk("chen"), f"{INDEX}k1/list", **texts, **seen).status_code == 409, "seen was version 1"


def test_gaps_are_owed_and_stand_in_the_inbox(house: Flask, desk: Desk) -> None:
    assert inbox(desk, "daily-control") == [
        "Canteen One: the control of 26 Feb is missing",
        "Canteen One: the control of 27 Feb is missing",
        "Canteen One: today's control is to be entered",
    ]
    owed = [one.key for one in overdue(date(2026, 2, 1), date(2026, 3, 2)) if one.duty == "control"]
    assert owed == ["control:k1:2026-02-26", "control:k1:2026-02-27"]


def test_the_week_is_drafted_from_its_days_and_signed(house: Flask, desk: Desk) -> None:
    week = f"{INDEX}k1/week/2026-W10"
    send(desk("chen"), CONTROL, **found())
    assert send(desk("lin"), week, text="都看过了", seen="0").status_code == 409, "it goes on"
    with clock.moved_to(noon(6)):
        page = desk("lin").get(f"{week}?lang=en").text
        assert "1 of 4 days entered" in page, "the Wednesday was a holiday"
        assert send(desk("chen"), week, text="都看过了", seen="0").status_code == 403
        assert send(desk("lin"), week, text="本周看过，冰箱换了温控器。", seen="0").status_code == 200
        for again in ({"seen": "0"}, {}):
            assert send(desk("lin"), week, text="又签一次", **again).status_code == 409
        before = week.replace("W10", "W03")
        assert "there is nothing to sign" in desk("lin").get(f"{before}?lang=en").text
        assert send(desk("lin"), before, text="都看过了", seen="0").status_code == 409
    (one,) = queries.reviews(canteen(), "week", "2026-W10")
    assert (one.figures["due"], one.figures["done"], one.figures["found"]) == (4, 1, 1)
    assert list(recount()) == []
    tamper('UPDATE control_review SET figures = \'{"due": 4, "done": 4}\'')
    assert [(found.kind, found.problem) for found in recount()] == [("signature", "altered")]


def test_a_decision_of_the_month_is_a_case_with_an_owner_and_a_day(house: Flask, desk: Desk) -> None:
    send(desk("chen"), CONTROL, **nothing())
    month = f"{INDEX}k1/month/2026-03"
    with clock.moved_to(noon(30)):
        decided = {"decision-0": "给冷库装温度记录仪", "owner-0": str(number("ding")), "due-0": "2026-04-10"}
        said = send(desk("lin"), month, text="三月总体正常。", seen="0", **decided)
        assert said.status_code == 200
        session.rollback()
        case = session.scalars(select(Case).where(Case.kind == "decision")).one()
        ((decided_case,),) = queries.decisions(queries.reviews(canteen(), "month", "2026-03")).values()
        assert (case.owner.name, decided_case.id, str(case.due_on)) == ("丁", case.id, "2026-04-02")
        past = {**decided, "due-0": "2026-03-02"}
        assert send(desk("lin"), month, text="再补一条。", seen="1", **past).status_code == 422
        sheet = desk("lin").get(f"{month}/sheet?lang=en").text
    assert "三月总体正常。" in sheet
    assert sheet.count("gap") >= 20
