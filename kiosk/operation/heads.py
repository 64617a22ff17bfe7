"""The head of the chain outside of the database: a file each evening, a letter, and what they vouch for."""

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, time, timedelta
from pathlib import Path

from kiosk.chain import queries as chain
from kiosk.chain.queries import KnownHead
from kiosk.core import clock, config, mail
from kiosk.core.actor import KIOSK
from kiosk.core.config import Instance
from kiosk.core.db import session, transaction
from kiosk.core.errors import Invalid, Problem
from kiosk.core.i18n import lazy
from kiosk.core.trace import record
from kiosk.operation import backups, notes
from kiosk.school import queries as school
from kiosk.school.settings import NAME, NAME_EN

EVENING = time(20, 0)
"""When a day's head is kept and sent, by the school's clock; after the last meal."""
AGAIN = timedelta(minutes=10)
"""After a letter that did not leave, so long until the next try."""
LINE = re.compile(r"^(\d{1,15}):([0-9a-f]{64})$", re.MULTILINE)
"""A head in its file: the entry's number and its hash."""


def known() -> Iterator[KnownHead]:
    """The heads that the files and the backups of this instance know."""
    instance = config.current()
    for file in chain.head_files():
        for seq, own in LINE.findall(file.read_text("utf-8", "replace")):
            yield KnownHead(int(seq), own, f"heads/{file.name}")
    for _made, path in backups.dated(instance):
        yield from _of_backup(path)


def newest(replaced: Path | None) -> int:
    """The number of the newest entry that is known, also from a database that a restore put aside."""
    seqs = [head.seq for head in known()]
    if replaced is not None:
        try:
            seqs.append(backups.inspect(replaced / "kiosk.sqlite3").chain_entries)
        except Problem:
            pass  # it was damaged, which is why it was replaced
    return max(seqs, default=0)


def _of_backup(path: Path) -> Iterator[KnownHead]:
    """A backup's newest entry; none of a file that cannot be read (the page of backups tells of that)."""
    try:
        with closing(sqlite3.connect(f"file:{path}?immutable=1", uri=True)) as connection:
            query = "SELECT seq, hash FROM chain_entry ORDER BY seq DESC LIMIT 1"
            for seq, own in connection.execute(query).fetchall():
                yield KnownHead(int(seq), str(own), f"backups/{path.name}")
    except sqlite3.DatabaseError:
        return


def text_of(head: chain.Head, now: datetime) -> str:
    """What is kept and sent: for people in both languages, and one line for programs."""
    settings, url = school.settings(), config.current().public_url
    lines = [
        " · ".join(name for name in (settings[NAME], settings[NAME_EN]) if name),
        f"{school.local(now):%Y-%m-%d %H:%M %z}",
        "",
        f"存证链第 {head.seq} 条 / Record no. {head.seq}",
        head.short,
        "",
        f"{head.seq}:{head.hash}",
        "",
        "请留存本信，可随时与校内张贴的字符或公示网页核对；它之前的记录若被改动，字符就对不上。",
        "Keep this. It must match what hangs on the notice board and what the board's page says; "
        "if anything before it was changed, it no longer does.",
        *([f"{url}/record?seq={head.seq}&characters={head.hash[:12]}"] if url else []),
    ]
    return "\n".join(lines) + "\n"


def keep(name: str, text: str) -> Path:
    """Write a head's file, whole or not at all; one that is there stays. Invalid: no room for it."""
    file = config.current().folder / chain.HEADS_FOLDER / f"{name}.txt"
    part = file.with_suffix(".part")
    try:
        file.parent.mkdir(exist_ok=True)
        if not file.exists():
            with part.open("w", encoding="utf-8") as out:
                out.write(text)
                out.flush()
                os.fsync(out.fileno())
            part.replace(file)
    except OSError as error:
        message = lazy("%(file)s cannot be written: %(error)s")
        raise Invalid(message, file=str(file), error=error.strerror or str(error)) from error
    return file


def day_due(now: datetime) -> date | None:
    """The day whose evening has come and whose head is not kept yet; None if there is none."""
    local = school.local(now)
    day = local.date() if local.time() >= EVENING else local.date() - timedelta(days=1)
    first = chain.entry(1)
    if first is None or school.local(first.at).date() > day:
        return None
    return None if (config.current().folder / chain.HEADS_FOLDER / f"{day}.txt").exists() else day


def send_out() -> None:
    """One round of the ticker: keep the evening's head, and send it until it is sent."""
    instance, now = config.current(), clock.now()
    day = day_due(now)
    if day is not None:
        keep(day.isoformat(), text_of(chain.head(), now))
    file = chain.newest_daily()
    if file is None or not chain.mail_to() or chain.letter(file.stem, sent=True):
        return
    last = notes.read(instance, "head")
    if last is None or last.ok or not timedelta() <= now - last.at < AGAIN:
        post(instance, file)


def post(instance: Instance, file: Path) -> None:
    """Send a head's file to auditor and council; that it went, and the first time it did not, is recorded.

    Raises NotSent; nothing is held locked while the mail server is spoken to.
    """
    text, to = file.read_text("utf-8"), chain.mail_to()
    seq, own = LINE.findall(text)[0]
    subject = f"{text.splitlines()[0]}: {seq} · {chain.short(own)} ({file.stem})"
    sender = mail.sender(instance)
    session.rollback()
    try:
        mail.send(str(instance.get("KIOSK_SMTP_URL")), to=to, sender=sender, subject=subject, text=text)
    except Problem as problem:
        if not chain.letter(file.stem):
            with transaction(wait=30):
                record(chain.NOT_SENT, f"head:{file.stem}", by=KIOSK, after={"error": str(problem)})
        notes.write(instance, "head", ok=False, problems=[str(problem)])
        raise
    with transaction(wait=30):
        record(chain.SENT, f"head:{file.stem}", by=KIOSK, after={"head": f"{seq}:{own}", "sent_to": to})
    notes.write(instance, "head", ok=True)
