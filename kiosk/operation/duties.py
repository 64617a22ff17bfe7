"""What waits for whoever runs the server."""

from flask import url_for

from kiosk.auth.queries import is_work_of
from kiosk.core import config
from kiosk.core.actor import Actor
from kiosk.core.config import Instance
from kiosk.core.duty import ALERT, WARN, Duties, Duty
from kiosk.operation import signs
from kiosk.operation.first_steps import steps
from kiosk.operation.permissions import VIEW_OPERATION
from kiosk.school import queries as school
from kiosk.school.settings import SAMPLE


def server(instance: Instance, who: Actor) -> list[Duty]:
    """What must be mended and no alarm says on every page already; what is to be mended in time, in one row.

    While the school is being set up its own list says the latter; the sample school is nobody's to mend.
    """
    from_files, page = signs.alarms(instance, everything=True), url_for("office.operation.index")
    all_signs = signs.signs(instance, from_files)
    loud = {sign.code for sign in from_files if sign.state == ALERT}
    mine = is_work_of(who, VIEW_OPERATION)
    rows = [
        Duty(sign.code, ALERT, f"{sign.title}: {sign.answer}", sign.way.url if sign.way else page, mine=mine)
        for sign in all_signs
        if sign.state == ALERT and sign.code not in loud
    ]
    calm = [str(sign.title) for sign in all_signs if sign.state == WARN]
    is_nobodys = not calm or school.settings()[SAMPLE]
    if not is_nobodys and all(step.is_settled for step in steps(instance)):
        rows.append(Duty("all", WARN, signs.still_to_do(calm), page, mine=mine))
    return rows


DUTIES = (Duties("server", VIEW_OPERATION, lambda who: server(config.current(), who)),)
