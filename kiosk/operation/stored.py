"""The yearly audit's export: what is stored, how much, since when, how long it is kept, and who looked."""

import io
import json
import zipfile
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import case, func, select

from kiosk.auth.models import Account
from kiosk.chain import queries as chain
from kiosk.chain.models import ChainEntry
from kiosk.core import clock
from kiosk.core.config import Instance
from kiosk.core.db import db, session
from kiosk.core.i18n import Text, lazy
from kiosk.core.room import KEPT_WHILE_USED, Table, all_rooms
from kiosk.core.tabular import write_csv
from kiosk.operation import backups, notes
from kiosk.school import queries as school
from kiosk.school.settings import NAME

YEAR = timedelta(days=365)
UNKNOWN = Table(lazy("not described yet"), KEPT_WHILE_USED)


class StoredTable(NamedTuple):
    """A table as it stands now."""

    table: str
    what: Text
    rows: int
    oldest: str
    rule: Text


class Access(NamedTuple):
    """How often an account signed in and exported in the last 365 days, and when last."""

    account: str
    role: Text
    sign_ins: int
    exports: int
    last: datetime


def tables() -> list[StoredTable]:
    """Every table with its rows, the day of the oldest, and how long they are kept."""
    declared = {name: table for room in all_rooms() for name, table in room.tables.items()}
    others = dict.fromkeys(sorted(db.metadata.tables.keys() - declared.keys()), UNKNOWN)
    return [_stored(name, declaration) for name, declaration in {**declared, **others}.items()]


def _stored(name: str, declaration: Table) -> StoredTable:
    table = db.metadata.tables[name]
    rows = session.scalar(select(func.count()).select_from(table)) or 0
    oldest = session.scalar(select(func.min(table.c[declaration.since]))) if declaration.since else None
    return StoredTable(name, declaration.what, rows, _day(oldest), declaration.kept)


def _day(moment: date | None) -> str:
    if isinstance(moment, datetime):
        moment = school.local(moment).date()
    return moment.isoformat() if moment else ""


def accesses() -> list[Access]:
    """Who signed in to the office and who exported in the last year, from the record; the last one first."""
    exporting = ChainEntry.action.endswith(".exported")
    query = (
        select(
            ChainEntry.actor,
            func.max(Account.id),
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
        Access(actor, _roles(account_id), int(sign_ins), int(exports), last)
        for actor, account_id, sign_ins, exports, last in session.execute(query)
    ]


def _roles(account_id: int | None) -> str:
    account = session.get(Account, account_id) if account_id else None
    return account.roles_told if account else "—"


def as_dict(instance: Instance) -> dict[str, Any]:
    """All of it for programs; figures that a reader of the tables needs to judge them."""
    head, copies = chain.head(), backups.dated(instance)
    last = {name: notes.read(instance, name) for name in ("check", "drill", "retention")}
    return {
        "school": school.settings()[NAME],
        "at": clock.now().isoformat(timespec="minutes"),
        "chain": {"entries": head.seq, "head": head.hash},
        "stored": [
            {**table._asdict(), "what": str(table.what), "rule": str(table.rule)} for table in tables()
        ],
        "looked": [
            {**access._asdict(), "role": str(access.role), "last": _day(access.last)} for access in accesses()
        ],
        "backups": {"kept": len(copies), "oldest": _day(copies[-1][0]) if copies else ""},
        "last": {
            name: {"day": _day(note.at), "ok": note.ok, **note.facts} if note else None
            for name, note in last.items()
        },
    }


def as_files(instance: Instance) -> dict[str, bytes]:
    """The export: two tables that Excel and WPS open, and everything as JSON."""
    rows = [(table.table, str(table.what), table.rows, table.oldest, str(table.rule)) for table in tables()]
    people = [
        (access.account, str(access.role), access.sign_ins, access.exports, _day(access.last))
        for access in accesses()
    ]
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
