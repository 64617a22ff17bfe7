"""The congress: two thirds there, a sample drawn by two numbers, votes that add up, a finding posted."""

import hashlib
import json
import threading
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from kiosk.accounts import checks, duties, queries, services
from kiosk.accounts.models import CLOSED, LAID, CongressSession, PeriodAccount
from kiosk.accounts.refusals import (
    BeforeCongress,
    HeadToCome,
    KeepsBooks,
    NoQuorum,
    NotInGroup,
    NotLooked,
    Unaccounted,
    VotesDiffer,
)
from kiosk.accounts.services.finding import Stale
from kiosk.cases.models import Case
from kiosk.core import clock
from kiosk.core.actor import Actor
from kiosk.core.db import session, transaction
from kiosk.core.errors import Conflict, Invalid, OtherContent, Problem
from kiosk.postings import queries as postings
from kiosk.postings import services as posting
from kiosk.postings.models import Posting
from tests.accounts.conftest import (
    DAY,
    GROUP,
    HEAD_AT,
    IN_SESSION,
    attend,
    begin,
    convene,
    draw,
    find,
    laid,
    lay,
    look,
    number_of,
    slips,
    write,
)
from tests.conftest import actor, tamper

pytestmark = pytest.mark.usefixtures("house")


def many(number: int = 30) -> PeriodAccount:
    found = begin()
    write(found, slips(*range(100, 100 + number)))
    lay(found)
    return queries.account(found.id)


def sampled(meeting: CongressSession) -> list[str]:
    return [one.voucher.number for one in queries.meeting(meeting.id).audits[0].ticks]


def test_the_sample_is_the_same_for_whoever_computes_it(kiosk: Any) -> None:
    account = many()
    meeting = convene(account, size=6)
    attend(meeting, 10)
    draw(meeting, "48213")
    found = queries.meeting(meeting.id)
    numbers = [one.number for one in queries.vouchers(account, 1)]
    by_hand = sorted(
        numbers,
        key=lambda one: hashlib.sha256(f"{found.head}\n48213\n{account.id}\n{one}".encode()).hexdigest(),
    )[:6]
    assert sampled(meeting) == by_hand
    told = json.loads(kiosk("accounts", "sample", str(account.id), "--json").output)
    assert [one["voucher"] for one in told["sample"]] == by_hand
    assert queries.drawn(found.head, "48214", account.id, numbers, 6) != by_hand
    assert found.head_seq is not None
    assert found.head_seq > found.chain_seq, "the head stands after the announcement of its moment"
    assert list(checks.recount()) == []


def test_the_head_is_waited_for_and_two_of_the_group_type_the_number() -> None:
    meeting = convene(many())
    attend(meeting, 10)
    with pytest.raises(HeadToCome), transaction():
        services.type_number(by=actor("gu"), found=queries.meeting(meeting.id), number="48213")
    with clock.moved_to(IN_SESSION):
        for name, number, drawn in (("gu", "1111", False), ("gu", "1111", False), ("meng", "2222", False)):
            with transaction():
                found = queries.meeting(meeting.id)
                assert services.type_number(by=actor(name), found=found, number=number) is drawn
        assert queries.meeting(meeting.id).number == "", "two that differ draw nothing"
        for name, drawn in (("meng", False), ("tan", True), ("tan", True)):
            with transaction():
                found = queries.meeting(meeting.id)
                assert services.type_number(by=actor(name), found=found, number="3333") is drawn
    assert queries.meeting(meeting.id).number == "3333"


def test_sixty_percent_draw_and_decide_nothing() -> None:
    account = laid()
    meeting = convene(account)
    attend(meeting, 6)
    with pytest.raises(NoQuorum, match="实到6人，需要7人"):
        draw(meeting)
    with transaction():
        found = queries.meeting(meeting.id)
        late = next(one for one in found.seats if not one.present_at)
        code = next(code for seat, code in services.new_codes(by=actor("gu"), found=found) if seat is late)
        services.attend(by=actor("gu"), found=found, code=code)
    draw(meeting)
    look(meeting)
    tamper("UPDATE congress_seat SET present_at = NULL WHERE person_id = :one", one=late.person_id)
    with pytest.raises(NoQuorum, match="需要7人"):
        find(meeting, 6, 0, 0)
    assert queries.account(account.id).state == LAID


def test_every_delegate_is_there_or_absent_with_a_reason() -> None:
    meeting = convene(laid())
    attend(meeting, 9)
    draw(meeting)
    look(meeting)
    tamper("UPDATE congress_seat SET absent = ''")
    with pytest.raises(Unaccounted):
        find(meeting, 9, 0, 0)


def test_votes_are_as_many_as_those_present() -> None:
    meeting = convene(laid())
    attend(meeting, 9)
    draw(meeting)
    with pytest.raises(NotLooked):
        find(meeting, 9, 0, 0)
    look(meeting)
    for votes in ((8, 0, 0), (9, 1, 0), (10, -1, 0)):
        with pytest.raises(VotesDiffer, match="到会代表是9人"):
            find(meeting, *votes)
    with pytest.raises(Invalid, match="过半数"):
        find(meeting, 4, 3, 2)
    with pytest.raises(Invalid, match="没有凭证被提出意见"):
        find(meeting, 9, 0, 0, finding="remarked")
    find(meeting, 7, 1, 1)
    find(meeting, 7, 1, 1)
    with pytest.raises(OtherContent):
        find(meeting, 9, 0, 0)
    assert session.query(Posting).filter_by(kind="account").count() == 1, "the same form twice posts once"


def test_a_remark_becomes_a_case_and_the_finding_is_posted_with_it() -> None:
    account = laid()
    meeting = convene(account)
    attend(meeting, 10)
    draw(meeting)
    look(meeting, remark="缺少验收单，请补 13812345678")
    audit = queries.audit(find(meeting, 10, 0, 0, finding="remarked", text="同意，一处请补验收单"))
    [remark] = audit.remarks
    assert "13812345678" not in remark.text
    case = session.get_one(Case, remark.case_id)
    assert case.subject == f"period_account:{account.id}"
    assert case.owner_id == number_of("lin"), "the head answers"
    assert queries.account(account.id).state == CLOSED
    assert queries.meeting(meeting.id).state == "ended"
    posted = postings.posted(audit.posting_id or 0)
    told = posted.in_force
    said = {one.name: value for one, value in told.fields}
    assert [said[name] for name in ("finding", "opening", "spending_total", "closing")] == [
        "remarked",
        100_000,
        6_000,
        94_000,
    ]
    assert any(remark.voucher.number in row["item"] and "验收单" in row["remark"] for row in told.rows)
    assert list(checks.recount()) == []


def test_nobody_posts_an_account_but_by_its_finding() -> None:
    kind = postings.kind_of("account")
    with pytest.raises(Problem), transaction():
        draft = posting.start(by=actor("gu"), kind=kind)
        fields = {"account": "食堂 2026年1月", "opening": "1", "closing": "1"}
        posting.save_draft(
            by=actor("gu"), draft=draft, revision=1, fields=fields, rows=[{"item": "支出", "spending": "1"}]
        )
        posting.post(by=actor("gu"), draft=draft, revision=draft.revision)


def test_who_keeps_the_books_does_not_audit_them() -> None:
    account = laid()
    with transaction():
        services.name_delegate(
            by=actor("zheng"), person=number_of("qian"), since=date(2026, 1, 1), until=date(2027, 1, 1)
        )
    with pytest.raises(KeepsBooks, match="钱"), transaction():
        services.convene(
            by=actor("gu"),
            sent="x",
            held_on=DAY,
            head_at=HEAD_AT,
            accounts={account.id: 5},
            group=[number_of(name) for name in ("gu", "meng", "qian")],
        )
    meeting = convene(account)
    attend(meeting, 11)
    outside = next(one for one in queries.meeting(meeting.id).seats if not one.in_group)
    with pytest.raises(NotInGroup), clock.moved_to(IN_SESSION), transaction():
        services.type_number(
            by=_somebody(outside.person_id), found=queries.meeting(meeting.id), number="4444"
        )


def _somebody(person: int) -> Actor:
    """A delegate who holds the congress's role and is not in the group."""
    return Actor("delegate", person, "代表", actor("gu").grants)


def test_an_account_is_before_one_session_at_a_time(house: Flask) -> None:
    account = laid()
    first = convene(account)
    assert convene(account).id == first.id, "the same form is the same session"
    with pytest.raises(OtherContent):
        convene(account, size=2)
    with pytest.raises(BeforeCongress):
        convene(account, sent="another")
    with transaction():
        services.drop(by=actor("gu"), found=queries.meeting(first.id), reason="人数不够")
    made, refused, number = [], [], account.id
    session.remove()

    def call(name: str) -> None:
        with house.app_context():
            try:
                made.append(convene(queries.account(number), sent=name).id)
            except Conflict as problem:
                refused.append(problem.code)
            session.remove()

    threads = [threading.Thread(target=call, args=(f"at once {n}",)) for n in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert (len(made), refused) == (1, ["before-congress"])


def test_a_refused_account_is_corrected_and_comes_again() -> None:
    account = laid()
    meeting = convene(account)
    attend(meeting, 10)
    draw(meeting)
    look(meeting, remark="单据不全")
    find(meeting, 2, 8, 0, finding="refused", text="单据不全，不予通过")
    assert queries.account(account.id).state == LAID
    with transaction():
        services.correct(by=actor("wu"), account=queries.account(account.id))
    write(account, [services.Slip(**{**vars(slips(9)[0]), "number": "补-1"})])
    lay(account, reason="补记一张凭证")
    with clock.moved_to(IN_SESSION), transaction():
        again = services.convene(
            by=actor("gu"),
            sent="again",
            held_on=DAY,
            head_at=IN_SESSION + timedelta(hours=1),
            accounts={account.id: 50},
            group=[number_of(name) for name in GROUP],
        )
    assert (again.audits[0].version, again.audits[0].size) == (2, 4)
    assert list(checks.recount()) == []


def test_a_voucher_that_somebody_else_looked_at_meanwhile_is_not_overwritten() -> None:
    meeting = convene(laid())
    attend(meeting, 10)
    draw(meeting)
    look(meeting)
    audit = queries.meeting(meeting.id).audits[0]
    with pytest.raises(Stale, match="无误"), transaction():
        services.tick(
            by=actor("meng"), audit=audit, tick=audit.ticks[0], outcome="remark", text="缺发票", seen=""
        )
    with transaction():
        services.tick(by=actor("meng"), audit=audit, tick=audit.ticks[0], outcome="fine", seen="")


def test_what_is_not_posted_ten_school_days_after_its_session_is_owed() -> None:
    account = laid()
    meeting = convene(account)
    due = queries.due_of(queries.meeting(meeting.id))
    assert due == date(2026, 3, 16)
    [owed] = duties.overdue(due, due)
    assert (owed.subject, owed.duty) == (f"congress_session:{meeting.id}:{account.id}", "post-account")
    attend(meeting, 10)
    draw(meeting)
    look(meeting)
    find(meeting, 10, 0, 0)
    assert list(duties.overdue(due, due)) == []


def test_the_check_notices_another_sample_another_vote_and_another_word() -> None:
    meeting = convene(many(), size=3)
    attend(meeting, 10)
    draw(meeting)
    look(meeting)
    find(meeting, 10, 0, 0)
    left = "SELECT id FROM account_voucher WHERE id NOT IN (SELECT voucher_id FROM congress_tick) LIMIT 1"
    tamper(f"UPDATE congress_tick SET voucher_id = ({left}) WHERE place = 1")
    assert any(one.kind == "sample" for one in checks.recount())
    tamper("UPDATE congress_audit SET in_favour = 9, against = 1")
    assert any("in_favour" in one.detail for one in checks.recount())
