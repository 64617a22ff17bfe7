"""What the server says when it starts: its addresses, and for the sample school how to get in."""

import click

from kiosk.auth.queries import account_named
from kiosk.auth.sample import ACCOUNTS
from kiosk.core import qr
from kiosk.core.actor import Actor
from kiosk.core.db import session, transaction
from kiosk.core.i18n import _
from kiosk.core.samples import PASSWORD
from kiosk.core.security import check_password
from kiosk.core.web import KioskApp
from kiosk.counters import queries as counters
from kiosk.counters.models import Counter
from kiosk.counters.services import open_enrolment
from kiosk.presence.services import issue_pass
from kiosk.school import queries as school
from kiosk.school.settings import NAME, SAMPLE


def greet(app: KioskApp, *, everything: bool) -> None:
    """Print the addresses; with `everything` also a QR code, an enrolment, a pass and the sample sign-ins."""
    base = app.instance.public_url or ""
    with app.app_context():
        lines = [(_("Board"), f"{base}/"), (_("Office"), f"{base}/office/")]
        first = next(iter(counters.counters()), None)
        if everything and first:
            lines[1:1] = [
                (
                    _("Tablet (open it and tap “Enrol this tablet” within 10 minutes)"),
                    _enrolment(base, first),
                ),
                (_("Phone (one rating)"), f"{base}/r/{issue_pass(counter=first, channel='slip')}"),
            ]
        if everything:
            click.echo(f"\n{school.settings()[NAME]}\n\n{qr.terminal(f'{base}/')}\n")
        for label, address in lines:
            click.echo(f"  {label}: {address}")
        if everything:
            _tell_sign_ins()
            click.echo("\n" + _("Press Ctrl+C to stop the server. Everything entered is kept.") + "\n")
        session.remove()


def _enrolment(base: str, counter: Counter) -> str:
    with transaction():
        code = open_enrolment(by=Actor("welcome"), counter=counter)
    return f"{base}/c/{counter.code}?enrol={code}"


def _tell_sign_ins() -> None:
    """The sample school's accounts that still have the sample password."""
    if not school.settings()[SAMPLE]:
        return
    accounts = [account_named(name) for name, _role, _name in ACCOUNTS]
    open_to_all = [
        account
        for account in accounts
        if account and account.active and check_password(account.password_hash, PASSWORD)
    ]
    if open_to_all:
        click.echo("\n" + _("Sample sign-ins, all with the password %(password)s:", password=PASSWORD))
    for account in open_to_all:
        click.echo(f"  {account.username} ({account.roles_told})")
