"""Forms of tenders, and how their tables of inputs are read."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import zip_longest

from flask_wtf.file import FileField
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from kiosk.core.errors import Invalid
from kiosk.core.field import Day, Fraction, Line, Money, UnitPrice
from kiosk.core.forms import Form, choices, field
from kiosk.core.i18n import lazy
from kiosk.school import queries as school
from kiosk.tenders.models import (
    BIDDER,
    BY_MEMBERS,
    BY_PRICE,
    CLERK,
    CORRECTED,
    ESTIMATE,
    FIRST,
    INTERESTS,
    LAST,
    PLACE,
    PRICINGS,
    REASON,
    REASONS,
    RENEWAL,
    SHORT,
    SUBJECTS,
    TERMS,
    TIES,
    TITLE,
    WHY,
)
from kiosk.tenders.queries import POINTS, QUANTITY, Criterion, Notice, Wanted, offer_input
from kiosk.tenders.services import Due, Good

LINE_FIELDS = ("item", "specification", "unit", "quantity", "item_class")
CRITERION_FIELDS = ("criterion", "weight", "by")
RENT_FIELDS = ("due", "rent")
GOOD_FIELDS = ("item", "specification", "unit", "price")
TEXTS = {
    "item": Line(name="lines", label=lazy("Item"), longest=60),
    "specification": Line(name="lines", label=lazy("Specification"), longest=60),
    "unit": Line(name="lines", label=lazy("Unit"), longest=20),
    "item_class": Line(name="lines", label=lazy("Class"), longest=30),
}
Row = dict[str, str]


class NeedForm(Form):
    """What is needed; its lines stand beside it."""

    sent = HiddenField()
    seen = HiddenField()
    title = field(TITLE)
    subject = RadioField(lazy("Kind of tender"), choices=choices(SUBJECTS.items()))
    pricing = RadioField(lazy("How it is priced"), choices=choices(PRICINGS.items()))
    why = field(WHY)
    estimate = field(ESTIMATE, render_kw={"inputmode": "decimal"})
    months = IntegerField(lazy("For how many months"), [Optional()], render_kw={"inputmode": "numeric"})


class NoticeForm(Form):
    """The rules by which it is decided; the criteria stand beside it."""

    seen = HiddenField()
    deadline = StringField(
        lazy("Until when envelopes are taken; then they are opened"),
        render_kw={"type": "datetime-local"},
    )
    short = field(SHORT)
    place = field(PLACE)
    terms = field(TERMS)
    tie = RadioField(
        lazy("What decides between equal bids"),
        choices=choices(TIES.items()),
        description=lazy("Written before anybody bids, and never changed once an envelope is there."),
    )
    reason = field(CORRECTED)


class EnvelopeForm(Form):
    """An envelope as it is handed in; the picture is of the closed envelope."""

    sent = HiddenField()
    bidder = field(BIDDER)
    clerk = field(CLERK)
    photo = FileField(
        lazy("Picture of the closed envelope"), render_kw={"accept": "image/*", "capture": "environment"}
    )


class ReasonForm(Form):
    """Why."""

    reason = field(REASON)


class AbsentForm(Form):
    """Why a member is absent."""

    reason = SelectField(lazy("Why absent"), choices=choices(REASONS.items()))


class CodeForm(Form):
    """The code of a member's slip."""

    code = StringField(lazy("Code of the slip"), render_kw={"autocomplete": "off"})


class RecuseForm(Form):
    """Which tie to a bidder a member has."""

    interest = SelectField(lazy("Tie to a bidder"), choices=choices(INTERESTS.items()))
    code = StringField(lazy("Code of the slip"), render_kw={"autocomplete": "off"})


class ConfirmForm(Form):
    """The protocol that was looked at."""

    seen = HiddenField()
    code = StringField(lazy("Code of the slip"), render_kw={"autocomplete": "off"})


class PlainForm(Form):
    """A button, or a table of inputs of its own."""


class AwardForm(Form):
    """Whose bid is taken, and why."""

    bid = RadioField(lazy("Awarded to"))
    reason = StringField(
        lazy("Why"),
        description=lazy(
            "Needed where it is not the first by points or not the best price, or for no award."
        ),
        render_kw={"maxlength": 200},
    )
    few = StringField(lazy("Why so few bids are enough"), render_kw={"maxlength": 200})
    drawn = IntegerField(
        lazy("The number that was drawn by hand"), [Optional()], render_kw={"inputmode": "numeric"}
    )


class ContractForm(Form):
    """Validity, renewal; of a concession the counter. Rents and goods stand beside it."""

    first = field(FIRST)
    last = field(LAST)
    renewal = field(RENEWAL)
    counter = SelectField(
        lazy("The counter that it runs"),
        validate_choice=False,
        description=lazy("Its ratings stand beside the contract."),
    )


class UntilForm(Form):
    """Until when a contract is in force from now on, and why."""

    until = field(Day(name="until", label=lazy("Last day"), missing=lazy("Please enter a day.")))
    reason = field(REASON)


class RentForm(Form):
    """When a rent came in."""

    day = field(Day(name="day", label=lazy("Came in on"), missing=lazy("Please enter a day.")))


class FileForm(Form):
    """A file of notices, or its text as it was looked at."""

    file = FileField(lazy("File with notices (CSV or workbook)"))
    text = TextAreaField()


def rows_of(form: MultiDict[str, str], names: Sequence[str]) -> list[Row]:
    """The rows of a table of inputs, each input there once a row; empty ones are left out."""
    columns = [form.getlist(name) for name in names]
    rows = [dict(zip(names, texts, strict=True)) for texts in zip_longest(*columns, fillvalue="")]
    return [row for row in rows if any(text.strip() for name, text in row.items() if name != "by")]


def lines(rows: Sequence[Row]) -> tuple[Wanted, ...]:
    """The lines of a need. Invalid, with the row, for what cannot be read."""
    made = []
    for row in rows:
        texts = {name: one.read(row.get(name)) for name, one in TEXTS.items()}
        quantity = _read(QUANTITY, row.get("quantity"), "lines") or 0
        made.append(Wanted(**texts, quantity=quantity))
    return tuple(made)


def criteria(rows: Sequence[Row]) -> tuple[Criterion, ...]:
    """The criteria of a notice. Invalid for points that are no whole number."""
    made = []
    for row in rows:
        if not re.fullmatch("[0-9]{1,3}", row["weight"].strip()):
            raise Invalid(lazy("Points are whole numbers that come to 100."), field="criteria")
        by = BY_PRICE if row["by"] == BY_PRICE else BY_MEMBERS
        made.append(Criterion(row["criterion"].strip(), int(row["weight"]), by))
    return tuple(made)


def _read(declared: Fraction, text: str | None, name: str) -> int | None:
    try:
        return declared.read(text)
    except Invalid as problem:
        problem.field = name
        raise


def moment(text: str | None, name: str = "deadline") -> datetime:
    """An aware moment as a browser writes a local one. Invalid for anything else."""
    found = (text or "").strip().replace(" ", "T")
    try:
        if not re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d(:\d\d)?", found):
            raise ValueError(found)
        return datetime.fromisoformat(found).replace(tzinfo=school.zone())
    except ValueError:
        raise Invalid(lazy("Please enter day and time, like 2026-03-04 09:30."), field=name) from None


def notice(form: NoticeForm, rows: Sequence[Row]) -> Notice:
    """What a notice says."""
    deadline = moment(form.deadline.data)
    return Notice(
        deadline=deadline,
        opens=deadline,
        place=form.place.data or "",
        terms=form.terms.data or "",
        criteria=criteria(rows),
        tie=form.tie.data or "",
        short=form.short.data or "",
        reason=form.reason.data or "",
    )


def offer(pricing: str, texts: Sequence[str]) -> list[int]:
    """What was typed of a bid, line by line."""
    declared = offer_input(pricing)
    return [declared.read(text) or 0 for text in texts]


def points(form: Mapping[str, str]) -> dict[int, dict[str, int]]:
    """The points by bid and criterion. Invalid for what is no number."""
    made: dict[int, dict[str, int]] = {}
    for name, text in form.items():
        if found := re.fullmatch(r"points-([0-9]{1,9})-(c[1-9])", name):
            made.setdefault(int(found[1]), {})[found[2]] = POINTS.read(text) or 0
    return made


RENT = Money(name="rents", label=lazy("Rent"), missing=lazy("Please enter an amount."))
DUE = Day(name="rents", label=lazy("Due"), missing=lazy("Please enter a day."))
GOOD = UnitPrice(name="goods", label=lazy("Price"), missing=lazy("Please enter a price."))


def rents(rows: Sequence[Row]) -> list[Due]:
    """The rents of a concession."""
    return [Due(_day(row["due"]), RENT.read(row["rent"]) or 0) for row in rows]


def _day(text: str) -> date:
    found = DUE.read(text)
    assert found
    return found


def goods(rows: Sequence[Row]) -> list[Good]:
    """What a concession sells."""
    made = []
    for row in rows:
        item, specification, unit = (
            TEXTS[name].read(row[name]) for name in ("item", "specification", "unit")
        )
        made.append(Good(item, specification, unit, GOOD.read(row["price"]) or 0))
    return made
