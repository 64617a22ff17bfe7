"""Postings on the command line."""

import json
from datetime import date
from typing import Any

import click

from kiosk.auth.models import ROLES
from kiosk.cli import with_app
from kiosk.core import clock
from kiosk.core.errors import Invalid
from kiosk.core.field import NO_DAY
from kiosk.core.i18n import listed
from kiosk.core.security import Permission
from kiosk.core.terminal import AS_JSON, group, option
from kiosk.postings import queries
from kiosk.postings.queries import Due, Kind
from kiosk.school import queries as school


@group()
def posting() -> None:
    """What the school posts."""


@posting.command("kinds")
@AS_JSON
@with_app
def kinds(as_json: bool) -> None:
    """The kinds of postings in use: name, label, whose, columns, rhythm, who posts, who approves."""
    found = queries.declared_kinds()
    if as_json:
        click.echo(json.dumps([_kind(one) for one in found], ensure_ascii=False))
        return
    for one in found:
        plain = _kind(one)
        roles = [listed(ROLES[role] for role in plain[name]) or "—" for name in ("post", "approve")]
        rhythm = str(one.rhythm.label) if one.rhythm else "—"
        click.echo("\t".join([one.slug, str(one.label), listed(plain["scope"]), rhythm, *roles]))


def _kind(one: Kind) -> dict[str, Any]:
    return {
        "name": one.slug,
        "label": str(one.label),
        "scope": list(one.scopes),
        "columns": [column.name for column in (*one.inputs, *one.columns)],
        "rhythm": str(one.rhythm.label) if one.rhythm else None,
        "post": _roles(one.drafts),
        "approve": _roles(one.approves),
        "questions": one.questions,
    }


def _roles(permission: Permission | None) -> list[str]:
    return [role for role in ROLES if permission and role in permission.roles]


@posting.command("due")
@option("--date", "text", metavar="D", help="The day, like 2026-03-04; today if nothing is said.")
@AS_JSON
@with_app
def due(text: str | None, as_json: bool) -> None:
    """What is due on a day: kind, whose, for what, by when, when posted, whether late, which post answers."""
    found = [_due(one) for one in queries.due(_day(text))]
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for one in found:
        click.echo("\t".join("" if value is None else str(value) for value in one.values()))


def _day(text: str | None) -> date:
    if text is None:
        return school.today()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(NO_DAY) from None


def _due(one: Due) -> dict[str, Any]:
    return {
        "kind": one.kind.slug,
        "scope": one.place.code if one.place else "school",
        "period": one.period,
        "due": one.due.isoformat(),
        "posting": one.posting_id,
        "posted_at": school.local(one.posted_at).isoformat(timespec="seconds") if one.posted_at else None,
        "late": one.is_late(clock.now()),
        "posted_later": one.is_posted_later,
        "answers": str(one.answers),
    }


commands = [posting]
