"""What the forms of all rooms share."""

import re
from collections.abc import Iterable
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from flask_wtf.form import _Auto
from werkzeug.datastructures import CombinedMultiDict
from wtforms import IntegerField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from kiosk.core.errors import Problem


class Form(FlaskForm):
    """A form as browsers send it. JSON is no form: its values could be anything."""

    class Meta(FlaskForm.Meta):
        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Take what was typed and chosen, and nothing else."""
            if formdata is not _Auto:
                return formdata
            return CombinedMultiDict((request.files, request.form)) if form.is_submitted() else None


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


def at_field(form: FlaskForm, problem: Problem) -> None:
    """Put what a service refused beside the field it names, or above the form where it names none."""
    name = problem.field
    target: Any = form[name] if name is not None and name in form else None
    if target is None:
        form.form_errors.append(str(problem))
    else:
        target.errors = [*target.errors, str(problem)]
