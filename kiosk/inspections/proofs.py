"""The proof of a check-in: signed when the code was scanned, kept by the phone, read with the round.

Nothing of it is stored before: a page that is only opened writes nothing.
"""

import json
from datetime import UTC, date, datetime

from kiosk.core import clock
from kiosk.core.actor import Actor
from kiosk.core.security import sign, unsign
from kiosk.counters import queries as counters
from kiosk.counters.models import Counter
from kiosk.inspections.models import EXPIRED, PRINTED, PROVEN, UNPROVEN
from kiosk.inspections.services import NOWHERE, CheckIn
from kiosk.presence import services as presence
from kiosk.school import queries as school

PURPOSE = "check-in of a round"
ROTATING, POSTER = "t", "p"


def token(code: str, rotating: str, poster: str) -> str:
    """What stands in the address of a check-in: the counter, and the code that was scanned there."""
    return f"{code}.{ROTATING}.{rotating}" if rotating else f"{code}.{POSTER}.{poster}"


def looked_at(text: str) -> tuple[Counter | None, CheckIn]:
    """The counter of such a token, and what it proves now; no counter for what is no token of ours."""
    code, _dot, rest = text.partition(".")
    sort, _dot, secret = rest.partition(".")
    counter = counters.find_counter(code)
    if counter is None or not counter.active or sort not in (ROTATING, POSTER) or not secret.isascii():
        return None, NOWHERE
    now = clock.now()
    if sort == ROTATING:
        good = presence.check_qr_token(counter, secret)
        return counter, CheckIn(code, PROVEN if good else UNPROVEN, "" if good else EXPIRED, now)
    if presence.check_poster_token(counter, secret):
        return counter, CheckIn(code, PRINTED, "", now)
    return None, NOWHERE


def proof(who: Actor, found: CheckIn) -> str:
    """A check-in, signed for whoever stands there."""
    at = int(found.at.timestamp()) if found.at else 0
    return sign(PURPOSE, json.dumps([who.person, found.counter, found.presence, found.why, at]).encode())


def read(who: Actor, text: str, day: date) -> CheckIn:
    """The check-in of a proof, for the day of a round; nothing for a false one or another's."""
    if not text:
        return NOWHERE
    try:
        person, counter, how, why, at = json.loads(unsign(PURPOSE, text))
    except ValueError:
        return NOWHERE
    moment = datetime.fromtimestamp(at, UTC)
    if person != who.person:
        return NOWHERE
    if school.local(moment).date() != day:
        return CheckIn(counter, UNPROVEN, EXPIRED, moment)
    return CheckIn(counter, how, why, moment)
