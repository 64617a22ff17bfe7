"""Forms of sign-in and accounts."""

from wtforms import BooleanField, Field, PasswordField, SelectField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from kiosk.auth.models import ROLES
from kiosk.auth.services import SHORTEST_PASSWORD
from kiosk.auth.settings import SECOND_FACTOR_ROLES
from kiosk.core.field import Line
from kiosk.core.forms import Form, choices, field
from kiosk.core.i18n import lazy
from kiosk.core.setting_forms import form_of

_HINT = lazy("At least ten characters; a short sentence is easy to remember.")
assert SHORTEST_PASSWORD == 10, "the hint names the number"


class SignInForm(Form):
    """User name and password."""

    username = StringField(
        lazy("User name"),
        [
            InputRequired(lazy("Please enter your user name.")),
            Length(max=80, message=lazy("This is too long.")),
        ],
    )
    password = PasswordField(
        lazy("Password"),
        [
            InputRequired(lazy("Please enter your password.")),
            Length(max=200, message=lazy("This is too long.")),
        ],
    )


def _code_field() -> Field:
    return StringField(
        lazy("Six-digit code"),
        [InputRequired(lazy("Please enter the code that your phone shows.")), Length(max=20)],
        render_kw={"inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": "7"},
    )


class CodeForm(Form):
    """The code of a second factor, at sign-in and when it is set up."""

    code = _code_field()


class PasswordForm(Form):
    """A new password, typed twice."""

    password = PasswordField(
        lazy("New password"),
        [
            InputRequired(lazy("Please enter a new password.")),
            Length(max=200, message=lazy("This is too long.")),
        ],
        description=_HINT,
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        lazy("New password once more"),
        [EqualTo("password", lazy("The two passwords are not the same."))],
        render_kw={"autocomplete": "new-password"},
    )


class OwnPasswordForm(PasswordForm):
    """A new password for oneself; the present one shows who asks."""

    current = PasswordField(
        lazy("Present password"),
        [InputRequired(lazy("Please enter your present password.")), Length(max=200)],
        render_kw={"autocomplete": "current-password"},
    )


class ConfirmForm(Form):
    """Nothing but the token, and the present password."""

    current = OwnPasswordForm.current


USERNAME = Line(
    name="username",
    label=lazy("User name"),
    longest=40,
    missing=lazy("Please enter a user name."),
    hint=lazy("Used to sign in: letters, digits, dots or hyphens."),
)
NAME = Line(
    name="name",
    label=lazy("Name shown"),
    longest=40,
    hint=lazy("As colleagues know the person; empty: the user name."),
)


class AccountForm(Form):
    """What an account is called and may do."""

    name = field(NAME)
    person = SelectField(
        lazy("Person"),
        coerce=int,
        default=0,
        description=lazy("Whose account it is. A person may have several; who acts is always the person."),
    )
    active = BooleanField(lazy("May sign in"), default=True)


class RoleForm(Form):
    """A role, and where."""

    role = SelectField(lazy("Role"), choices=choices(ROLES.items()))
    place = SelectField(lazy("Where"), default="", description=lazy("A canteen includes its counters."))


class NewAccountForm(Form):
    """A new account, with the password it starts with."""

    username = field(USERNAME, render_kw={"autocomplete": "off"})
    person = AccountForm.person
    name = AccountForm.name
    role = RoleForm.role
    place = RoleForm.place
    password = PasswordForm.password
    again = PasswordForm.again


RulesForm = form_of((SECOND_FACTOR_ROLES,))
"""Which roles need a second factor."""
