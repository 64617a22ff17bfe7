"""By when something is due for a month, a week, a term, by the school's own calendar."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from kiosk.core import clock
from kiosk.core.db import session, transaction
from kiosk.core.errors import Invalid
from kiosk.core.room import Switch
from kiosk.core.web import KioskApp
from kiosk.postings import queries, services
from kiosk.postings.queries import Rhythm, each_month, each_week_ahead, first_week_of_term, last_week_of_term
from kiosk.school import queries as school
from kiosk.school.services import remove_term, save_term, set_day
from tests.attic.fees import FEES
from tests.conftest import actor, csrf
from tests.postings.conftest import SignIn
from tests.postings.test_kinds import fields_of, rows_of

HOLIDAY = (date(2026, 10, 1), date(2026, 10, 8))


@pytest.fixture
def calendar(inside: KioskApp) -> KioskApp:
    """A term from 1 September 2026 to 29 January 2027, closed in the first week of October."""
    with transaction():
        for term in school.terms():
            remove_term(by=actor("lin"), term=term)
        first, last = date(2026, 9, 1), date(2027, 1, 29)
        save_term(by=actor("lin"), name="2026年秋季学期", starts=first, ends=last)
        for number in range(8):
            day = HOLIDAY[0] + timedelta(days=number)
            set_day(by=actor("lin"), day=day, is_school_day=False, note="国庆节")
        set_day(by=actor("lin"), day=date(2026, 10, 10), is_school_day=True, note="补课")
    return inside


def due(rhythm: Rhythm, period: str) -> str:
    found = rhythm.of(period)
    return f"{found.due:%Y-%m-%d %H:%M}" if found else ""


def test_a_month_is_due_by_the_fifth_of_the_next_or_the_next_school_day(calendar: KioskApp) -> None:
    month = each_month(5)
    assert due(month, "2026-10") == "2026-11-05 23:59"
    assert due(month, "2026-08") == "2026-09-07 23:59", "the fifth is a Saturday"
    assert due(month, "2026-09") == "2026-10-09 23:59", "the holidays end on the eighth"
    assert due(month, "2026-11") == "2026-12-07 23:59", "over the weekend"
    assert due(month, "2027-02") == "2027-03-05 23:59", "beyond the last term it is the day itself"
    assert [one.period for one in month.owed(date(2026, 10, 1), date(2026, 11, 30))] == ["2026-09", "2026-10"]


def test_a_week_is_due_before_it_begins(calendar: KioskApp) -> None:
    week = each_week_ahead()
    assert due(week, "2026-W38") == "2026-09-11 23:59"
    assert due(week, "2026-W42") == "2026-10-09 23:59", "not on the Saturday on which there is school"
    assert due(week, "2026-W41") == "2026-09-30 23:59", "the last school day before the holidays"
    assert due(week, "2027-W06") == "", "no school in it"
    assert [one.period for one in week.owed(date(2026, 9, 11), date(2026, 9, 18))] == ["2026-W38", "2026-W39"]


def test_a_term_has_its_first_week_and_its_last(calendar: KioskApp) -> None:
    term = f"T{school.terms()[0].id}"
    assert due(first_week_of_term(), term) == "2026-09-04 23:59"
    assert due(last_week_of_term(), term) == due(queries.each_term(), term) == "2027-01-29 23:59"
    assert due(queries.each_term(), "T999") == ""
    assert queries.period_words(term) == "2026年秋季学期"


@pytest.mark.parametrize("period", ["2026-9", "2026-W9", "2026-13", "2026-W54", "Tx", "20260304", "", "x"])
def test_what_is_no_period_is_refused(calendar: KioskApp, period: str) -> None:
    assert queries.span_of(period) is None
    for rhythm in (each_month(5), each_week_ahead(), queries.each_term(), FEES.rhythm):
        with pytest.raises(Invalid), transaction():
            services.start(
                by=actor("lin"),
                kind=replace(FEES, rhythm=rhythm),
                place=queries.places(FEES)[0],
                period=period,
            )


def test_what_was_over_before_the_kind_was_switched_on_is_not_owed(
    calendar: KioskApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    switch = Switch("dust", FEES.label, ())
    kind = replace(FEES, rhythm=each_month(5), switch=switch)
    monkeypatch.setattr("kiosk.postings.queries.kinds.on_since", lambda _switch: date(2026, 11, 3))
    assert kind.owed_for("2026-10") is None
    first = kind.owed_for("2026-11")
    assert first
    assert first.due.date() == date(2026, 12, 7)


@pytest.fixture
def monthly(calendar: KioskApp) -> Iterator[None]:
    """The attic's kind by month, in the school's morning of 20 November."""
    old = FEES.rhythm
    object.__setattr__(FEES, "rhythm", each_month(5))
    with clock.moved_to(datetime(2026, 11, 20, 9, tzinfo=school.zone())):
        yield
    object.__setattr__(FEES, "rhythm", old)


def _inbox(client: FlaskClient) -> list[dict[str, object]]:
    found = client.get("/office/inbox.json?lang=zh").json["items"]
    return [one for one in found if str(one["key"]).startswith("posting:attic-fees")]


def test_a_kind_by_month_is_begun_in_words_and_followed_until_it_is_posted(
    monthly: None, house: KioskApp, of: SignIn
) -> None:
    (owed,) = _inbox(chen := of("chen"))
    assert (owed["late"], owed["mine"]) == (True, True)
    assert "从 2026年6月起，共 5 期" in str(owed["text"]), "June and July were due on the first school day"
    page = chen.get(address := f"/office/postings/new/{FEES.slug}").text
    assert page.index("2026年11月") < page.index("2026年10月") < page.index("2026年9月")
    assert 'type="date" id="period"' not in page
    form = {"csrf_token": csrf(chen, address), "place": "canteen:k1", "period": "2026-10", "then": "on"}
    form |= fields_of(FEES)
    (row,) = rows_of(FEES, "甲")
    answer = chen.post(address, data={**form, **{f"row_{name}": text for name, text in row.items()}})
    assert answer.status_code == 302
    number = int(answer.location.rpartition("/")[2])
    public = house.test_client().get(f"/postings/{number}").text
    assert "2026年10月" in public
    session.remove()
    assert queries.posted(number).times.is_later, "it was due on the fifth"
    assert "共 4 期" in str(_inbox(chen)[0]["text"])
    (said,) = (one for one in queries.due(date(2026, 11, 5)) if one.kind.slug == FEES.slug)
    assert (said.period, said.posting_id, said.is_posted_later) == ("2026-10", number, True)
