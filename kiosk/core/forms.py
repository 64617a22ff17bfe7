"""What the forms of all rooms share."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from kiosk.core.errors import Problem


class CheckboxField(SelectMultipleField):
    """Any number of choices, each a box to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def at_field(form: FlaskForm, problem: Problem) -> None:
    """Put what a service refused beside the field it names, or above the form where it names none."""
    name = problem.field
    target: Any = form[name] if name is not None and name in form else None
    if target is None:
        form.form_errors.append(str(problem))
    else:
        target.errors = [*target.errors, str(problem)]
