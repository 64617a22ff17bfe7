"""What waits for whom of persons: names of which nobody has said yet whose they are."""

from collections.abc import Iterator

from flask import url_for

from kiosk.chain import queries as chain
from kiosk.core.actor import Actor
from kiosk.core.duty import WARN, Duties, Duty
from kiosk.core.i18n import ngettext
from kiosk.core.recent import Recent
from kiosk.persons.permissions import TELL_APART
from kiosk.persons.queries import questions

_questions: Recent[int] = Recent(4)
"""How many there are: the same for everybody until something is written."""


def unclear(who: Actor) -> Iterator[Duty]:
    """One line for all names; it is everybody's work who may say it."""
    if number := _questions.of(chain.head(), questions):
        text = ngettext(
            "%(num)s name waits to be said whose it is",
            "%(num)s names wait to be said whose they are",
            number,
        )
        yield Duty("all", WARN, text, url_for("office.persons.index"), mine=who.grants is not None)


DUTIES = (Duties("names", TELL_APART, unclear),)
