"""What the server does for the sample school: it is as on its first minute at whatever hour one looks."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from kiosk.core import clock
from kiosk.core.db import session, transaction
from kiosk.ratings import queries as ratings
from kiosk.ratings.models import Alert
from kiosk.ratings.services import close_alerts
from kiosk.sample import demo
from kiosk.school import queries as school
from kiosk.school.settings import SAMPLE

RENEWED = timedelta(minutes=15)
"""When an alert of the sample lapses, and the next one may come."""
MOST = 96
"""Alerts of a day; six taps each."""
APART = 5


def keep_up() -> bool:
    """Post today's purchases after dawn, and open the next alert when the last one lapsed.

    Nothing of it happens in a real school. Whether anything was done.
    """
    if not school.settings()[SAMPLE]:
        return False
    now = clock.now()
    buys, lapsed = demo.buys_now(now), _lapsed(now)
    if not (buys or lapsed):
        return False
    with transaction(wait=30):
        if buys:
            demo.buy_today(now)
        if lapsed:
            close_alerts(now)
            demo.raise_alert(now, apart=APART)
    return True


def _lapsed(now: datetime) -> bool:
    """Whether no alert is open, the last one is old, and the day has not had enough of them."""
    if ratings.alerts_now(now) or school.meal_code_at(now - timedelta(minutes=2)) != school.meal_code_at(now):
        return False
    of_today = select(func.count(), func.max(Alert.opened_at)).where(
        Alert.opened_at > now - timedelta(days=1)
    )
    number, newest = session.execute(of_today).one()
    return number < MOST and (newest is None or newest <= now - RENEWED)
