"""A campus card held to a reader at a tablet: one voice a meal, and never its number."""

import re
from datetime import UTC, datetime, timedelta

from kiosk.core import clock
from kiosk.core.errors import Invalid, NotFound
from kiosk.core.i18n import lazy
from kiosk.core.security import mac, sign, unsign
from kiosk.counters.models import Counter
from kiosk.presence.services.keys import open_meal_key
from kiosk.presence.services.passes import Visitor
from kiosk.presence.settings import CARD_READER
from kiosk.school import queries as school

CARD = re.compile(r"[0-9A-Za-z]{4,40}")
TOKEN_LIFE = timedelta(minutes=5)
"""Longer than a tap takes; a tablet that was cut off meanwhile sends an ordinary tap."""


def card_visitor(*, counter: Counter, card: str) -> str:
    """The token of a card at a counter in the meal that runs, signed.

    It holds an HMAC of the number under the meal's key, which is destroyed with the meal: the number is
    neither stored nor to be found from what is. Invalid for what no reader types, NotFound where the school
    has no readers.
    """
    if not school.settings()[CARD_READER]:
        raise NotFound
    if not CARD.fullmatch(card):
        raise Invalid(lazy("This is not a card number."), field="card")
    now = school.now()
    key = open_meal_key(now.date(), school.meal_code_at(now))
    assert key.key is not None
    ends = int((clock.now() + TOKEN_LIFE).timestamp())
    return sign(_purpose(counter.code), ends.to_bytes(5, "big") + mac(key.key, "card", card, length=12))


def read_card_visitor(token: str, counter_code: str) -> Visitor | None:
    """Who held a card to this counter's reader; None for a token that is over or none of ours.

    A tap is never refused for it: without a visitor it counts like any other.
    """
    try:
        raw = unsign(_purpose(counter_code), token)
    except ValueError:
        return None
    ends = datetime.fromtimestamp(int.from_bytes(raw[:5], "big"), UTC)
    return Visitor(raw[5:], fresh=False) if timedelta() < ends - clock.now() <= TOKEN_LIFE else None


def _purpose(counter_code: str) -> str:
    return f"card at {counter_code}"
