"""The week's look and the month's meeting are signed; what is decided becomes cases."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from kiosk.cases import services as casework
from kiosk.cases.models import ORDINARY, Case
from kiosk.core import clock
from kiosk.core.actor import SCHOOL, Actor
from kiosk.core.db import session
from kiosk.core.errors import Conflict, Invalid
from kiosk.core.i18n import lazy
from kiosk.core.masking import clean
from kiosk.core.trace import record
from kiosk.counters.models import Canteen
from kiosk.kitchen import queries
from kiosk.kitchen.models import MONTH, REVIEW, WEEK, ControlDecision, ControlReview
from kiosk.kitchen.permissions import SIGN_MONTH, SIGN_WEEK
from kiosk.school import queries as school

RIGHTS = {WEEK: SIGN_WEEK, MONTH: SIGN_MONTH}
MOST_DECISIONS = 12
FARTHEST = timedelta(days=180)


class TooEarly(Conflict):
    """The period is not over."""

    code = "too-early"
    message = lazy("These days are not over yet: it can be signed on the last of them, or later.")


class NothingDue(Conflict):
    """There was nothing to look at."""

    code = "nothing-due"
    message = lazy("Nothing was due in these days: there is nothing to sign.")


class SignedMeanwhile(Conflict):
    """Another signature stands there than when it was looked at."""

    code = "signed-meanwhile"
    message = lazy("Somebody signed it meanwhile. Nothing was saved; please look at it again.")


class Decision(NamedTuple):
    """What a meeting decides: what, whose it is, until when."""

    text: str
    owner: int
    due: date


def sign(
    *,
    by: Actor,
    canteen: Canteen,
    kind: str,
    period: str,
    text: str,
    decisions: Iterable[Decision] = (),
    seen: int = 0,
) -> ControlReview:
    """Sign a week or month with the figures of this moment and one's own words; each decision is a case.

    What was signed stays: a further signature follows it. TooEarly while the period goes on, NothingDue where
    no day of it was due, SignedMeanwhile unless so many signatures were `seen` as there are.
    """
    by.needs(RIGHTS[kind], SCHOOL)
    said, found = REVIEW.read(clean(text)), queries.draft(canteen, kind, period)
    if not found.is_over:
        raise TooEarly
    if not found.due:
        raise NothingDue
    if seen != len(queries.reviews(canteen, kind, period)):
        raise SignedMeanwhile
    made = ControlReview(
        canteen_id=canteen.id,
        kind=kind,
        period=period,
        version=seen + 1,
        figures=found.figures,
        signed_at=clock.now(),
        person_id=by.person,
    )
    _keep(by, made, found, said, [_begin(by, canteen, one) for one in _read_all(decisions)])
    return made


def _keep(by: Actor, made: ControlReview, found: queries.Draft, said: str, cases: list[Case]) -> None:
    """Record a signature with its words and decisions, and store it."""
    after = {
        "period": made.period,
        "version": made.version,
        **{name: value for name, value in made.figures.items() if name != "again"},
        "again": [text for text, _number in found.repeated],
        "cases": [case.id for case in cases],
        "text": said,
    }
    made.chain_seq = record(
        f"control.{made.kind}_signed", f"canteen:{found.canteen.code}", by=by, after=after
    )
    session.add(made)
    session.flush()
    session.add_all(ControlDecision(review_id=made.id, case_id=case.id) for case in cases)
    session.flush()


def _read_all(decisions: Iterable[Decision]) -> list[Decision]:
    """What was decided, every one of which can be done; before the first case begins."""
    found = [_read(one) for one in decisions]
    if len(found) > MOST_DECISIONS:
        raise Invalid(lazy("At most %(n)s decisions at once."), field="decisions", n=MOST_DECISIONS)
    return found


def _read(one: Decision) -> Decision:
    today = school.today()
    if not today < one.due <= today + FARTHEST:
        raise Invalid(lazy("Please choose a day to come, within half a year."), field="decisions")
    if not school.school_days(today + timedelta(days=1), one.due):
        raise Invalid(lazy("Until that day there is no school day."), field="decisions")
    return one


def _begin(by: Actor, canteen: Canteen, one: Decision) -> Case:
    """A case that is due at the end of the day."""
    number = len(school.school_days(school.today() + timedelta(days=1), one.due))
    figures = {"acknowledge": min(1, number), "reply": 0, ORDINARY: number}
    return casework.open_case(
        by=by,
        kind=queries.DECISION,
        subject=queries.subject(canteen),
        text=one.text,
        severity=ORDINARY,
        owner=one.owner,
        figures=figures,
    )
