"""What is late, before whoever oversees it."""

from flask import url_for

from kiosk.core import clock
from kiosk.core.actor import Actor
from kiosk.core.duty import WARN, Duties, Duty
from kiosk.core.i18n import ngettext
from kiosk.steps.permissions import OVERSEE_STEPS
from kiosk.steps.queries import dues, waiting


def late(_who: Actor) -> list[Duty]:
    """One row for all approvals that wait longer than their ladder allows."""
    now = clock.now()
    late = [due for due in dues(waiting()).values() if due and due.is_late(now)]
    if not late:
        return []
    text = ngettext("%(num)s approval is late", "%(num)s approvals are late", len(late))
    return [Duty("all", WARN, text, url_for("office.steps.index"))]


DUTIES = (Duties("approvals", OVERSEE_STEPS, late),)
