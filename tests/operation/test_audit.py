"""`kiosk check` notices everything that was changed behind the product's back."""

from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from kiosk.core import clock, config
from kiosk.core.db import db, session, transaction
from kiosk.operation import audit
from kiosk.purchasing import services as purchasing
from kiosk.ratings.services import close_meals, take
from tests.conftest import LUNCH, actor, canteen, counter, tamper

PEOPLE = {"purchaser": "采购员", "custodian": "保管员", "receiver1": "验收员甲", "receiver2": "验收员乙"}
ROWS = [
    {"item": "大西红柿", "unit": "市斤", "quantity": "40", "unit_price": "3.60", "supplier": "示例配送"},
    {"item": "土豆", "unit": "市斤", "quantity": "2.5", "unit_price": "1.25"},
]


@pytest.fixture
def used(app: Flask, instance: config.Instance) -> config.Instance:
    """A school with a posted sheet, a corrected one and sealed ratings."""
    with app.app_context():
        with clock.moved_to(LUNCH), transaction():
            version = purchasing.start_sheet(by=actor("chen"), canteen=canteen(), day=LUNCH.date())
            purchasing.save_draft(by=actor("chen"), version=version, rows=ROWS, people=PEOPLE)
            purchasing.post_sheet(by=actor("chen"), version=version)
            again = purchasing.correct_sheet(by=actor("chen"), sheet=version.sheet)
            purchasing.save_draft(
                by=actor("chen"), version=again, rows=ROWS[:1], people=PEOPLE, reason="多记一行"
            )
            purchasing.post_sheet(by=actor("chen"), version=again)
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
        db.engine.dispose()
    return instance


BREAKS = {
    "a tally": ("UPDATE tally SET n5 = n5 + 1", "tally c1"),
    "a reason's tally": ("UPDATE reason_tally SET bad = bad + 1", "tally c1"),
    "a rating's level": ("UPDATE rating SET level = 4 WHERE level = 1", "rating 3: altered"),
    "a rating taken away": ("DELETE FROM rating WHERE level = 1", "tally c1"),
    "a comment": ("UPDATE rating_note SET comment = '坏'", "note 1: altered (comment)"),
    "a seal": ("UPDATE seal SET digest = 'x'", "seal 1:"),
    "an amount": ("UPDATE line SET amount = amount + 1 WHERE position = 0", "the amount is not"),
    "a total": ("UPDATE sheet_version SET total = total + 1", "the total is not"),
    "a price and all that follows": (
        "UPDATE line SET unit_price = unit_price * 2, amount = amount * 2;"
        "UPDATE sheet_version SET total = total * 2",
        "line 1: altered",
    ),
    "a supplier": ("UPDATE line SET supplier = '别家'", "line 1: altered"),
    "a purchaser": ("UPDATE sheet_version SET purchaser = '别人'", "altered (purchaser)"),
    "lines taken away": ("DELETE FROM line", "altered (no lines"),
    "a posting that the chain does not know": (
        "UPDATE sheet_version SET chain_seq = 1",
        "sheet 1, version 1: unknown",
    ),
    "the version in force": (
        "UPDATE sheet SET posted_version_id = (SELECT min(id) FROM sheet_version)",
        "not the newest",
    ),
    "a version in force that was never posted": (
        "UPDATE sheet_version SET posted_at = NULL",
        "was never posted",
    ),
    "a correction taken back": (
        "UPDATE sheet SET posted_version_id = (SELECT min(id) FROM sheet_version);"
        "DELETE FROM line WHERE version_id = (SELECT max(id) FROM sheet_version);"
        "DELETE FROM sheet_version WHERE id = (SELECT max(id) FROM sheet_version)",
        "sheet 1: missing",
    ),
    "a posting taken away": (
        "DELETE FROM line; UPDATE sheet SET posted_version_id = NULL;"
        "DELETE FROM sheet_version; DELETE FROM sheet",
        "sheet 1: missing",
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


@pytest.mark.parametrize("name", BREAKS)
def test_it_notices_a_change(app: Flask, used: config.Instance, name: str) -> None:
    script, complaint = BREAKS[name]
    with app.app_context():
        tamper(script)
        report = audit.check()
    assert not report.ok
    assert any(complaint in problem for problem in report.problems), report.problems


REFUSED = (
    "UPDATE rating SET level = 5",
    "DELETE FROM rating",
    "UPDATE line SET amount = 1",
    "DELETE FROM line",
    "INSERT INTO line SELECT 999, version_id, 9, item_id, item, item_class, specification, unit, quantity, "
    "unit_price, amount, supplier_id, supplier, batch, shelf_life, remark FROM line WHERE id = 1",
    "UPDATE sheet_version SET total = 1",
    "DELETE FROM sheet_version",
    "UPDATE chain_entry SET body = ''",
    "DELETE FROM chain_entry",
    "UPDATE seal SET digest = ''",
    "DELETE FROM seal",
)


@pytest.mark.parametrize("statement", REFUSED)
def test_the_database_itself_refuses_such_changes(app: Flask, used: config.Instance, statement: str) -> None:
    with app.app_context(), pytest.raises(IntegrityError, match="never change"), transaction():
        session.execute(text(statement))
