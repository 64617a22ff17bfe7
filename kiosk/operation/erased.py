"""What was erased for good, known beside the database too: so that no backup brings it back.

Only hashes and numbers of ratings: what they stood for cannot be found from them.
"""

import json
import os
import re
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from kiosk.chain.queries import ACTOR, fields_in, read_body
from kiosk.chain.services import holds_names
from kiosk.core import clock, postgres
from kiosk.core.config import Instance
from kiosk.core.errors import Problem

FILE = "erased.txt"
WORDS = (
    "# What was erased for good, by hash and number alone. Keep this file with config.toml and the backups:\n"
    "# a restore erases it again. 已永久删除的内容，只记校验字符和编号；请与 config.toml 和备份一起保存。\n"
)
LINE = re.compile(
    r"(?:text ([0-9a-f]{64})|comment ([0-9a-f]{32})|comments before (\S+)|record until (\d{1,15}))"
)

Run = Callable[[str], Iterable[Any]]
"""Runs a statement on some database and gives its rows."""


@dataclass(frozen=True)
class Erased:
    """Texts of the record by hash; comments by the rating's number (hexadecimal), or all before a moment."""

    texts: frozenset[str] = frozenset()
    comments: frozenset[str] = frozenset()
    before: datetime | None = None
    until: int = 0
    """The record up to this number was put away: nothing may hold its names and texts."""

    def __or__(self, other: "Erased") -> "Erased":
        moments = [erased.before for erased in (self, other) if erased.before]
        return Erased(
            self.texts | other.texts,
            self.comments | other.comments,
            max(moments) if moments else None,
            max(self.until, other.until),
        )

    def __bool__(self) -> bool:
        return bool(self.texts or self.comments or self.before or self.until)

    @property
    def ratings(self) -> list[UUID]:
        """The ratings whose comment was erased on request."""
        return [UUID(hex=comment) for comment in sorted(self.comments)]


def listed(instance: Instance) -> Erased:
    """What the file beside the database says."""
    try:
        lines = (instance.folder / FILE).read_text("utf-8").splitlines()
    except OSError:
        return Erased()
    matches = [match for match in map(LINE.fullmatch, lines) if match]
    texts, comments, moments, ends = ([m[place] for m in matches if m[place]] for place in (1, 2, 3, 4))
    return Erased(
        frozenset(texts),
        frozenset(comments),
        max(map(datetime.fromisoformat, moments), default=None),
        max(map(int, ends), default=0),
    )


def keep(instance: Instance, erased: Erased) -> None:
    """Write the file, whole or not at all; it only grows."""
    everything = erased | listed(instance)
    if not everything:
        return
    file = instance.folder / FILE
    part = file.with_suffix(".part")
    lines = [f"text {own}" for own in sorted(everything.texts)]
    lines += [f"comment {comment}" for comment in sorted(everything.comments)]
    lines += [f"comments before {everything.before.isoformat()}"] if everything.before else []
    lines += [f"record until {everything.until}"] if everything.until else []
    with part.open("w", encoding="utf-8") as out:
        out.write(WORDS + "".join(f"{line}\n" for line in lines))
        out.flush()
        os.fsync(out.fileno())
    part.replace(file)


def known(instance: Instance) -> Erased:
    """What the file says, and the database as far as it can be read."""
    listing = listed(instance)
    with suppress(sqlite3.DatabaseError, psycopg.Error, Problem):
        if not instance.uses_sqlite:
            with postgres.connect(instance.database_url) as other:
                return listing | in_database(other.execute)
        if instance.database.exists():
            with closing(sqlite3.connect(f"file:{instance.database}?mode=rw", uri=True)) as connection:
                return listing | in_database(connection.execute)
    return listing


def in_database(run: Run) -> Erased:
    """What a database of this version says was erased."""
    texts = run("SELECT hash FROM chain_text WHERE text IS NULL")
    comments = run("SELECT rating_id FROM erased_comment")
    before, last = (_newest(run, action, name) for action, name in NEWEST)
    return Erased(
        frozenset(own for (own,) in texts),
        frozenset(UUID(str(one)).hex for (one,) in comments),
        datetime.fromisoformat(before) if before else None,
        last or 0,
    )


NEWEST = (("comments.erased", "before"), ("record.put_away", "last"))


def _newest(run: Run, action: str, field: str) -> Any:
    """What the newest entry of an action says in a field; None without one."""
    newest = f"SELECT body FROM chain_entry WHERE action = '{action}' ORDER BY seq DESC LIMIT 1"  # noqa: S608
    return next((read_body(body)["after"][field] for (body,) in run(newest)), None)


def holds_old_record(file: Path, erased: Erased) -> bool:
    """Whether a database file has the record that was put away, with its names and texts."""
    with closing(sqlite3.connect(f"file:{file}?mode=rw", uri=True)) as connection:
        rows = connection.execute("SELECT body FROM chain_entry WHERE seq <= ?", (erased.until,))
        return any(holds_names(read_body(body)) for (body,) in rows)


def replay(connection: sqlite3.Connection, erased: Erased) -> None:
    """Erase in a SQLite database, in the transaction that runs, what was erased since it was copied."""
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if "chain_text" in tables and _replay_texts(connection, erased.texts) and "search_entry" in tables:
        connection.execute("DELETE FROM search_entry")  # made anew when the database is used
    for rating in sorted(erased.comments):
        which = "rating_seq IN (SELECT seq FROM rating WHERE id = ?)"
        _blank(connection, which, "rating_id = ?", rating)
    if erased.before:
        moment = f"{erased.before.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"
        _blank(connection, "added_at < ?", "reported_at < ?", moment)


def _replay_texts(connection: sqlite3.Connection, hashes: Iterable[str]) -> bool:
    """Erase texts of the record; whether any was there."""
    any_there = False
    now = f"{clock.now().astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"
    there = "SELECT seq FROM chain_text WHERE hash = ? AND text IS NOT NULL"
    for own in sorted(hashes):
        for (seq,) in connection.execute(there, (own,)).fetchall():
            any_there = True
            erasing = "UPDATE chain_text SET salt = NULL, text = NULL, erased_at = ? WHERE hash = ?"
            connection.execute(erasing, (now, own))
            ((body,),) = connection.execute("SELECT body FROM chain_entry WHERE seq = ?", (seq,))
            if (own, ACTOR) in set(fields_in(read_body(body))):
                connection.execute("UPDATE chain_entry SET actor = '' WHERE seq = ?", (seq,))
    return any_there


def _blank(connection: sqlite3.Connection, notes: str, refused: str, value: str) -> None:
    """Take the comments of some notes and refused entries away."""
    statement = "UPDATE rating_note SET comment = '', comment_salt = NULL WHERE comment <> '' AND "
    connection.execute(statement + notes, (value,))
    query = f"SELECT id, content FROM refused_entry WHERE {refused}"  # noqa: S608 - our own words
    for number, content in connection.execute(query, (value,)).fetchall():
        entry = json.loads(content)
        if entry.get("comment"):
            blank = json.dumps({**entry, "comment": ""})
            connection.execute("UPDATE refused_entry SET content = ? WHERE id = ?", (blank, number))


def clean(file: Path, erased: Erased) -> bool:
    """Erase in a database file that nobody uses; whether there was anything to erase.

    Raises sqlite3.DatabaseError for a file that cannot be read.
    """
    with closing(sqlite3.connect(f"file:{file}?mode=rw", uri=True, isolation_level=None)) as connection:
        for pragma in ("journal_mode=MEMORY", "secure_delete=ON", "cache_spill=OFF"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("BEGIN IMMEDIATE")
        replay(connection, erased)
        changed = connection.total_changes > 0
        connection.execute("COMMIT" if changed else "ROLLBACK")
        if changed:
            connection.execute("VACUUM")  # what an earlier version deleted without overwriting goes, too
    return changed


def would_change(file: Path, erased: Erased) -> bool:
    """Whether a database file still holds anything of what was erased; nothing is written."""
    with closing(sqlite3.connect(f"file:{file}?mode=rw", uri=True, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=MEMORY")
        connection.execute("PRAGMA cache_spill=OFF")
        connection.execute("BEGIN")
        replay(connection, erased)
        changed = connection.total_changes > 0
        connection.execute("ROLLBACK")
    return changed


def schema_holds_old_record(url: str, schema: str, erased: Erased) -> bool:
    """The same of a schema that a restore put aside."""
    with postgres.connect(url) as connection:
        query = sql.SQL("SELECT body FROM {} WHERE seq <= %s").format(sql.Identifier(schema, "chain_entry"))
        rows = connection.execute(query, (erased.until,))
        return any(holds_names(read_body(body)) for (body,) in rows)


AGAIN = (
    """DELETE FROM search_entry WHERE EXISTS
    (SELECT 1 FROM chain_text WHERE hash = ANY(%(texts)s) AND text IS NOT NULL)""",
    """UPDATE chain_entry SET actor = '' FROM chain_text
    WHERE chain_text.seq = chain_entry.seq AND text IS NOT NULL AND chain_text.hash = ANY(%(texts)s)
    AND position('"name":{"sha256":"' || chain_text.hash IN chain_entry.body) > 0""",
    """UPDATE chain_text SET salt = NULL, text = NULL, erased_at = now()
    WHERE hash = ANY(%(texts)s) AND text IS NOT NULL""",
    """UPDATE rating_note SET comment = '', comment_salt = NULL WHERE comment <> ''
    AND (added_at < %(before)s OR rating_seq IN (SELECT seq FROM rating WHERE id = ANY(%(ratings)s)))""",
    """UPDATE refused_entry SET content = jsonb_set(content::jsonb, '{comment}', '""')::json
    WHERE content->>'comment' <> '' AND (reported_at < %(before)s OR rating_id = ANY(%(ratings)s))""",
)
"""The same in a schema of PostgreSQL."""


def clean_schema(url: str, schema: str, erased: Erased) -> None:
    """Erase in a schema that a restore put aside."""
    values = {"texts": sorted(erased.texts), "ratings": erased.ratings, "before": erased.before}
    with postgres.connect(url) as connection:
        connection.execute(sql.SQL("SET LOCAL search_path TO {}").format(sql.Identifier(schema)))
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        tables = {name for (name,) in rows}
        statements = [
            statement
            for statement in AGAIN
            if all(name in tables or name not in statement for name in ("chain_text", "search_entry"))
        ]
        switched = {"chain_entry", "chain_text", "rating_note"} & tables
        for verb in ("DISABLE", "ENABLE"):
            for table in sorted(switched):
                switch = sql.SQL("ALTER TABLE {} {} TRIGGER USER")
                connection.execute(switch.format(sql.Identifier(table), sql.SQL(verb)))
            for statement in statements if verb == "DISABLE" else ():
                connection.execute(statement, values)
