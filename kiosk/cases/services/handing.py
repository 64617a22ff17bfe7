"""Whose a case is: acknowledged, offered, accepted, refused, assigned; and how grave it is.

Offering moves no date, and the first owner stays it until another accepts (首问负责制).
"""

from kiosk.cases import queries
from kiosk.cases.models import ACKNOWLEDGED, INTERNAL, OPEN, RECEIVED, SEVERITIES, WHY, Case
from kiosk.cases.refusals import NotYours
from kiosk.cases.services.steps import is_repeated, owners_only, public, ready, take
from kiosk.core.actor import Actor
from kiosk.core.errors import Conflict, Forbidden, Invalid
from kiosk.core.i18n import lazy
from kiosk.core.masking import clean


def acknowledge(*, by: Actor, case: Case, seen: int | None = None) -> None:
    """The owner has seen it. NotYours for anybody else."""
    if is_repeated(by, case, "acknowledge"):
        return
    owners_only(by, case)
    if case.state == ACKNOWLEDGED:
        return
    ready(case, (RECEIVED,), seen)
    take(by=by, case=case, verb="acknowledge")


def offer(*, by: Actor, case: Case, to: int | None, note: str = "", seen: int | None = None) -> None:
    """Offer it to somebody, whose it becomes by accepting; until then nothing changes.

    Invalid for who cannot sign in; Conflict while it is offered to another, and after two refusals.
    """
    note = INTERNAL.read(clean(note))
    if is_repeated(by, case, "offer", to_id=to, note=note):
        return
    owners_only(by, case)
    ready(case, OPEN, seen)
    if case.offered_to is not None:
        raise Conflict(lazy("It is offered to %(name)s already."), field="to", name=case.offered_to.name)
    if case.refusals >= queries.MOST_REFUSALS:
        raise Conflict(
            lazy("Two have refused it; the head of logistics now decides whose it is."), field="to"
        )
    person = _colleague(case, to)
    take(by=by, case=case, verb="offer", to=person, note=note)


def accept(*, by: Actor, case: Case, seen: int | None = None) -> None:
    """Take an offered case over. NotYours for anybody to whom it is not offered."""
    if is_repeated(by, case, "accept"):
        return
    _offered_only(by, case)
    ready(case, OPEN, seen)
    take(by=by, case=case, verb="accept")


def refuse(*, by: Actor, case: Case, reason: str, seen: int | None = None) -> None:
    """Say no to an offered case, with a reason that colleagues read; it stays its owner's."""
    if is_repeated(by, case, "refuse", note=reason):
        return
    _offered_only(by, case)
    ready(case, OPEN, seen)
    take(by=by, case=case, verb="refuse", note=WHY.read(clean(reason)))


def assign(*, by: Actor, case: Case, to: int | None, reason: str = "", seen: int | None = None) -> None:
    """The head says whose it is: after two refusals, when it is late, nobody's, a matter of food safety, or
    its owner has left. Conflict before: whoever heard it first offers it first."""
    reason = INTERNAL.read(clean(reason))
    if is_repeated(by, case, "assign", to_id=to, note=reason):
        return
    if not queries.may_assign(by):
        raise Forbidden
    ready(case, OPEN, seen)
    if not queries.may_be_assigned(case):
        raise Conflict(lazy("Its owner offers it first; the head decides after two refusals, or when late."))
    take(by=by, case=case, verb="assign", to=_colleague(case, to), note=reason)


def classify(*, by: Actor, case: Case, severity: str, text: str, seen: int | None = None) -> None:
    """Say how grave it is, with a reason for everybody: it decides how long mending may take."""
    if is_repeated(by, case, "classify", severity=severity, text=text):
        return
    if not queries.may_assign(by) and by.grants is not None:
        raise Forbidden
    ready(case, OPEN, seen)
    if severity not in SEVERITIES or severity == case.severity:
        raise Invalid(lazy("Please choose how grave it is."), field="severity")
    take(by=by, case=case, verb="classify", severity=severity, text=public(text))


def _offered_only(by: Actor, case: Case) -> None:
    if not queries.is_offered(by, case):
        name = case.offered_to.name if case.offered_to else (case.owner.name if case.owner else "—")
        raise NotYours(name=name)


def _colleague(case: Case, number: int | None) -> int:
    """The number of somebody else who can sign in, or Invalid."""
    if number is None or number not in {one.number for one in queries.colleagues()}:
        raise Invalid(lazy("Please choose a colleague who can sign in."), field="to")
    if number == case.owner_id:
        raise Invalid(lazy("It is this person's already."), field="to")
    return number
