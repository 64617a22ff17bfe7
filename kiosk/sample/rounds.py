"""What the server does for the sample school: it is as on its first minute at whatever hour one looks."""

from kiosk.core import clock
from kiosk.core.db import transaction
from kiosk.sample.demo import shares
from kiosk.school.queries import settings
from kiosk.school.settings import SAMPLE


def keep_up() -> bool:
    """Do what the rooms' shares want done now, and say whether anything was. Nothing in a real school."""
    if not settings()[SAMPLE]:
        return False
    now = clock.now()
    acts = [act for share in shares() if share.keep_up and (act := share.keep_up(now))]
    if acts:
        with transaction(wait=30):
            for act in acts:
                act()
    return bool(acts)
