"""What is said where a rule cannot be written, taken further or voted on."""

from kiosk.core.errors import Conflict, Forbidden, Invalid, Problem
from kiosk.core.i18n import lazy


class NotYours(Forbidden):
    """Neither a writer of rules nor the leader of the team."""

    code = "not-yours"
    message = lazy("A rule of a team is drafted by its leader, one of the school by those who write rules.")


class IsFrozen(Conflict):
    """The text is to be voted on as it is."""

    code = "rule-frozen"
    message = lazy(
        "The text is frozen: it is voted on byte for byte as it is. Nothing was changed. "
        "Send it back to drafting first if it has to change."
    )


class NothingDrafted(Conflict):
    """There is no draft to be written in."""

    code = "no-draft"
    message = lazy("Nothing of this rule is being drafted. Begin a new version first.")


class Changed(Conflict):
    """Somebody else changed what was looked at."""

    code = "changed-meanwhile"
    message = lazy(
        "%(name)s changed this meanwhile. Nothing was overwritten: what you wrote stands below, beside what "
        "stands there now. Sent again, it takes its place."
    )


class OutOfDate(Conflict):
    """The order or the number of articles is another than the page showed."""

    code = "out-of-date"
    message = lazy("%(name)s changed the draft meanwhile. Nothing was changed; please look at it again.")


class TooShort(Invalid):
    """The consultation would end too early."""

    code = "consultation-too-short"
    message = lazy(
        "A consultation lasts at least %(days)s days and %(school_days)s school days: "
        "until %(day)s at the earliest."
    )


class OpenOpinions(Invalid):
    """Something that was said has no answer."""

    code = "open-opinions"
    message = lazy("Cannot be frozen yet, these opinions have no answer: %(names)s.")


class AdoptedInVain(Invalid):
    """It was said of opinions that they are adopted, and the text says there what it said before."""

    code = "adopted-in-vain"
    message = lazy(
        "Cannot be frozen yet: these opinions were adopted, and nothing changed where they are: %(names)s. "
        "Change the text there, or answer them again and say why it stays."
    )


class StillConsulting(Invalid):
    """The time for opinions is not over."""

    code = "still-consulting"
    message = lazy("Opinions are taken until %(day)s; it can be frozen from the day after.")


class NotConsulted(Invalid):
    """It was never put to consultation."""

    code = "not-consulted"
    message = lazy("This text was not put to consultation yet; nobody could say anything about it.")


class NoQuorum(Invalid):
    """Too few of the council were there."""

    code = "no-quorum"
    message = lazy(
        "%(present)s of %(members)s members were there; the rule needs %(needed)s. This vote does not count, "
        "and nothing was stored."
    )


class TooEarly(Invalid):
    """It was not frozen for long enough."""

    code = "frozen-too-short"
    message = lazy("It is frozen since %(since)s and can be voted on from %(day)s on.")


class NotFrozen(Conflict):
    """Nothing to be voted on."""

    code = "not-frozen"
    message = lazy("Only a frozen text is voted on.")


class WasNotThere(Forbidden):
    """Whoever confirms a vote was there, and did not write it down."""

    code = "was-not-there"
    message = lazy("A vote is confirmed by a member of the council who was there and did not write it down.")


class Closed(Conflict):
    """The time for opinions is over."""

    code = "consultation-closed"
    message = lazy("Opinions on this were taken until %(day)s. What you wrote was not sent.")


class TooMany(Problem):
    """So much was said in so short a time that it cannot be read any more."""

    code = "too-many"
    status = 429
    retry_after = 3600
    message = lazy("So many opinions came in just now that no more are taken. Please come back in an hour.")


class SaidEnough(TooMany):
    """One browser said as much as is taken from one within a day."""

    code = "said-enough"
    retry_after = 24 * 3600
    message = lazy("From one phone or computer %(n)s opinions a day are taken. Please come back tomorrow.")
