"""Forms of approvals, absences, minutes and ladders."""

from collections.abc import Iterable
from typing import Any

from wtforms import RadioField, SelectField, StringField
from wtforms.validators import InputRequired
from wtforms.widgets import HiddenInput

from kiosk.core.errors import Invalid
from kiosk.core.forms import DateField, Form, WholeField, choices, field
from kiosk.core.i18n import lazy
from kiosk.persons.models import Person
from kiosk.steps.models import ABSENCE, MINUTES, WHY
from kiosk.steps.services import Seen
from kiosk.steps.settings import DECIDERS, LIMIT, MOST_MEMBERS, MOST_TIERS, Tier

APPROVE, RETURN = "approve", "return"
DAY_NEEDED = lazy("Please enter a day.")


def code_field() -> StringField:
    """Where a fresh code of the second factor is typed."""
    typed = {"inputmode": "numeric", "autocomplete": "one-time-code"}
    return StringField(lazy("Code of the second factor"), render_kw=typed)


class SeenForm(Form):
    """Whatever is decided, with what the decider looked at: `hash` and `level` come from the page.

    A script that sends neither decides about what stands there now.
    """

    hash = StringField(widget=HiddenInput())
    level = WholeField(widget=HiddenInput())

    @property
    def seen(self) -> Seen | None:
        """What the page showed, if it was sent along."""
        return Seen(self.hash.data, self.level.data or 0) if self.hash.data else None


class DecisionForm(SeenForm):
    """A decision."""

    decision = SelectField(choices=choices([(APPROVE, lazy("Approve")), (RETURN, lazy("Send back"))]))
    comment = field(WHY)
    code = code_field()


AGREED, AGAINST, NOT_THERE = "yes", "no", ""


class MinutesForm(SeenForm):
    """A decision from the minutes of a meeting; a field for each member comes from `minutes_form`."""

    met_on = DateField(lazy("Day of the meeting"), [InputRequired(DAY_NEEDED)])
    minutes: Any = field(MINUTES)
    code = code_field()

    @property
    def votes(self) -> list[Any]:
        """The fields of the members."""
        return [one for one in self if one.name.startswith("member-")]

    @property
    def roll(self) -> dict[int, bool]:
        """Who took part, by number, and whether each agreed."""
        told = ((int(one.name.partition("-")[2]), one.data) for one in self.votes)
        return {number: data == AGREED for number, data in told if data in (AGREED, AGAINST)}


def minutes_form(members: Iterable[Person]) -> type[MinutesForm]:
    """The form with a field for each of these members: agreed, did not, or was not there."""
    sides = [
        (AGREED, lazy("In favour")),
        (AGAINST, lazy("Did not agree")),
        (NOT_THERE, lazy("Did not take part")),
    ]
    fields = {
        f"member-{one.id}": RadioField(one.name, choices=choices(sides), default=NOT_THERE) for one in members
    }
    return type("MembersForm", (MinutesForm,), fields)


class TiersForm(Form):
    """Who decides about money, row by row; the rows come from `tiers_form`. A row without a role is none."""

    try_amount = StringField(lazy("Try an amount (yuan)"), render_kw={"inputmode": "decimal"})

    @property
    def rows(self) -> list[tuple[Any, Any, Any]]:
        """The fields of each row: up to, who, how many."""
        return [tuple(self[f"{name}_{n}"] for name in Tier._fields) for n in range(1, MOST_TIERS + 1)]

    @property
    def tiers(self) -> list[Tier]:
        """What was typed; Invalid, with the field, for an amount that is none or a row that names nobody."""
        found = []
        for up_to, role, least in self.rows:
            try:
                limit = LIMIT.read(up_to.data)
            except Invalid as problem:
                raise Invalid(str(problem), field=up_to.name) from None
            if role.data:
                found.append(Tier(limit, role.data, least.data or 1))
            elif limit is not None:
                raise Invalid(lazy("Please say who decides."), field=role.name)
        return found


def _tiers_form() -> type[TiersForm]:
    fields: dict[str, Any] = {}
    who = choices([("", lazy("(row not used)")), *DECIDERS.items()])
    numbers = choices([(n, n) for n in range(1, MOST_MEMBERS + 1)])
    for n in range(1, MOST_TIERS + 1):
        fields[f"up_to_{n}"] = StringField(LIMIT.label, render_kw={"inputmode": "decimal"})
        fields[f"role_{n}"] = SelectField(lazy("Decided by"), choices=who, default="")
        fields[f"least_{n}"] = SelectField(lazy("At least"), choices=numbers, coerce=int, default=1)
    return type("AllTiersForm", (TiersForm,), fields)


AllTiersForm = _tiers_form()


def typed_tiers(tiers: Iterable[Tier]) -> dict[str, Any]:
    """Rows as the form shows them."""
    data: dict[str, Any] = {}
    for n, one in enumerate(tiers, 1):
        limit = LIMIT.plain(one.up_to).removesuffix(".00") if one.up_to is not None else ""
        data |= {f"up_to_{n}": limit, f"role_{n}": one.role, f"least_{n}": one.least}
    return data


class AbsenceForm(Form):
    """Who signs while one is absent, or somebody else."""

    absent = SelectField(lazy("Who is absent"), default="")
    stand_in = SelectField(
        lazy("Who signs meanwhile"), [InputRequired(lazy("Please choose who signs meanwhile."))]
    )
    first = DateField(lazy("From"), [InputRequired(DAY_NEEDED)])
    last = DateField(lazy("Until"), [InputRequired(DAY_NEEDED)])
    reason: Any = field(ABSENCE)
