"""Open data of rules: /data/rules.csv and .json, the rules that are posted as a text or a link among them."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from flask import Blueprint, Response, request, url_for

from kiosk.core import open_data as edge
from kiosk.core.config import current
from kiosk.core.i18n import Text, lazy
from kiosk.postings import queries as postings
from kiosk.postings.queries import Posted
from kiosk.rules import queries
from kiosk.rules.kind import POSTED_RULES
from kiosk.rules.models import RuleVersion
from kiosk.school import queries as school

blueprint = Blueprint("rules_api", __name__)

COLUMNS: dict[str, Text] = {
    "posting": lazy("Posting no."),
    "version": lazy("Version"),
    "canteen": lazy("Canteen"),
    "counter": lazy("Counter"),
    "period": lazy("For"),
    "title": lazy("Title"),
    "text": lazy("Text"),
    "link": lazy("Where it stands in full (link)"),
    "since": lazy("In force since"),
    "attachments": lazy("Attachments"),
    "posted_at": lazy("Published"),
    "first_posted_at": lazy("First posted"),
    "posted_later": lazy("Posted later"),
    "withdrawn_at": lazy("Withdrawn"),
    "withdrawn_because": lazy("Withdrawn because"),
    "url": lazy("Address"),
    "rule": lazy("Rule"),
    "team": lazy("Team"),
    "state": lazy("State"),
    "consulted_until": lazy("Opinions taken until"),
    "frozen": lazy("Frozen"),
    "approved": lazy("Approved"),
    "superseded": lazy("Superseded"),
    "opinions": lazy("Opinions"),
    "articles": lazy("Articles"),
    "sha256": lazy("SHA-256 of the text"),
}


@blueprint.get("/data/rules.csv")
def table() -> Response | str:
    """Every version of every rule, or those published from ?from= to ?to=, as CSV."""
    first, last = _span()
    rows = ([_cell(row[name]) for name in COLUMNS] for row in _rows(first, last))
    return edge.answer_csv(f"rules_{last}", [str(label) for label in COLUMNS.values()], rows)


@blueprint.get("/data/rules.json")
def objects() -> Response:
    """The same as JSON, each version with its articles by their keys."""
    first, last = _span()
    return edge.answer_json(first, last, "rules", _rows(first, last))


def _span() -> tuple[date, date]:
    """The days asked for; without them all: a rule is in force for longer than a month."""
    first, last = edge.span(school.today())
    return (first if "from" in request.args else edge.FIRST), last


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        return (
            len(value)
            if value and "key" in value[0]
            else "\n".join(str(one.get("url") or "") for one in value)
        )
    return "" if value is None else value


def _rows(first: date, last: date) -> Iterator[dict[str, Any]]:
    today = school.today()
    for rule in queries.rules():
        for one in rule.versions:
            if first <= school.local(one.published_at).date() <= last:
                yield dict.fromkeys(COLUMNS) | _version(one, today)
    for posted in postings.of_days(POSTED_RULES, first, last):
        yield dict.fromkeys(COLUMNS) | _posted(posted)


def _version(one: RuleVersion, today: date) -> dict[str, Any]:
    rule, text = one.rule, queries.items(one)
    state = queries.state(one, today)
    told = "\n\n".join(filter(None, (f"{part.called}\n{part.item.text}".strip() for part in text)))
    return {
        "rule": rule.slug,
        "version": one.number,
        "team": rule.team or None,
        "title": one.title,
        "state": state,
        "text": None if state == "withdrawn" else told,
        "since": one.since.isoformat() if one.approved_on and one.since else None,
        "consulted_until": _day(one.consult_until),
        "frozen": _day(one.frozen_on),
        "approved": _day(one.approved_on),
        "superseded": _day(queries.superseded_on(one)) if one.approved_on else None,
        "opinions": queries.number_on(one),
        "articles": [
            {
                "key": part.item.key,
                "kind": part.item.kind,
                "number": part.number or None,
                "of": list(part.item.of),
            }
            for part in text
        ],
        "sha256": one.hash,
        "posted_at": _iso(one.published_at),
        "first_posted_at": _iso(rule.versions[0].published_at),
        "withdrawn_at": _day(one.ended_on) if one.ended_how == "withdrawn" else None,
        "withdrawn_because": one.ended_why if one.ended_how == "withdrawn" else None,
        "url": (current().public_url or "") + url_for("rules.version", slug=rule.slug, number=one.number),
    }


def _posted(one: Posted) -> dict[str, Any]:
    posting, gone = one.posting, one.posting.withdrawal
    fields = {} if gone else {told.name: value for told, value in one.in_force.fields}
    return {
        "posting": posting.id,
        "version": one.in_force.row.version,
        "title": fields.get("title"),
        "text": fields.get("text"),
        "link": fields.get("link"),
        "since": fields.get("since"),
        "attachments": [] if gone else [_attachment(one, file) for file in one.in_force.attachments],
        "posted_at": _iso(one.in_force.row.posted_at),
        "first_posted_at": _iso(one.first_at),
        "posted_later": one.times.is_later,
        "withdrawn_at": _iso(gone.withdrawn_at) if gone else None,
        "withdrawn_because": gone.reason if gone else None,
        "url": (current().public_url or "") + url_for("postings.posting", number=posting.id),
    }


def _attachment(one: Posted, file: postings.Attached) -> dict[str, Any]:
    path = url_for("posting_attachments.attachment", number=one.posting.id, attachment=file.number)
    url = (current().public_url or "") + path if file.name else None
    return {"name": file.name or None, "url": url, "sha256": file.digest}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _iso(moment: datetime) -> str:
    return school.local(moment).isoformat(timespec="seconds")
