"""Accounts on the command line: the sample of vouchers, for whoever computes it."""

import json
from typing import Any

import click

from kiosk.accounts import queries
from kiosk.accounts.models import CongressAudit
from kiosk.cli import with_app
from kiosk.core.errors import Invalid, NotFound
from kiosk.core.i18n import lazy
from kiosk.core.terminal import AS_JSON, group, option


@group()
def accounts() -> None:
    """The school's accounts, and the congress's audit of them."""


@accounts.command("sample")
@click.argument("number", type=int)
@option("--head", help="The record's head, 64 hexadecimal digits; without it the session's.")
@option("--drawn", help="The number that the review group drew; without it the session's.")
@option("--size", type=int, help="How many vouchers; without it as many as the session draws.")
@AS_JSON
@with_app
def sample(number: int, head: str | None, drawn: str | None, size: int | None, as_json: bool) -> None:
    """Which vouchers of account NUMBER the two numbers draw, the first first."""
    audit = _audit(number)
    found = audit.session
    own_head, own_number = head or found.head, drawn or found.number
    if not own_head or not own_number:
        raise Invalid(lazy("The sample is not drawn yet: please give --head and --drawn."))
    vouchers = [one.number for one in queries.vouchers(audit.account, audit.version)]
    chosen = queries.drawn(own_head.lower(), own_number, number, vouchers, size or audit.size)
    told: dict[str, Any] = {
        "account": number,
        "version": audit.version,
        "head": own_head.lower(),
        "number": own_number,
        "vouchers": len(vouchers),
        "sample": [
            {"voucher": one, "ticket": queries.ticket(own_head.lower(), own_number, number, one)}
            for one in chosen
        ],
    }
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for one in told["sample"]:
        click.echo(f"{one['ticket'][:12]}\t{one['voucher']}")


def _audit(number: int) -> CongressAudit:
    try:
        audits = queries.account(number).audits
    except NotFound:
        audits = []
    if not audits:
        raise Invalid(lazy("No account %(number)s is or was before a session."), number=number)
    return audits[-1]


commands = [accounts]
