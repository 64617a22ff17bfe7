"""What waits for whom: agency fees that are posted and not closed."""

from collections.abc import Iterator

from flask import url_for

from kiosk.core.actor import Actor
from kiosk.core.duty import WARN, Duties, Duty
from kiosk.core.i18n import ngettext
from kiosk.finance import queries
from kiosk.finance.names import AGENCY_FEES
from kiosk.finance.permissions import CLOSE_AGENCY_FEES
from kiosk.finance.shown import is_used
from kiosk.postings.queries import period_words


def agency(_who: Actor) -> Iterator[Duty]:
    """Each term whose agency fees are not all closed."""
    for period, number in queries.unclosed() if is_used(AGENCY_FEES) else ():
        yield Duty(
            key=period,
            state=WARN,
            text=ngettext(
                "Agency fees of %(term)s: %(num)s item is not closed",
                "Agency fees of %(term)s: %(num)s items are not closed",
                number,
                term=period_words(period),
            ),
            url=url_for("office.finance.index", term=period[1:], _anchor="agency"),
        )


DUTIES = (Duties("agency", CLOSE_AGENCY_FEES, agency),)
