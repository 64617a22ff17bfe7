"""The ladder of needs, and what a decision does to a tender."""

from collections.abc import Iterable

from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.i18n import _, lazy, ngettext
from kiosk.steps import models as decided
from kiosk.steps.models import Approval
from kiosk.steps.queries import Ladder
from kiosk.tenders import queries
from kiosk.tenders.models import APPROVED, ESTIMATE, PRICINGS, RETURNED, SUBJECTS, TITLE, WHY
from kiosk.tenders.permissions import NEED_TENDERS
from kiosk.tenders.switch import SWITCH


def number_of(subject: str) -> int:
    """The number behind a subject (`tender:7`)."""
    return int(subject.partition(":")[2])


def _title(subject: str) -> str:
    found = queries.tender(number_of(subject))
    title = queries.need(found).title
    return str(_("Tender no. %(number)s: %(title)s", number=found.id, title=title))


def _brief(approval: Approval) -> Iterable[str]:
    """What kind of thing is tendered, how it is priced, how many lines."""
    said = queries.need(queries.tender(number_of(approval.subject)))
    yield str(SUBJECTS[said.subject])
    yield str(PRICINGS[said.pricing])
    if said.lines:
        yield ngettext("%(num)s line", "%(num)s lines", len(said.lines))


def _outcome(by: Actor, approval: Approval) -> None:
    """Approved, the notice can be posted; sent back, it waits for whoever proposed it."""
    found = queries.tender(number_of(approval.subject))
    states = {decided.APPROVED: APPROVED, decided.RETURNED: RETURNED}
    found.state = states.get(approval.state, found.state)
    session.flush()


LADDER = Ladder(
    name="tenders",
    label=lazy("Tenders"),
    proposers=NEED_TENDERS.roles,
    switch=SWITCH,
    title=_title,
    address=lambda subject: f"/office/tenders/{number_of(subject)}",
    fields={
        **{one.name: one.label for one in (TITLE, WHY, ESTIMATE)},
        "subject": lazy("Kind of tender"),
        "pricing": lazy("How it is priced"),
        "months": lazy("For how many months"),
        "lines": lazy("What is bought"),
    },
    brief=_brief,
    outcome=_outcome,
)
