"""A finding of the verifier as people read it."""

from kiosk.chain.queries.findings import WAITING, Finding
from kiosk.core.i18n import LazyString, _, lazy

KINDS: dict[str, LazyString] = {
    "entry": lazy("Entry of the record"),
    "text": lazy("A name or text of entry"),
    "rating": lazy("Rating"),
    "note": lazy("Comment on a rating, no."),
    "mark": lazy("Mark"),
    "visitor": lazy("Visitor of rating"),
    "seal": lazy("Seal"),
    "tally": lazy("Tally"),
    "sheet": lazy("Purchase sheet"),
    "line": lazy("Line of the file"),
    "step": lazy("Approval"),
    "delegation": lazy("Stand-in"),
    "case": lazy("Case"),
    "voice": lazy("Rating"),
    "sentence": lazy("Counter's sentence, no."),
    "meals": lazy("Meals served"),
    "stock item": lazy("Stock, item no."),
    "stock batch": lazy("Stock, batch no."),
    "stock form": lazy("Stock, form no."),
    "stock count": lazy("Stock, count no."),
}
"""What a finding's row is called."""

PROBLEMS: dict[str, LazyString] = {
    "altered": lazy("was changed after it was recorded."),
    "missing": lazy("is missing: it was removed."),
    WAITING: lazy("is not yet in a case; the running server makes it up."),
    "inserted": lazy("was added afterwards."),
    "unknown": lazy("is not known to the record."),
    "differs": lazy("does not agree with the sum of its moves."),
    "miscounted": lazy("does not agree with the ratings."),
    "unreadable": lazy("cannot be read."),
    "misplaced": lazy("is in a place where it cannot be."),
    "cut": lazy("is missing: the record was cut off before it, but it is known elsewhere."),
    "rewritten": lazy("differs from the one known elsewhere: the record was rewritten."),
}
"""What can be wrong with it."""


def sentence(finding: Finding) -> str:
    """A finding as one clear line."""
    words = {
        "kind": KINDS.get(finding.kind, finding.kind),
        "place": finding.place,
        "problem": PROBLEMS.get(finding.problem, finding.problem),
    }
    line = str(_("%(kind)s %(place)s %(problem)s", **words))
    if finding.seal:
        line += " " + str(_("It is part of seal %(n)s.", n=finding.seal))
    return line + (f" ({finding.detail})" if finding.detail else "")
