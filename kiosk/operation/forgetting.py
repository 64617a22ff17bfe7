"""What was erased leaves every file of the instance: the write-ahead log, backups, replaced databases."""

import json
import logging
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import sql
from sqlalchemy import func, select

from kiosk.chain import queries as chain
from kiosk.chain.models import ChainEntry, ChainText
from kiosk.chain.queries import ERASED, PUT_AWAY
from kiosk.chain.services import erase as erase_texts
from kiosk.core import config, postgres
from kiosk.core.actor import Actor
from kiosk.core.config import Instance
from kiosk.core.db import db, session
from kiosk.core.errors import Problem
from kiosk.core.i18n import Text, lazy
from kiosk.core.room import all_rooms
from kiosk.operation import backups, erased, notes
from kiosk.operation.erased import Erased
from kiosk.ratings import services as ratings

ERASURES = (ERASED, PUT_AWAY, "comment.erased", "comments.erased")
"""The actions whose entries tell that something was erased."""
NOTE = "erased"
TABLES = ("chain_text", "chain_entry", "rating_note", "refused_entry")

log = logging.getLogger("kiosk")


class Selection(NamedTuple):
    """What is to be erased: texts of the record, and the ratings whose comment goes."""

    texts: list[ChainText]
    comments: set[UUID]


def find(*, entry: int | None = None, name: str | None = None, words: str | None = None) -> Selection:
    """The texts of an entry, those that are just a name, and whatever holds some words."""
    texts = chain.texts_of([entry]).get(entry, []) if entry else []
    texts += chain.texts_with(name, whole=True) if name else []
    texts += chain.texts_with(words) if words else []
    legible = {text.hash: text for text in texts if text.text is not None}
    return Selection(list(legible.values()), ratings.comments_with(words) if words else set())


def erase(*, by: Actor, selection: Selection, reason: str) -> None:
    """Erase it from the rows, and say so in the record; the files follow (see `scrub`)."""
    if selection.texts:
        erase_texts(by=by, texts=selection.texts, reason=reason)
    if selection.comments:
        ratings.erase_comments_of(selection.comments, by=by)


class Standing(NamedTuple):
    """Where words still stand: the table, what it is for, the numbers of what says them, and what helps."""

    table: str
    what: Text
    numbers: list[str]
    mended: Text


FOLLOWS = frozenset({"search_entry"})
"""Tables that are made of others, and are clean as soon as these are."""


def still_in(words: str) -> list[Standing]:
    """Where the words stand beside the record, whatever they mean there.

    The record is cleaned of names and texts alone: who is called so stays a person, what is posted is never
    changed, and a file that waits to be imported stays as it was sent.
    """
    known = {name: table for room in all_rooms() for name, table in room.tables.items()}
    found = []
    for table in db.metadata.sorted_tables:
        if table.name in FOLLOWS:
            continue
        rows = session.execute(select(table).execution_options(yield_per=500)).mappings()
        number = "posting_id" if "posting_id" in table.columns else next(iter(table.primary_key)).name
        if numbers := [str(row[number]) for row in rows if _holds(row.values(), words)]:
            told = known.get(table.name)
            mended = (told and told.mended) or lazy("Change or remove it there.")
            found.append(Standing(table.name, told.what if told else table.name, numbers, mended))
    return found


def _holds(values: Iterable[Any], words: str) -> bool:
    """Whether a row says the words, as they are or as JSON writes them."""
    texts = {words, *(json.dumps(words, ensure_ascii=ascii)[1:-1] for ascii in (True, False))}
    return any(_says(value, texts) for value in values)


def _says(value: Any, texts: Iterable[str]) -> bool:
    if isinstance(value, bytes):
        return any(text.encode(code, "replace") in value for text in texts for code in ("utf-8", "gb18030"))
    if isinstance(value, list | dict):
        value = json.dumps(value, ensure_ascii=False)
    return isinstance(value, str) and any(text in value for text in texts)


class _HoldsOldRecord(Exception):
    """A file with the names and texts of the record that was put away."""


class Scrubbed(NamedTuple):
    """How it went: whether no file holds any of it now, which files are clean, and lines for the operator."""

    done: bool
    clean: list[str]
    lines: list[Text]


def look_after() -> bool:
    """One round of the ticker: what was erased leaves the files. It never calls for a backup."""
    instance, newest = config.current(), _newest_erasure()
    note = notes.read(instance, NOTE)
    same = note is not None and note.facts.get("seq") == newest
    clean = set(note.facts.get("clean", ())) if note and same else set()
    if newest and not (note and same and note.ok and _names(instance) <= clean):
        scrub(instance)
    return False


def _newest_erasure() -> int:
    query = select(func.max(ChainEntry.seq)).where(ChainEntry.action.in_(ERASURES))
    return session.scalar(query) or 0


def scrub(instance: Instance, *, aside: Path | None = None) -> Scrubbed:
    """Take everything that was erased out of every file; inside the application's context.

    A file that cannot be cleaned is removed, and it is said. What is held by somebody now is left for the
    next time (`done` is false then). A database that was put `aside` just now has forgotten it already.
    """
    newest, gone = _newest_erasure(), erased.known(instance)
    session.remove()
    erased.keep(instance, gone)
    done = _settle(instance, gone)
    clean, lines = [], []
    for file in _files(instance):
        try:
            if gone and file.parent != aside:
                _clean(instance, file, gone)
            clean.append(_name(instance, file))
        except _HoldsOldRecord:
            _remove(file)
            lines.append(lazy("%(file)s held the old record and was removed.", file=_name(instance, file)))
        except (sqlite3.DatabaseError, Problem):
            _remove(file)
            lines.append(lazy("%(file)s could not be cleaned and was removed.", file=_name(instance, file)))
        except OSError as error:
            done = False
            lines.append(lazy("%(file)s cannot be written: %(error)s", file=file.name, error=error.strerror))
    for line in lines:
        log.warning("%s", line)
    notes.write(instance, NOTE, ok=done, seq=newest, clean=clean)
    return Scrubbed(done, clean, lines)


def _settle(instance: Instance, gone: Erased) -> bool:
    """Take it out of what the database itself keeps beside its rows."""
    if instance.uses_sqlite:
        return backups.settle(instance)
    url = instance.database_url
    for schema in postgres.replaced(url):
        if erased.schema_holds_old_record(url, schema, gone):
            log.warning("%s: %s", schema, lazy("holds the record that was put away, and was removed"))
            postgres.drop(url, schema)
        else:
            erased.clean_schema(url, schema, gone)
    with postgres.connect(url) as connection:
        connection.autocommit = True
        for table in TABLES:
            connection.execute(sql.SQL("VACUUM {}").format(sql.Identifier(table)))
    return True


def _files(instance: Instance) -> Iterator[Path]:
    """The database files beside the one at work."""
    yield from (path for _made, path in backups.dated(instance))
    yield from sorted((instance.folder / "replaced").glob("*/kiosk.sqlite3"))


def _name(instance: Instance, file: Path) -> str:
    return str(file.relative_to(instance.folder))


def _names(instance: Instance) -> set[str]:
    return {_name(instance, file) for file in _files(instance)}


def _clean(instance: Instance, file: Path, gone: Erased) -> None:
    """A backup is cleaned as a copy that takes its place when whole; a replaced database where it is."""
    if erased.holds_old_record(file, gone):
        raise _HoldsOldRecord
    if file.parent.name != "backups":
        erased.clean(file, gone)
        return
    if not erased.would_change(file, gone):
        return
    before, part = backups.inspect(file), file.with_name(file.name + ".part")
    try:
        part.touch(0o600)
        shutil.copyfile(file, part)
        erased.clean(part, gone)
        if backups.inspect(part) != before:
            raise backups.BadBackup(lazy("%(file)s is damaged."), file=str(part))
        backups.put(part, file)
    finally:
        part.unlink(missing_ok=True)


def _remove(file: Path) -> None:
    if file.parent.name == "backups":
        file.unlink(missing_ok=True)
    else:
        shutil.rmtree(file.parent, ignore_errors=True)
