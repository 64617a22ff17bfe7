"""`kiosk check` notices everything that was changed behind the product's back."""

import hashlib
from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from kiosk.chain import queries as chain
from kiosk.core import clock, config
from kiosk.core.db import session, transaction
from kiosk.operation import audit, notes
from kiosk.postings.services import start_correction
from kiosk.purchasing import services as purchasing
from kiosk.ratings.services import close_meals, take, take_up
from kiosk.school.services import switch
from tests.conftest import LUNCH, actor, begins, canteen, counter, tamper, written_by_0_2_0

PEOPLE = {"purchaser": "采购员", "custodian": "保管员", "receiver1": "验收员甲", "receiver2": "验收员乙"}
ROWS = [
    {"item": "大西红柿", "unit": "市斤", "quantity": "40", "unit_price": "3.60", "supplier": "示例配送"},
    {"item": "土豆", "unit": "市斤", "quantity": "2.5", "unit_price": "1.25"},
]


def use() -> None:
    """Post a sheet, correct it, and seal ratings."""
    with clock.moved_to(LUNCH), transaction():
        draft = purchasing.start_sheet(by=actor("chen"), canteen=canteen(), day=LUNCH.date())
        purchasing.save_draft(by=actor("chen"), draft=draft, rows=ROWS, people=PEOPLE)
        first = purchasing.post_sheet(by=actor("chen"), draft=draft)
        again = start_correction(by=actor("chen"), posting=first.posting)
        purchasing.save_draft(by=actor("chen"), draft=again, rows=ROWS[:1], people=PEOPLE, reason="多记一行")
        purchasing.post_sheet(by=actor("chen"), draft=again)
        for level in (5, 4, 1):
            take(
                id=uuid4(),
                counter=counter(),
                level=level,
                channel="poster",
                reasons=("taste",),
                comment="好",
            )
        close_meals(by=actor("kiosk"), everything=True)
    report = audit.check()
    assert (report.ok, report.ratings, report.tallied, report.problems) == (True, 3, 3, [])


origin = begins(used=use)


@pytest.fixture
def used(app: Flask, instance: config.Instance) -> config.Instance:
    """A school with a posted sheet, a corrected one and sealed ratings."""
    return instance


def test_what_the_stopped_server_makes_up_is_named_and_no_fault(
    app: Flask, instance: config.Instance
) -> None:
    with app.app_context():
        with clock.moved_to(LUNCH):
            with transaction():
                switch(by=actor("test"), name="cases", on=True)
            take_up()
            with transaction():
                take(id=uuid4(), counter=counter(), level=1, channel="poster", comment="粥里有异物")
        with clock.moved_to(LUNCH + timedelta(hours=1)):
            assert chain.verify().findings == []
            report = audit.check()
            assert report.ok
            (line,) = report.waiting
            assert "c1" in line
            notes.beat(instance)
            assert audit.check(is_copy=True).ok
            report = audit.check()
            assert not report.ok, "a server that runs should have taken it up"
            assert "c1" in report.problems[0]
            take_up()
            report = audit.check()
            assert (report.ok, report.waiting) == (True, [])


BREAKS = {
    "a tally": ("UPDATE tally SET n5 = n5 + 1", "tally c1"),
    "a reason's tally": ("UPDATE reason_tally SET bad = bad + 1", "tally c1"),
    "a rating's level": ("UPDATE rating SET level = 4 WHERE level = 1", "rating 3: altered"),
    "a rating taken away": ("DELETE FROM rating WHERE level = 1", "tally c1"),
    "a comment": ("UPDATE rating_note SET comment = '坏'", "note 1: altered (comment)"),
    "a seal": ("UPDATE seal SET digest = 'x'", "seal 1:"),
    "an amount": ("UPDATE line SET amount = amount + 1 WHERE position = 0", "the amount is not"),
    "a total": ("UPDATE sheet SET total = total + 1", "sheet 1: altered (sheet: total)"),
    "a price and all that follows": (
        "UPDATE line SET unit_price = unit_price * 2, amount = amount * 2;UPDATE sheet SET total = total * 2",
        "sheet 1, version 1, line 1: altered (line: unit_price, amount)",
    ),
    "a supplier": ("UPDATE line SET supplier = '别家'", "version 1, line 1: altered (line: supplier)"),
    "a printed name": (
        "UPDATE sheet_person SET name = '别人' WHERE part = 'purchaser'",
        "sheet 1, version 1, purchaser: altered (sheet_person)",
    ),
    "whose a name is": (
        "UPDATE sheet_person SET person_id = 1 WHERE part = 'custodian'",
        "sheet 1, version 1, custodian: altered (sheet_person)",
    ),
    "lines taken away": ("DELETE FROM line", "sheet 1, version 1, line 1: missing (line)"),
    "the content of a posting": (
        "UPDATE posting_version SET content = replace(content, '大西红柿', '小西红柿') WHERE version = 2",
        "posting 1, version 2: altered (content)",
    ),
    "a posting that the chain does not know": (
        "UPDATE posting_version SET chain_seq = 1",
        "posting 1, version 1: unknown",
    ),
    "the version in force": (
        "UPDATE sheet SET version_id = (SELECT min(id) FROM posting_version)",
        "sheet 1: altered (sheet: version_id)",
    ),
    "the day of a sheet": ("UPDATE sheet SET day = '2026-03-03'", "sheet 1: altered (sheet: day)"),
    "what is in force taken away": ("DELETE FROM sheet", "sheet 1: missing (sheet)"),
    "a correction taken back": (
        "UPDATE sheet SET version_id = (SELECT min(id) FROM posting_version);"
        "DELETE FROM line WHERE version_id = (SELECT max(id) FROM posting_version);"
        "DELETE FROM sheet_person WHERE version_id = (SELECT max(id) FROM posting_version);"
        "DELETE FROM posting_version WHERE id = (SELECT max(id) FROM posting_version)",
        "posting 1: missing",
    ),
    "a posting taken away": (
        "DELETE FROM line; DELETE FROM sheet_person; DELETE FROM sheet;"
        "DELETE FROM posting_version; DELETE FROM posting",
        "posting 1: missing",
    ),
    "the last seal": ("DELETE FROM seal; UPDATE rating SET meal = 'dinner'", "seal 1: missing"),
    "when a chain entry was made": (
        "UPDATE chain_entry SET at = '2026-03-03 04:05:00.000000' WHERE seq = 3",
        "entry 3",
    ),
    "a chain entry": ("UPDATE chain_entry SET body = replace(body, 'canteen', 'counter')", "entry"),
    "a chain entry's actor": ("UPDATE chain_entry SET actor = 'wu' WHERE seq = 3", "entry 3"),
    "a chain entry taken away": ("DELETE FROM chain_entry WHERE seq = 3", "entry 3"),
    "a row that points to nothing": ("UPDATE sheet SET canteen_id = 99", "foreign key:"),
}
OF_OLD = {
    "an item": (
        "UPDATE posting_version SET content = replace(content, '大西红柿', '小西红柿');"
        "UPDATE line SET item = replace(item, '大西红柿', '小西红柿')",
        "posting 1, version 1, row 1: altered (content: item)",
    ),
    "a name": (
        "UPDATE posting_version SET content = replace(content, '采购员', '别人');"
        "UPDATE sheet_person SET name = '别人' WHERE name = '采购员'",
        "posting 1, version 1: altered (content: purchaser)",
    ),
    "the time of posting": (
        "UPDATE posting_version SET posted_at = '2026-03-04 09:00:00.000000'",
        "posting 1, version 1: altered (posted_at)",
    ),
    "its entry": ("UPDATE posting_version SET chain_seq = 1", "posting 1, version 1: unknown"),
    "a correction taken away": (
        "DELETE FROM posting_version WHERE version = 2",
        "posting 1: missing",
    ),
}
"""Changes of sheets that an earlier version of the product posted, whose hash is not in the record."""


@pytest.mark.parametrize("name", BREAKS)
def test_it_notices_a_change(app: Flask, used: config.Instance, name: str) -> None:
    script, complaint = BREAKS[name]
    with app.app_context():
        tamper(script)
        report = audit.check()
    assert not report.ok
    assert any(complaint in problem for problem in report.problems), report.problems


@pytest.mark.parametrize("name", OF_OLD)
def test_it_notices_a_change_of_what_an_earlier_version_posted(
    app: Flask, used: config.Instance, name: str
) -> None:
    script, complaint = OF_OLD[name]
    with app.app_context():
        written_by_0_2_0()
        assert audit.check().problems == []
        rehash = session.execute(text("SELECT id FROM posting_version")).all()
        tamper(script)
        for (number,) in rehash:
            content = session.scalar(text(f"SELECT content FROM posting_version WHERE id = {number}"))
            own = hashlib.sha256((content or "").encode()).hexdigest()
            tamper("UPDATE posting_version SET hash = :own WHERE id = :number", own=own, number=number)
        report = audit.check()
    assert any(complaint in problem for problem in report.problems), report.problems


REFUSED = (
    "UPDATE rating SET level = 5",
    "DELETE FROM rating",
    "UPDATE line SET amount = 1",
    "DELETE FROM line",
    "INSERT INTO line SELECT 999, version_id, 9, item_id, item, item_class, specification, unit, quantity, "
    "unit_price, amount, supplier_id, supplier, batch, shelf_life, remark FROM line WHERE id = 1",
    "UPDATE posting_version SET content = ''",
    "DELETE FROM posting_version",
    "UPDATE sheet_person SET person_id = 1",
    "DELETE FROM sheet_person",
    "UPDATE chain_entry SET body = ''",
    "DELETE FROM chain_entry",
    "UPDATE seal SET digest = ''",
    "DELETE FROM seal",
)


@pytest.mark.parametrize("statement", REFUSED)
def test_the_database_itself_refuses_such_changes(app: Flask, used: config.Instance, statement: str) -> None:
    with app.app_context(), pytest.raises(IntegrityError, match="never change"), transaction():
        session.execute(text(statement))
