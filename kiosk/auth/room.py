"""Accounts, sign-in, roles."""

from datetime import timedelta

from kiosk.auth.models import SignIn
from kiosk.auth.queries import usernames
from kiosk.auth.sample import SHARE
from kiosk.auth.settings import SETTINGS
from kiosk.auth.words import WORDS
from kiosk.core.i18n import lazy
from kiosk.core.room import KEPT_WHILE_USED, Retention, Room, SettingsPage, Table

ROOM = Room(
    name="auth",
    settings=SETTINGS,
    words=WORDS,
    doors=("views", "office"),
    commands=("cli",),
    settings_pages=(SettingsPage(60, lazy("Accounts"), "office.auth.accounts"),),
    measures={"usernames": usernames},
    tables={
        "account": Table(
            lazy("Accounts of the office, with the hash of a password"), KEPT_WHILE_USED, since="created_at"
        ),
        "account_role": Table(lazy("The roles of accounts, and where they are held"), KEPT_WHILE_USED),
        "calendar_key": Table(
            lazy("Keys under which an inbox is read as a calendar, as hashes"),
            lazy("until it is ended, or made anew"),
            since="made_at",
        ),
        "sign_in": Table(
            lazy("Browsers signed in to the office; no address, no kind of browser"),
            lazy("30 days after they end"),
            since="started_at",
        ),
    },
    retention=(
        Retention(
            "sign_ins",
            SignIn,
            timedelta(days=30),
            lambda before: (SignIn.expires_at < before) | (SignIn.revoked_at < before),
        ),
    ),
    sample=SHARE,
)
