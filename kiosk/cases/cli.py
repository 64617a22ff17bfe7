"""Cases on the command line."""

import json
from typing import Any

import click

from kiosk.cases import queries
from kiosk.cases.models import Case
from kiosk.cli import with_app
from kiosk.core.room import measure
from kiosk.core.terminal import AS_JSON, group, option
from kiosk.school import queries as school


@group()
def case() -> None:
    """Complaints, wishes and whatever else waits for an answer."""


@case.command("list")
@option("--late", is_flag=True, help="Only what is late.")
@AS_JSON
@with_app
def list_cases(late: bool, as_json: bool) -> None:
    """Every case: number, kind, subject, state, owner, received, due, late, accountability."""
    found = [_told(one) for one in queries.all_cases(only_late=late)]
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for one in found:
        click.echo("\t".join("" if value is None else str(value) for value in one.values()))


@case.command("show")
@click.argument("number", type=int, metavar="N")
@AS_JSON
@with_app
def show(number: int, as_json: bool) -> None:
    """One case, with its steps."""
    found = queries.case(number)
    told = {**_told(found), "steps": [_step(one) for one in queries.history(found)]}
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for name, value in told.items():
        if name != "steps":
            click.echo(f"{name}\t{'' if value is None else value}")
    for step in told["steps"]:
        click.echo("\t".join("" if value is None else str(value) for value in step.values()))


def _told(one: Case) -> dict[str, Any]:
    return {
        "number": one.id,
        "kind": one.kind,
        "subject": one.subject,
        "state": one.state,
        "owner": one.owner.name if one.owner else None,
        "received_at": school.local(one.received_at).isoformat(timespec="seconds"),
        "due": one.due_on.isoformat() if one.due_on else None,
        "late": queries.is_late(one),
        "accountability": _entries(one),
    }


def _entries(one: Case) -> list[int] | None:
    """The numbers of the entries that were made because something of it was not done; None without any."""
    numbers = measure("accountability_entries")
    return (numbers(f"case:{one.id}") if numbers else None) or None


def _step(one: queries.Happened) -> dict[str, Any]:
    step = one.step
    return {
        "at": school.local(step.at).isoformat(timespec="seconds"),
        "verb": step.verb,
        "by": step.person.name if step.person else None,
        "to": step.to.name if step.to else None,
        "outcome": step.outcome or None,
        "date": step.day.isoformat() if step.day else None,
        "text": one.written.public or None,
        "note": one.written.internal or None,
    }


commands = [case]
