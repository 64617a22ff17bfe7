"""What the forms of all rooms share."""

import re
from collections.abc import Callable, Iterable
from typing import Any

import wtforms
from flask import request
from flask_wtf import FlaskForm
from flask_wtf.form import _Auto
from werkzeug.datastructures import CombinedMultiDict
from wtforms import IntegerField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, StopValidation
from wtforms.widgets import CheckboxInput, DateInput, ListWidget, TextArea

from kiosk.core.errors import Invalid, Problem
from kiosk.core.field import YEARS, Choice, Day, Fraction, Input, Line, Paragraphs, Whole, near_years
from kiosk.core.hours import hours_from_text, hours_to_text
from kiosk.core.i18n import lazy


class Form(FlaskForm):
    """A form as browsers send it. JSON is no form: its values could be anything."""

    class Meta(FlaskForm.Meta):
        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Take what was typed and chosen, and nothing else."""
            if formdata is not _Auto:
                return formdata
            return CombinedMultiDict((request.files, request.form)) if form.is_submitted() else None

    def values(self, **instead: Any) -> dict[str, Any]:
        """What was typed and chosen, by the fields' names, as a service takes it; with these instead."""
        fields = (field for field in self if field.name != self.meta.csrf_field_name)
        return {field.short_name: field.data for field in fields} | instead


def choices(pairs: Iterable[tuple[Any, Any]]) -> list[SelectChoice]:
    """What a field offers: values and their labels."""
    return [SelectChoice(value, label) for value, label in pairs]


class CheckboxField(SelectMultipleField):
    """Any number of choices, each a box to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class WholeField(IntegerField):
    """A whole number in plain digits; anything else is no number, and the field's NumberRange says so."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take nine digits at most: no 1_000, no １２, nothing that overflows."""
        text = valuelist[0].strip() if valuelist else ""
        self.data = int(text) if re.fullmatch(r"-?[0-9]{1,9}", text) else None


class LineField(StringField):
    """A declared text, as its declaration reads it."""

    data: Any

    def __init__(self, *args: Any, declared: Line | Paragraphs, **options: Any) -> None:
        super().__init__(*args, **options)
        self.declared = declared
        self.flags.required = declared.missing is not None
        self.flags.maxlength = declared.longest

    def pre_validate(self, form: Any) -> None:
        """Take what the declaration takes, as it reads it."""
        try:
            self.data = self.declared.read(self.data)
        except Invalid as problem:
            raise StopValidation(str(problem)) from problem


class TextField(StringField):
    """A declared input that keeps what was typed; what it means is read by its declaration."""

    data: Any

    def __init__(self, *args: Any, declared: Day | Fraction, **options: Any) -> None:
        super().__init__(*args, **options)
        self.declared = declared
        self.flags.required = declared.missing is not None
        if isinstance(declared, Day):
            self.widget = DateInput()

    def pre_validate(self, form: Any) -> None:
        """Refuse what the declaration refuses."""
        try:
            self.declared.read(self.data)
        except Invalid as problem:
            raise StopValidation(str(problem)) from problem


class ParagraphsField(LineField):
    """A declared text of several lines."""

    widget = TextArea()


class DateField(wtforms.DateField):
    """A day, so many years `back` or `ahead` of this one at most."""

    def __init__(self, *args: Any, back: int = YEARS, ahead: int = YEARS, **options: Any) -> None:
        super().__init__(*args, **options)
        self.years = (back, ahead)

    def pre_validate(self, form: Any) -> None:
        """Refuse a day that is a slip of the pen."""
        try:
            if self.data:
                near_years(self.data, self.short_name, *self.years)
        except Invalid as problem:
            raise StopValidation(str(problem)) from problem


class HoursField(TextAreaField):
    """Opening hours, a line each, as pairs of times."""

    data: Any

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else hours_to_text(self.data or [])

    def process_formdata(self, valuelist: list[str]) -> None:
        """Lines that can be read."""
        try:
            self.data = hours_from_text("\n".join(valuelist))
        except ValueError as error:
            message = lazy("“%(line)s” is not a span of time; please write it like 11:20-13:00.", line=error)
            raise ValueError(str(message)) from error


def field(declared: Input, **options: Any) -> Any:
    """The field of a form for a declared input; `options` are WTForms' own."""
    options = {"description": declared.hint, **options}
    match declared:
        case Line():
            return LineField(declared.label, declared=declared, **options)
        case Whole():
            return number_field(declared, **options)
        case Choice():
            return SelectField(declared.label, choices=choices(declared.options.items()), **options)
        case Paragraphs():
            return ParagraphsField(declared.label, declared=declared, **options)
        case Day() | Fraction():
            return TextField(declared.label, declared=declared, **options)


def number_field(declared: Whole, **options: Any) -> WholeField:
    """A whole number from the least to the most."""
    bounds = {"inputmode": "numeric", "min": str(declared.least), "max": str(declared.most)}
    needed = [InputRequired(declared.wrong), NumberRange(declared.least, declared.most, declared.wrong)]
    return WholeField(declared.label, needed, render_kw=bounds | options.pop("render_kw", {}), **options)


def or_none(parse: Callable[[str], Any]) -> Callable[[str], Any]:
    """A parser for a field that may be left empty."""
    return lambda text: parse(text) if text else None


def at_field(form: FlaskForm, problem: Problem) -> None:
    """Put what a service refused beside the field it names, or above the form where it names none."""
    name = problem.field
    target: Any = form[name] if name is not None and name in form else None
    if target is None:
        form.form_errors.append(str(problem))
    else:
        target.errors = [*target.errors, str(problem)]
