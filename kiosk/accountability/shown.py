"""What the page of a case shows of its entries."""

from typing import Any

from kiosk.accountability import queries
from kiosk.cases.models import Case
from kiosk.core.web import actor


def of_case(case: Case) -> dict[str, Any]:
    """The entries about a case, and whether the account may open each and read its names."""
    found = [queries.entry(number) for number in queries.entries_of(f"case:{case.id}")]
    return {
        "entries": [(one, queries.may_see(actor(), one)) for one in found],
        "title": queries.title,
        "state": queries.state,
        "label": queries.label,
    }
