"""Commands of the record: verify it."""

import json
import re
import sys
from dataclasses import asdict

import click

from kiosk.chain import queries as chain
from kiosk.chain.words import sentence
from kiosk.cli import with_app
from kiosk.core.errors import Invalid
from kiosk.core.i18n import _, lazy
from kiosk.ratings import queries as ratings

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Report as JSON.")


def read_head(text: str) -> chain.KnownHead:
    """A head as it is printed or kept: number, colon, the first 12 hex digits or more. Invalid for others."""
    number, _colon, own = text.partition(":")
    number, own = number.strip(), re.sub(r"[\s·-]", "", own).lower()
    if not re.fullmatch(r"[0-9]{1,15}", number) or not re.fullmatch(r"[0-9a-f]{12,64}", own):
        raise Invalid(lazy("Write a head as its number, a colon and its characters: 1234:abcdef012345"))
    return chain.KnownHead(int(number), own, f"--head {number}")


@click.command()
@click.option("--head", "heads", multiple=True, metavar="SEQ:HASH", help="A head that was printed or kept.")
@AS_JSON
@with_app
def verify(heads: tuple[str, ...], as_json: bool) -> None:
    """Verify chain, seals, ratings and postings; name the first false row; exit 1 if there is one.

    Compared with every head that is known: those given, and those of the head files, backups, seals and
    posted sheets.
    """
    verdict = chain.verify([read_head(text) for text in heads])
    if as_json:
        report = asdict(verdict) | {"ok": not verdict.findings}
        click.echo(json.dumps(report, ensure_ascii=False))
    elif verdict.findings:
        click.echo(sentence(verdict.findings[0]))
        if len(verdict.findings) > 1:
            click.echo(_("and %(n)s more: kiosk verify --json names them all", n=len(verdict.findings) - 1))
    else:
        click.echo(_whole(verdict))
    sys.exit(1 if verdict.findings else 0)


def _whole(verdict: chain.Verdict) -> str:
    line = _(
        "Nothing was changed: %(entries)s entries, %(ratings)s ratings, %(heads)s known heads compared. "
        "Head %(seq)s:%(hash)s",
        entries=verdict.head.seq,
        ratings=ratings.stored(),
        heads=verdict.heads,
        seq=verdict.head.seq,
        hash=verdict.head.hash,
    )
    return str(line)


commands = [verify]
