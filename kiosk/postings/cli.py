"""Postings on the command line."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import click

from kiosk.auth.models import ROLES
from kiosk.cli import with_app
from kiosk.core import clock
from kiosk.core.actor import Actor
from kiosk.core.db import transaction
from kiosk.core.errors import Invalid
from kiosk.core.field import NO_DAY
from kiosk.core.i18n import lazy, listed
from kiosk.core.security import Permission
from kiosk.core.terminal import AS_JSON, group, option, read_bytes
from kiosk.postings import queries, services
from kiosk.postings.files import Preview, Remark, preview_of
from kiosk.postings.models import PostingDraft, PostingImport
from kiosk.postings.queries import Due, Kind
from kiosk.postings.queries.duties import Somewhere
from kiosk.school import queries as school

BY = Actor("command line")


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


@posting.command("import")
@click.argument("slug", metavar="KIND")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@option("--scope", metavar="CODE", help="The canteen or counter whose it is, by its code.")
@option(
    "--period",
    metavar="P",
    default="",
    help="For when it is, as its kind asks: 2026-03-04, 2026-W10, 2026-03 or T3.",
)
@option("--sheet", default="", help="The table of the workbook to read.")
@option("--replace", is_flag=True, help="Let the file's lines take the place of those in the draft.")
@option("--post", is_flag=True, help="Post it, or propose it where another person approves it.")
@AS_JSON
@with_app
def import_file(slug: str, file: Path, as_json: bool, **wishes: Any) -> None:
    """Import the lines of a file into the draft of a posting; one that is there is continued."""
    kind = queries.kind_in_use(slug)
    place = _place(kind, wishes["scope"])
    with transaction():
        waiting = services.keep_file(
            by=BY,
            kind=kind,
            place=place,
            period=wishes["period"],
            data=read_bytes(file),
            file_name=file.name,
            sheet=wishes["sheet"],
        )
        found, before = preview_of(waiting.read), queries.brought_before(waiting)
        _tell(found, before)
        draft = services.bring_in(by=BY, waiting=waiting, replace=wishes["replace"])
        lines = len(draft.rows)
        if wishes["post"]:
            _post(kind, draft)
    posted = bool(queries.posting(waiting.posting_id or 0).versions) and wishes["post"]
    report = {"posting": waiting.posting_id, "posted": posted, "lines": lines, **found.plain()}
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False))
    else:
        click.echo("\t".join(map(str, (report["posting"], lines, "posted" if posted else "draft"))))


def _place(kind: Kind, code: str | None) -> Somewhere:
    """The place of a kind with this code; without a code, the only one that there is."""
    places = queries.places(kind)
    found = [place for place in places if code and place is not None and place.code == code]
    if not found and not code and len(places) == 1:
        return places[0]
    if not found and not code and None in places:
        return None
    if not found:
        codes = listed(place.code for place in places if place is not None)
        raise Invalid(lazy("Please say whose it is with --scope: %(codes)s."), codes=codes)
    return found[0]


def _tell(found: Preview, before: PostingImport | None) -> None:
    """What is to be known of the file, on the way of errors."""
    if before is not None:
        click.echo(str(lazy("This same file was imported before.")), err=True)
    for one in found.remarks:
        click.echo(_placed(one), err=True)
    for row, text in found.others:
        click.echo(
            str(lazy("Row %(row)s is not a line and was left out: %(text)s", row=row, text=text)), err=True
        )


def _placed(one: Remark) -> str:
    if not one.row:
        return str(one.text)
    if not one.column:
        return str(lazy("Row %(row)s: %(text)s", row=one.row, text=one.text))
    return str(
        lazy("Row %(row)s, column %(column)s: %(text)s", row=one.row, column=one.column, text=one.text)
    )


def _post(kind: Kind, draft: PostingDraft) -> None:
    try:
        if kind.approves:
            services.propose(by=BY, draft=draft)
        else:
            services.post(by=BY, draft=draft, revision=draft.revision)
    except services.Unready as problem:
        for place, text in problem.errors.items():
            where = place if isinstance(place, str) else f"{place[0] + 1} {place[1]}"
            click.echo(f"{where}: {text}", err=True)
        raise


commands = [posting]
