"""Accounts on the command line."""

import json
import sys
from typing import Any

import click

from kiosk.auth import queries, rights, services
from kiosk.auth.models import ROLES
from kiosk.cli import with_app
from kiosk.core.actor import SCHOOL, Actor, Place
from kiosk.core.db import transaction
from kiosk.core.errors import Invalid
from kiosk.core.i18n import _, lazy
from kiosk.core.terminal import AS_JSON, Command, group, option
from kiosk.persons import queries as persons

BY = Actor("command line")
GRANTS = "kiosk.auth.cli.grants"


class InOrder(Command):
    """A command that remembers the order of its options: `--for` belongs to the `--role` before it."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse, and note which place follows which role."""
        grants: list[tuple[str, list[str]]] = []
        values, _rest, order = self.make_parser(ctx).parse_args(args=list(args))
        pools = {"roles": iter(values.get("roles") or ()), "codes": iter(values.get("codes") or ())}
        for parameter in order:
            if parameter.name == "roles":
                grants.append((next(pools["roles"]), []))
            elif parameter.name == "codes":
                if not grants:
                    raise click.UsageError(_("--for stands behind the --role that it limits."))
                grants[-1][1].append(next(pools["codes"]))
        ctx.meta[GRANTS] = grants
        return super().parse_args(ctx, args)


@group()
def account() -> None:
    """Accounts of the office."""


@account.command("add", cls=InOrder)
@click.argument("name")
@option(
    "--role", "roles", required=True, multiple=True, type=click.Choice(list(ROLES)), help="What it may do."
)
@option("--for", "codes", multiple=True, help="The canteen or counter for which the role before it is held.")
@option("--name", "shown", default="", help="The name of a new person; the user name if it is not given.")
@option(
    "--person",
    "number",
    type=int,
    help="The number of the person whose account it is; a new one if not given.",
)
@option("--password-stdin", is_flag=True, help="Read the password from the first line of the input.")
@with_app
def add(name: str, shown: str, number: int | None, password_stdin: bool, **_roles: Any) -> None:
    """Add an account with the user name NAME."""
    if shown and number is not None:
        raise Invalid(lazy("--name is for a new person; who has a number has a name."))
    grants = click.get_current_context().meta[GRANTS]
    password = _password(password_stdin)
    with transaction():
        person = None if number is None else persons.person(number)
        (role, place), *further = [(role, place) for role, codes in grants for place in _places(codes)]
        added = services.add_account(
            by=BY, username=name, password=password, role=role, at=place, name=shown, person=person
        )
        for role, place in further:
            services.give_role(by=BY, account=added, role=role, at=place)
        told = ", ".join(held.told_by_code for held in added.roles)
    click.echo(f"{name} ({told})")


def _places(codes: list[str]) -> list[Place]:
    """For which places a role is held: those that are named, each by its code, or the whole school."""
    return [queries.place_named(code) for code in codes] or [SCHOOL]


def _password(from_input: bool) -> str:
    if from_input:
        return sys.stdin.readline().rstrip("\r\n")
    if sys.stdin.isatty():
        return str(click.prompt(_("Password"), hide_input=True, confirmation_prompt=True))
    raise Invalid(lazy("Give the password on standard input and add --password-stdin."))


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
                "role": one.roles[0].role if one.roles else "",
                "roles": [held.grant._asdict() for held in one.roles],
                "active": one.active,
            }
            for one in everybody
        ]
        click.echo(json.dumps(facts, ensure_ascii=False))
        return
    for one in everybody:
        roles = ", ".join(held.told_by_code for held in one.roles)
        click.echo(f"{one.username}\t{roles}\t{one.name}\t{'' if one.active else _('closed')}".rstrip())


@account.command("rights")
@with_app
def show_rights() -> None:
    """Who may do what: every right by role, as a table in Markdown."""
    click.echo(rights.markdown(), nl=False)


commands = [account]
