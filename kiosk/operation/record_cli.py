"""Commands of the record: verify it, export it, keep and send its head."""

import json
import re
import runpy
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from kiosk.chain import queries as chain
from kiosk.chain.queries.sentences import sentence
from kiosk.cli import with_app
from kiosk.core import clock, config
from kiosk.core.config import ROOT
from kiosk.core.errors import Invalid, StorageFull
from kiosk.core.i18n import _, lazy
from kiosk.core.terminal import AS_JSON, command, group, option
from kiosk.operation import heads
from kiosk.ratings import queries as ratings
from kiosk.school import queries as school

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
    given = [read_head(text) for text in texts]
    findings, told = _verify_file(file, given) if file else _verify_school(given)
    if as_json:
        report = {"ok": not findings, **told, "findings": [asdict(one) for one in findings]}
        click.echo(json.dumps(report, ensure_ascii=False))
    elif findings:
        click.echo(sentence(findings[0]))
        if len(findings) > 1:
            click.echo(_("and %(n)s more: kiosk verify --json lists them all", n=len(findings) - 1))
    else:
        click.echo(
            _("Nothing was changed.") + " " + ", ".join(f"{TOLD[key]} {one}" for key, one in told.items())
        )
    sys.exit(1 if findings else 0)


Told = dict[str, Any]
TOLD = {
    **{"head": lazy("head"), "ratings": lazy("ratings"), "known_heads": lazy("known heads")},
    "erased": lazy("erased names and texts"),
    **{"left_behind": lazy("left behind by a restore"), "file": lazy("file"), "holds": lazy("holds")},
}


def _verify_school(given: list[chain.KnownHead]) -> tuple[list[chain.Finding], Told]:
    verdict = chain.verify(given)
    told = {"head": f"{verdict.head.seq}:{verdict.head.hash}", "ratings": ratings.stored()}
    told |= {"known_heads": verdict.heads, "left_behind": verdict.restored}
    return verdict.findings, told | ({"erased": verdict.erased} if verdict.erased else {})


def _verify_file(file: Path, given: list[chain.KnownHead]) -> tuple[list[chain.Finding], Told]:
    """Verify an export just as an auditor does, with docs/verify.py."""
    verifier = runpy.run_path(str(ROOT / "docs" / "verify.py"))
    try:
        with file.open(encoding="utf-8", newline="\n") as lines:
            found, summary = verifier["verify"](lines, [(head.seq, head.hash) for head in given])
    except (OSError, UnicodeDecodeError) as error:
        message = lazy("%(file)s cannot be read: %(error)s")
        raise Invalid(message, file=str(file), error=str(error)) from error
    return [chain.Finding(*one) for one in found], {"file": str(file), "holds": summary}


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
    told = {"seq": top.seq, "hash": top.hash, "file": str(file), "sent_to": chain.mail_to() if mails else []}
    if as_json:
        click.echo(json.dumps(told))
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
    part = file.with_name(file.name + ".part")
    try:
        with part.open("w", encoding="utf-8", newline="\n") as out:
            out.writelines(f"{line}\n" for line in chain.export())
        part.replace(file)
    except OSError as error:
        message = lazy("%(file)s cannot be written: %(error)s")
        raise StorageFull(message, file=str(file), error=error.strerror or str(error)) from error


commands = [verify, head, record]
