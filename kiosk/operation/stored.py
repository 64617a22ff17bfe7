"""The yearly audit's export: what is stored, how much, since when, how long it is kept, and who looked."""

import io
import json
import zipfile
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import case, func, select

from kiosk.auth.models import ROLES, Account
from kiosk.chain import queries as chain
from kiosk.chain.models import ChainEntry
from kiosk.core import clock
from kiosk.core.config import Instance
from kiosk.core.db import db, session
from kiosk.core.i18n import LazyString, Text, lazy
from kiosk.core.tabular import write_csv
from kiosk.operation import backups, notes
from kiosk.school import queries as school

FOR_EVER = lazy("kept: it is the record")
WHILE_USED = lazy("kept while it is in use")
YEAR = timedelta(days=365)
TWO_YEARS = lazy("kept: at least 2 years, for food safety")


class Kept(NamedTuple):
    """What a table is for, the column that tells a row's age, and how long rows are kept."""

    what: LazyString
    since: str | None
    rule: LazyString


TABLES: dict[str, Kept] = {
    "rating": Kept(lazy("Ratings: counter, level, time; nothing about the person"), "recorded_at", FOR_EVER),
    "rating_note": Kept(
        lazy("Reasons and comments given with a rating"),
        "added_at",
        lazy("comments: one school year; reasons are kept"),
    ),
    "rating_mark": Kept(lazy("Why a rating is not counted"), "at", FOR_EVER),
    "rating_visitor": Kept(
        lazy("Scrambled marks of phones and cards, to count a person once a meal"),
        None,
        lazy("until the meal is closed, a day at most"),
    ),
    "meal_key": Kept(
        lazy("The key of those marks; empty once the meal is closed"),
        "opened_at",
        lazy("destroyed when the meal is closed"),
    ),
    "spent_pass": Kept(
        lazy("Passes that were used, so that none is used twice"),
        "expires_at",
        lazy("a day after their end"),
    ),
    "tally": Kept(lazy("Counts by counter and hour"), "day", FOR_EVER),
    "pulse": Kept(lazy("Counts by minute, for the live view"), None, lazy("a day")),
    "reason_tally": Kept(lazy("Counts of reasons by counter and day"), "day", FOR_EVER),
    "alert": Kept(lazy("Alerts about many bad ratings"), "opened_at", FOR_EVER),
    "seal": Kept(lazy("Seals over the ratings"), "at", FOR_EVER),
    "chain_entry": Kept(
        lazy("The record: who in the office signed in, changed or exported what"), "at", FOR_EVER
    ),
    "account": Kept(lazy("Accounts of the office, with the hash of a password"), "created_at", WHILE_USED),
    "sign_in": Kept(
        lazy("Browsers signed in to the office; no address, no kind of browser"),
        "started_at",
        lazy("30 days after their end"),
    ),
    "setting": Kept(lazy("Settings of the school"), None, WHILE_USED),
    "term": Kept(lazy("Terms"), None, WHILE_USED),
    "day_exception": Kept(lazy("Holidays and other exceptions"), "day", WHILE_USED),
    "meal": Kept(lazy("The timetable of meals"), None, WHILE_USED),
    "canteen": Kept(lazy("Canteens"), None, WHILE_USED),
    "counter": Kept(lazy("Counters"), None, WHILE_USED),
    "reason": Kept(lazy("Words offered as reasons"), None, WHILE_USED),
    "duty": Kept(lazy("Who serves at which counter"), None, WHILE_USED),
    "tablet": Kept(lazy("Tablets of the school, with the hash of a key"), "enrolled_at", WHILE_USED),
    "heartbeat": Kept(lazy("What each tablet last told of itself"), "seen_at", WHILE_USED),
    "refused_entry": Kept(
        lazy("Ratings that a tablet could not deliver, with their comments"),
        "reported_at",
        lazy("one school year"),
    ),
    "enrol_code": Kept(
        lazy("Codes that enrol a tablet, as hashes"), "expires_at", lazy("30 days after they end")
    ),
    "staff_member": Kept(lazy("People who work at the counters: name, post, badge"), None, WHILE_USED),
    "item": Kept(lazy("Names of goods"), None, WHILE_USED),
    "supplier": Kept(lazy("Suppliers"), None, WHILE_USED),
    "sheet": Kept(lazy("Purchase sheets"), "day", TWO_YEARS),
    "sheet_version": Kept(lazy("Versions of purchase sheets"), "changed_at", TWO_YEARS),
    "line": Kept(lazy("Lines of purchase sheets"), None, TWO_YEARS),
    "purchase_import": Kept(
        lazy("Files read for import"), "created_at", lazy("the file until it is confirmed, 30 days at most")
    ),
    "market_price": Kept(lazy("Wholesale reference prices"), "day", WHILE_USED),
}
"""Every table of the database; a test finds one that is not told of here."""

UNKNOWN = Kept(lazy("not described yet"), None, WHILE_USED)


class Stored(NamedTuple):
    """A table as it stands now."""

    table: str
    what: Text
    rows: int
    oldest: str
    rule: Text


class Looked(NamedTuple):
    """How often an account signed in and exported in the last 365 days, and when last."""

    account: str
    role: Text
    sign_ins: int
    exports: int
    last: datetime


def stored() -> list[Stored]:
    """Every table with its rows, the day of the oldest, and how long they are kept."""
    told = [name for name in TABLES if name in db.metadata.tables]
    return [_stored(name) for name in (*told, *sorted(db.metadata.tables.keys() - TABLES.keys()))]


def _stored(name: str) -> Stored:
    table, kept = db.metadata.tables[name], TABLES.get(name, UNKNOWN)
    rows = session.scalar(select(func.count()).select_from(table)) or 0
    oldest = session.scalar(select(func.min(table.c[kept.since]))) if kept.since else None
    return Stored(name, kept.what, rows, _day(oldest), kept.rule)


def _day(moment: date | None) -> str:
    if isinstance(moment, datetime):
        moment = school.local(moment).date()
    return moment.isoformat() if moment else ""


def looked() -> list[Looked]:
    """Who signed in to the office and who exported in the last year, from the record; the last one first."""
    exporting = ChainEntry.action.endswith(".exported")
    query = (
        select(
            ChainEntry.actor,
            func.max(Account.role),
            func.sum(case((exporting, 0), else_=1)),
            func.sum(case((exporting, 1), else_=0)),
            func.max(ChainEntry.at),
        )
        .outerjoin(Account, Account.username == ChainEntry.actor)
        .where(ChainEntry.at >= clock.now() - YEAR, (ChainEntry.action == "sign_in") | exporting)
        .group_by(ChainEntry.actor)
        .order_by(func.max(ChainEntry.at).desc())
    )
    return [
        Looked(actor, ROLES.get(role, "—"), int(sign_ins), int(exports), last)
        for actor, role, sign_ins, exports, last in session.execute(query)
    ]


def as_dict(instance: Instance) -> dict[str, Any]:
    """All of it for programs; figures that a reader of the tables needs to judge them."""
    head, made = chain.head(), backups.dated(instance)
    last = {name: notes.read(instance, name) for name in ("check", "drill", "retention")}
    return {
        "school": school.settings().name,
        "at": clock.now().isoformat(timespec="minutes"),
        "chain": {"entries": head.seq, "head": head.hash},
        "stored": [{**one._asdict(), "what": str(one.what), "rule": str(one.rule)} for one in stored()],
        "looked": [{**one._asdict(), "role": str(one.role), "last": _day(one.last)} for one in looked()],
        "backups": {"kept": len(made), "oldest": _day(made[-1][0]) if made else ""},
        "last": {
            name: {"day": _day(note.at), "ok": note.ok, **note.facts} if note else None
            for name, note in last.items()
        },
    }


def as_files(instance: Instance) -> dict[str, bytes]:
    """The export: two tables that Excel and WPS open, and everything as JSON."""
    rows = [(one.table, str(one.what), one.rows, one.oldest, str(one.rule)) for one in stored()]
    people = [(one.account, str(one.role), one.sign_ins, one.exports, _day(one.last)) for one in looked()]
    return {
        "stored.csv": write_csv(("table", "what", "rows", "oldest", "kept"), rows),
        "who-looked.csv": write_csv(("account", "role", "sign-ins", "exports", "last"), people),
        "audit.json": json.dumps(as_dict(instance), ensure_ascii=False, indent=1).encode(),
    }


def as_zip(instance: Instance) -> bytes:
    """The same files in one."""
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in as_files(instance).items():
            archive.writestr(name, content)
    return raw.getvalue()
