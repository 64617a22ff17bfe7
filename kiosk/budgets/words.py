"""What the record's codes of this room are called when people read them."""

from kiosk.budgets.models import KINDS
from kiosk.core.i18n import lazy
from kiosk.core.room import Words

WORDS = Words(
    subjects={
        "budget": lazy("Budget"),
        "budget_line": lazy("Budget line"),
        "budget_transfer": lazy("Budget transfer"),
        "budget_exception": lazy("Exception to the budget"),
    },
    actions={
        "budget.begun": lazy("Version of a budget begun"),
        "budget.saved": lazy("Lines of a budget saved"),
        "budget.dropped": lazy("Version of a budget given up"),
        "budget.approved": lazy("Budget in force"),
        "budget.asked": lazy("Transfer or exception proposed"),
        "budget.taken_back": lazy("Transfer or exception taken back"),
        "budget.checked": lazy("Purchases of a term checked"),
        "budget.moved": lazy("Money of a budget line moved"),
    },
    fields={
        "term": lazy("Term"),
        "version": lazy("Version"),
        "revision": lazy("Saved so many times"),
        "lines": lazy("Lines of the budget"),
        "total": lazy("In all (fen)"),
        "hash": lazy("Hash of the content"),
        "kind": lazy("What it does"),
        "source": lazy("For what"),
        "of": lazy("Out of what is committed for"),
        "planned": lazy("Planned (fen)"),
        "committed": lazy("Committed (fen)"),
        "taken": lazy("Out of what is committed (fen)"),
        "spent": lazy("Spent (fen)"),
        "allowed": lazy("Allowed by an exception (fen)"),
        "lacks": lazy("Papers that lacked"),
        "remark": lazy("What you remark on the check"),
        "from": lazy("From line no."),
        "to": lazy("To line no."),
        "line": lazy("Line no."),
        "amount": lazy("Amount (fen)"),
        "title": lazy("Exception for what"),
        "reason": lazy("Reason, as everybody reads it"),
        "over": lazy("By an exception (fen)"),
    },
    values={"kind": KINDS},
    plain=frozenset({"kind", "source", "of", "hash"}),
)
