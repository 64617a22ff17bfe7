"""Drafts of sheets: they keep what was typed, good or not, until it is posted or thrown away."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.errors import Invalid
from kiosk.core.formats import fen_to_text, milli_to_text, price_to_text
from kiosk.core.i18n import lazy
from kiosk.counters.models import Canteen
from kiosk.persons.queries import person
from kiosk.postings import services as postings
from kiosk.postings.models import REASON, PostingDraft
from kiosk.postings.queries import kind_of
from kiosk.purchasing import queries
from kiosk.purchasing.checks import FIELDS, PEOPLE, Checked, Texts, check_lines
from kiosk.purchasing.ledger import MOST_LINES
from kiosk.purchasing.models import NUMBER, PURCHASER
from kiosk.purchasing.people import designations
from kiosk.school import queries as school


def is_old(canteen: Canteen, day: date | None, *, archive: bool = False) -> bool:
    """Whether a sheet is an old one, whose paper may name fewer people and whose prices nobody remembers.

    It is from before the canteen's first day here; or from before today, and brought in as `archive`.
    """
    return day is not None and day < school.today() and (archive or day < first_day(canteen))


def first_day(canteen: Canteen) -> date:
    """The day on which the canteen began here."""
    return school.local(canteen.created_at).date()


def start_sheet(*, by: Actor, canteen: Canteen, day: date, number: str = "") -> PostingDraft:
    """A new sheet with an empty draft. Invalid for a day to come or a canteen that is closed."""
    if day > school.today() + timedelta(days=1):
        raise Invalid(lazy("This day is still to come."), field="day")
    if not canteen.active:
        raise Invalid(lazy("This canteen is closed."), field="canteen")
    draft = postings.start(by=by, kind=kind_of(queries.SLUG), place=canteen, period=day.isoformat())
    if number.strip():
        draft.fields = {"number": number.strip()[: NUMBER.longest]}
        session.flush()
    return draft


def save_draft(
    *,
    by: Actor,
    draft: PostingDraft,
    rows: Sequence[Texts],
    people: Mapping[str, str],
    revision: int | None = None,
    number: str | None = None,
    reason: str | None = None,
    nothing: bool = False,
    by_itself: bool = False,
) -> Checked:
    """Keep everything that was typed, good or not, and say what is wrong with it.

    `revision` is the one the typist saw; Stale when the draft moved on since. Number and reason stay where
    nothing is said of them.
    """
    if len(rows) > MOST_LINES:
        raise Invalid(lazy("A sheet can hold at most %(n)s lines."), n=MOST_LINES)
    fields: dict[str, str] = {
        "number": (draft.fields.get("number", "") if number is None else number).strip()[: NUMBER.longest],
        **{part: str(people.get(part, "")).strip()[: PURCHASER.longest] for part in PEOPLE},
    }
    postings.save_draft(
        by=by,
        draft=draft,
        revision=draft.revision if revision is None else revision,
        fields=fields,
        rows=[dict(row) for row in rows],
        reason=(draft.reason if reason is None else reason).strip()[: REASON.longest],
        nothing=nothing,
        by_itself=by_itself,
    )
    return check_lines(draft.rows)


def copy_last(*, canteen: Canteen, day: date) -> list[dict[str, str]]:
    """The lines of the canteen's last sheet as a beginning: everything but what is new each time."""
    last = queries.last_posted(canteen.id, day)
    left_out = ("quantity", "unit_price", "amount", "batch", "remark")
    return [
        {k: v for k, v in texts_of(line).items() if k not in left_out} for line in (last[1] if last else [])
    ]


def texts_of(line: Any) -> dict[str, str]:
    """A posted line as it would be typed."""
    texts = {
        name: str(getattr(line, name)) for name in FIELDS if name not in ("quantity", "unit_price", "amount")
    }
    texts["amount"] = fen_to_text(line.amount).replace(",", "")
    return typed_line(quantity=line.quantity, unit_price=line.unit_price, **texts)


def typed_line(*, quantity: int, unit_price: int, **texts: str) -> dict[str, str]:
    """A line for a draft, with quantity in thousandths and unit_price in 0.0001 yuan."""
    texts["quantity"] = milli_to_text(quantity).replace(",", "")
    texts["unit_price"] = price_to_text(unit_price).replace(",", "")
    return {name: text for name, text in texts.items() if text}


def typed_people(numbers: Mapping[str, int]) -> dict[str, str]:
    """Persons by their part in a sheet, as they would be typed: by what tells them apart."""
    known = designations()
    return {part: known.get(person(one).id) or person(one).name for part, one in numbers.items()}
