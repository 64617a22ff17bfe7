"""Every kind by its declaration: a draft, a posting, a correction, a withdrawal, and all that shows them."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import text

from kiosk import manifests
from kiosk.auth.queries import account
from kiosk.auth.services import add_account
from kiosk.chain import queries as chain
from kiosk.cli import main
from kiosk.core import clock, field
from kiosk.core.actor import SCHOOL, Place
from kiosk.core.db import session, transaction
from kiosk.core.errors import Conflict, Forbidden, Invalid, NotFound
from kiosk.core.web import KioskApp
from kiosk.counters.queries import canteen as canteen_of
from kiosk.counters.services import add_canteen
from kiosk.persons import queries as persons
from kiosk.postings import queries, services
from kiosk.postings.models import Posting, PostingDraft, PostingVersion
from kiosk.postings.queries import RESERVED, Due, Kind, Somebody
from kiosk.school import queries as school
from kiosk.school.services import switch
from kiosk.steps import services as steps
from kiosk.steps.queries import waiting
from tests.attic.fees import FEES
from tests.attic.lost import LOST
from tests.conftest import PASSWORD, ROOT, actor, csrf, sign_in, tamper
from tests.postings.conftest import SignIn
from tests.postings.facts import FACTS

DECLARED = [kind for room in manifests() for kind in room.posting_kinds]
KINDS = [
    *(
        kind
        for room in manifests()
        for kind in room.posting_kinds
        if room.name not in ("finance", "tenders", "accounts") and kind.slug not in FACTS
    ),
    FEES,
    LOST,
]
"""Kinds by which every way of a posting is gone; those with FACTS go it once, in test_wall."""
ATOM = {"a": "http://www.w3.org/2005/Atom", "t": "http://purl.org/atompub/tombstones/1.0"}
of_every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.slug)
written_in_the_form = pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if not kind.pages], ids=lambda kind: kind.slug
)
"""Kinds without pages of their own: those have tests of their own."""


def typed(one: Any, words: str) -> str:
    """What somebody types into an input."""
    match one:
        case field.Whole():
            return str(one.least)
        case field.Choice():
            return next(iter(one.options))
        case field.Day():
            return (school.today() + timedelta(days=3)).isoformat()
        case field.Money():
            return "1,080.50"
        case field.Quantity():
            return "12.5"
        case field.UnitPrice():
            return "3.20"
        case Somebody() | field.Several():
            return ""
    return words[: one.longest]


def worded(inputs: Sequence[Any]) -> str:
    """The first input that takes words: what tells one from another; "" where none does."""
    return next((one.name for one in inputs if isinstance(one, field.Line | field.Paragraphs)), "")


def asked(kind: Kind) -> list[str]:
    """What has to say something: fields first, then columns."""
    return [one.name for one in (*kind.inputs, *kind.columns) if getattr(one, "missing", None)]


def changed(kind: Kind) -> dict[str, str]:
    """What a correction changes beside rows: the first field that takes words, if any does."""
    return {name: "第二版"} if (name := worded(kind.fields)) else {}


def said(kind: Kind, words: str, row: str) -> str:
    """Words that a version is known by: those of its fields, else of a row."""
    return words if changed(kind) else row


def fields_of(kind: Kind, words: str = "第一版") -> dict[str, str]:
    people = iter(one.name if kind.typed else str(one.number) for one in persons.people())
    named = {one.name: next(people) for one in kind.people}
    return {one.name: typed(one, words) for one in kind.fields} | named


def rows_of(kind: Kind, *words: str) -> list[dict[str, str]]:
    """Rows that differ by what their first column of words says."""
    first = worded(kind.columns)
    return [
        {one.name: typed(one, text if one.name == first else "同") for one in kind.columns}
        for text in words
        if kind.columns
    ]


def begin(kind: Kind, **changed: str) -> PostingDraft:
    """A draft of a kind, written by Lin."""
    place = queries.places(kind)[0]
    period = school.today().isoformat() if kind.rhythm else ""
    draft = services.start(by=actor("lin"), kind=kind, place=place, period=period)
    fields = {**fields_of(kind), **changed}
    return services.save_draft(
        by=actor("lin"), draft=draft, revision=0, fields=fields, rows=rows_of(kind, "甲", "乙")
    )


def put_up(draft: PostingDraft) -> PostingVersion:
    """A draft posted: by Lin, or where it needs approval by Lin and Zhou."""
    posting = draft.posting
    if queries.kind_of(posting.kind).approves:
        services.propose(by=actor("lin"), draft=draft)
        approve("zhou", posting)
    else:
        services.post(by=actor("lin"), draft=draft, revision=draft.revision)
    return posting.versions[0]


def approve(username: str, posting: Posting, **more: Any) -> None:
    assert posting.draft
    approving = queries.approving(posting.draft)
    assert approving
    steps.decide(by=actor(username), approval=approving.approval, **{"approves": True, **more})


def put_forward(draft: PostingDraft) -> None:
    """A draft proposed, or posted where nobody has to approve it."""
    if queries.kind_of(draft.posting.kind).approves:
        services.propose(by=actor("lin"), draft=draft)
    else:
        services.post(by=actor("lin"), draft=draft, revision=draft.revision)


def posted(kind: Kind) -> Posting:
    with transaction():
        return put_up(begin(kind)).posting


def corrected(kind: Kind) -> Posting:
    """A posting whose first words and whose rows were corrected an hour later."""
    found = posted(kind)
    with clock.moved_to(clock.now() + timedelta(hours=1)), transaction():
        draft = services.start_correction(by=actor("lin"), posting=found)
        fields = {**draft.fields, **changed(kind)}
        services.save_draft(
            by=actor("lin"),
            draft=draft,
            revision=draft.revision,
            fields=fields,
            rows=rows_of(kind, "甲", "丙", "丁"),
            reason="写错了",
        )
        put_up(draft)
    return found


def withdrawn(kind: Kind) -> Posting:
    found = posted(kind)
    with clock.moved_to(clock.now() + timedelta(hours=2)), transaction():
        services.withdraw(by=actor(withdraws(kind)), posting=found, reason="发错了")
    return found


def withdraws(kind: Kind) -> str:
    """Somebody who may withdraw: Zhou, or where the council may not, Lin."""
    return "zhou" if "council" in kind.posts.roles else "lin"


@pytest.mark.once
@pytest.mark.parametrize("kind", DECLARED, ids=lambda kind: kind.slug)
def test_its_declaration_holds_together(kind: Kind) -> None:
    assert re.fullmatch(r"[a-z][a-z-]{1,38}", kind.slug)
    assert kind.slug not in RESERVED
    names = [one.name for one in (*kind.inputs, *kind.columns)]
    assert len(names) == len(set(names))
    assert not set(names) & {"reason", "revision", "place", "period", "posting", "version", "then"}
    assert set(kind.scopes) <= set(queries.SCOPES)
    assert {kind.heading, kind.until} - {""} <= {one.name for one in kind.fields}


@of_every_kind
def test_what_is_posted_is_what_was_typed_and_its_hash_is_in_the_chain(inside: KioskApp, kind: Kind) -> None:
    found = posted(kind)
    version = queries.version(found.versions[0])
    texts, _rows = queries.texts_of(version)
    assert texts == {name: text.replace(",", "") for name, text in fields_of(kind).items()}
    assert len(version.rows) == len(rows_of(kind, "甲", "乙"))
    entry = chain.entry(version.row.chain_seq)
    assert entry is not None
    assert chain.opened_body(entry)["after"]["hash"] == queries.digest(version.row.content)
    assert chain.verify().findings == []


@of_every_kind
def test_a_correction_stands_beside_what_it_corrects(inside: KioskApp, kind: Kind, of: SignIn) -> None:
    found = corrected(kind)
    both = queries.posted(found.id)
    assert [one.row.version for one in both.versions] == [2, 1]
    assert both.first_at == both.versions[1].row.posted_at < both.in_force.row.posted_at
    change = queries.differences(both.versions)[2]
    assert [(one.old, one.new) for one in change.fields[:1]] == [("第一版", "第二版")] * len(changed(kind))
    assert len(change.fields) == len(changed(kind)) + len(kind.computed)
    if kind.columns:
        assert [(row.before is None, len(row.cells)) for row in change.rows] == [(False, 1), (True, 0)]
    page = of("lin").get(f"/postings/{found.id}").text
    for words in (said(kind, "第一版", "乙"), said(kind, "第二版", "丁"), "写错了"):
        assert words in page
    assert chain.verify().findings == []


@pytest.mark.once
@of_every_kind
def test_a_correction_needs_a_reason(inside: KioskApp, kind: Kind) -> None:
    found = posted(kind)
    with transaction():
        draft = services.start_correction(by=actor("lin"), posting=found)
    with pytest.raises(services.Unready) as refused, transaction():
        put_forward(draft)
    assert list(refused.value.errors) == ["reason"]


@of_every_kind
def test_what_is_withdrawn_keeps_its_address_and_its_reason(inside: KioskApp, kind: Kind, of: SignIn) -> None:
    found, client = withdrawn(kind), inside.test_client()
    page = client.get(f"/postings/{found.id}")
    assert page.status_code == 410
    assert "发错了" in page.text
    assert found.versions[0].hash in page.text
    assert said(kind, "第一版", "乙") not in page.text
    machine = client.get(f"/postings/{found.id}", headers={"Accept": "application/json"})
    assert (machine.status_code, machine.mimetype) == (410, "application/problem+json")
    assert (machine.json["code"], "发错了" in machine.json["title"]) == ("withdrawn", True)
    who = {"zhou": "周", "lin": "林"}[withdraws(kind)]
    assert (machine.json["hashes"], machine.json["by"]) == ([found.versions[0].hash], who)
    assert f"撤回人：{who}" in page.text
    for address in (f"/postings/{found.id}/poster", "/postings/", "/", f"/data/{kind.slug}.json"):
        assert said(kind, "第一版", "乙") not in client.get(address).text, address
    with pytest.raises(Conflict), transaction():
        services.start_correction(by=actor("lin"), posting=found)
    assert chain.verify().findings == []


def test_the_list_is_narrowed_by_kind_place_and_month(inside: KioskApp) -> None:
    found, client = posted(FEES), inside.test_client()
    here = f'href="/postings/{found.id}"'
    for query in (
        "",
        "?kind=attic-fees&place=canteen:k1&month=2026-03",
        "?place=x&month=2026-13&page=0",
    ):
        page = client.get(f"/postings/{query}").text
        assert here in page, query
        assert re.search(r"attic-fees[^>]*>[^<]* 1</a>", page), "how many of the kind there are"
    for query in ("?place=school", "?month=2026-02", "?kind=notice", "?page=2"):
        assert here not in client.get(f"/postings/{query}").text, query


@pytest.mark.once
@of_every_kind
def test_everything_of_it_can_be_looked_at(inside: KioskApp, kind: Kind, of: SignIn) -> None:
    found = corrected(kind)
    visitor, lin = inside.test_client(), of("lin")
    board = ["/"] if kind.on_board else []
    title, words = queries.version(found.versions[0]).title, said(kind, "第二版", "丁")
    for address in (*board, "/postings/", f"/postings/{found.id}", f"/postings/{found.id}/poster?size=a3"):
        answer = visitor.get(address)
        in_list = not address.startswith(f"/postings/{found.id}")
        assert (answer.status_code, (title if in_list else words) in answer.text) == (200, True), address
    assert title in lin.get("/office/postings/").text
    assert words in lin.get(f"/office/postings/{found.id}").text
    assert f"/office/postings/new/{kind.slug}" in lin.get("/office/postings/").text
    machine = visitor.get(f"/postings/{found.id}", headers={"Accept": "application/json"}).json
    for version in machine["versions"]:
        assert queries.digest(version["content"]) == version["hash"]


@of_every_kind
def test_the_board_shows_a_posting_once_and_until_it_is_over(inside: KioskApp, kind: Kind) -> None:
    found, today = corrected(kind), school.today()
    last = found.versions[0].hangs_until
    days = (today - timedelta(days=1), today, last, last + timedelta(days=1))
    numbers = [[one.posting.id for one in queries.hanging([kind], day)] for day in days]
    assert numbers == [[], [found.id], [found.id], []]


@of_every_kind
def test_a_correction_under_way_goes_with_what_is_withdrawn(inside: KioskApp, kind: Kind) -> None:
    found = posted(kind)
    with transaction():
        draft = services.start_correction(by=actor("lin"), posting=found)
        services.save_draft(
            by=actor("lin"), draft=draft, revision=0, fields=draft.fields, rows=draft.rows, reason="补充"
        )
        if kind.approves:
            services.propose(by=actor("lin"), draft=draft)
    with transaction():
        services.withdraw(by=actor(withdraws(kind)), posting=found, reason="发错了")
    assert queries.drafts() == []
    assert waiting() == []
    assert chain.verify().findings == []


@of_every_kind
def test_its_data_are_the_version_in_force(inside: KioskApp, kind: Kind) -> None:
    found, client = corrected(kind), inside.test_client()
    today = school.today()
    span = f"?from={today}&to={today}"
    rows = client.get(f"/data/{kind.slug}.json{span}").json[kind.slug]
    assert len(rows) == max(1, len(rows_of(kind, "甲", "丙", "丁")))
    for row in rows if not kind.data else ():
        assert (row["posting"], row["version"]) == (found.id, 2)
        assert {name: row[name] for name in changed(kind)} == changed(kind)
        assert row["first_posted_at"] < row["posted_at"]
    table = client.get(f"/data/{kind.slug}.csv{span}").text
    assert len(table.strip().splitlines()) == len(rows) + 1
    assert client.get(f"/data/{kind.slug}.json?from=2020-01-01&to=2020-01-02").json[kind.slug] == []


def entries(client: FlaskClient, name: str) -> tuple[dict[str, str], list[str]]:
    """A feed's entries, id to updated, and the ids of its tombstones."""
    root = ElementTree.fromstring(client.get(f"/feeds/{name}.atom").data)
    found = {
        one.findtext("a:id", "", ATOM): one.findtext("a:updated", "", ATOM)
        for one in root.findall("a:entry", ATOM)
    }
    return found, [one.get("ref", "") for one in root.findall("t:deleted-entry", ATOM)]


@pytest.mark.once
@of_every_kind
def test_an_entry_of_its_feed_keeps_its_name(inside: KioskApp, kind: Kind) -> None:
    found, client = posted(kind), inside.test_client()
    ((name, first),) = entries(client, kind.slug)[0].items()
    with clock.moved_to(clock.now() + timedelta(hours=1)), transaction():
        draft = services.start_correction(by=actor("lin"), posting=found)
        services.save_draft(
            by=actor("lin"), draft=draft, revision=0, fields=draft.fields, rows=draft.rows, reason="补充"
        )
        put_up(draft)
    ((same, later),) = entries(client, kind.slug)[0].items()
    assert (same, later > first) == (name, True)
    assert entries(client, "all")[0].keys() == {name}
    with transaction():
        services.withdraw(by=actor(withdraws(kind)), posting=found, reason="发错了")
    assert entries(client, kind.slug) == ({}, [name])


@of_every_kind
def test_a_change_behind_its_back_is_named(inside: KioskApp, kind: Kind) -> None:
    found, own = corrected(kind), said(kind, "第二版", "丁")
    swap = "UPDATE posting_version SET content = replace(content, '{}', '{}') WHERE version = 2"
    for statement, column in (
        (swap.format(own, "第三版"), "content"),
        (swap.format("第三版", own), ""),
        ("UPDATE posting_version SET hangs_until = '2030-01-01' WHERE version = 2", "hangs_until"),
        ("UPDATE posting SET period = '1999-01-01'", "posting.period"),
        ("DELETE FROM posting_version WHERE version = 2", "missing"),
    ):
        tamper(statement)
        told = " ".join(map(str, chain.verify().findings))
        assert column in told, statement
        assert bool(column) == (f"posting {found.id}" in told), statement


@of_every_kind
def test_the_database_itself_refuses_a_change(inside: KioskApp, kind: Kind) -> None:
    found = withdrawn(kind)
    for statement in (
        "UPDATE posting_version SET content = '{}'",
        "DELETE FROM posting_version",
        "UPDATE posting_withdrawal SET reason = 'x'",
        "DELETE FROM posting_withdrawal",
        "UPDATE posting SET kind = 'x'",
        "DELETE FROM posting",
    ):
        with pytest.raises(Exception, match=r"never changes|FOREIGN KEY|foreign key"), transaction():
            session.execute(text(statement))
    assert queries.posted(found.id).versions


@pytest.mark.once
@of_every_kind
def test_a_draft_is_kept_as_typed_and_refused_where_it_lacks_something(inside: KioskApp, kind: Kind) -> None:
    with transaction():
        needed, is_field = asked(kind)[0], asked(kind)[0] in {one.name for one in kind.inputs}
        draft = begin(kind, **({needed: ""} if is_field else {}))
        if not is_field:
            rows = [{**draft.rows[0], needed: ""}]
            services.save_draft(by=actor("lin"), draft=draft, revision=1, fields={}, rows=rows)
    with pytest.raises(services.Unready) as refused, transaction():
        put_forward(draft)
    assert list(refused.value.errors) == [needed if is_field else (0, needed)]
    with pytest.raises(services.Stale), transaction():
        services.save_draft(by=actor("lin"), draft=draft, revision=0, fields={})
    number = draft.posting_id
    with transaction():
        services.discard(by=actor("lin"), draft=draft)
    with pytest.raises(NotFound):
        queries.posting(number)
    with transaction():
        another = begin(kind)
    assert another.posting_id != number, "the record speaks of one posting under one number"


@pytest.mark.once
@written_in_the_form
def test_it_is_written_in_the_browser_without_a_script(inside: KioskApp, kind: Kind, of: SignIn) -> None:
    lin, page = of("lin"), f"/office/postings/new/{kind.slug}"
    place = queries.places(kind)[0]
    form: dict[str, Any] = {
        "csrf_token": csrf(lin, page),
        **fields_of(kind),
        "place": f"canteen:{place.code}" if place else "",
        "period": school.today().isoformat(),
        "then": "on",
    }
    for one in kind.columns:
        form[f"row_{one.name}"] = [row[one.name] for row in rows_of(kind, "甲", "乙")]
    needed = asked(kind)[0]
    short = lin.post(page, data={**form, **{name: "" for name in (needed, f"row_{needed}") if name in form}})
    assert short.status_code == 422
    others = (text for name, text in fields_of(kind).items() if name != needed)
    assert all(one in short.text for one in others), "what was typed is still there"
    answer = lin.post(page, data=form)
    assert answer.status_code == 302, re.findall(r"field-error[^<]*<?[^<]*", answer.text)
    number = int(answer.location.rpartition("/")[2])
    if kind.approves:
        assert inside.test_client().get(f"/postings/{number}").status_code == 404
        zhou = of("zhou")
        token = csrf(zhou, f"/office/postings/{number}")
        session.remove()
        found = queries.posting(number).draft
        assert found
        form = {"csrf_token": token, "decision": "approve", **looked_at(found)}
        assert zhou.post(deciding(found), data=form).status_code == 302
    assert said(kind, "第一版", "甲") in inside.test_client().get(f"/postings/{number}").text


@written_in_the_form
def test_two_who_write_at_once_lose_nothing(inside: KioskApp, kind: Kind, of: SignIn) -> None:
    with transaction():
        draft = begin(kind)
    page = f"/office/postings/{draft.posting_id}/draft"
    lin = of("lin")
    zhou = of("zhou" if kind.may(kind.drafts, actor("zhou"), SCHOOL) else "lin")  # another window will do
    name = worded(kind.fields) or f"row_{worded(kind.columns)}"
    rows = {f"row_{one.name}": typed(one, "甲") for one in kind.columns}
    mine = {**fields_of(kind), "revision": "1", **rows}
    first = lin.post(page, data={**mine, name: "林写的", "csrf_token": csrf(lin, page)})
    second = zhou.post(page, data={**mine, name: "周写的", "csrf_token": csrf(zhou, page)})
    assert (first.status_code, second.status_code) == (302, 409)
    assert "林写的" in second.text
    assert 'value="周写的"' in second.text
    again = zhou.post(page, data={**mine, name: "周写的", "revision": "2", "csrf_token": csrf(zhou, page)})
    assert again.status_code == 302


def test_a_second_posting_of_the_same_day_is_a_correction(inside: KioskApp) -> None:
    posted(FEES)
    with pytest.raises(Conflict), transaction():
        begin(FEES)
    with pytest.raises(Invalid), transaction():
        services.start(by=actor("lin"), kind=FEES, place=None, period="2026-03-04")


def test_people_of_a_posting_are_different_ones(inside: KioskApp) -> None:
    one = str(persons.people()[0].number)
    with transaction():
        draft = begin(FEES, payer=one, keeper=one)
    with pytest.raises(services.Unready) as refused, transaction():
        put_forward(draft)
    assert list(refused.value.errors) == ["keeper"]


def owed_by(kind: Kind, day: date | None = None) -> list[Due]:
    """What is due of a kind."""
    return [one for one in queries.due(day or school.today()) if one.kind == kind]


def test_the_clock_says_what_is_due_late_and_posted_later(inside: KioskApp) -> None:
    today = school.today()
    (due,) = owed_by(FEES)
    assert (due.kind.slug, due.period, due.posted_at) == ("attic-fees", today.isoformat(), None)
    assert due.is_late(clock.now()), "it is five past twelve"
    board = inside.test_client().get("/").text
    assert "第一食堂 · " in board
    with clock.moved_to(clock.now() + timedelta(days=1)):
        with transaction():
            draft = services.start(
                by=actor("lin"), kind=FEES, place=queries.places(FEES)[0], period=today.isoformat()
            )
            services.save_draft(
                by=actor("lin"), draft=draft, revision=0, fields=fields_of(FEES), rows=rows_of(FEES, "甲")
            )
            put_up(draft)
        (due,) = owed_by(FEES, today)
        assert due.is_posted_later
        assert queries.posted(draft.posting_id).times.is_later
    assert queries.due(today - timedelta(days=3)) == [], "a Sunday"


def test_the_drafter_does_not_approve_whatever_the_role(inside: KioskApp, of: SignIn) -> None:
    with transaction():
        draft = begin(queries.kind_of("notice"))
        services.propose(by=actor("lin"), draft=draft)
    posting = draft.posting
    with pytest.raises(Forbidden), transaction():
        approve("lin", posting)
    with pytest.raises(Forbidden), transaction():
        services.post(by=actor("lin"), draft=draft, revision=draft.revision)
    for client in (of("lin"), of("admin")):
        form = {"csrf_token": csrf(client, "/office/accounts/"), "decision": "approve", **looked_at(draft)}
        assert client.post(deciding(draft), data=form).status_code == 403
    assert posting.versions == []


def test_what_was_discarded_stays_an_approval_of_its_own(inside: KioskApp, of: SignIn) -> None:
    notice = queries.kind_of("notice")
    with transaction():
        draft = begin(notice)
        services.propose(by=actor("lin"), draft=draft)
        approving = queries.approving(draft)
        services.discard(by=actor("lin"), draft=draft)
        begin(notice, title="另一则")
    assert approving
    page = of("zhou").get(f"/office/steps/{approving.approval.id}")
    assert (page.status_code, "已丢弃" in page.text, "另一则" in page.text) == (200, True, False)


def test_whoever_signs_for_another_is_printed_with_both_names(inside: KioskApp) -> None:
    today = school.today()
    with transaction():
        add_account(by=actor("test"), username="he", password=PASSWORD, role="counter_staff", name="何")
        steps.delegate(
            by=actor("zhou"), stand_in=account("he").person.number, first=today, last=today, reason="出差"
        )
        draft = begin(queries.kind_of("notice"))
        services.propose(by=actor("lin"), draft=draft)
        posting = draft.posting
        approve("he", posting)
    assert queries.posted(posting.id).in_force.names == ["林", "何（代周）"]


def test_a_day_that_is_past_is_refused_and_not_posted_where_nobody_looks(inside: KioskApp) -> None:
    notice, today = queries.kind_of("notice"), school.today()
    with transaction():
        draft = begin(notice, valid_until=(today - timedelta(days=1)).isoformat())
    with pytest.raises(services.Unready) as refused, transaction():
        put_forward(draft)
    assert list(refused.value.errors) == ["valid_until"]
    with transaction():
        waits = begin(notice, valid_until=today.isoformat())
        services.propose(by=actor("lin"), draft=waits)
    with clock.moved_to(clock.now() + timedelta(days=1)):
        with pytest.raises(Invalid, match="公示栏"), transaction():
            approve("zhou", waits.posting)
        assert waits.posting.versions == []
        with transaction():
            approve("zhou", waits.posting, approves=False, why="过期了")


def test_what_is_over_can_still_be_corrected(inside: KioskApp) -> None:
    notice, today = queries.kind_of("notice"), school.today()
    with transaction():
        found = put_up(begin(notice, valid_until=today.isoformat())).posting
    with clock.moved_to(clock.now() + timedelta(days=3)), transaction():
        draft = services.start_correction(by=actor("lin"), posting=found)
        fields = {**draft.fields, "text": "更正"}
        services.save_draft(
            by=actor("lin"), draft=draft, revision=draft.revision, fields=fields, reason="写错了"
        )
        put_up(draft)
    assert len(found.versions) == 2


def test_what_nobody_sees_breaks_no_feed(inside: KioskApp) -> None:
    notice = queries.kind_of("notice")
    with transaction():
        found = put_up(begin(notice, title="停\x0b餐\x01\u202e", text="甲\x0c乙\x08\ufffe\u2066")).posting
    now = queries.posted(found.id).in_force
    assert (now.title, now.content["fields"]["text"]) == ("停 餐", "甲\n乙")
    feed = inside.test_client().get("/feeds/notice.atom")
    assert ElementTree.fromstring(feed.data) is not None


def deciding(draft: PostingDraft) -> str:
    """Where it is decided about a draft."""
    approving = queries.approving(draft)
    assert approving
    return f"/office/steps/{approving.approval.id}/decide"


def looked_at(draft: PostingDraft) -> dict[str, str]:
    approving = queries.approving(draft)
    assert approving
    return {"hash": approving.approval.hash, "level": str(approving.approval.level)}


def test_whoever_wrote_in_it_does_not_approve_it(inside: KioskApp) -> None:
    with transaction():
        draft = begin(queries.kind_of("notice"))
        services.save_draft(
            by=actor("zhou"), draft=draft, revision=1, fields={**draft.fields, "text": "周改过"}
        )
        services.propose(by=actor("lin"), draft=draft)
    with pytest.raises(Forbidden), transaction():
        approve("zhou", draft.posting)


def test_a_text_changed_while_it_waits_is_decided_about_anew(inside: KioskApp, of: SignIn) -> None:
    with transaction():
        draft = begin(queries.kind_of("notice"))
        services.propose(by=actor("lin"), draft=draft)
    zhou, page, old = of("zhou"), f"/office/postings/{draft.posting_id}", looked_at(draft)
    address = deciding(draft)
    assert "第一版" in zhou.get(address.rpartition("/")[0]).text, "what is decided about stands there"
    token = {"csrf_token": csrf(zhou, page)}
    with transaction():
        services.save_draft(by=actor("lin"), draft=draft, revision=1, fields={**draft.fields, "text": "又改"})
    assert looked_at(draft)["hash"] != old["hash"]
    late = zhou.post(address, data={**token, **old, "decision": "approve"})
    assert (late.status_code, "正文" in late.text) == (409, True)
    with pytest.raises(services.Unready), transaction():
        services.save_draft(by=actor("lin"), draft=draft, revision=2, fields={**draft.fields, "text": ""})
    session.rollback()
    now = {**token, **looked_at(draft)}
    assert zhou.post(address, data={**now, "decision": "return"}).status_code == 422, "without a reason"
    back = zhou.post(address, data={**now, "decision": "return", "comment": "写清楚日期"})
    assert back.status_code == 302
    assert "写清楚日期" in of("lin").get(page).text
    session.expire_all()
    with pytest.raises(Invalid), transaction():
        services.propose(by=actor("lin"), draft=draft)
    with transaction():
        services.save_draft(
            by=actor("lin"), draft=draft, revision=2, fields={**draft.fields, "text": "写清楚了"}
        )
        services.propose(by=actor("lin"), draft=draft)
        approve("zhou", draft.posting)
    assert "写清楚了" in inside.test_client().get(f"/postings/{draft.posting_id}").text
    assert chain.verify().findings == []


def test_a_canteens_manager_writes_for_the_own_canteen_alone(inside: KioskApp, of: SignIn) -> None:
    with transaction():
        add_canteen(by=actor("test"), code="k2", name="第二食堂")
        add_account(
            by=actor("test"),
            username="hao",
            password=PASSWORD,
            role="canteen_manager",
            name="郝",
            at=Place("k1"),
        )
    page, fields = "/office/postings/new/notice", fields_of(queries.kind_of("notice"))
    for username, refused in (("chen", [""]), ("hao", ["", "canteen:k2"])):
        client = of(username)
        form = {"csrf_token": csrf(client, page), **fields, "then": "on"}
        for place in refused:
            assert client.post(page, data={**form, "place": place}).status_code in (403, 422), (
                username,
                place,
            )
        assert client.post(page, data={**form, "place": "canteen:k1"}).status_code == 302
    unasked = of("chen").get(page).text
    assert '<option value="">请选择' in unasked, "of several canteens none is taken for granted"
    with pytest.raises(Forbidden), transaction():
        services.start(by=actor("hao"), kind=queries.kind_of("notice"), place=canteen_of("k2"))
    with pytest.raises(Forbidden), transaction():
        services.start(by=actor("chen"), kind=queries.kind_of("notice"))
    assert of("wu").get(page).status_code == 403


def test_the_commands_tell_kinds_and_what_is_due(inside: KioskApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSK_INSTANCE", str(inside.instance.folder))
    told = CliRunner().invoke(main, ["posting", "kinds", "--json"])
    kinds = {one["name"]: one for one in json.loads(told.output)}
    notice, purchases = kinds["notice"], kinds["purchases"]
    assert (notice["name"], notice["scope"]) == ("notice", ["school", "canteen"])
    assert notice["columns"] == ["title", "text", "valid_until"]
    assert (notice["post"], notice["approve"]) == (
        ["head", "canteen_manager", "council", "congress", "principal"],
        ["head", "council", "principal"],
    )
    assert (purchases["name"], purchases["scope"]) == ("purchases", ["canteen"])
    assert purchases["columns"][:6] == ["number", "purchaser", "custodian", "receiver1", "receiver2", "item"]
    assert "12:00" in purchases["rhythm"], "the school's hour"
    (due,) = json.loads(CliRunner().invoke(main, ["posting", "due", "--json"]).output)
    assert (due["kind"], due["scope"], due["late"]) == ("purchases", "k1", True)
    bad = CliRunner().invoke(main, ["posting", "due", "--date", "today"])
    assert bad.exit_code == 1


def test_what_is_off_is_nowhere(app: KioskApp) -> None:
    client = app.test_client()
    for address in ("/postings/?kind=notice", "/feeds/notice.atom", "/data/notice.json"):
        assert client.get(address).status_code == 404, address
    lin = sign_in(app.test_client(), "lin")
    assert lin.get("/office/postings/new/notice").status_code == 404
    for address in ("/", "/data/", "/postings/", "/feeds/all.atom"):
        assert "notice" not in re.sub(r'class="[^"]*"', "", client.get(address).text)


def test_what_was_posted_stays_at_its_address_when_its_kind_is_switched_off(inside: KioskApp) -> None:
    found = posted(queries.kind_of("notice"))
    with transaction():
        switch(by=actor("lin"), name="notice", on=False)
    client = inside.test_client()
    assert "第一版" in client.get(f"/postings/{found.id}").text
    assert "第一版" not in client.get("/").text
    assert client.get("/data/notice.json").status_code == 404


KILLED = """
import os, sys
from importlib import import_module
from sqlalchemy import event
from kiosk.auth import queries as auth
from kiosk.cli import open_app
from kiosk.core.db import transaction
from kiosk.postings import queries, services
from kiosk.steps.services import decide

module, name = sys.argv[1].split(":")
with open_app().app_context():
    @event.listens_for(getattr(import_module(module), name), "after_insert")
    def die(*_):
        os.kill(os.getpid(), 9)
    with transaction():
        draft = queries.drafts()[0]
        if approving := queries.approving(draft):
            decide(by=auth.account("zhou").actor, approval=approving.approval, approves=True)
        else:
            services.post(by=auth.account("lin").actor, draft=draft, revision=draft.revision)
"""
LAST = {"purchases": "kiosk.purchasing.models:Sheet"}
"""What is written last of a posting; of kinds that are not named the version itself."""


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if kind not in (FEES, LOST)], ids=lambda kind: kind.slug
)
def test_a_process_killed_while_it_posts_leaves_nothing_of_it(inside: KioskApp, kind: Kind) -> None:
    with transaction():
        draft = begin(kind, **({kind.until: ""} if kind.until else {}))
        if kind.approves:
            services.propose(by=actor("lin"), draft=draft)
    before = chain.head()
    session.remove()
    environment = {**os.environ, "KIOSK_INSTANCE": str(inside.instance.folder)}
    command = [sys.executable, "-c", KILLED, LAST.get(kind.slug, "kiosk.postings.models:PostingVersion")]
    killed = subprocess.run(command, env=environment, cwd=ROOT, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert (chain.head(), session.query(PostingVersion).count()) == (before, 0)
    assert session.scalar(text("SELECT count(*) FROM line")) == 0
    with transaction():
        draft = queries.drafts()[0]
        if kind.approves:
            approve("zhou", draft.posting)
        else:
            services.post(by=actor("lin"), draft=draft, revision=draft.revision)
    assert chain.verify().findings == []


@of_every_kind
def test_a_second_click_begins_no_second_posting(inside: KioskApp, kind: Kind, of: SignIn) -> None:
    lin, address = of("lin"), f"/office/postings/new/{kind.slug}"
    if kind.pages:
        assert lin.get(address).status_code == 302
        return
    place = queries.places(kind)[0]
    form: dict[str, object] = {"csrf_token": csrf(lin, address), "period": school.today().isoformat()}
    form |= {"place": f"canteen:{place.code}" if place else "", **fields_of(kind)}
    form |= {f"row_{name}": text for row in rows_of(kind, "甲") for name, text in row.items()}
    kept = [lin.post(address, data={**form, "then": "keep"}) for _click in range(2)]
    assert kept[0].status_code == 302
    assert kept[0].location == kept[1].location
    gone_on = [lin.post(address, data={**form, "then": "on"}) for _click in range(2)]
    assert gone_on[0].status_code == 302
    assert gone_on[0].location == gone_on[1].location == kept[0].location.removesuffix("/draft")
    session.remove()
    found = queries.posting(int(gone_on[0].location.rpartition("/")[2]))
    assert len(found.versions) == (0 if kind.approves else 1)
    assert chain.verify().findings == []
    if not kind.rhythm:
        with clock.moved_to(clock.now() + timedelta(minutes=11)):
            later = lin.post(address, data={**form, "then": "keep"})
        assert later.location != kept[0].location, "the same words another time are another posting"
