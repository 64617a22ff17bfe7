"""What is late, before whoever oversees it."""

from flask import url_for

from kiosk.core import clock
from kiosk.core.i18n import ngettext
from kiosk.core.room import Duty
from kiosk.steps.queries import due_of, waiting


def duties() -> list[Duty]:
    """One row for all approvals that wait longer than their ladder allows."""
    now = clock.now()
    late = [one for one in waiting() if (due := due_of(one)) and due.is_late(now)]
    if not late:
        return []
    text = ngettext("%(num)s approval is late", "%(num)s approvals are late", len(late))
    return [Duty("steps", "warn", text, url_for("office.steps.index"))]
