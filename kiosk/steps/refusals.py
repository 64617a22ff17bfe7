"""What is said to whoever may not decide, or comes too late."""

from kiosk.core.errors import Conflict, Forbidden, Invalid
from kiosk.core.i18n import lazy


class NotAsked(Forbidden):
    """The account holds no role that is asked, and stands in for nobody who does."""

    code = "not-asked"
    message = lazy("This is not yours to decide.")


class HasAPart(Forbidden):
    """The person fills another place of the chain; the account, the role and the delegation do not matter."""

    code = "has-a-part"
    message = lazy(
        "You have a part in this already: you drafted or changed it, signed it, or are named in it. "
        "Somebody else has to decide."
    )


class HasVoted(Forbidden):
    """The person, or whoever is absent, has decided in this round already."""

    code = "has-voted"
    message = lazy("You have signed this already; each person signs once.")


class CodeNeeded(Forbidden):
    """The decision needs the second factor, and none was shown."""

    code = "code-needed"
    message = lazy("This decision needs the code of your second factor.")


class Changed(Conflict):
    """What was looked at is not what is decided about any more."""

    code = "changed-meanwhile"
    message = lazy("It was changed meanwhile: %(changed)s. Nothing was signed; please look at it again.")


class DecidedFirst(Conflict):
    """Somebody decided before."""

    code = "decided-first"
    message = lazy("%(name)s decided first: %(state)s. Nothing of yours was stored.")


class Over(Conflict):
    """The approval has ended, or was sent back."""

    code = "not-open"
    message = lazy("This waits for no decision: %(state)s.")


class NoCollective(Conflict):
    """No level of several members, of whom the majority decides, is asked now."""

    code = "no-collective"
    message = lazy("No collective is asked now; minutes decide nothing here.")


class TooFew(Invalid):
    """Fewer members took part than the ladder demands."""

    code = "too-few"
    message = lazy("At least %(least)s members have to take part; here it is %(n)s. Nothing was stored.")


class NotOnIt(Forbidden):
    """Somebody on the roll is no member, or fills another place of the chain."""

    code = "not-on-it"
    message = lazy("%(name)s cannot take part: no member, or in the chain already. Nothing was stored.")
