"""The forms of cases: one for what is taken down, and one for each verb, with the fields that it takes."""

from dataclasses import replace
from typing import Any

from flask_wtf.file import FileField
from wtforms import HiddenField, RadioField, SelectField
from wtforms.widgets import HiddenInput

from kiosk.cases import queries
from kiosk.cases.models import ASKED, DAY, INTERNAL, ORDINARY, OUTCOMES, PUBLIC, SEVERITIES, WORDS, Case
from kiosk.core.forms import Form, WholeField, choices, field
from kiosk.core.i18n import LazyString, lazy

FIELDS: dict[str, tuple[str, ...]] = {
    "acknowledge": (),
    "accept": (),
    "refuse": ("reason",),
    "offer": ("to", "reason"),
    "assign": ("to", "reason"),
    "classify": ("severity", "text"),
    "reply": ("text",),
    "plan": ("text", "date"),
    "wait": ("text",),
    "resume": ("reason",),
    "answer": ("text", "outcome", "date"),
    "decide": ("text", "outcome"),
    "tell": ("reason",),
    "close": ("outcome", "date", "reason"),
    "reopen": ("reason",),
    "correct": ("text",),
    "release": ("text",),
    "note": ("reason",),
}
"""What each verb takes."""

LABELS: dict[tuple[str, str], LazyString] = {
    ("refuse", "reason"): lazy("Why is it not yours?"),
    ("resume", "reason"): lazy("What did the asker say?"),
    ("tell", "reason"): lazy("How was the asker told?"),
    ("reopen", "reason"): lazy("What is not better?"),
    ("classify", "text"): lazy("Why? Everybody reads this."),
    ("wait", "text"): lazy("What do you ask? Everybody reads this."),
    ("plan", "text"): lazy("What will be done? Everybody reads this."),
    ("answer", "text"): lazy("Answer: everybody reads this"),
    ("decide", "text"): lazy("Why? Everybody reads this."),
    ("correct", "text"): lazy("Correction: everybody reads this"),
    ("release", "text"): lazy("What was asked: put * in place of names. Everybody reads this."),
    ("answer", "date"): lazy("Planned until (only for a plan)"),
    ("close", "date"): lazy("Planned until (only for a plan)"),
}
"""What a field is called under a verb, where that is not its usual name."""


CHOOSE = lazy("Please choose")
CHOOSE_OR_LATER = lazy("Please choose; it can also be said when it is closed")


class ActForm(Form):
    """Something done with a case; `revision` is the one that was looked at, from the page."""

    revision = WholeField(widget=HiddenInput())


def act_form(verb: str, case: Case, **options: Any) -> ActForm:
    """The form of a verb. Each has fields of its own names, ids that no other form of the page has."""
    inputs = {name: _field(verb, name, case) for name in FIELDS[verb]}
    form: ActForm = type("Act", (ActForm,), inputs)(**options)
    form.revision.id = f"{verb}-revision"
    return form


def _field(verb: str, name: str, case: Case) -> Any:
    own = {"id": f"{verb}-{name}"}
    label = LABELS.get((verb, name))
    match name:
        case "to":
            people = [("", "—")] + [
                (str(one.number), _called(one)) for one in queries.colleagues(but=_owner(case))
            ]
            return SelectField(lazy("To whom?"), choices=choices(people), validate_choice=False, **own)
        case "outcome":
            offered = [("", CHOOSE if verb != "answer" else CHOOSE_OR_LATER)]
            offered += [(code, OUTCOMES[code]) for code in queries.outcomes(verb)]
            return SelectField(
                lazy("How did it end?"), choices=choices(offered), validate_choice=False, **own
            )
        case "severity":
            return SelectField(lazy("How grave is it?"), choices=choices(SEVERITIES.items()), **own)
        case "date":
            return field(replace(DAY, label=label or DAY.label), **own)
        case "text":
            declared = replace(PUBLIC, missing=None, least=0, label=label or PUBLIC.label)
            return field(declared, render_kw={"rows": 5}, **own)
    return field(replace(INTERNAL, label=label or INTERNAL.label), render_kw={"rows": 3}, **own)


def _owner(case: Case) -> tuple[int, ...]:
    return (case.owner_id,) if case.owner_id is not None else ()


def _called(person: Any) -> str:
    return f"{person.name} ({person.post})" if person.post else str(person.name)


class AskForm(Form):
    """What anybody hands in. It bears no token: whoever sends it has no authority that could be borrowed."""

    class Meta(Form.Meta):
        csrf = False

    kind = RadioField(lazy("What is it?"), validate_choice=False)
    subject = SelectField(lazy("Which place is it about?"), validate_choice=False)
    text = field(ASKED, render_kw={"rows": 6, "autocomplete": "off"})
    photo = FileField(
        lazy("A photo (optional)"),
        render_kw={"accept": "image/jpeg,image/png,image/webp", "data-shrink": True},
    )
    kept = HiddenField()
    """The photo of the page before, signed."""
    sent = HiddenField()
    """The form's own number, by which a second click is known."""
    looked = HiddenField()
    """The hash of the text whose masked form was looked at."""


def ask_form(kind: str = "") -> AskForm:
    """The form with what can be asked, and about which places; `kind` is what is chosen at first."""
    kinds = queries.kinds_asked()
    form = AskForm(kind=kind if kind in kinds else None)
    form.kind.choices = choices(kinds.items())
    form.subject.choices = choices([("", lazy("Please choose")), *queries.places_asked()])
    return form


class NewCaseForm(Form):
    """What was said at a desk or on the phone."""

    text = field(WORDS, render_kw={"rows": 6})
    kind = SelectField(lazy("What is it?"))
    subject = SelectField(lazy("Which place or person?"), validate_choice=False)
    severity = SelectField(
        lazy("How grave is it?"),
        choices=choices(SEVERITIES.items()),
        default=ORDINARY,
        description=lazy("Food safety goes to the head of logistics at once."),
    )


def new_case_form() -> NewCaseForm:
    """The form with what can be chosen today."""
    form = NewCaseForm()
    form.kind.choices = choices(queries.kinds_by_hand().items())
    form.subject.choices = choices([("", lazy("Please choose")), *queries.choices()])
    return form
