"""Every kind has a post that answers for it, and "nothing to post" is a posting, too."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import Result

from kiosk.chain import queries as chain
from kiosk.core.db import session, transaction
from kiosk.core.errors import Invalid
from kiosk.core.web import KioskApp
from kiosk.counters import queries as counters
from kiosk.persons import queries as persons
from kiosk.postings import queries, services
from kiosk.postings.queries import Kind
from kiosk.school import queries as school
from kiosk.staff import queries as staff
from kiosk.staff.models import Post
from kiosk.staff.services import add_post, add_team, appoint
from tests.attic.fees import FEES
from tests.conftest import actor, csrf
from tests.postings.conftest import SignIn
from tests.postings.test_kinds import approve, begin, of_every_kind, owed_by, posted, written_in_the_form


def _post(name: str = "公示岗") -> Post:
    """A post held by the first person there is."""
    with transaction():
        today = school.today()
        team = add_team(by=actor("lin"), year=staff.school_year(today), name=f"{name}组")
        post = add_post(by=actor("lin"), team=team, name=name)
        appoint(by=actor("lin"), post=post, person=persons.people()[0], since=today)
    return post


@of_every_kind
def test_the_school_names_the_post_that_answers_and_everybody_reads_it(
    inside: KioskApp, kind: Kind, of: SignIn
) -> None:
    before, post = posted(kind), _post()
    lin, today = of("lin"), school.today()
    page = lin.get("/office/postings/kinds/")
    assert str(kind.label) in page.text
    assert "总务主任" in inside.test_client().get(f"/postings/{before.id}").text, "nobody is named yet"
    form: dict[str, Any] = {"csrf_token": csrf(lin, "/office/postings/kinds/")}
    form[f"{kind.slug}-everywhere"] = str(post.id)
    assert lin.post(f"/office/postings/kinds/{kind.slug}", data=form).status_code == 302
    assert queries.answering(kind, queries.places(kind)[0], today) == staff.post(post.id)
    for address in (f"/postings/{before.id}", f"/postings/{before.id}/poster"):
        text = inside.test_client().get(address).text
        assert "负责岗位：公示岗" in text, address
    told = [one for one in chain.entries(limit=5) if one.action == "posting.post_named"]
    assert [one.subject for one in told] == [f"posting-kind:{kind.slug}"]
    chen = of("chen")
    refused = chen.post(
        f"/office/postings/kinds/{kind.slug}", data={**form, "csrf_token": csrf(chen, "/office/postings/")}
    )
    assert refused.status_code == 403


def test_a_place_has_its_own_post_and_a_vacant_one_is_the_heads_duty(
    inside: KioskApp, run: Callable[..., Result]
) -> None:
    place, today = queries.places(FEES)[0], school.today()
    everywhere, here = _post("公示岗"), _post("食堂管理岗")
    with transaction():
        services.name_posts(by=actor("lin"), kind=FEES, posts={None: everywhere.id, place: here.id})
    (due,) = owed_by(FEES)
    assert (due.answers, [one.number for one in due.people]) == ("食堂管理岗", [persons.people()[0].number])
    with transaction():
        appoint(by=actor("lin"), post=here, person=None, since=today, reason="离岗")
    (due,) = owed_by(FEES)
    assert due.answers == "食堂管理岗"
    assert [one.name for one in due.people] == [actor("lin").name], "while nobody holds it"
    with transaction():
        services.name_posts(by=actor("lin"), kind=FEES, posts={place: None})
    answer = run("posting", "due", "--json")
    assert {one["kind"]: one["answers"] for one in json.loads(answer.output)}[FEES.slug] == "公示岗"
    assert "负责岗位：公示岗" in inside.test_client().get("/").text
    counter = counters.counters()[0]
    with pytest.raises(Invalid), transaction():
        services.name_posts(by=actor("lin"), kind=queries.kind_of("notice"), posts={counter: here.id})


@written_in_the_form
def test_nothing_this_time_is_posted_in_one_click(inside: KioskApp, kind: Kind, of: SignIn) -> None:
    lin, page, today = of("lin"), f"/office/postings/new/{kind.slug}", school.today().isoformat()
    place = queries.places(kind)[0]
    form = {"csrf_token": csrf(lin, page), "period": today, "then": "nothing"}
    form["place"] = f"canteen:{place.code}" if place else ""
    form |= {one.name: "" for one in kind.inputs}
    if not kind.may_be_nothing:
        assert "本期无内容可公示" not in lin.get(page).text
        assert lin.post(page, data=form).status_code == 422
        return
    assert "本期无内容可公示" in lin.get(page).text
    answer = lin.post(page, data=form)
    assert answer.status_code == 302
    number = int(answer.location.rpartition("/")[2])
    if kind.approves:
        with transaction():
            approve("zhou", queries.posting(number))
    visitor = inside.test_client()
    for address in (f"/postings/{number}", f"/postings/{number}/poster", f"/feeds/{kind.slug}.atom"):
        assert "本期无内容可公示。" in visitor.get(address).text, address
    (row,) = visitor.get(f"/data/{kind.slug}.json?from={today}&to={today}").json[kind.slug]
    assert (row["posting"], row["nothing"]) == (number, True)
    session.remove()
    due = [one.posting_id for one in queries.due(school.today()) if one.kind.slug == kind.slug]
    assert due == [number] * len(kind.owed(school.today()))
    assert chain.verify().findings == []


def test_nothing_is_not_said_beside_rows_and_is_corrected_by_rows(inside: KioskApp) -> None:
    with transaction():
        draft = begin(FEES)
    with pytest.raises(Invalid), transaction():
        services.save_draft(
            by=actor("lin"), draft=draft, revision=1, fields=draft.fields, rows=draft.rows, nothing=True
        )
    rows, fields = draft.rows, draft.fields
    with transaction():
        services.save_draft(by=actor("lin"), draft=draft, revision=1, fields={}, nothing=True)
        found = services.post(by=actor("lin"), draft=draft, revision=2).posting
    with transaction():
        again = services.start_correction(by=actor("lin"), posting=found)
        services.save_draft(by=actor("lin"), draft=again, revision=0, fields=fields, rows=rows, reason="多发")
        services.post(by=actor("lin"), draft=again, revision=1)
    new, old = queries.posted(found.id).versions
    assert (old.is_nothing, old.rows, new.is_nothing, len(new.rows)) == (True, [], False, 2)
    assert chain.verify().findings == []
