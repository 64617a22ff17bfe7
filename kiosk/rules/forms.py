"""Forms of rules: what is written, said, answered, voted."""

import re
from collections.abc import Sequence
from typing import Any

from flask_wtf.file import FileField
from wtforms import SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange
from wtforms.widgets import HiddenInput

from kiosk.core.forms import CheckboxField, Form, WholeField, choices, field
from kiosk.core.i18n import lazy
from kiosk.rules.models import (
    ANSWER,
    HEADING,
    HELD,
    OPINION,
    OUTCOMES,
    REASON,
    REPEALED_FROM,
    SINCE,
    SLUG,
    TEXT,
    TITLE,
    UNTIL,
    WHY,
)
from kiosk.rules.queries import ARTICLE, CHAPTER, Numbered
from kiosk.rules.queries.articles import OTHER

KINDS = (
    (ARTICLE, lazy("an article")),
    (CHAPTER, lazy("the heading of a chapter")),
    (OTHER, lazy("a text without a number")),
)
WHOLE_RULE = lazy("The rule as a whole")


class BringForm(Form):
    """A rule from a file or a pasted text, or begun with nothing."""

    title = StringField(
        TITLE.label,
        description=lazy("Left empty, it is read from the file."),
        render_kw={"maxlength": TITLE.longest},
    )
    team = SelectField(lazy("Whose rule it is"))
    slug = field(SLUG)
    file = FileField(
        lazy("Word file (.docx)"),
        description=lazy(
            "As the school has it: 第一章, 第一条, or numbered. You see what becomes of it first."
        ),
        render_kw={"accept": ".docx,.txt"},
    )
    pasted = TextAreaField(lazy("Or paste the text here"), render_kw={"rows": 6, "maxlength": 200_000})


class TakeForm(Form):
    """A text that is taken in for a draft that exists."""

    file = FileField(lazy("Word file (.docx)"), render_kw={"accept": ".docx,.txt"})
    pasted = TextAreaField(lazy("Or paste the text here"), render_kw={"rows": 6, "maxlength": 200_000})
    revision = WholeField(widget=HiddenInput())


class ConfirmForm(Form):
    """What the preview confirms."""

    title = field(TITLE)
    team = SelectField(lazy("Whose rule it is"))
    slug = field(SLUG)


class ItemForm(Form):
    """An article, a chapter's heading, or a text without a number; `seen` is what the page showed."""

    kind = SelectField(lazy("What it is"), choices=choices(KINDS))
    heading = field(HEADING)
    text: Any = field(TEXT, render_kw={"rows": 12})
    seen = StringField(widget=HiddenInput())


class AddForm(Form):
    """A new article behind another."""

    kind = SelectField(lazy("What it is"), choices=choices(KINDS))
    heading = field(HEADING)
    text: Any = field(TEXT, render_kw={"rows": 8})
    after = SelectField(lazy("Behind"))
    revision = WholeField(widget=HiddenInput())


class OrderForm(Form):
    """Where an item goes, or that it goes."""

    after = SelectField(lazy("Move it behind"))
    revision = WholeField(widget=HiddenInput())


class TitleForm(Form):
    """Another title."""

    title = field(TITLE)


class ConsultForm(Form):
    """Until when opinions are taken, and why there is this text."""

    until = field(UNTIL)
    why: Any = field(WHY, render_kw={"rows": 4})


class ProlongForm(Form):
    """Until when opinions are taken instead."""

    until = field(UNTIL)


class FreezeForm(Form):
    """What the text frozen is to be voted on."""

    since = field(SINCE)
    why: Any = field(WHY, render_kw={"rows": 4})


class RepealForm(Form):
    """That the rule ends is to be decided on."""

    since = field(REPEALED_FROM)
    why: Any = field(WHY, render_kw={"rows": 4})


class ReasonForm(Form):
    """Why something is taken back."""

    reason = field(REASON)


class AnswerForm(Form):
    """An answer to opinions that are alike."""

    opinions = SelectMultipleField()
    outcome = SelectField(
        lazy("Is it adopted?"), choices=choices([("", lazy("Please choose")), *OUTCOMES.items()])
    )
    text: Any = field(ANSWER, render_kw={"rows": 3})
    articles = SelectMultipleField(lazy("Articles that change because of it"))


class PaperForm(Form):
    """An opinion from a printed form."""

    sheet = StringField(
        lazy("Number that you give the sheet"),
        description=lazy(
            "What stands on the same sheet is shown as one voice. The number itself is not kept."
        ),
        render_kw={"maxlength": 20},
    )
    article = SelectField(lazy("On what"))
    text: Any = field(OPINION, render_kw={"rows": 4})


class VoteForm(Form):
    """How the council voted."""

    held_on = field(HELD)
    present: Any = CheckboxField(lazy("Who was there"))
    in_favour: Any = WholeField(
        lazy("In favour"),
        [InputRequired(lazy("A number is missing.")), NumberRange(0, 999)],
        render_kw={"inputmode": "numeric"},
    )
    against: Any = WholeField(
        lazy("Against"),
        [InputRequired(lazy("A number is missing.")), NumberRange(0, 999)],
        render_kw={"inputmode": "numeric"},
    )
    abstained: Any = WholeField(
        lazy("Abstained"),
        [InputRequired(lazy("A number is missing.")), NumberRange(0, 999)],
        render_kw={"inputmode": "numeric"},
    )
    hash = StringField(widget=HiddenInput())


class OpinionForm(Form):
    """What somebody says on an article, without an account."""

    article = SelectField(lazy("On what"))
    text: Any = field(OPINION, render_kw={"rows": 4})
    sent = StringField(widget=HiddenInput())
    way = StringField(widget=HiddenInput())

    def token(self) -> str:
        """The number of the form as it was sent, if it is one."""
        sent = self.sent.data or ""
        return sent if re.fullmatch(r"[A-Za-z0-9_-]{16,64}", sent) else ""


class CiteForm(Form):
    """By which article something goes."""

    subject = StringField(widget=HiddenInput())
    article = SelectField(lazy("Article"))


def targets(text: Sequence[Numbered]) -> list[tuple[str, Any]]:
    """What an opinion can be on: the whole, and each article by its number and heading."""
    named = [(one.item.key, one.called) for one in text if one.item.kind != CHAPTER]
    return [("", WHOLE_RULE), *named]


def places(text: Sequence[Numbered], without: str = "") -> list[tuple[str, Any]]:
    """Behind what an item can stand."""
    named = [(one.item.key, one.called) for one in text if one.item.key != without]
    return [("", lazy("the title: it is the first")), *named]
