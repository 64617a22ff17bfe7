"""The people of a sheet: whom one may choose, and the last sheet's, taken over with one press and shown."""

from collections.abc import Callable
from datetime import date, timedelta

from flask import Flask
from flask.testing import FlaskClient

from kiosk.core.db import session, transaction
from kiosk.postings.models import PostingDraft
from kiosk.purchasing import services
from kiosk.purchasing.people import choices, last_people
from kiosk.school.queries import today
from tests.conftest import actor, add_staff, canteen, csrf
from tests.purchasing.test_services import CABBAGE, PEOPLE

SignIn = Callable[[str], FlaskClient]


def posted(day: date, **others: str) -> None:
    """A sheet of a day, posted."""
    draft = services.start_sheet(by=actor("chen"), canteen=canteen(), day=day)
    services.save_draft(by=actor("chen"), draft=draft, rows=[CABBAGE], people={**PEOPLE, **others})
    services.post_sheet(by=actor("chen"), draft=draft)


def test_the_last_sheet_that_names_somebody_lends_its_people(context: Flask) -> None:
    with transaction():
        posted(today() - timedelta(days=3), purchaser="张三")
        posted(today() - timedelta(days=2))
        draft = services.start_sheet(by=actor("chen"), canteen=canteen(), day=today() - timedelta(days=1))
        services.post_nothing(by=actor("chen"), draft=draft)
    found = last_people(canteen().id, today())
    assert found == (today() - timedelta(days=2), PEOPLE)
    earlier = last_people(canteen().id, today() - timedelta(days=3))
    assert earlier is not None
    assert earlier.names["purchaser"] == "张三"
    assert last_people(canteen().id, today() - timedelta(days=9)) is None


def test_staff_and_earlier_names_are_offered_by_pinyin_but_nobody_who_left(context: Flask) -> None:
    with transaction():
        add_staff("单师傅").post = "保管员"
        add_staff("李四").active = False
        posted(today() - timedelta(days=1), purchaser="长孙", receiver1="李四")
    offered = {name: (pinyin.split(), post) for name, pinyin, post in choices()}
    assert offered["单师傅"][1] == "保管员"
    assert {"ssf", "dsf", "shanshifu", "danshifu"} <= set(offered["单师傅"][0])
    assert {"cs", "zs", "changsun"} <= set(offered["长孙"][0])
    assert "李四" not in offered


def test_without_a_script_a_press_takes_them_over_and_keeps_what_was_typed(
    app: Flask, signed_in: SignIn
) -> None:
    with app.app_context(), transaction():
        posted(today() - timedelta(days=1))
        sheet_id = services.start_sheet(by=actor("chen"), canteen=canteen(), day=today()).posting_id
    chen, address = signed_in("chen"), f"/office/purchasing/sheets/{sheet_id}"
    page = chen.get(address).text
    assert "data-last-people" in page
    assert f'name="purchaser" type="text" value="{PEOPLE["purchaser"]}"' not in page, "never by itself"
    form = {"csrf_token": csrf(chen, address), "revision": "0", "purchaser": "王五", "last_people": "1"}
    assert chen.post(f"{address}/save", data=form).status_code == 302
    with app.app_context():
        fields = session.get_one(PostingDraft, sheet_id).fields
        assert {role: fields[role] for role in PEOPLE} == {**PEOPLE, "purchaser": "王五"}
