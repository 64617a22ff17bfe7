"""Forms of the kitchen."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from wtforms import FileField, HiddenField, SelectField, TimeField
from wtforms.validators import Optional

from kiosk.core.field import Paragraphs
from kiosk.core.forms import Form, field
from kiosk.core.i18n import lazy
from kiosk.inspections.models import LIST_REASON, WORDS
from kiosk.kitchen.models import (
    GOODS_BATCH,
    GOODS_ITEM,
    GOODS_PAPER,
    GOODS_SUPPLIER,
    GOODS_UNTIL,
    PLACE,
    REASON,
    REVIEW,
)

MORE = Paragraphs(
    name="more",
    label=lazy("Further dishes, one a line"),
    longest=600,
    hint=lazy("What the menu does not have; with as many grams as the others."),
)


class MealForm(Form):
    """The samples of a meal: where they are, and what the menu does not have."""

    place = field(
        replace(PLACE, missing=None),
        render_kw={"list": "places", "autocomplete": "off", "enterkeyhint": "done"},
    )
    taken = TimeField(
        lazy("Put away at"),
        [Optional()],
        description=lazy("Empty: just now. Both times are shown where it was entered later."),
    )
    more = field(MORE, render_kw={"rows": "2"})


class ReasonForm(Form):
    """Why."""

    reason = field(REASON)


class EarlyForm(Form):
    """Why samples are thrown away before their time; asked for where one is."""

    reason = field(replace(REASON, missing=None))


def lines(text: str | None) -> Iterable[str]:
    """The lines of a text that say something."""
    return [one for line in (text or "").splitlines() if (one := line.strip())]


def chosen(form: Any, prefix: str) -> list[str]:
    """The values of the ticked boxes `prefix0`, `prefix1` … of what was sent."""
    return [value for name, value in form.items() if name.startswith(prefix) and value.strip()]


class ControlForm(Form):
    """The control of a day; its lines stand beside it, since they are data."""

    id = HiddenField()
    begun = HiddenField()
    ended = HiddenField()
    version = HiddenField()


class ListForm(Form):
    """A new version of a list."""

    reason = field(LIST_REASON)
    seen = HiddenField()


class SeenForm(Form):
    """What is said of something found."""

    words = field(replace(WORDS, label=lazy("What was done, or seen"), missing=None), render_kw={"rows": "3"})


class ReviewForm(Form):
    """The look at a week or month."""

    text = field(REVIEW, render_kw={"rows": "8"})
    seen = HiddenField()


class PlainForm(Form):
    """A form whose fields are data: people, with a box or a day for each."""


class WorkerForm(Form):
    """Somebody who works with food beside the roster."""

    person = SelectField(lazy("Who also works with food there"))


class GoodsForm(Form):
    """A paper that came with goods."""

    item = field(GOODS_ITEM)
    supplier = field(GOODS_SUPPLIER)
    batch = field(GOODS_BATCH)
    paper = field(GOODS_PAPER)
    until = field(GOODS_UNTIL)
    photo = FileField(lazy("Photo (optional)"), render_kw={"accept": "image/jpeg,image/png,image/webp"})
