"""Telling whoever it is that something is late: by mail and group robot, where these are set up."""

from sqlalchemy import select

from kiosk.accountability import queries
from kiosk.accountability.models import Chase
from kiosk.auth.models import Account
from kiosk.core.db import session
from kiosk.core.filters import day as day_words
from kiosk.core.i18n import _
from kiosk.messages.services import in_school_language, send
from kiosk.persons import queries as persons


def remind(chase: Chase) -> None:
    """Say it on the channels of the roles that its owner holds; no name stands in it."""
    rows = [row.id for number in chase.people for row in persons.rows_of(number)]
    accounts = session.scalars(select(Account).where(Account.active, Account.person_id.in_(rows)))
    roles = sorted({grant.role for account in accounts for grant in account.grants})
    with in_school_language():
        title = _("Late, please see to it: %(what)s", what=queries.title(chase))
        falls = day_words(chase.falls_on) if chase.falls_on else "—"
        text = _(
            "It was due on %(due)s. If it is not done by the end of %(falls)s, "
            "an entry of accountability is made.",
            due=day_words(chase.due_on),
            falls=falls,
        )
    for role in roles:
        key = f"accountability:chase:{chase.id}:{role}"
        send(key=key, to=role, title=title, text=text, path="/office/accountability/")
