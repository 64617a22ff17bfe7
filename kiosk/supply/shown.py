"""What pages of other rooms show of the chain: the way of a sheet, a plan that waits for approval."""

from typing import Any

from kiosk.steps.models import Approval
from kiosk.supply import queries, services


def way_of_sheet(posting_id: int, brief: bool = False) -> dict[str, Any]:
    """Through which gates a sheet went: briefly on the board, station by station on its own page."""
    way = queries.way_of(posting_id)
    rows = [] if brief or way is None else [queries.stations_of_purchase(one) for one in way.purchases]
    return {"way": way, "rows": rows, "brief": brief, "labels": queries.LABELS}


def proposal(approval: Approval) -> dict[str, Any]:
    """The plan that is decided about, each line beside what it cost last; nothing for what is no plan."""
    kind, _colon, number = approval.subject.partition(":")
    if approval.ladder != services.LADDER.name or kind != "plan":
        return {"plan": None}
    plan = queries.plan(int(number))
    version = next(one for one in plan.versions if one.hash == approval.hash)
    said = queries.said(version)
    return {
        "plan": plan,
        "said": said,
        "before": queries.last_prices(plan.first, said),
        "budget": queries.budget_line(said.budget_line),
        "version": version,
    }
