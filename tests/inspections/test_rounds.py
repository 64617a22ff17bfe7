"""Rounds: planned, due, handed in once, in time or late; what proves presence; what the queue said."""

import io
import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from kiosk.core import clock
from kiosk.core.db import session, transaction
from kiosk.core.samples import at
from kiosk.counters.queries import poster_token
from kiosk.inspections import checks, queries
from kiosk.inspections import services as rounds
from kiosk.inspections.models import ChecklistVersion, RoundMade, RoundPlan, SpotAnswer
from kiosk.inspections.overdue import overdue
from kiosk.presence.services import qr_token
from kiosk.school.queries import today
from tests.cases.conftest import HOLIDAY, day, number
from tests.conftest import actor, counter, csrf

TUESDAY = date(2026, 3, 3)
Walk = Callable[..., Any]


@pytest.fixture
def plan(version: ChecklistVersion) -> RoundPlan:
    """He's round at the hot-water room, 11:30 to 12:20 on school days, since Monday."""
    with transaction():
        return rounds.make_plan(
            by=actor("lin"),
            name="开水房开放巡查",
            checklist=version.checklist_id,
            subject="counter:water",
            who=f"person:{number('he')}",
            rhythm="school_days",
            slots=["11:30-12:20"],
        )


def body(of: RoundPlan, begun: datetime, **more: Any) -> dict[str, Any]:
    """A round as a phone keeps it."""
    version = of.versions[-1].checklist.current
    return {
        "id": str(uuid4()),
        "plan": of.id,
        "version": version.id,
        "day": begun.astimezone(at(TUESDAY, time()).tzinfo).date().isoformat(),
        "slot": "11:30-12:20",
        "begun_at": begun.isoformat(),
        "ended_at": (begun + timedelta(seconds=40)).isoformat(),
        "answers": {"l1": {"state": "ok"}, "l2": {"state": "ok"}, "l3": {"state": "ok", "number": "3.5"}},
        **more,
    }


def send(client: FlaskClient, round: dict[str, Any], **files: bytes) -> Any:
    """Hand it in as the phone does."""
    token = client.get("/sign-in/state").json["csrf_token"]  # type: ignore[index]
    data = {"round": json.dumps(round)}
    data |= {f"photo-{key}": (io.BytesIO(file), "photo.jpg") for key, file in files.items()}  # type: ignore[misc]
    headers = {"Accept": "application/json", "X-CSRFToken": token}
    answer = client.post("/office/inspections/walk/", data=data, headers=headers)
    session.rollback()  # what was read before belongs to an older moment
    return answer


def noon(on: int = 1) -> datetime:
    """Tuesday at 11:40, or so many days after Monday."""
    return at(date(2026, 3, 2) + timedelta(days=on), time(11, 40)).astimezone(UTC)


def states(plan: RoundPlan) -> list[str]:
    """How the week's rounds stand."""
    return [one.state for one in queries.calendar([plan], date(2026, 2, 1), date(2026, 3, 6))]


def test_sent_twice_it_is_one_and_with_other_content_refused(plan: RoundPlan, desk: Walk) -> None:
    with clock.moved_to(noon()):
        he = desk("he")
        round = body(plan, clock.now())
        answers = [send(he, round) for _ in range(2)]
        assert [one.status_code for one in answers] == [201, 200]
        assert answers[0].json["presence"] == "unproven"
        round["answers"]["l1"] = {"state": "none"}
        assert send(he, round).status_code == 409
        assert session.query(RoundMade).count() == 1
        assert "40 秒" in he.get(answers[0].json["url"]).text
    assert list(checks.recount()) == []


@pytest.mark.parametrize(("begun", "took"), [(2001, 0), (2001, 98 * 366), (2039, 0)])
def test_a_phone_whose_clock_is_years_off_tells_no_time(
    plan: RoundPlan, desk: Walk, begun: int, took: int
) -> None:
    wrong = noon().replace(year=begun)
    ended = wrong + timedelta(days=took, minutes=9)
    with clock.moved_to(noon() + timedelta(hours=6)):
        he = desk("he")
        round = body(plan, noon(), begun_at=wrong.isoformat(), ended_at=ended.isoformat())
        answer = send(he, round)
        assert answer.status_code == 201
        assert states(plan)[1] == "late", "it came long after its time, whatever the phone says"
        page = he.get(f"{answer.json['url']}?lang=en").text
        assert "clock was wrong" in page
        assert "min 0 s" not in page


def test_what_was_made_late_or_missed_and_the_holiday_is_no_day(plan: RoundPlan, desk: Walk) -> None:
    with clock.moved_to(noon()):
        assert states(plan)[:2] == ["missed", "due"]
        assert send(desk("he"), body(plan, clock.now())).status_code == 201
        assert states(plan) == ["missed", "done", "coming", "coming"]  # Wednesday is a holiday
    with clock.moved_to(noon(3)):
        late = send(desk("he"), body(plan, noon(0)))
        assert late.status_code == 201
        assert states(plan) == ["late", "done", "due", "coming"]
        page = desk("he").get(late.json["url"]).text
        assert "3月2日 11:40" in page
        assert "补录" in page
        assert HOLIDAY not in {one.occurrence.day for one in queries.calendar([plan], HOLIDAY, HOLIDAY)}
        assert send(desk("he"), body(plan, noon(5))).status_code == 422


def test_nothing_is_late_from_before_it_was_switched_on_or_planned(plan: RoundPlan, house: Flask) -> None:
    with clock.moved_to(day(3, 8)):
        found = list(overdue(date(2026, 1, 1), today()))
        assert [(one.due, one.people) for one in found] == [
            (date(2026, 3, 2), (number("he"),)),
            (TUESDAY, (number("he"),)),
            (date(2026, 3, 5), (number("he"),)),
        ]
        with transaction():
            rounds.change_plan(
                by=actor("lin"),
                plan=plan,
                name="开水房开放巡查",
                checklist=plan.versions[0].checklist_id,
                subject="counter:water",
                who="role:inspector",
                rhythm="weekdays",
                weekdays=[0],
            )
        assert [one.slot for one in queries.occurrences(plan, date(2026, 3, 1), date(2026, 3, 10))] == [
            *["11:30-12:20"] * 3,
            "",
        ]


@pytest.mark.parametrize("how", ["proven", "expired", "printed", "elsewhere"])
def test_only_the_code_that_runs_at_the_place_proves_presence(plan: RoundPlan, desk: Walk, how: str) -> None:
    at_place = counter("c1" if how == "elsewhere" else "water")
    text = poster_token(at_place) if how == "printed" else qr_token(at_place, noon()).text
    with clock.moved_to(noon() + timedelta(minutes=2 if how == "expired" else 0)):
        he = desk("he")
        he.set_cookie("round", "1", path="/q/")
        scanned = he.get(f"/q/{at_place.code}?{'p' if how == 'printed' else 't'}={text}")
        assert scanned.status_code == 303
        page = he.get(scanned.headers["Location"]).text
        (proof,) = re.findall(r'data-proof="([^"]+)"', page)
        send(he, body(plan, clock.now(), proof=proof))
        made = session.query(RoundMade).one()
    wanted = {"expired": ("unproven", "expired"), "elsewhere": ("unproven", "elsewhere")}
    assert (made.presence, made.why) == wanted.get(how, (how, ""))


def test_a_proof_is_its_owners_and_of_its_day(plan: RoundPlan, house: Flask, desk: Walk) -> None:
    with clock.moved_to(noon()):
        address = f"/in/water.t.{qr_token(counter('water')).text}"
        assert "/sign-in?next=/in/water.t." in house.test_client().get(address).headers["Location"]
        (proof,) = re.findall(r'data-proof="([^"]+)"', desk("lin").get(address).text)
        send(desk("he"), body(plan, clock.now(), proof=proof))
        assert session.query(RoundMade).one().why == "none"
        assert desk("lin").get("/in/water.t.x").status_code == 200  # told as expired
        assert desk("lin").get("/in/nowhere.t.x").status_code == 404


def test_a_photo_keeps_no_place_and_html_is_none(plan: RoundPlan, desk: Walk) -> None:
    picture = Image.new("RGB", (60, 40), "red")
    exif = picture.getexif()
    exif[0x010F] = "SECRET-CAMERA"
    file = io.BytesIO()
    picture.save(file, "JPEG", exif=exif)
    with clock.moved_to(noon()):
        he = desk("he")
        round = body(plan, clock.now())
        round["answers"]["l1"] = {"state": "finding", "words": "龙头下面积水"}
        refused = send(he, round, l1=b"<html><script>alert(1)</script>")
        assert (refused.status_code, refused.json["field"]) == (422, "l1")
        assert send(he, round, l1=file.getvalue()).status_code == 201
        (found,) = queries.open_findings()
        (photo,) = queries.photos(found)
        data = he.get(f"/office/inspections/findings/{found.id}/photos/{photo.id}").data
        assert b"SECRET" not in data
        assert Image.open(io.BytesIO(data)).size == (60, 40)
        assert desk("ding").get(f"/office/inspections/findings/{found.id}").status_code == 403
        case = desk("lin").get(f"/office/cases/{found.case_id}").text
        assert f"/office/inspections/findings/{found.id}/photos/{photo.id}" in case
        walk = he.get(f"/office/inspections/walk/{plan.id}")
        assert "龙头下面积水" in walk.text


def test_whoever_put_it_right_is_refused_and_the_next_round_confirms(plan: RoundPlan, desk: Walk) -> None:
    with clock.moved_to(noon()):
        round = body(plan, clock.now())
        round["answers"]["l1"] = {"state": "finding", "words": "龙头下面积水"}
        send(desk("he"), round)
        (found,) = queries.open_findings()
        lin, address = desk("lin"), f"/office/inspections/findings/{found.id}"
        form = {"csrf_token": csrf(lin, address), "text": "已经拖干，换了垫圈。"}
        assert lin.post(f"{address}/mend", data=form).status_code == 302
        assert lin.post(f"{address}/verify", data=form).status_code == 403
    with clock.moved_to(noon(3)):
        assert send(desk("he"), body(plan, clock.now(), seen={str(found.id): "verified"})).status_code == 201
        session.expire_all()
        assert queries.open_findings() == []


def test_open_data_tell_each_round_by_its_post_and_name_nobody(
    plan: RoundPlan, house: Flask, desk: Walk
) -> None:
    with clock.moved_to(noon()), transaction():
        own = rounds.make_plan(
            by=actor("lin"),
            name="窗口巡查",
            checklist=plan.versions[0].checklist_id,
            subject="counter:c1",
            who="role:counter_staff",
            rhythm="school_days",
            slots=["lunch"],
        )
    with clock.moved_to(noon(3)):
        he = desk("he")
        send(he, body(plan, noon(1)))
        round = body(own, clock.now(), slot="lunch")
        round["answers"]["l3"] = {"state": "ok", "number": "8"}
        told = send(he, round).json
        assert "不能作为独立证明" in he.get(told["url"]).text, "He stands on the roster there"
        send(he, body(plan, noon(1)))  # a second time
        assert list(checks.recount()) == []
        client = house.test_client()
        assert "1 次由当班人员自查" in client.get("/rounds/").text
        rows = client.get("/data/rounds.json?from=2026-03-02").json["rounds"]  # type: ignore[index]
        told = [(one["day"][8:], one["round"], one["state"], one["on_duty"], one["wait"]) for one in rows]
        assert told == [
            ("02", "开水房开放巡查", "missed", None, None),
            ("03", "开水房开放巡查", "late", False, 3.5),
            ("03", "开水房开放巡查", "besides", False, 3.5),
            ("03", "窗口巡查", "missed", None, None),
            ("05", "开水房开放巡查", "due", None, None),
            ("05", "窗口巡查", "done", True, 8.0),
        ]
        assert (rows[-1]["findings"], rows[-1]["findings_opened"], rows[-1]["post"]) == (
            1,
            1,
            "counter_staff",
        )
        table = client.get("/data/rounds.csv").data.decode()
        assert "开水房开放巡查" in table
        assert "何" not in table


def test_the_queue_is_counted_by_itself_and_told_from_five_on(
    plan: RoundPlan, house: Flask, desk: Walk
) -> None:
    with clock.moved_to(noon()):
        he = desk("he")
        voices = [{"id": str(UUID(int=one)), "key": "q1", "value": one % 2} for one in range(1, 6)]
        send(he, body(plan, clock.now(), voices=voices[:4]))
        assert queries.results(queries.asked_at(None, TUESDAY, TUESDAY))[0].good is None
        send(he, body(plan, clock.now(), slot="", voices=voices))  # four of them came before
        (result,) = queries.results(queries.asked_at(None, TUESDAY, TUESDAY))
        assert (result.number, result.good) == (5, 0.6)
        assert session.query(SpotAnswer).count() == 5
        assert "60" in house.test_client().get("/rounds/").text
        wrong = [{"id": str(UUID(int=99)), "key": "q1", "value": 7}]
        assert send(he, body(plan, clock.now(), voices=wrong)).status_code == 422


def test_a_promise_that_a_round_measures_has_its_figures(plan: RoundPlan, desk: Walk) -> None:
    with clock.moved_to(noon()):
        send(desk("he"), body(plan, clock.now()))
        water = counter("water")
        assert queries.queue_kept(water, TUESDAY, TUESDAY, 4) == [(TUESDAY, True)]
        assert queries.queue_kept(water, TUESDAY, TUESDAY, 3) == [(TUESDAY, False)]


def test_whose_round_it_is_and_whose_not(plan: RoundPlan, house: Flask, desk: Walk) -> None:
    with clock.moved_to(noon()):
        assert "开水房开放巡查" in desk("he").get("/office/inbox").text
        assert desk("chen").get(f"/office/inspections/walk/{plan.id}").status_code == 403
        assert send(desk("chen"), body(plan, clock.now())).status_code == 403
        assert send(house.test_client(), body(plan, clock.now())).status_code in (400, 401)
        page = desk("he").get(f"/office/inspections/walk/{plan.id}", headers={"Accept-Encoding": "gzip"})
        assert len(page.data) <= 20_000


@pytest.mark.parametrize(
    "broken",
    [
        {"id": "x"},
        {"begun_at": "now"},
        {"day": "2026-13-01"},
        {"answers": []},
        {"answers": {"l1": 3}},
        {"voices": {}},
        {"seen": {"x": "verified"}},
        {"seen": {"1": "gone"}},
        {"plan": 10**9},
    ],
)
def test_what_is_no_round_is_refused(plan: RoundPlan, desk: Walk, broken: dict[str, Any]) -> None:
    with clock.moved_to(noon()):
        assert send(desk("he"), body(plan, clock.now(), **broken)).status_code in (404, 422)


def test_lists_and_plans_are_made_in_the_office(house: Flask, desk: Walk) -> None:
    lin = desk("lin")
    form = {"csrf_token": csrf(lin, "/office/inspections/lists/new"), "name": "晚自习巡查"}
    rows = {
        "line-0-text": "灯都亮着",
        "line-0-kind": "check",
        "line-1-text": "水温",
        "line-1-kind": "number",
        "line-1-unit": "celsius",
        "line-1-least": "8x",
    }
    assert lin.post("/office/inspections/lists/new", data=form | rows).status_code == 422
    made = lin.post("/office/inspections/lists/new", data=form | rows | {"line-1-least": "85"})
    assert made.status_code == 302
    (found,) = queries.checklists(queries.ROUND)
    assert [line.least for line in found.current.read] == [None, 850]
    plan = {
        "csrf_token": form["csrf_token"],
        "name": "晚自习巡查",
        "checklist": str(found.id),
        "subject": "counter:water",
        "who": "role:inspector",
        "rhythm": "days",
        "days": "2026-03-09\n2026-06-01",
        "times": "19:00-18:00",
    }
    assert lin.post("/office/inspections/plans/new", data=plan).status_code == 422
    assert lin.post("/office/inspections/plans/new", data=plan | {"times": ""}).status_code == 302
    session.rollback()
    (one,) = queries.plans()
    due = [(one.day, one.slot) for one in queries.occurrences(one, date(2026, 3, 1), date(2026, 12, 31))]
    assert due == [(date(2026, 3, 9), ""), (date(2026, 6, 1), "")]


def test_plans_and_lists_stand_below_rounds_in_the_navigation(
    house: Flask, desk: Callable[[str], FlaskClient]
) -> None:
    for page in ("/office/inspections/plans/", "/office/inspections/lists/"):
        told = desk("lin").get(page + "?lang=en").text
        assert 'href="/office/inspections/" aria-current=' in told, page
