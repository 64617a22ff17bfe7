"""The sample school: three weeks of plausible purchases and ratings, the same for everybody on a given day.

Every room hands in its share (`Room.sample`). Everything goes through the rooms' own services with the clock
moved to its moment, so that the sample obeys the same invariants as a real school. Nobody in it is real.
"""

from datetime import date, time
from pathlib import Path

from flask import Flask

from kiosk.core import clock
from kiosk.core.db import session, transaction
from kiosk.core.room import is_on, rooms, switches
from kiosk.core.samples import BY, TIMEZONE, Event, Share, Span, at, span
from kiosk.school.services import switch
from kiosk.setup.instance import create_school


def make(folder: Path) -> Flask:
    """Make the sample school in an empty folder; Conflict where a school is already."""
    of = span(clock.now())
    with clock.moved_to(at(of.first, time(5, 30))):
        app = create_school(
            folder, name="示例中学", name_en="Sample Middle School", timezone=TIMEZONE, sample=True
        )
        with app.app_context(), transaction():
            use_everything()
            _furnish(of)
    for day in of.days:
        with app.app_context():
            with transaction():
                _live(of, day)
            session.remove()
    with app.app_context():
        with clock.moved_to(of.now), transaction():
            _finish(of)
        session.remove()
    return app


def use_everything() -> None:
    """Switch on whatever a school may do without: a sample shows what there is."""
    while off := [option for option in switches() if not is_on(option)]:
        for option in off:
            switch(by=BY, name=option.name, on=True)


def shares() -> list[Share]:
    """What the rooms hand in, from the ground floor up."""
    return [room.sample for room in rooms() if room.sample]


def _furnish(of: Span) -> None:
    for share in shares():
        if share.furnish:
            share.furnish(of)


def _live(of: Span, day: date) -> None:
    """A day's events in their order, as far as the day has gone."""
    events: list[Event] = []
    for share in shares():
        events += share.events(of, day) if share.events else ()
    for event in sorted(events, key=lambda event: event.at):
        if event.at <= of.now:
            with clock.moved_to(event.at):
                event.act()


def _finish(of: Span) -> None:
    for share in shares():
        if share.finish:
            share.finish(of)
