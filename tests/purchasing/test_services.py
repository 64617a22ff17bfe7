"""Drafts keep what was typed; what is posted never changes; corrections stay beside it."""

import hashlib
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from kiosk.catalogue.models import Item
from kiosk.chain.queries import entries, first_break
from kiosk.core.db import session, transaction
from kiosk.core.errors import Conflict, Invalid
from kiosk.postings.models import PostingDraft, PostingVersion
from kiosk.postings.services import Stale, Unready, discard, start_correction
from kiosk.purchasing import queries, services
from kiosk.purchasing.checks import check_lines
from kiosk.purchasing.models import Line
from kiosk.purchasing.people import people_problems
from kiosk.purchasing.queries import SheetVersion
from kiosk.school.queries import today
from tests.conftest import actor, canteen

PEOPLE = {"purchaser": "采购员", "custodian": "保管员", "receiver1": "验收员甲", "receiver2": "验收员乙"}
CABBAGE = {"item": "大白菜", "item_class": "蔬菜类", "unit": "市斤", "quantity": "50", "unit_price": "2.5"}
TOMATO = {"item": "大西红柿", "unit": "市斤", "quantity": "40", "unit_price": "5", "supplier": "甲配送"}


def draft(
    *rows: dict[str, str], day: date | None = None, people: dict[str, str] | None = None
) -> PostingDraft:
    """A saved draft in the transaction that runs."""
    draft = services.start_sheet(by=actor("chen"), canteen=canteen(), day=day or today())
    services.save_draft(by=actor("chen"), draft=draft, rows=rows, people=PEOPLE if people is None else people)
    return draft


def post(*rows: dict[str, str], day: date | None = None) -> SheetVersion:
    """A posted sheet, committed."""
    with transaction():
        return queries.versions([services.post_sheet(by=actor("chen"), draft=draft(*rows, day=day))])[0]


def test_amounts_are_quantity_times_price_to_the_fen(context: Flask) -> None:
    rows = [("3", "3.3333", 1000), ("1", "7.405", 741), ("0.5", "2.25", 113), ("276", "1.47", 40572)]
    version = post(*({"item": f"物{n}", "quantity": q, "unit_price": p} for n, (q, p, _) in enumerate(rows)))
    assert [line.amount for line in version.lines] == [amount for *_, amount in rows]
    assert version.total == sum(amount for *_, amount in rows)


def test_a_posted_version_never_changes(context: Flask) -> None:
    version = post(CABBAGE)
    for sql in (
        "UPDATE line SET amount = 1",
        "DELETE FROM line",
        "UPDATE posting_version SET content = ''",
        "DELETE FROM posting_version",
        "UPDATE sheet_person SET name = '别人'",
        "DELETE FROM sheet_person",
        f"INSERT INTO line (version_id, position, item_id, item, item_class, specification, unit, quantity,"
        f" unit_price, amount, supplier, batch, shelf_life, remark)"
        f" VALUES ({version.id}, 9, 1, 'x', '', '', '', 1, 1, 1, '', '', '', '')",
    ):
        with pytest.raises(IntegrityError, match="never changes"), transaction():
            session.execute(text(sql))


def test_a_correction_is_a_new_version_and_the_old_one_stays(context: Flask) -> None:
    first = post(CABBAGE)
    with transaction():
        second = start_correction(by=actor("chen"), posting=first.posting)
        services.save_draft(
            by=actor("chen"),
            draft=second,
            rows=[{**CABBAGE, "unit_price": "2.4"}],
            people=PEOPLE,
            reason="单价抄错",
        )
        services.post_sheet(by=actor("chen"), draft=second)
    session.expire_all()
    versions = queries.posted_versions(first.posting)
    assert [(v.version, v.total, v.reason) for v in versions] == [(2, 12000, "单价抄错"), (1, 12500, "")]
    [shown] = queries.posted(today())
    assert shown.version.version == 2


def test_a_correction_needs_a_reason(context: Flask) -> None:
    first = post(CABBAGE)
    with pytest.raises(Unready) as refused, transaction():
        second = start_correction(by=actor("chen"), posting=first.posting)
        services.post_sheet(by=actor("chen"), draft=second)
    assert set(refused.value.errors) == {"reason"}


def test_what_was_typed_is_kept_good_or_not(context: Flask) -> None:
    rows = [CABBAGE, {"item": "冬瓜", "quantity": "1_000", "unit_price": "abc"}, {"quantity": "3"}]
    with transaction():
        kept = draft(*rows)
    assert kept.rows == rows
    checked = check_lines(rows)
    assert len(checked.lines) == 1
    assert set(checked.errors) == {(1, "quantity"), (1, "unit_price"), (2, "item"), (2, "unit_price")}
    with pytest.raises(Unready) as refused, transaction():
        services.post_sheet(by=actor("chen"), draft=kept)
    assert (1, "quantity") in refused.value.errors


@pytest.mark.parametrize("number", ["NaN", "-1", "1e309", "1_000", "1e3", "9999999999999", "", "0", "１２a"])
def test_odd_numbers_are_refused(context: Flask, number: str) -> None:
    assert (0, "quantity") in check_lines([{**CABBAGE, "quantity": number}]).errors


def test_a_typed_amount_that_differs_is_said_not_blocked(context: Flask) -> None:
    checked = check_lines([{**CABBAGE, "amount": "120.00"}, {**CABBAGE, "amount": "125.01"}])
    assert set(checked.warnings) == {(0, "amount")}
    assert len(checked.lines) == 2


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"custodian": "采购员"}, {"custodian"}),
        ({"receiver2": "验收员甲"}, {"receiver2"}),
        ({"receiver2": " 验收员 甲"}, {"receiver2"}),
        ({"receiver1": ""}, {"receiver1"}),
        ({}, set()),
    ],
)
def test_the_four_people_are_different(context: Flask, changes: dict[str, str], wrong: set[str]) -> None:
    assert set(people_problems({**PEOPLE, **changes})) == wrong


def test_posting_twice_posts_once(context: Flask) -> None:
    with transaction():
        once = draft(CABBAGE)
    with transaction():
        version = services.post_sheet(by=actor("chen"), draft=once)
    with pytest.raises(Stale), transaction():
        services.post_sheet(by=actor("chen"), draft=once)
    assert session.query(Line).count() == 1
    actions = [entry.action for entry in entries(subject=f"posting:{version.posting_id}")]
    assert actions.count("posting.posted") == 1


def test_nothing_half_saved_when_posting_fails(context: Flask) -> None:
    with pytest.raises(Unready), transaction():
        services.post_sheet(by=actor("chen"), draft=draft(CABBAGE, people={}))
    session.remove()
    assert session.query(PostingVersion).count() == session.query(Item).count() == 0


def test_the_hash_of_everything_public_stands_in_the_chain(context: Flask) -> None:
    version = post(CABBAGE)
    subject = f"posting:{version.posting_id}"
    [entry] = [one for one in entries(subject=subject) if one.action == "posting.posted"]
    assert entry.seq == version.row.chain_seq
    assert hashlib.sha256(version.row.content.encode()).hexdigest() == version.row.hash
    assert version.row.hash in entry.body
    assert "大白菜" not in entry.body
    [row] = version.content["rows"]
    assert (row["item"], row["unit"], row["quantity"], row["unit_price"], row["amount"]) == (
        *("大白菜", "市斤", 50_000, 25_000, 12_500),
    )
    assert version.content["fields"]["total"] == 12_500
    assert version.names == PEOPLE
    assert first_break() is None


def test_a_second_window_does_not_overwrite_silently(context: Flask) -> None:
    with transaction():
        once = draft(CABBAGE)
    seen = once.revision
    with transaction():
        services.save_draft(
            by=actor("chen"), draft=once, rows=[CABBAGE, TOMATO], people=PEOPLE, revision=seen
        )
    with pytest.raises(Stale), transaction():
        services.save_draft(by=actor("chen"), draft=once, rows=[TOMATO], people=PEOPLE, revision=seen)
    session.remove()
    assert len(session.query(PostingDraft).one().rows) == 2


def test_copying_brings_everything_but_quantities(context: Flask) -> None:
    post(CABBAGE, TOMATO, day=today() - timedelta(days=1))
    copied = services.copy_last(canteen=canteen(), day=today())
    assert copied == [
        {"item": "大白菜", "item_class": "蔬菜类", "unit": "市斤"},
        {"item": "大西红柿", "unit": "市斤", "supplier": "甲配送"},
    ]


def test_nothing_bought_is_posted_too(context: Flask) -> None:
    with transaction():
        services.mark_nothing_bought(by=actor("chen"), canteen=canteen(), day=today())
    [status] = queries.sheet_status(today())
    assert status.state == "nothing"
    with pytest.raises(Conflict), transaction():
        services.mark_nothing_bought(by=actor("chen"), canteen=canteen(), day=today())


def test_a_day_to_come_is_refused(context: Flask) -> None:
    with pytest.raises(Invalid), transaction():
        services.start_sheet(by=actor("chen"), canteen=canteen(), day=today() + timedelta(days=2))


def test_a_discarded_draft_leaves_what_is_posted(context: Flask) -> None:
    first = post(CABBAGE)
    with transaction():
        discard(by=actor("chen"), draft=start_correction(by=actor("chen"), posting=first.posting))
    with transaction():
        discard(by=actor("chen"), draft=draft(TOMATO))
    session.expire_all()
    assert (session.query(PostingVersion).count(), session.query(PostingDraft).count()) == (1, 0)


def test_a_name_that_is_spaced_out_is_the_same_item(context: Flask) -> None:
    post(
        {**CABBAGE, "item": "土　豆", "unit": "市 斤"},
        {**CABBAGE, "item": "土豆"},
        {**CABBAGE, "item": "A4 纸 张"},
    )
    assert {(item.name, item.unit) for item in session.query(Item)} == {("土豆", "市斤"), ("A4 纸张", "市斤")}
