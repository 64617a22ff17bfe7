"""What is said to whoever may not, or comes too late."""

from kiosk.core.errors import Conflict, Forbidden, Invalid
from kiosk.core.i18n import lazy


class HasAPlace(Forbidden):
    """The person fills another place of the chain; account and role do not matter."""

    code = "has-a-place"
    message = lazy(
        "You have a part in this purchase already: you planned, approved, bought or weighed it. "
        "Somebody else has to do this."
    )


class OnePerson(Forbidden):
    """The second receiver is somebody other than the first."""

    code = "one-person"
    message = lazy("You weighed this. Somebody else has to confirm it, signed in on an own phone.")


class Changed(Conflict):
    """Somebody else changed it since it was opened."""

    code = "changed-meanwhile"
    message = lazy(
        "%(who)s changed this meanwhile: %(changed)s. Nothing was saved; what you typed is still here. "
        "Please compare, then save again."
    )


class PlanNeeded(Invalid):
    """The school buys what was planned and approved, and nothing else."""

    code = "plan-needed"
    message = lazy("Nothing is bought here without an approved plan. Please choose one.")


class NotApproved(Conflict):
    """The plan is not approved, or no more."""

    code = "not-approved"
    message = lazy("This plan is not approved now: %(state)s. Nothing was ordered.")


class TooMuch(Invalid):
    """More than the plan has left."""

    code = "too-much"
    message = lazy("The plan has %(left)s %(unit)s of %(item)s left. More of it needs another plan.")


class BeyondBudget(Invalid):
    """The line of the budget has not so much left."""

    code = "beyond-budget"
    message = lazy(
        "“%(line)s” has %(left)s yuan left; this plan asks for %(amount)s. "
        "Plan less, choose another line, or ask for a transfer or an exception."
    )


class TooDear(Invalid):
    """It costs more than what was approved and is left."""

    code = "too-dear"
    message = lazy(
        "Of what was approved %(left)s yuan are left; this costs %(amount)s. Please plan the rest anew."
    )
