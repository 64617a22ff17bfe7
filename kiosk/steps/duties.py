"""What waits for whom of approvals: decisions, what was sent back, and what is late."""

from collections.abc import Iterator

from flask import url_for

from kiosk.chain import queries as chain
from kiosk.core import clock
from kiosk.core.actor import Actor
from kiosk.core.duty import WARN, Duties, Duty
from kiosk.core.filters import yuan
from kiosk.core.i18n import _, listed, ngettext
from kiosk.core.recent import Recent
from kiosk.school import queries as school
from kiosk.steps import queries
from kiosk.steps.models import RETURNED, Approval
from kiosk.steps.permissions import NAME_STAND_INS, OVERSEE_STEPS, USE_STEPS
from kiosk.steps.queries import Unmanned, Waiting

_late: Recent[int] = Recent(4)
"""How many approvals are late: the same for everybody until something is written, or the day is over."""

_unmanned: Recent[list[Unmanned]] = Recent(4)
MOST_UNMANNED = 10
MOST = 50
"""So many decisions and things sent back are told one by one, what waits longest first."""


def decisions(who: Actor) -> Iterator[Duty]:
    """What waits for one's decision, in the own name or for somebody absent."""
    found = queries.waiting_for(who, MOST + 1)
    why = queries.why_proposed(one.approval for one in found[:MOST])
    if len(found) > MOST:
        text = _("More waits for your decision than the %(num)s things here", num=MOST)
        yield Duty("more", WARN, text, url_for("office.steps.index"), mine=True)
    for one in found[:MOST]:
        yield Duty(
            str(one.approval.id),
            WARN,
            _("%(title)s waits for your decision", title=queries.title_of(one.approval)),
            _page_of(one.approval),
            queries.place_of(one.approval),
            detail=" · ".join(_facts(one, why.get(one.approval.id, ""))),
            due=one.due.until if one.due else None,
            mine=True,
        )


def _page_of(approval: Approval) -> str:
    return url_for("office.steps.show", approval_id=approval.id)


def _facts(one: Waiting, why: str) -> Iterator[str]:
    """What it is about, who proposes it and why, who agreed before, and on whose behalf one would decide."""
    if one.approval.amount is not None:
        yield yuan(one.approval.amount)
    yield _("proposed by %(name)s", name=one.approval.rounds[-1].person.name)
    if why:
        yield why
    yield from map(str, queries.brief_of(one.approval))
    if before := queries.agreed(one.approval.valid):
        yield _("approved before by %(names)s", names=listed(each.person.name for each in before))
    yield one.level.label
    if one.absent:
        yield _("on behalf of %(name)s", name=one.absent.name)


def sent_back(who: Actor) -> Iterator[Duty]:
    """What one has proposed and was sent back: it is to be changed or withdrawn."""
    for approval in queries.proposed_by(who):
        if approval.state == RETURNED:
            title = queries.title_of(approval)
            text = _("%(title)s was sent back to you", title=title)
            yield Duty(
                str(approval.id),
                WARN,
                text,
                _page_of(approval),
                queries.place_of(approval),
                detail=str(queries.history(approval)[-1].why),
                mine=True,
            )


def late(_who: Actor) -> Iterator[Duty]:
    """One row for all approvals that wait longer than their ladder allows."""
    number = _late.of((chain.head(), school.today()), lambda: queries.number_late(clock.now()))
    if number:
        text = ngettext("%(num)s approval is late", "%(num)s approvals are late", number)
        yield Duty("all", WARN, text, url_for("office.steps.index"))


def unmanned(_who: Actor) -> Iterator[Duty]:
    """What waits in vain: on its level too few are left who could decide, because somebody left or nobody
    holds the role."""
    found = _unmanned.of((chain.head(), school.today()), queries.unmanned)
    if len(found) > MOST_UNMANNED:
        number = len(found) - MOST_UNMANNED
        text = ngettext(
            "%(num)s more approval has nobody to decide it",
            "%(num)s more approvals have nobody to decide them",
            number,
        )
        yield Duty("more", WARN, text, url_for("office.steps.index"), mine=True)
    for one in found[:MOST_UNMANNED]:
        yield Duty(
            str(one.approval),
            WARN,
            _("Nobody is there to decide: %(title)s", title=queries.title_of(queries.approval(one.approval))),
            url_for("office.steps.show", approval_id=one.approval),
            detail=_("%(who)s: name a stand-in, or give somebody the role", who=one.level.label),
            mine=True,
        )


DUTIES = (
    Duties("decision", USE_STEPS, decisions),
    Duties("returned", USE_STEPS, sent_back),
    Duties("unmanned", NAME_STAND_INS, unmanned),
    Duties("approvals", OVERSEE_STEPS, late),
)
