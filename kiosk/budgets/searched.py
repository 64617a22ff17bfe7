"""What everybody finds of the budget: its lines with their purposes, and the exceptions."""

from collections.abc import Collection, Iterable, Mapping

from flask import url_for

from kiosk.budgets import queries
from kiosk.budgets.models import BudgetVersion
from kiosk.core.i18n import _, lazy
from kiosk.core.searched import Entry, Hit, Searched
from kiosk.school import queries as school


def _in_force() -> dict[str, BudgetVersion]:
    found = (queries.in_force(term.id) for term in school.terms())
    return {str(one.id): one for one in found if one}


def _keys() -> Iterable[str]:
    return sorted(_in_force())


def _entries(keys: Collection[str]) -> Mapping[str, Entry]:
    found = {}
    for key, one in _in_force().items():
        if key in keys and one.approved_at:
            texts = [text for row in one.rows for text in (row.name, row.name_en, row.purpose) if text]
            found[key] = Entry("budget", tuple(texts), one.approved_at)
    return found


def _hits(keys: Collection[str]) -> Mapping[str, Hit]:
    found = {}
    for key in keys:
        one = queries.version(int(key))
        title = str(_("Budget of %(term)s", term=queries.term_name(one.term_id)))
        found[key] = Hit(title, url_for("budgets.index", term=one.term_id), "")
    return found


BUDGETS = Searched(
    subject="budget",
    groups=lambda: {"budget": lazy("Budget")},
    keys=_keys,
    entries=_entries,
    hits=_hits,
)
