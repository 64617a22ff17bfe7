"""Accounts on the command line."""

import json
import sys

import click

from kiosk.auth import queries, services
from kiosk.auth.models import ROLES
from kiosk.cli import with_app
from kiosk.core.db import transaction
from kiosk.core.errors import Invalid
from kiosk.core.i18n import _, lazy
from kiosk.core.terminal import AS_JSON, group, option
from kiosk.persons import queries as persons

BY = "command line"


@group()
def account() -> None:
    """Accounts of the office."""


@account.command("add")
@click.argument("name")
@option("--role", required=True, type=click.Choice(list(ROLES)), help="What the account may do.")
@option("--name", "shown", default="", help="The name of a new person; the user name if it is not given.")
@option(
    "--person",
    "number",
    type=int,
    help="The number of the person whose account it is; a new one if not given.",
)
@option("--password-stdin", is_flag=True, help="Read the password from the first line of the input.")
@with_app
def add(name: str, role: str, shown: str, number: int | None, password_stdin: bool) -> None:
    """Add an account with the user name NAME."""
    if password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    elif sys.stdin.isatty():
        password = click.prompt(_("Password"), hide_input=True, confirmation_prompt=True)
    else:
        raise Invalid(lazy("Give the password on standard input and add --password-stdin."))
    if shown and number is not None:
        raise Invalid(lazy("--name is for a new person; who has a number has a name."))
    with transaction():
        person = None if number is None else persons.person(number)
        services.add_account(by=BY, username=name, password=password, role=role, name=shown, person=person)
    click.echo(f"{name} ({role})")


@account.command("list")
@AS_JSON
@with_app
def show(as_json: bool) -> None:
    """All accounts: user name, role, name, whether closed."""
    everybody = queries.accounts()
    if as_json:
        facts = [
            {
                "username": one.username,
                "name": one.name,
                "person": one.person.number,
                "role": one.role,
                "active": one.active,
            }
            for one in everybody
        ]
        click.echo(json.dumps(facts, ensure_ascii=False))
        return
    for one in everybody:
        click.echo(f"{one.username}\t{one.role}\t{one.name}\t{'' if one.active else _('closed')}".rstrip())


commands = [account]
