"""An account begins where the last one ended, holds each voucher once, and does not move when closed."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from kiosk.accounts import checks, queries, services
from kiosk.accounts.models import AccountVoucher
from kiosk.accounts.refusals import DoesNotMove, LaterStands, NumberTaken, OtherOpening, OutsidePeriod
from kiosk.core.db import session, transaction
from kiosk.core.errors import Conflict, Forbidden, Invalid, OtherContent
from tests.accounts.conftest import (
    attend,
    begin,
    book,
    convene,
    draw,
    find,
    laid,
    lay,
    look,
    slips,
    write,
)
from tests.conftest import actor, tamper

pytestmark = pytest.mark.usefixtures("house")


def test_it_begins_with_what_the_last_one_ended_with_or_is_refused_with_the_difference() -> None:
    laid("2026-01", 1_000, 2_000)
    with pytest.raises(OtherOpening, match=r"30\.00") as refused:
        begin("2026-02", 100_000)
    assert refused.value.status == 422
    assert "970.00" in str(refused.value)
    found = begin("2026-02", 97_000)
    assert (found.starts, found.ends) == (date(2026, 2, 1), date(2026, 2, 28))


def test_the_same_form_is_one_account_and_other_content_is_refused() -> None:
    first = begin(sent="a form")
    assert begin(sent="a form").id == first.id
    with pytest.raises(OtherContent):
        begin(opening=5, sent="a form")
    with pytest.raises(Invalid, match="已经有了"):
        begin(sent="another form")


def test_a_period_follows_the_last_one_and_that_one_is_laid_open_first() -> None:
    begin("2026-01")
    with pytest.raises(Invalid, match="请先公布"):
        begin("2026-02")
    with pytest.raises(Invalid, match="只能往后"):
        begin("2025-12")


def test_a_number_stands_once_in_a_book_and_the_refusal_says_where() -> None:
    laid("2026-01", 1_000)
    found = begin("2026-02", 99_000)
    again = slips(7, month="2026-02")[0]
    twice = services.Slip(**{**vars(again), "number": "２０２６-01记-1"})
    with pytest.raises(NumberTaken, match="2026") as refused:
        write(found, [twice])
    assert "2026-01-02" in str(refused.value)
    assert "10.00" in str(refused.value)
    write(found, [again])
    write(found, [again])
    assert len(queries.vouchers(found, None)) == 1, "the same form twice is one voucher"
    with pytest.raises(NumberTaken):
        write(found, [services.Slip(**{**vars(again), "amount": 8})])
    with pytest.raises(OutsidePeriod):
        write(found, [services.Slip(**{**vars(again), "number": "x", "day": date(2026, 3, 1)})])


def test_it_is_laid_open_as_it_was_looked_at_and_twice_is_once() -> None:
    found = begin()
    write(found, slips(500))
    seen = services.laid(queries.vouchers(found, None)).root
    write(found, slips(500, 600)[1:])
    with pytest.raises(Conflict, match="刚刚有变动"), transaction():
        services.lay(by=actor("wu"), account=queries.account(found.id), seen=seen)
    lay(found)
    lay(found)
    version = queries.account(found.id).now
    assert version
    assert (version.number, version.vouchers, version.spending, version.closing) == (1, 2, 1_100, 98_900)
    with pytest.raises(Conflict, match="不能再登记"):
        write(found, slips(1, 2, 3)[2:])
    with pytest.raises(Forbidden), transaction():
        services.correct(by=actor("qian"), account=queries.account(found.id))


def test_a_correction_is_a_version_with_a_reason_and_a_later_account_does_not_move() -> None:
    first = laid("2026-01", 1_000, 2_000)
    laid("2026-02", 500, opening=97_000)
    with transaction():
        account = queries.account(first.id)
        services.correct(by=actor("wu"), account=account)
        one = queries.vouchers(account, None)[0]
        services.remove(by=actor("wu"), account=account, voucher=one)
    with pytest.raises(LaterStands, match=r"10\.00"):
        lay(first, reason="登记错误")
    changed = services.Slip(**{**vars(slips(1_000)[0]), "purpose": "豆腐款"})
    write(first, [changed])
    with pytest.raises(Invalid):
        lay(first)
    lay(first, reason="摘要写错")
    account = queries.account(first.id)
    assert [one.purpose for one in queries.vouchers(account, 1)] == ["菜款第1笔", "菜款第2笔"]
    assert [one.purpose for one in queries.vouchers(account, 2)] == ["豆腐款", "菜款第2笔"]
    assert account.now
    assert account.now.reason == "摘要写错"
    assert list(checks.recount()) == []


def test_a_correction_that_is_given_up_leaves_what_stood_there() -> None:
    first = laid()
    with transaction():
        account = queries.account(first.id)
        services.correct(by=actor("wu"), account=account)
        services.remove(by=actor("wu"), account=account, voucher=queries.vouchers(account, None)[0])
    write(first, [services.Slip(**{**vars(slips(9)[0]), "number": "新-1"})])
    with transaction():
        services.give_up(by=actor("wu"), account=queries.account(first.id))
    account = queries.account(first.id)
    assert (account.state, account.version) == ("laid", 1)
    assert [one.amount for one in queries.vouchers(account, None)] == [1_000, 2_000, 3_000]
    assert list(checks.recount()) == []


def test_a_closed_period_does_not_move() -> None:
    first = laid()
    meeting = convene(first)
    attend(meeting, 10)
    draw(meeting)
    look(meeting)
    find(meeting, 10, 0, 0)
    with pytest.raises(DoesNotMove), transaction():
        services.correct(by=actor("wu"), account=queries.account(first.id))


def test_a_file_is_brought_in_whole_once_and_can_be_taken_out() -> None:
    found = begin()
    those = slips(100, 200, 300)
    with transaction():
        services.bring_in(
            by=actor("wu"),
            account=queries.account(found.id),
            digest="a" * 64,
            file_name="一月.xlsx",
            slips=those,
        )
    with pytest.raises(Invalid, match="已于") as refused, transaction():
        services.bring_in(
            by=actor("wu"), account=queries.account(found.id), digest="a" * 64, file_name="x.csv", slips=those
        )
    assert "3" in str(refused.value)
    with pytest.raises(NumberTaken), transaction():
        services.bring_in(
            by=actor("wu"), account=queries.account(found.id), digest="b" * 64, file_name="x.csv", slips=those
        )
    with transaction():
        account = queries.account(found.id)
        taken = services.take_back(by=actor("wu"), account=account, brought=queries.imports(account)[0])
    assert taken == 3
    assert queries.vouchers(found, None) == []


def test_the_check_adds_up_and_names_the_first_figure_that_differs(house: Flask) -> None:
    found = laid("2026-01", 1_000, 2_000)
    assert list(checks.recount()) == []
    tamper("UPDATE account_voucher SET amount = 1001 WHERE amount = 1000")
    told = [(one.place, one.detail) for one in checks.recount()]
    assert told[0] == (f"{found.id}, version 1", "spending: 3000, vouchers: 3001")


@pytest.mark.usefixtures("house")
def test_the_database_refuses_to_change_what_is_laid_open() -> None:
    laid()
    with pytest.raises(Exception, match="never changes"), transaction():
        one = session.scalars(select(AccountVoucher)).first()
        assert one
        one.amount = 5
    assert book().name == "食堂"
