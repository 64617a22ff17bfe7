"""Forms of sign-in and accounts."""

from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from kiosk.core.i18n import lazy


class SignInForm(FlaskForm):
    """User name and password."""

    username = StringField(
        lazy("User name"), [InputRequired(lazy("Please enter your user name.")), Length(max=80)]
    )
    password = PasswordField(
        lazy("Password"), [InputRequired(lazy("Please enter your password.")), Length(max=200)]
    )
