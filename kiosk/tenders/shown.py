"""What pages of other rooms show of tenders: what is decided about."""

from typing import Any

from kiosk.steps.models import Approval
from kiosk.tenders import queries, services
from kiosk.tenders.models import PRICINGS, SUBJECTS
from kiosk.tenders.services.deciding import number_of


def proposal(approval: Approval) -> dict[str, Any]:
    """What is decided about, on the page of its approval."""
    if approval.ladder != services.LADDER.name:
        return {"tender": None}
    found = queries.tender(number_of(approval.subject))
    need = queries.need(found)
    return {
        "tender": found,
        "need": need,
        "lines": queries.lines_of(need),
        "subjects": SUBJECTS,
        "pricings": PRICINGS,
    }
