"""What has been kept long enough is erased, once, and nothing else; the chain tells of it."""

import json
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.auth import queries as auth
from kiosk.auth.models import SignIn
from kiosk.auth.services import start_sign_in
from kiosk.chain import queries as chain
from kiosk.core import clock, config
from kiosk.core.db import session, transaction
from kiosk.counters.models import EnrolCode, RefusedEntry, Tablet
from kiosk.counters.services import add_tablet, note_refused, open_enrolment
from kiosk.operation import audit, notes, retention, ticker
from kiosk.presence.models import MealKey, SpentPass
from kiosk.presence.services import issue_pass, new_visitor, read_pass, read_visitor
from kiosk.purchasing import imports
from kiosk.purchasing.models import PurchaseImport
from kiosk.ratings.models import Rating, RatingNote, RatingVisitor
from kiosk.ratings.queries import receipt_code
from kiosk.ratings.services import Press, take, take_press
from tests.conftest import LUNCH, actor, canteen, counter, csrf

YEAR = timedelta(days=365)


@pytest.fixture
def a_day(app: Flask, instance: config.Instance) -> config.Instance:
    """A day on which something of every kind was stored, and whose meal was never closed."""
    with app.app_context(), clock.moved_to(LUNCH), transaction():
        take(id=uuid4(), counter=counter(), level=2, channel="tablet", comment="太咸了", reasons=("taste",))
        phone = read_visitor(new_visitor())
        take(id=uuid4(), counter=counter(), level=5, channel="phone", visitor=phone)
        slip = read_pass(issue_pass(counter=counter(), channel="slip"))
        take_press(Press(id=uuid4(), level=4, phone_pass=slip))
        add_tablet(by=actor("lin"), counter=counter())
        tablet = session.query(Tablet).one()
        refusal = {"status": 422, "code": "invalid", "why": "", "content": {"comment": "太咸了"}}
        note_refused(tablet=tablet, rating_id=uuid4(), **refusal)
        start_sign_in(account=auth.account("lin"))
        open_enrolment(by=actor("lin"), counter=counter())
        file = "品名,单位,数量,单价\n土豆,斤,20,1.80".encode()
        imports.keep(by=actor("lin"), canteen=canteen(), data=file, file_name="a.csv")
        (instance.folder / "replaced" / f"{LUNCH:%Y%m%d-%H%M%S}").mkdir(parents=True)
    return instance


def left(app: Flask) -> dict[str, int]:
    with app.app_context():
        kinds = (RatingVisitor, SpentPass, SignIn, EnrolCode, PurchaseImport, RefusedEntry)
        found = {kind.__tablename__: session.query(kind).count() for kind in kinds}
        found["comments"] = session.query(RatingNote).filter(RatingNote.comment != "").count()
        found["keys"] = session.query(MealKey).filter(MealKey.key.is_not(None)).count()
        return found


def forget(app: Flask, after: timedelta) -> dict[str, int]:
    with app.app_context(), clock.moved_to(LUNCH + after), transaction():
        due = retention.due()
        assert retention.forget(by=actor("kiosk")) == due
        return {name: number for name, number in due.items() if number}


def test_each_kind_goes_when_its_time_has_come_and_not_before(app: Flask, a_day: config.Instance) -> None:
    everything = left(app)
    assert min(everything.values()) == 1
    assert forget(app, timedelta(hours=23)) == {}
    assert left(app) == everything
    assert forget(app, timedelta(days=3)) == {"visitors": 2, "passes": 1, "keys": 1}
    assert left(app)["keys"] == 0
    assert forget(app, timedelta(days=29)) == {}
    assert forget(app, timedelta(days=70)) == {"sign_ins": 1, "enrol_codes": 1, "imports": 1}
    assert forget(app, YEAR - timedelta(hours=1)) == {}
    assert forget(app, YEAR + timedelta(hours=1)) == {"comments": 1, "refused": 1}
    assert set(left(app).values()) == {0}
    with app.app_context():
        told = [entry.action for entry in chain.entries(subject="operation:retention")]
        assert told == ["retention.erased"] * 3
        assert chain.entries(subject="ratings", limit=1)[0].action == "comments.erased"
        assert audit.check().problems == []


def test_nothing_is_counted_or_told_twice(app: Flask, a_day: config.Instance) -> None:
    forget(app, YEAR + timedelta(days=2))
    with app.app_context():
        head = chain.head()
    assert forget(app, YEAR + timedelta(days=3)) == {}
    with app.app_context():
        assert chain.head() == head


def test_a_replaced_database_is_kept_for_thirty_days(app: Flask, a_day: config.Instance) -> None:
    (a_day.folder / "replaced" / "notes of the admin").mkdir()
    for days, gone in ((29, 0), (31, 1), (32, 0)):
        with clock.moved_to(LUNCH + timedelta(days=days)):
            assert len(retention.old_databases(a_day)) == gone
            assert retention.forget_databases(a_day) == gone
    assert [path.name for path in (a_day.folder / "replaced").iterdir()] == ["notes of the admin"]


def test_the_server_forgets_each_day_by_itself(app: Flask, a_day: config.Instance) -> None:
    for days in (0, 1, 2):
        with clock.moved_to(LUNCH.replace(hour=19) + timedelta(days=days)):
            ticker.tick(app)
    note = notes.read(a_day, "retention")
    assert note is not None
    assert note.ok
    assert left(app)["spent_pass"] == 0


def test_a_clock_set_years_ahead_erases_nothing_at_once(app: Flask, a_day: config.Instance) -> None:
    night = LUNCH.replace(hour=19)
    with clock.moved_to(night):
        notes.write(a_day, "retention", ok=True)
    with clock.moved_to(night + 13 * YEAR):
        ticker.tick(app)
    assert left(app)["comments"] == 1
    assert notes.read(a_day, "clock") is not None
    with clock.moved_to(night + 13 * YEAR + timedelta(days=1)):
        ticker.tick(app)
    assert left(app)["comments"] == 0


def test_a_dry_run_only_tells(app: Flask, a_day: config.Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    from click.testing import CliRunner

    from kiosk.cli import main

    monkeypatch.setenv("KIOSK_INSTANCE", str(a_day.folder))
    before = left(app)
    told = CliRunner().invoke(main, ["retention", "--dry-run", "--json"])
    assert told.exit_code == 0, told.output
    erased = json.loads(told.output)["erased"]
    assert left(app) == before
    done = CliRunner().invoke(main, ["retention", "--json"])
    assert json.loads(done.output)["erased"] == erased
    assert left(app) != before


def test_a_sentence_is_erased_for_whoever_shows_the_receipt(
    app: Flask, a_day: config.Instance, signed_in: Callable[[str], FlaskClient]
) -> None:
    browser, page = signed_in("lin"), "/office/operation/stored"
    with app.app_context():
        said = session.query(Rating).filter(Rating.level == 2).one()
        code = receipt_code(said.id)

    def ask(typed: str) -> str:
        form = {"code": typed, "csrf_token": csrf(browser, page)}
        return browser.post("/office/operation/sentence?lang=en", data=form, follow_redirects=True).text

    assert "There is no comment under this code" in ask("ABCD2345")
    assert left(app)["comments"] == 1
    assert "The comment was erased" in ask(f" {code[:4].lower()}-{code[4:]} ")
    assert left(app)["comments"] == 0
    assert "There is no comment under this code" in ask(code)
    with app.app_context():
        assert chain.entries(subject="ratings", limit=1)[0].action == "comment.erased"
        assert session.query(Rating).count() == 3
        assert audit.check().problems == []
