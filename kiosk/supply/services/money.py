"""The budget follows the chain: a plan commits, an order takes its part, the sheet what was accepted.

One thing is counted once: `order:N` is taken out of `plan:N`, `sheet:POSTING` out of the order.
Where the school has no budget, or no line was chosen, nothing is asked.
"""

from kiosk.budgets import queries as budgets
from kiosk.budgets.services import commit, replace
from kiosk.budgets.services import release as give
from kiosk.core.actor import Actor
from kiosk.supply import queries
from kiosk.supply.models import APPROVED, Plan, Purchase


def plan_source(plan: Plan) -> str:
    """A plan in the budget."""
    return f"plan:{plan.id}"


def order_source(purchase: Purchase) -> str:
    """A purchase in the budget."""
    return f"order:{purchase.id}"


def sheet_source(posting_id: int) -> str:
    """A sheet in the budget."""
    return f"sheet:{posting_id}"


def commit_plan(by: Actor, plan: Plan) -> None:
    """An approved plan commits what it says; one that was approved anew, that alone."""
    release(by, plan_source(plan))
    said = queries.said(plan.versions[0])
    if budgets.is_used() and said.budget_line is not None and said.amount:
        line, source = queries.budget_line(said.budget_line), plan_source(plan)
        item_class = queries.strange_class(said, line) if line else queries.class_of(said)
        commit(by=by, line=said.budget_line, amount=said.amount, source=source, item_class=item_class)


def release(by: Actor, source: str) -> None:
    """Give back what is still committed."""
    if budgets.committed(source):
        give(by=by, source=source)


def commit_order(by: Actor, purchase: Purchase) -> None:
    """An order takes its part of its plan; without a plan it commits by itself."""
    if not budgets.is_used() or not purchase.amount:
        return
    source = order_source(purchase)
    if purchase.version is not None:
        plan = plan_source(purchase.version.plan)
        if budgets.committed(plan):
            replace(by=by, of=plan, source=source, amount=purchase.amount)
    elif purchase.budget_line is not None:
        commit(by=by, line=purchase.budget_line, amount=purchase.amount, source=source)


def give_back(by: Actor, purchase: Purchase, source: str, amount: int) -> None:
    """What is not bought after all goes back to the plan, while that is open; else to the line."""
    amount = min(amount, budgets.committed(source))
    if amount <= 0:
        return
    plan = purchase.version.plan if purchase.version else None
    is_open = plan is not None and plan.state == APPROVED
    back = plan_source(plan) if plan is not None and is_open else f"{order_source(purchase)}:rest"
    replace(by=by, of=source, source=back, amount=amount)
    if not is_open:
        release(by, back)


def commit_sheet(by: Actor, purchase: Purchase, posting_id: int, before: int) -> None:
    """The sheet takes what was accepted out of the order; what was corrected since (`before`) moves along."""
    if not budgets.is_used():
        return
    sheet, order, now = sheet_source(posting_id), order_source(purchase), queries.cost(purchase)
    if budgets.committed(order):
        if now:
            replace(by=by, of=order, source=sheet, amount=now)
        give_back(by, purchase, order, budgets.committed(order))
    elif now < before:
        give_back(by, purchase, sheet, before - now)
    elif now > before and (line := _line_of(purchase, sheet)) is not None:
        _take_more(by, purchase, sheet, line, now - before)


def _line_of(purchase: Purchase, sheet: str) -> int | None:
    """The line from which a purchase is bought."""
    known = list(budgets.committed_on(sheet))
    return purchase.budget_line if purchase.budget_line is not None else next(iter(known), None)


def _take_more(by: Actor, purchase: Purchase, sheet: str, line: int, amount: int) -> None:
    """A correction upwards: out of what its plan has left, the rest of the line."""
    plan = plan_source(purchase.version.plan) if purchase.version else ""
    of_plan = min(amount, budgets.committed(plan, line)) if plan else 0
    if of_plan:
        replace(by=by, of=plan, source=sheet, amount=of_plan, line=line)
    if amount > of_plan:
        commit(by=by, line=line, amount=amount - of_plan, source=sheet)
