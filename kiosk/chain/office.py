"""The chain as the office sees it."""

import json
import re
from typing import Any, NamedTuple, cast

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)

from kiosk.chain import queries, services
from kiosk.chain.models import ChainEntry
from kiosk.chain.permissions import ERASE_TEXT, EXPORT_RECORD, VIEW_RECORD
from kiosk.chain.queries.sentences import sentence
from kiosk.chain.queries.words import (
    action_words,
    actors,
    any_field_words,
    field_order,
    field_words,
    subject_words,
    subjects,
    value_words,
)
from kiosk.core import clock
from kiosk.core.db import transaction
from kiosk.core.errors import Invalid, NotFound
from kiosk.core.formats import fen_to_text
from kiosk.core.i18n import Text, _, listed, ngettext
from kiosk.core.security import requires
from kiosk.core.trace import record
from kiosk.core.web import account, actor, own_transaction
from kiosk.core.web.navigation import below

blueprint = Blueprint("chain", __name__, url_prefix="/chain")
blueprint.before_request(below("office.school.index"))
PAGE = 50
RANGES = {"ratings", "notes", "marks", "left"}
FOR_CHECKS = {"format", "previous", "roots"}
"""What an entry holds for those who check it, and not for those who read."""


class Change(NamedTuple):
    """One value that an entry changed."""

    label: Text
    before: str
    after: str


class Told(NamedTuple):
    """An entry in words; `erasable` if it has names or texts that can be, or were, erased."""

    entry: ChainEntry
    actor: Text
    action: Text
    subject: str
    changes: list[Change]
    erasable: bool


@blueprint.get("/")
@requires(VIEW_RECORD)
def index() -> str:
    """The newest entries, of one subject or person if asked; the head; the result of verifying."""
    kind, subject, actor = (
        request.args.get(name, "").replace("\0", "") for name in ("kind", "subject", "actor")
    )
    before = request.args.get("before", type=int)
    if before is not None and not 0 < before < 2**63:
        before = None
    found = queries.entries(before=before, kind=kind, subject=subject, actor=actor, limit=PAGE + 1)
    return render_template(
        "office/chain/index.html",
        entries=in_words(found[:PAGE]),
        older=found[PAGE - 1].seq if len(found) > PAGE else None,
        head=queries.head(),
        kinds=subjects(),
        wish={"kind": kind, "subject": subject, "actor": actor},
        actors=actors(),
        subject=subject_words(subject) if subject else "",
        verdict=queries.verify() if "verify" in request.args else None,
        sentence=sentence,
        kept=queries.newest_daily(),
        mail_to=queries.mail_to(),
        sent=queries.letter(sent=True),
        letter=queries.letter(),
        may_export=account().may(EXPORT_RECORD),
        may_erase=account().may(ERASE_TEXT),
        before=before,
    )


@blueprint.post("/export")
@requires(EXPORT_RECORD)
@own_transaction
def export() -> Response:
    """The whole record as a file for the auditor; that it was taken stands in it."""
    with transaction():
        record("record.exported", "record", by=actor())
    lines = stream_with_context(f"{line}\n" for line in queries.export())
    answer = Response(lines, content_type="application/jsonl; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="record_{clock.now():%Y%m%d}.jsonl"'
    return answer


@blueprint.get("/<int:seq>/erase")
@requires(ERASE_TEXT)
def erasing(seq: int) -> str:
    """The names and texts of an entry, to be chosen and erased."""
    return _erasing(seq)


@blueprint.post("/<int:seq>/erase")
@requires(ERASE_TEXT)
def erase(seq: int) -> Response | str:
    """Erase the chosen names and texts of an entry."""
    wish = set(request.form.getlist("text"))
    chosen = [one for one in queries.texts_of([seq]).get(seq, []) if one.hash in wish]
    try:
        services.erase(by=actor(), texts=chosen, reason=request.form.get("reason", ""))
    except (Invalid, NotFound) as problem:
        message = problem if chosen else _("Choose at least one of them.")
        return make_response(_erasing(seq, str(message)), problem.status)
    flash(_("Erased. Within a minute it is gone from the backups, too."), "good")
    return cast("Response", redirect(url_for(".index", before=seq + 1)))


def _erasing(seq: int, problem: str = "") -> str:
    entry = queries.entry(seq)
    if entry is None:
        raise NotFound
    texts = {one.hash: one.text for one in queries.texts_of([seq]).get(seq, []) if one.text is not None}
    fields: dict[str, list[Text]] = {own: [] for own in texts}
    for own, field in queries.fields_in(queries.read_body(entry.body)):
        label = _("Who") if field == queries.ACTOR else field_words(entry.action, field)
        if own in fields and label not in fields[own]:
            fields[own].append(label)
    return render_template(
        "office/chain/erase.html",
        entry=in_words([entry])[0],
        texts=[(own, listed(fields[own]), text) for own, text in texts.items()],
        chosen=request.form.getlist("text"),
        reason=request.form.get("reason", ""),
        problem=problem,
    )


def in_words(entries: list[ChainEntry]) -> list[Told]:
    """Entries with their changes in words, and with the texts that are still there."""
    bodies = queries.opened(entries)
    return [_told(entry, bodies[entry.seq]) for entry in entries]


def _told(entry: ChainEntry, body: dict[str, Any]) -> Told:
    before, after = body.get("before"), body.get("after")
    return Told(
        entry,
        actors().get(entry.actor, entry.actor) or _("erased"),
        action_words(entry.action),
        subject_words(entry.subject),
        _changes(entry.action, before, after),
        body.get("format") == queries.FORMAT and queries.HASHED in entry.body,
    )


def _changes(action: str, before: Any, after: Any) -> list[Change]:
    if not isinstance(before, dict | None) or not isinstance(after, dict | None):
        return [Change(_("Value"), _plain(action, "", before), _plain(action, "", after))]
    old, new = ({**(values or {})} for values in (before, after))
    for values in (old, new):
        if "lines" in values and isinstance(values.get("total"), int):
            values["total"] = fen_to_text(values["total"])
    keys = [key for key in (old.keys() | new.keys()) - FOR_CHECKS if old.get(key) != new.get(key)]
    order = field_order(action)
    keys.sort(key=lambda key: (order.index(key) if key in order else len(order), key))
    return [
        Change(field_words(action, key), _plain(action, key, old.get(key)), _plain(action, key, new.get(key)))
        for key in keys
    ]


def _plain(action: str, key: str, value: Any) -> str:
    """A value of the chain as a person reads it; `key` tells what its codes mean."""
    if value is None or value in ("", [], {}):
        return "—"
    if isinstance(value, queries.Erased):
        return str(value)
    if key == "fields" and isinstance(value, list):
        return listed(_("Who") if one == queries.ACTOR else any_field_words(one) for one in value)
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, list) and all(isinstance(one, list) and len(one) == 2 for one in value):
        return ", ".join(f"{one}–{other}" for one, other in value)
    if isinstance(value, str) and re.fullmatch(r"[0-9a-f]{64}", value):
        return queries.short(value)
    if key in RANGES and isinstance(value, list) and len(value) == 2:
        return "–".join(map(str, value)) if value[0] <= value[1] else "—"
    if isinstance(value, list) and not any(isinstance(one, dict | list) for one in value):
        return ", ".join(_plain(action, key, one) for one in value)
    if isinstance(value, list):
        return str(ngettext("%(num)s line", "%(num)s lines", len(value)))
    if isinstance(value, str | int | float):
        return str(value_words(action, key, str(value)))
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_plain(action, key, one)}" for name, one in value.items())
    return json.dumps(value, ensure_ascii=False)
