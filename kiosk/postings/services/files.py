"""Bringing a file into a draft: read and kept first, and only brought in when somebody confirms it."""

import hashlib
from collections import Counter

from kiosk.core import clock, tabular
from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.errors import Conflict, Invalid
from kiosk.core.i18n import lazy
from kiosk.core.trace import record
from kiosk.counters.models import Counter as CounterPlace
from kiosk.postings import queries
from kiosk.postings.files import preview, preview_of
from kiosk.postings.models import Posting, PostingDraft, PostingImport
from kiosk.postings.queries import Kind, subject
from kiosk.postings.queries.duties import Somewhere
from kiosk.postings.services.drafts import MOST_ROWS, save_draft, start, start_correction


def keep_file(
    *,
    by: Actor,
    kind: Kind,
    place: Somewhere = None,
    period: str = "",
    data: bytes,
    file_name: str,
    sheet: str = "",
) -> PostingImport:
    """Read a file for a kind, and keep what was read until it is confirmed. No draft changes.

    Invalid for a kind without rows, or a period where none is asked; UnreadableFile, NothingRecognised.
    """
    kind.ask(kind.drafts, by, queries.place_at(place))
    if not kind.takes_files:
        raise Invalid(lazy("This kind has no rows that a file could fill."), field="file")
    kind.ask_period(period)
    found = preview(kind, tabular.read(data, file_name), sheet=sheet, period=period)
    if len(found.texts) > MOST_ROWS:
        raise Invalid(lazy("%(n)s rows at most."), field="file", n=MOST_ROWS)
    canteen_id, counter_id = queries.key_of(place)
    waiting = PostingImport(
        kind=kind.slug,
        canteen_id=canteen_id,
        counter_id=counter_id,
        period=period,
        file_name=file_name.replace("\\", "/").rpartition("/")[2][:120],
        digest=hashlib.sha256(data).hexdigest(),
        read=found.plain(),
        created_by=str(by),
        created_at=clock.now(),
    )
    session.add(waiting)
    session.flush()
    after = {"kind": kind.slug, **_code(place), "period": period, "file": waiting.file_name}
    record(
        "posting.file_read", f"posting-import:{waiting.id}", by=by, after={**after, "rows": len(found.texts)}
    )
    return waiting


def _code(place: Somewhere) -> dict[str, str]:
    if place is None:
        return {}
    return {"counter" if isinstance(place, CounterPlace) else "canteen": place.code}


def bring_in(*, by: Actor, waiting: PostingImport, replace: bool = False) -> PostingDraft:
    """Take what was read into the draft of its period, or a new one.

    A draft that is there is continued: lines that it has already are not added again, or with `replace` the
    file's lines take the place of its own. What is posted gets a correction. Conflict once it was confirmed.
    """
    if waiting.confirmed_at is not None:
        raise Conflict(lazy("This file was imported already."))
    kind, found = queries.kind_of(waiting.kind), preview_of(waiting.read)
    there = queries.goal(waiting)
    draft = _draft(by, kind, waiting, there)
    rows = found.texts if replace else [*draft.rows, *new_rows(draft.rows, found.texts)]
    heading = {kind.heading: found.title} if kind.heading and found.title else {}
    told = {**heading, **found.fields}
    fields = {name: text for name, text in told.items() if not draft.fields.get(name)}
    save_draft(
        by=by,
        draft=draft,
        revision=draft.revision,
        fields={**draft.fields, **fields},
        rows=rows,
        reason=draft.reason,
    )
    waiting.confirmed_at, waiting.posting_id, waiting.read = clock.now(), draft.posting_id, {}
    session.flush()
    after = {"file": waiting.file_name, "rows": len(found.texts)}
    record("posting.file_brought_in", subject(draft.posting), by=by, after=after)
    return draft


def _draft(by: Actor, kind: Kind, waiting: PostingImport, there: Posting | None) -> PostingDraft:
    if there is None:
        return start(by=by, kind=kind, place=waiting.place, period=waiting.period)
    return there.draft or start_correction(by=by, posting=there)


def new_rows(old: list[dict[str, str]], new: list[dict[str, str]]) -> list[dict[str, str]]:
    """Those of the new rows that are not among the old ones; one that stands twice may come twice."""
    known = Counter(_key(row) for row in old)
    found = []
    for row in new:
        if known[_key(row)]:
            known[_key(row)] -= 1
        else:
            found.append(row)
    return found


def _key(row: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((name, text.replace(",", "").strip()) for name, text in row.items() if text.strip()))


def forget_file(*, by: Actor, waiting: PostingImport) -> None:
    """Let go what was read and not confirmed."""
    kind = queries.kind_of(waiting.kind)
    kind.ask(kind.drafts, by, queries.place_at(waiting.place))
    record("posting.file_let_go", f"posting-import:{waiting.id}", by=by, before={"file": waiting.file_name})
    session.delete(waiting)
    session.flush()
