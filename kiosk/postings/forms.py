"""The form of a draft, made from the declaration of its kind, and the small forms around it."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import zip_longest
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, IntegerField, MultipleFileField, SelectField
from wtforms.validators import InputRequired
from wtforms.widgets import HiddenInput

from kiosk.core import field as declared
from kiosk.core.forms import Form, choices, field, or_none
from kiosk.core.i18n import _, lazy
from kiosk.core.web import actor, named
from kiosk.persons import queries as persons
from kiosk.postings import queries
from kiosk.postings.models import QUESTION, REASON, WITHDRAWAL, Posting
from kiosk.postings.queries import Kind, Posted, Somebody
from kiosk.postings.queries.lines import Lines
from kiosk.postings.queries.rhythms import DAY, unit_of
from kiosk.postings.shown import AT_ONCE
from kiosk.school import queries as school

PERIOD = declared.Day(
    name="period", label=lazy("For the day"), missing=lazy("Please say for which day it is.")
)
NO_TERM = lazy("No term is entered yet. It is entered under “Settings” first.")
BLANK_ROWS = 5
"""Empty rows below what is typed; each save adds new ones."""


class DraftForm(Form):
    """A draft: `revision` is the one that was looked at."""

    revision = IntegerField(widget=HiddenInput())
    reason = field(REASON)
    files = MultipleFileField()
    attachment_name = HiddenField()


class AttachmentsForm(Form):
    """The attachments of a draft, alone."""

    files = MultipleFileField()
    attachment_name = HiddenField()


class WithdrawalForm(Form):
    """Why something is withdrawn."""

    reason = field(WITHDRAWAL)


class QuestionForm(Form):
    """A question: `sent` is the form's own number, by which a second click of a new browser is known."""

    row = SelectField(lazy("Which line?"), coerce=or_none(int), validate_choice=False)
    text = field(QUESTION, render_kw={"rows": 4, "autocomplete": "off"})
    sent = HiddenField()


def question_form(posted: Posted, row: int | None = None, part: int = 0) -> QuestionForm:
    """The form with the lines of a part, each by its first cells, and the one that is chosen (`row`)."""
    rows, version, lines = posted.in_force.rows, posted.in_force.row.version, Lines(posted)
    form = QuestionForm(row=row if row is not None else None if rows else 0)
    seen = list(range(1, len(rows) + 1))[part * AT_ONCE :][:AT_ONCE]
    if form.row.data in range(1, len(rows) + 1) and form.row.data not in seen:
        seen.append(form.row.data)
    asked = [("", _("Please choose"))] if rows else []
    named_lines = [(str(n), f"{n} · {lines.name(version, n)}") for n in seen]
    form.row.choices = choices([*asked, *named_lines, ("0", _("All of it"))])
    return form


def draft_form(kind: Kind, **values: Any) -> DraftForm:
    """The form of a draft of a kind. What is missing may be missing: it is asked for when it is proposed."""
    inputs = {one.name: _field(one, beside_rows=bool(kind.columns)) for one in kind.inputs}
    form: DraftForm = type("Draft", (DraftForm,), inputs)(**values)
    return form


def _field(one: Any, *, beside_rows: bool) -> Any:
    if isinstance(one, Somebody):
        people = [("", "—"), *((str(person.number), person.name) for person in persons.people())]
        return SelectField(one.label, choices=choices(people), description=one.hint)
    if isinstance(one, declared.Choice | declared.Whole):
        return field(one)
    rows = {"rows": 3 if beside_rows else 10} if isinstance(one, declared.Paragraphs) else {}
    return field(replace(one, missing=None), render_kw=rows)


def start_form(kind: Kind) -> Form:
    """Whose a new posting is, and for which day, where its kind asks. The address may name both."""
    inputs: dict[str, Any] = {}
    offered = [(code, label) for code, label, _place in offered_places(kind)]
    if len(offered) > 1 or (offered and offered[0][0]):
        asked = [] if "" in dict(offered) or len(offered) == 1 else [("", _("Please choose"))]
        needed = [InputRequired(lazy("Please choose whose it is."))] if asked else []
        inputs["place"] = SelectField(lazy("Whose is it?"), needed, choices=choices([*asked, *offered]))
    if kind.rhythm and kind.rhythm.unit == DAY:
        inputs["period"] = field(PERIOD)
    elif kind.rhythm:
        offered_periods = queries.offered_periods(kind.rhythm, school.today())
        named = [(one, queries.period_words(one)) for one in offered_periods]
        inputs["period"] = (
            SelectField(lazy("For which period?"), choices=choices(named)) if named else _no_term()
        )
    form: Form = type("Start", (Form,), inputs)(data=_named_in_address(kind))
    return form


def _no_term() -> SelectField:
    """The period of a kind that is posted by terms, in a school that has none yet."""
    return SelectField(
        lazy("For which period?"),
        [InputRequired(NO_TERM)],
        choices=choices([("", "—")]),
        validate_choice=False,
        description=NO_TERM,
    )


def _named_in_address(kind: Kind) -> dict[str, str | None]:
    """The place and the period that an address names; a day is today where it names none."""
    found: dict[str, str | None] = {"place": request.args.get("place")}
    period = request.args.get("period", "")
    if kind.rhythm and unit_of(period) == kind.rhythm.unit and queries.span_of(period):
        return {**found, "period": period}
    return (
        {**found, "period": school.today().isoformat()} if kind.rhythm and kind.rhythm.unit == DAY else found
    )


def offered_places(kind: Kind) -> list[tuple[str, str, Any]]:
    """Code, name and place of whatever the account may write a posting of the kind for."""
    found = []
    for place in queries.places(kind):
        if not kind.may(kind.drafts, actor(), queries.place_at(place)):
            continue
        label = named(place) if place else _("Whole school")
        found.append((queries.place_code(place), str(label), place))
    return found


def offered_place(kind: Kind, begun: Mapping[str, Any]) -> Any:
    """The place that a form to begin a posting says; the only one where it asks for none."""
    places = {code: place for code, _label, place in offered_places(kind)}
    return places.get(begun.get("place", next(iter(places), "")))


def offered_texts(kind: Kind) -> dict[str, str]:
    """What a new posting begins with for the place and the period that an address names."""
    named = _named_in_address(kind)
    period, code = named.get("period"), named.get("place")
    place = next((place for own, _label, place in offered_places(kind) if own == code), None)
    if not (kind.offers and period) or (place is None and "school" not in kind.scopes):
        return {}
    canteen_id, counter_id = queries.key_of(place)
    return kind.offers(Posting(kind=kind.slug, period=period, canteen_id=canteen_id, counter_id=counter_id))


def rows_of(kind: Kind, form: MultiDict[str, str]) -> list[dict[str, str]]:
    """The rows of a grid that was sent, without empty ones: each column is there once a row."""
    columns = [form.getlist(f"row_{one.name}") for one in kind.columns]
    rows = zip_longest(*columns, fillvalue="")
    return [
        {one.name: queries.kept_cell(one, text) for one, text in zip(kind.columns, texts, strict=True)}
        for texts in rows
        if any(text.strip() for text in texts)
    ]
