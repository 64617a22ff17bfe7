"""Inputs that are declared once, and the way of a form: saved and said, or back with what is wrong."""

from collections.abc import Callable

import pytest
from flask import Flask, get_flashed_messages
from werkzeug.wrappers import Response
from wtforms import BooleanField

from kiosk.core import edit
from kiosk.core.errors import Conflict, Forbidden, Invalid, Problem
from kiosk.core.field import Choice, Line, Whole
from kiosk.core.forms import Form, field
from kiosk.core.i18n import lazy

NAME = Line(name="name", label=lazy("Name"), longest=4, missing=lazy("Please enter a name."))
NOTE = Line(name="note", label=lazy("Why"), longest=6, hint=lazy("Lin"))
CODE = Line(
    name="code",
    label=lazy("Code"),
    longest=8,
    pattern="[a-z]+",
    wrong=lazy("A code has 1 to 20 lower-case letters, digits or hyphens: %(code)s"),
)
SCALE = Whole(name="scale", label=lazy("Type size (per cent)"), least=100, most=150)
THEME = Choice(name="theme", label=lazy("Appearance"), options={"light": "light", "dark": "dark"}, longest=5)


class LampForm(Form):
    """A form with one of each declared input."""

    name = field(NAME)
    note = field(NOTE)
    code = field(CODE)
    scale = field(SCALE)
    theme = field(THEME)
    active = BooleanField(lazy("In use"))


GOOD = {"name": " 灯 ", "code": "lamp", "scale": "120", "theme": "dark", "active": "1"}
VALUES = {"name": "灯", "note": "", "code": "lamp", "scale": 120, "theme": "dark", "active": True}
WRONG = [
    (NAME, "  ", "Please enter a name."),
    (NAME, "大大的灯泡", "4 characters at most."),
    (CODE, "L 1", "A code has 1 to 20 lower-case letters, digits or hyphens: L 1"),
    (SCALE, "99", "Please enter a whole number from 100 to 150."),
    (SCALE, "1_20", "Please enter a whole number from 100 to 150."),
]


def sent(app: Flask, run: Callable[[LampForm], object], **values: str) -> object:
    """What happens with a form that a browser sends."""
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context("/?lang=en", method="POST", data={**GOOD, **values}):
        return run(LampForm())


@pytest.mark.once
def test_what_was_typed_reaches_the_service_as_it_is_stored(app: Flask) -> None:
    saved = sent(app, lambda form: edit.save(form, lambda: form.values()))
    assert saved == edit.Saved(VALUES)


@pytest.mark.once
@pytest.mark.parametrize(("declared", "text", "message"), WRONG, ids=lambda value: str(value)[:12])
def test_form_and_service_refuse_in_the_same_words(
    app: Flask, declared: Line | Whole, text: str, message: str
) -> None:
    def errors(form: LampForm) -> object:
        assert edit.save(form, lambda: pytest.fail("it was saved")) is None
        return form.errors, edit.page("", form)[1]

    assert sent(app, errors, **{declared.name: text}) == ({declared.name: [message]}, 422)
    if isinstance(declared, Line):
        with app.test_request_context("/?lang=en"), pytest.raises(Invalid) as refusal:
            declared.read(text)
        assert (str(refusal.value), refusal.value.field) == (message, declared.name)


def test_a_service_refuses_what_no_form_would_send(app: Flask) -> None:
    with app.test_request_context("/?lang=en"):
        for refused in (lambda: SCALE.read(151), lambda: SCALE.read(None), lambda: THEME.read("pink")):
            with pytest.raises(Invalid):
                refused()
    assert SCALE.read(150) == 150
    assert THEME.read("dark") == "dark"


@pytest.mark.once
def test_what_a_service_refuses_stands_beside_its_field(app: Flask) -> None:
    def refused(form: LampForm, problem: Problem) -> object:
        def write() -> None:
            raise problem

        assert edit.save(form, write) is None
        return form.errors

    message = lazy("Please enter a name.")
    for problem, place in (
        (Conflict(message, field="code"), "code"),
        (Invalid(message, field="code"), "code"),
        (Invalid(message), ""),
        (Invalid(message, field="colour"), ""),
    ):
        errors = sent(app, lambda form, problem=problem: refused(form, problem))
        assert errors == {place: ["Please enter a name."]}


@pytest.mark.once
def test_a_page_that_is_out_of_date_is_no_form_to_correct(app: Flask) -> None:
    def write() -> None:
        raise Conflict

    with pytest.raises(Conflict):
        sent(app, lambda form: edit.save(form, write))


@pytest.mark.once
def test_who_may_not_is_refused_as_everywhere(app: Flask) -> None:
    def write() -> None:
        raise Forbidden

    with pytest.raises(Forbidden):
        sent(app, lambda form: edit.save(form, write))


@pytest.mark.once
def test_a_page_that_is_only_looked_at_saves_nothing(app: Flask) -> None:
    with app.test_request_context("/"):
        form = LampForm()
        assert edit.save(form, lambda: pytest.fail("it was saved")) is None
        assert edit.page("text", form) == ("text", 200)


@pytest.mark.once
def test_what_was_saved_is_said_where_it_leads(app: Flask) -> None:
    with app.test_request_context("/"):
        answer = edit.done("Stored.", "/office/")
        assert isinstance(answer, Response)
        assert (answer.status_code, answer.location) == (302, "/office/")
        assert get_flashed_messages(with_categories=True) == [("good", "Stored.")]


@pytest.mark.once
def test_a_field_says_what_it_needs(app: Flask) -> None:
    with app.test_request_context("/"):
        form = LampForm()
        assert (form.name.flags.required, form.note.flags.required) == (True, False)
        assert (form.name.flags.maxlength, form.note.flags.maxlength) == (4, 6)
        assert 'maxlength="4"' in form.name()
        assert str(form.note.description) == "Lin"


def test_a_column_is_as_long_as_its_input() -> None:
    name, note, theme = (declared.column().column for declared in (NAME, NOTE, THEME))
    assert [column.type.length for column in (name, note, theme)] == [4, 6, 5]
    assert (name.default, note.default.arg) == (None, ""), "what is needed has no default"
    assert NAME.column(unique=True).column.unique
    assert SCALE.column(default=100).column.default.arg == 100
