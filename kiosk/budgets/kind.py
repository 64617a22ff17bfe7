"""The kind `budget-analysis` (预算执行总结): what a term's figures taught, in the head's words."""

from dataclasses import replace
from datetime import datetime

from kiosk.budgets import queries
from kiosk.budgets.permissions import WRITE_ANALYSIS
from kiosk.core.field import SAYS_SOMETHING, Paragraphs
from kiosk.core.filters import yuan
from kiosk.core.i18n import _, lazy
from kiosk.postings.models import Posting
from kiosk.postings.queries import Kind, Texts, last_week_of_term
from kiosk.postings.queries.rhythms import Span

LONGEST = 2000
LAST_WEEK = last_week_of_term()
MISSING = lazy("Please write this in your own words.")


def _figures(posting: Posting) -> Texts:
    """The figures with which the analysis of a term begins."""
    term = queries.shown_term(posting.period[1:])
    found = queries.analysis(term) if term else None
    if found is None:
        return {}
    said = [
        _(
            "Planned %(planned)s, spent %(spent)s in %(n)s school days.",
            planned=yuan(found.planned),
            spent=yuan(found.spent),
            n=found.days_over,
        )
    ]
    if found.a_meal is not None:
        said.append(_("A meal served cost %(amount)s.", amount=yuan(found.a_meal)))
    return {"figures": "\n".join(map(str, said))}


def _by(span: Span) -> datetime | None:
    """By when it is due: in the last week of a term that has a budget."""
    term = queries.term_on(span.first)
    return LAST_WEEK.by(span) if term and queries.in_force(term.id) else None


ANALYSIS = Kind(
    slug="budget-analysis",
    label=lazy("Analysis of the budget"),
    fields=(
        Paragraphs(name="figures", label=lazy("The term's figures"), longest=LONGEST),
        Paragraphs(
            name="experience",
            label=lazy("What went well, and why"),
            longest=LONGEST,
            missing=MISSING,
            least=SAYS_SOMETHING,
        ),
        Paragraphs(
            name="lessons",
            label=lazy("What went wrong, and what it taught"),
            longest=LONGEST,
            missing=MISSING,
            least=SAYS_SOMETHING,
        ),
        Paragraphs(name="pattern", label=lazy("What repeats itself, term after term"), longest=LONGEST),
        Paragraphs(
            name="plans",
            label=lazy("What changes next term"),
            longest=LONGEST,
            missing=MISSING,
            least=SAYS_SOMETHING,
        ),
    ),
    questions=True,
    drafts=WRITE_ANALYSIS,
    offers=_figures,
    rhythm=replace(LAST_WEEK, by=_by),
    days=30,
)
