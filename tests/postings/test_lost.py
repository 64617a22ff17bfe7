"""A kind of rows alone: without fields or a title, each week, off at first, and not written by everybody."""

import re
from datetime import date, timedelta

from kiosk.core import clock
from kiosk.core.db import transaction
from kiosk.core.web import KioskApp
from kiosk.postings import queries, services
from kiosk.postings.models import PostingDraft
from kiosk.school import queries as school
from kiosk.school.services import set_day
from tests.attic.lost import LOST
from tests.conftest import actor, csrf, sign_in
from tests.postings.conftest import SignIn

UMBRELLA = {"found_on": "2026-03-02", "thing": "黑色雨伞", "fetch_at": "总务处", "until": ""}


def begun(day: str = "2026-03-04") -> PostingDraft:
    draft = services.start(by=actor("lin"), kind=LOST, period=day)
    return services.save_draft(by=actor("lin"), draft=draft, revision=0, fields={}, rows=[UMBRELLA])


def test_of_two_postings_each_has_a_name_of_its_own_and_the_feed_tells_its_rows(
    inside: KioskApp, of: SignIn
) -> None:
    lin, visitor = of("lin"), inside.test_client()
    days = ("2026-03-04", "2026-03-06")
    with transaction():
        waiting = [begun(day) for day in days]
    office = lin.get("/office/postings/").text
    assert all(f" · {day}<" in office for day in days)
    page = lin.get(f"/office/postings/{waiting[0].posting_id}/draft").text
    assert "2026年3月4日" in page, "the draft says for which day it is"
    with transaction():
        for draft in waiting:
            services.post(by=actor("lin"), draft=draft, revision=1)
    for address in ("/", "/postings/", "/feeds/all.atom"):
        text = visitor.get(address).text
        assert all(f" · {day}<" in text for day in days), address
    assert "黑色雨伞 · 总务处" in visitor.get(f"/feeds/{LOST.slug}.atom").text


def test_a_kinds_switch_is_known_from_its_declaration(inside: KioskApp, of: SignIn) -> None:
    assert LOST.slug in [one.slug for one in queries.declared_kinds()]
    assert f'id="{LOST.slug}"' in of("lin").get("/office/school/uses").text


def test_what_is_owed_each_week_is_owed_on_its_last_school_day(inside: KioskApp) -> None:
    def owed() -> list[str]:
        days = (school.today() + timedelta(days=number) for number in range(7))
        return [one.period for day in days for one in LOST.owed(day)]

    assert owed() == ["2026-03-06"], "a Friday"
    with transaction():
        set_day(by=actor("lin"), day=date(2026, 3, 6), is_school_day=False)
    assert owed() == ["2026-03-05"]


def test_a_new_one_is_for_the_day_that_is_due_or_for_today(inside: KioskApp, of: SignIn) -> None:
    lin, page = of("lin"), f"/office/postings/new/{LOST.slug}"
    with clock.moved_to(clock.now() + timedelta(days=3)):
        sent = sign_in(inside.test_client(), "lin").get("/office/inbox").text
    assert f"{page}?place=&amp;period=2026-03-06" in sent
    for query, day in (("", "2026-03-04"), ("?period=2026-03-06", "2026-03-06"), ("?period=x", "2026-03-04")):
        assert re.search(rf'name="period"[^>]*value="{day}"', lin.get(page + query).text), query


def test_what_was_refused_is_not_called_saved(inside: KioskApp, of: SignIn) -> None:
    """The script saves it then by itself, but never what somebody else wrote meanwhile."""
    with transaction():
        draft = begun()
    lin, page = of("lin"), f"/office/postings/{draft.posting_id}/draft"
    form = {"csrf_token": csrf(lin, page), "revision": "1", "then": "on"}
    form |= {"row_thing": "伞", "row_found_on": ""}
    assert "data-refused" not in lin.get(page).text
    refused = lin.post(page, data=form)
    assert (refused.status_code, "data-refused" in refused.text) == (422, True)
    stale = lin.post(page, data={**form, "revision": "0"})
    assert (stale.status_code, "data-refused" in stale.text) == (409, False)
