"""What waits for whom of the counters: rosters that still name somebody who left."""

from collections.abc import Iterator

from flask import url_for

from kiosk.auth.queries import is_work_of
from kiosk.core.actor import Actor
from kiosk.core.duty import WARN, Duties, Duty
from kiosk.core.i18n import _
from kiosk.core.web import named
from kiosk.counters import queries
from kiosk.counters.permissions import MANAGE_COUNTERS


def left_open(who: Actor) -> Iterator[Duty]:
    """Each counter whose roster still names somebody who left."""
    mine = is_work_of(who, MANAGE_COUNTERS)
    for code, line in {line.counter.code: line for line in queries.duties_left_open()}.items():
        yield Duty(
            code,
            WARN,
            _("%(counter)s: the roster names somebody who left", counter=named(line.counter)),
            url_for("office.counters.edit", code=code),
            place=named(line.counter),
            mine=mine,
        )


DUTIES = (Duties("roster", MANAGE_COUNTERS, left_open),)
