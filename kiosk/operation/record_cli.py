"""Commands of the record: verify it, export it, keep and send its head."""

import json
import re
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from kiosk.chain import queries as chain
from kiosk.chain.queries.sentences import sentence
from kiosk.cli import back_up, with_app
from kiosk.core import clock, config
from kiosk.core.actor import Actor
from kiosk.core.db import transaction
from kiosk.core.errors import Invalid, NotFound
from kiosk.core.i18n import Text, _, lazy, listed
from kiosk.core.terminal import AS_JSON, command, group, option
from kiosk.operation import forgetting, heads, volumes
from kiosk.ratings import queries as ratings
from kiosk.school import queries as school

BY = Actor("command line")
FILE = click.Path(path_type=Path, dir_okay=False)


def read_head(text: str) -> chain.KnownHead:
    """A head as it is printed or kept: number, colon, the first 12 hex digits or more. Invalid for others."""
    number, _colon, own = text.partition(":")
    number, own = number.strip(), re.sub(r"[\s·-]", "", own).lower()
    if not re.fullmatch(r"[0-9]{1,15}", number) or not re.fullmatch(r"[0-9a-f]{12,64}", own):
        raise Invalid(
            lazy("Write a head as its number, a colon and its characters, for example 1234:abcdef012345")
        )
    return chain.KnownHead(int(number), own, f"--head {number}")


@command()
@option("--head", "texts", multiple=True, metavar="SEQ:HASH", help="A head that was printed or kept.")
@option("--file", type=FILE, help="Verify an export (see `kiosk record export`) instead of the school.")
@AS_JSON
@with_app
def verify(texts: tuple[str, ...], file: Path | None, as_json: bool) -> None:
    """Verify chain, seals, ratings and postings; name the first false row; exit 1 if there is one.

    Compared with every head that is known: those given, and those of the head files, backups, seals and
    posted sheets.
    """
    known_heads = [read_head(text) for text in texts]
    findings, facts = _verify_file(file, known_heads) if file else _verify_school(known_heads)
    if as_json:
        report = {"ok": not findings, **facts, "findings": [asdict(finding) for finding in findings]}
        click.echo(json.dumps(report, ensure_ascii=False))
    elif findings:
        click.echo(sentence(findings[0]))
        if len(findings) > 1:
            click.echo(_("and %(n)s more: kiosk verify --json lists them all", n=len(findings) - 1))
    else:
        click.echo(
            _("Nothing was changed.")
            + " "
            + ", ".join(f"{LABELS[key]} {fact}" for key, fact in facts.items())
        )
    sys.exit(1 if findings else 0)


Facts = dict[str, Any]
LABELS = {
    **{"head": lazy("head"), "ratings": lazy("ratings"), "known_heads": lazy("known heads")},
    "erased": lazy("erased names and texts"),
    **{"left_behind": lazy("left behind by a restore"), "file": lazy("file"), "holds": lazy("holds")},
}


def _verify_school(known_heads: list[chain.KnownHead]) -> tuple[list[chain.Finding], Facts]:
    verdict = chain.verify(known_heads)
    facts = {"head": f"{verdict.head.seq}:{verdict.head.hash}", "ratings": ratings.stored()}
    facts |= {"known_heads": verdict.heads, "left_behind": verdict.restored}
    return verdict.findings, facts | ({"erased": verdict.erased} if verdict.erased else {})


def _verify_file(file: Path, known_heads: list[chain.KnownHead]) -> tuple[list[chain.Finding], Facts]:
    findings, summary = volumes.check(file, known_heads)
    return findings, {"file": str(file), "holds": summary}


@command()
@option("--mail", "mails", is_flag=True, help="Send it to auditor and council, too (KIOSK_HEAD_MAIL).")
@AS_JSON
@with_app
def head(mails: bool, as_json: bool) -> None:
    """Print the record's head and keep it in a file of heads/, to be compared later."""
    now, top, instance = clock.now(), chain.head(), config.current()
    if mails and not chain.mail_to():
        raise Invalid(lazy("Set KIOSK_SMTP_URL and KIOSK_HEAD_MAIL in config.toml first."))
    file = heads.keep(f"{school.local(now):%Y-%m-%d-%H%M%S}", heads.text_of(top, now))
    if mails:
        heads.post(instance, file)
    facts = {"seq": top.seq, "hash": top.hash, "file": str(file), "sent_to": chain.mail_to() if mails else []}
    if as_json:
        click.echo(json.dumps(facts))
        return
    click.echo(f"{top.seq}:{top.hash}\n{top.short}\n{file}")
    if mails:
        click.echo(", ".join(chain.mail_to()))


@group()
def record() -> None:
    """The record: everything that was written, each entry carrying the seal of the one before."""


@record.command("export")
@click.argument("file", type=FILE)
@with_app
def export(file: Path) -> None:
    """Write the whole record to FILE for the auditor: entries, seals and ratings (see docs/record.md)."""
    volumes.write(file)


@record.command("begin")
@click.argument("file", type=FILE)
@option("--yes", is_flag=True, help="Ask nothing.")
@AS_JSON
@with_app
def begin(file: Path, yes: bool, as_json: bool) -> None:
    """Begin a new record: write the old one to FILE, outside of the instance, and name its head for good."""
    if not yes:
        click.echo(
            _(
                "The record has %(n)s entries. All of it is verified and written to the file.",
                n=chain.head().seq,
            )
        )
        click.confirm(_("Begin a new record after it?"), abort=True)
    begun = volumes.begin(config.current(), file, by=BY)
    now = clock.now()
    heads.keep(f"{school.local(now):%Y-%m-%d-%H%M%S}", heads.text_of(begun.head, now))
    facts = {"old": f"{begun.head.seq}:{begun.head.hash}", "file": str(begun.file), "sha256": begun.digest}
    if as_json:
        click.echo(json.dumps({**facts, "seq": begun.seq}))
        return
    click.echo(_("The old record ends with %(head)s. Keep this line and the file.", head=facts["old"]))
    click.echo(f"{begun.file}\nSHA-256 {begun.digest}")
    click.echo(_("The new record begins with entry %(n)s.", n=begun.seq))


@record.command("put-away")
@click.argument("file", type=FILE)
@option("--yes", is_flag=True, help="Ask nothing.")
@with_app
def put_away(file: Path, yes: bool) -> None:
    """Take the names and texts of the old record out of the school; FILE shows that it is kept elsewhere."""
    if not yes:
        click.echo(
            _("Names and texts of the old record will only be in the file. Backups with them are removed.")
        )
        click.confirm(_("Put the old record away?"), abort=True)
    number = volumes.put_away(config.current(), file, by=BY)
    for line in forgetting.scrub(config.current()).lines:
        click.echo(line)
    back_up()
    click.echo(
        _("%(n)s entries were abridged. Their hashes stay, and every printed head still holds.", n=number)
    )


@record.command("erase")
@option("--entry", type=int, metavar="N", help="All names and texts of this entry.")
@option("--name", help="Every name or text of the record that is just this.")
@option("--words", help="Every text of the record and every comment that holds these words.")
@option("--reason", required=True, help="Why; it stands in the record and does not repeat what is erased.")
@option("--yes", is_flag=True, help="Ask nothing.")
@AS_JSON
@with_app
def erase(
    entry: int | None, name: str | None, words: str | None, reason: str, yes: bool, as_json: bool
) -> None:
    """Erase names and texts for good, from the record, comments, backups and all other files."""
    if not (entry or name or words):
        raise Invalid(lazy("Say what is to be erased: --entry, --name or --words."))
    wish: dict[str, Any] = {"entry": entry, "name": name, "words": words}
    selection = forgetting.find(**wish)
    numbers = {"texts": len(selection.texts), "comments": len(selection.comments)}
    if not any(numbers.values()):
        _nothing_to_erase(numbers, _still_in(words or name), as_json=as_json)
    if not yes:
        click.echo(_("%(texts)s names and texts of the record, %(comments)s comments", **numbers))
        click.confirm(_("Erase them for good?"), abort=True)
    with transaction():
        forgetting.erase(
            by=BY, selection=forgetting.find(entry=entry, name=name or "", words=words or ""), reason=reason
        )
    done = forgetting.scrub(config.current())
    still_in = _still_in(words or name)
    report = {**numbers, "done": done.done, "told": [str(line) for line in done.lines], **_counted(still_in)}
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False))
        return
    for line in done.lines:
        click.echo(line)
    click.echo(_outcome(done.done, still_in))


def _still_in(words: str | None) -> list[forgetting.Standing]:
    return forgetting.still_in(words) if words else []


def _nothing_to_erase(numbers: dict[str, int], still_in: list[forgetting.Standing], *, as_json: bool) -> None:
    """Leave with 1, and with the places where the words stand although nothing of them can be erased here."""
    if not still_in:
        raise NotFound(lazy("Nothing of this is in the record any more."))
    if as_json:
        click.echo(
            json.dumps({**numbers, "done": False, "told": [], **_counted(still_in)}, ensure_ascii=False)
        )
    else:
        click.echo(_("Nothing was erased: no name or text of the record and no comment holds it."))
        click.echo(_standing(still_in))
    sys.exit(1)


def _counted(still_in: list[forgetting.Standing]) -> dict[str, Any]:
    return {
        "still_in": {one.table: len(one.numbers) for one in still_in},
        "standing": [{**one._asdict(), "what": str(one.what), "mended": str(one.mended)} for one in still_in],
    }


MOST_NUMBERS = 20


def _standing(still_in: list[forgetting.Standing]) -> str:
    """Where the words stand in the school itself, and what helps there, a line each."""
    lines = [str(_("It still stands in the school itself:"))]
    for one in still_in:
        numbers = listed(dict.fromkeys(one.numbers[:MOST_NUMBERS])) + "…" * (len(one.numbers) > MOST_NUMBERS)
        place = _("%(what)s (%(table)s), no. %(numbers)s.", what=one.what, table=one.table, numbers=numbers)
        lines.append(f"- {place} {one.mended}")
    return "\n".join(lines)


def _outcome(done: bool, still_in: list[forgetting.Standing]) -> Text:
    if not done:
        return _("Erased. The server takes it out of its log and backups as soon as nobody holds them.")
    if not still_in:
        return _("Erased. No file of the instance holds it any more.")
    return f"{_('Erased from the record.')} {_standing(still_in)}"


commands = [verify, head, record]
