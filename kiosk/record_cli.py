"""Commands of the record: verify it, export it."""

import json
import re
import runpy
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from kiosk.chain import queries as chain
from kiosk.chain.words import sentence
from kiosk.cli import with_app
from kiosk.core.config import ROOT
from kiosk.core.errors import Invalid, StorageFull
from kiosk.core.i18n import _, lazy
from kiosk.ratings import queries as ratings

FILE = click.Path(path_type=Path, dir_okay=False)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Report as JSON.")


def read_head(text: str) -> chain.KnownHead:
    """A head as it is printed or kept: number, colon, the first 12 hex digits or more. Invalid for others."""
    number, _colon, own = text.partition(":")
    number, own = number.strip(), re.sub(r"[\s·-]", "", own).lower()
    if not re.fullmatch(r"[0-9]{1,15}", number) or not re.fullmatch(r"[0-9a-f]{12,64}", own):
        raise Invalid(lazy("Write a head as its number, a colon and its characters: 1234:abcdef012345"))
    return chain.KnownHead(int(number), own, f"--head {number}")


@click.command()
@click.option("--head", "texts", multiple=True, metavar="SEQ:HASH", help="A head that was printed or kept.")
@click.option("--file", type=FILE, help="Verify an export (see `kiosk record export`) instead of the school.")
@AS_JSON
@with_app
def verify(texts: tuple[str, ...], file: Path | None, as_json: bool) -> None:
    """Verify chain, seals, ratings and postings; name the first false row; exit 1 if there is one.

    Compared with every head that is known: those given, and those of the head files, backups, seals and
    posted sheets.
    """
    heads = [read_head(text) for text in texts]
    findings, told = _verify_file(file, heads) if file else _verify_school(heads)
    if as_json:
        report = {"ok": not findings, **told, "findings": [asdict(one) for one in findings]}
        click.echo(json.dumps(report, ensure_ascii=False))
    elif findings:
        click.echo(sentence(findings[0]))
        if len(findings) > 1:
            click.echo(_("and %(n)s more: kiosk verify --json names them all", n=len(findings) - 1))
    else:
        click.echo(_("Nothing was changed.") + " " + ", ".join(f"{key} {one}" for key, one in told.items()))
    sys.exit(1 if findings else 0)


Told = dict[str, Any]


def _verify_school(heads: list[chain.KnownHead]) -> tuple[list[chain.Finding], Told]:
    verdict = chain.verify(heads)
    told = {"head": f"{verdict.head.seq}:{verdict.head.hash}", "ratings": ratings.stored()}
    return verdict.findings, {**told, "known_heads": verdict.heads, "left_behind": verdict.restored}


def _verify_file(file: Path, heads: list[chain.KnownHead]) -> tuple[list[chain.Finding], Told]:
    """Verify an export just as an auditor does, with docs/verify.py."""
    verifier = runpy.run_path(str(ROOT / "docs" / "verify.py"))
    try:
        with file.open(encoding="utf-8", newline="\n") as lines:
            found, summary = verifier["verify"](lines, [(head.seq, head.hash) for head in heads])
    except (OSError, UnicodeDecodeError) as error:
        message = lazy("%(file)s cannot be read: %(error)s")
        raise Invalid(message, file=str(file), error=str(error)) from error
    return [chain.Finding(*one) for one in found], {"file": str(file), "holds": summary}


@click.group()
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


commands = [verify, record]
