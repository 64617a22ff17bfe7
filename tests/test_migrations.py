"""Migrations: one line of them, they make exactly the tables of the models, and they can be taken back."""

from datetime import date
from pathlib import Path

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import inspect, select, text

from kiosk import create_app
from kiosk.auth.models import Account
from kiosk.catalogue.models import Item
from kiosk.chain.models import ChainEntry
from kiosk.core.db import Base, db, known_versions, session
from kiosk.core.db import transaction as one_transaction
from kiosk.counters.models import Canteen, Counter
from kiosk.operation import audit
from kiosk.persons.queries import namesakes
from kiosk.persons.services import save_person
from kiosk.postings import services as postings
from kiosk.purchasing import queries
from kiosk.purchasing import services as sheets
from kiosk.ratings.models import Rating
from kiosk.setup.instance import migrate_database
from tests.conftest import actor, canteen, copy_school, name_of, written_by_0_2_0
from tests.postgres import Cluster

RELEASED = "0004"
"""The tables of version 0.2.0."""
MIGRATIONS = Path(__file__).resolve().parents[1] / "kiosk" / "migrations"


def script() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return ScriptDirectory.from_config(config)


def test_they_stand_in_one_numbered_line() -> None:
    revisions = list(reversed(list(script().walk_revisions())))
    numbers = [revision.revision for revision in revisions]
    assert numbers == [f"{number:04d}" for number in range(1, len(revisions) + 1)]
    assert [revision.down_revision for revision in revisions] == [None, *numbers[:-1]]
    assert known_versions() == numbers


def test_they_make_the_tables_of_the_models(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, Base.metadata) == []


def test_every_foreign_key_and_index_has_a_name(app: Flask) -> None:
    with app.app_context():
        inspector = inspect(db.engine)
        for table in inspector.get_table_names():
            for key in inspector.get_foreign_keys(table):
                assert key["name"] or _has_name_in_column(table, key["constrained_columns"]), table
            assert all(index["name"] for index in inspector.get_indexes(table)), table


def _has_name_in_column(table: str, columns: list[str]) -> bool:
    """Whether a key that SQLite added with its column has a name there, where it is not reflected."""
    made = session.scalar(text("SELECT sql FROM sqlite_master WHERE name = :table"), {"table": table})
    return f"CONSTRAINT fk_{table}_{'_'.join(columns)} REFERENCES" in made


def test_they_go_down_to_nothing_and_up_again(app: Flask) -> None:
    migrate_database(app)  # it is at the newest version: nothing changes
    with app.app_context():
        before = sorted(inspect(db.engine).get_table_names())
        with one_transaction():
            flask_migrate.downgrade(str(MIGRATIONS), revision="base")
        assert inspect(db.engine).get_table_names() == ["alembic_version"]
    migrate_database(app)
    with app.app_context():
        assert sorted(inspect(db.engine).get_table_names()) == before


def test_a_school_full_of_rows_comes_from_the_last_release(
    sample: Path, tmp_path: Path, cluster: Cluster | None
) -> None:
    instance = copy_school(cluster, sample, tmp_path / "instance")
    app = create_app(instance)
    migrate_database(app)
    with app.app_context():
        ratings = session.execute(select(Rating.seq, Rating.tablet_id, Rating.level)).all()
        assert any(tablet for _seq, tablet, _level in ratings)
        written_by_0_2_0()
        assert audit.check().problems == []
        entries = session.execute(select(ChainEntry.seq, ChainEntry.body, ChainEntry.hash)).all()
        with one_transaction():
            flask_migrate.downgrade(str(MIGRATIONS), revision=RELEASED)
    migrate_database(app)
    with app.app_context():
        assert session.execute(select(Rating.seq, Rating.tablet_id, Rating.level)).all() == ratings
        assert session.execute(select(ChainEntry.seq, ChainEntry.body, ChainEntry.hash)).all() == entries
        assert audit.check().problems == []
        db.engine.dispose()
    if cluster:
        cluster.drop(name_of(instance))


def test_what_was_there_before_learns_since_when_and_how_it_is_spelled(app: Flask) -> None:
    migrate_database(app)
    with app.app_context():
        with one_transaction():
            session.add(Item(name="大西红柿"))
        added = session.scalar(select(ChainEntry.at).where(ChainEntry.action == "canteen.added"))
        before = session.execute(select(Canteen.code, Canteen.created_at)).all()
        with one_transaction():
            flask_migrate.downgrade(str(MIGRATIONS), revision="0005")
    migrate_database(app)
    with app.app_context():
        session.expire_all()
        assert session.execute(select(Canteen.code, Canteen.created_at)).all() == [("k1", added)]
        assert [(code, moment.date()) for code, moment in before] == [("k1", added.date())]
        assert all(moment.year == 2026 for moment in session.scalars(select(Counter.created_at)))
        assert session.scalar(select(Item.spelling)) == "da,dai,tai xi gong,hong shi"
        assert session.scalar(select(Canteen.closings)) == []


CABBAGE = {"item": "大白菜", "unit": "市斤", "quantity": "50", "unit_price": "2.5"}
FOUR = {"purchaser": "采购员", "custodian": "保管员", "receiver1": "验收员甲", "receiver2": "验收员乙"}


def sheet_of(row: dict[str, str]) -> int:
    """A posted sheet that was corrected."""
    with one_transaction():
        draft = sheets.start_sheet(by=actor("chen"), canteen=canteen(), day=date(2026, 3, 4))
        sheets.save_draft(by=actor("chen"), draft=draft, rows=[row, row], people=FOUR)
        posting = sheets.post_sheet(by=actor("chen"), draft=draft).posting
        draft = postings.start_correction(by=actor("chen"), posting=posting)
        sheets.save_draft(by=actor("chen"), draft=draft, rows=[row], people=FOUR, reason="记了两次")
        return sheets.post_sheet(by=actor("chen"), draft=draft).posting_id


SAID = '{"fields": {"title": "通知"}, "reason": "", "rows": []}'


@pytest.mark.usefixtures("at_lunch")
def test_a_sheet_whose_number_a_posting_has_gets_another_and_keeps_its_address(app: Flask) -> None:
    migrate_database(app)
    with app.app_context():
        with one_transaction():
            for name in FOUR.values():
                save_person(by=actor("test"), name=name)
        number = sheet_of(CABBAGE)
        written_by_0_2_0()
        with one_transaction():
            flask_migrate.downgrade(str(MIGRATIONS), revision="0024")
            notice = {"id": number, "at": "2026-03-01 00:00:00+00:00", "day": "2026-03-01", "said": SAID}
            session.execute(
                text("INSERT INTO posting (id, kind, period, created_at) VALUES (:id, 'notice', '', :at)"),
                notice,
            )
            session.execute(
                text(
                    "INSERT INTO posting_version (id, posting_id, version, content, hash, posted_by, "
                    "posted_at, hangs_until, chain_seq) VALUES (:id, :id, 1, :said, '-', 'lin', :at, :day, 1)"
                ),
                notice,
            )
    migrate_database(app)
    with app.app_context():
        session.expire_all()
        found = queries.led_to(number)
        assert (found.kind, found.id != number) == ("purchases", True)
        assert [len(one.lines) for one in queries.posted_versions(found)] == [1, 2], (
            "each line at its version"
        )
        assert [one.sheet.id for one in queries.posted(date(2026, 3, 4))] == [found.id]
        assert app.test_client().get(f"/sheets/{number}").location == f"/postings/{found.id}"
        assert sheet_of({**CABBAGE, "item": "冬瓜"}) > found.id, "and the next have numbers of their own"
        assert audit.check().problems == [f"posting {number}, version 1: unknown"], "of a made-up notice"


NAMES = {"lin": "张", "chen": "陈师傅", "wu": "吴", "admin": "吴"}
"""What the accounts were called before they had persons."""


def test_an_account_becomes_the_person_of_its_name_only_where_no_other_can_be_meant(app: Flask) -> None:
    migrate_database(app)
    with app.app_context(), one_transaction():
        flask_migrate.downgrade(str(MIGRATIONS), revision="0008")
        session.execute(text("DELETE FROM staff_member"))
        for number, name in enumerate(("陈 师傅", "张", "张"), 50):
            row = {"id": number, "name": name, "active": True}
            session.execute(text("INSERT INTO staff_member VALUES (:id, :name, '', '', :active)"), row)
        for username, name in NAMES.items():
            row = {"name": name, "username": username}
            session.execute(text("UPDATE account SET name = :name WHERE username = :username"), row)
    migrate_database(app)
    with app.app_context():
        session.expire_all()
        persons = {one.username: one.person for one in session.scalars(select(Account))}
        assert persons["chen"].id == 50, "one person, one account: they are the same"
        assert {one.name for one in persons.values()} == {"陈 师傅", "张", "吴"}
        assert len({50, 51, 52, *(one.id for one in persons.values())}) == 6, "nobody else was guessed"
        waiting = {(one.person_id, one.other_id) for one in namesakes()}
        lin, wu, admin = (persons[name].id for name in ("lin", "wu", "admin"))
        assert waiting == {(lin, 51), (lin, 52), (admin, wu)}
