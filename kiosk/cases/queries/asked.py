"""What was asked, as everybody may read it: the asker's own words of which parts may be masked.

Whatever else was let out in their place is shown as what it is: a summary, with the post that wrote it.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sqlalchemy import or_, select

from kiosk.cases.models import Case, CaseStep
from kiosk.cases.queries.posts import acting
from kiosk.cases.queries.texts import Written, written
from kiosk.core.db import session
from kiosk.core.i18n import _
from kiosk.core.masking import veiled


class Asked(NamedTuple):
    """The words for everybody, and who wrote them where these are not the asker's own; nothing while nobody
    released them, and once the asker took them back."""

    text: str = ""
    by: str = ""


def asked(case: Case, steps: Iterable[CaseStep], texts: Mapping[int, Written]) -> Asked:
    """What everybody may read of a case, by its first step and those that released its words."""
    first, shown = None, None
    for step in steps:
        first = step if step.number == 1 else first
        shown = step if step.verb == "release" else shown
    if first is None or shown is None or case.is_taken_back:
        return Asked()
    text, said = texts.get(shown.chain_seq, Written()), texts.get(first.chain_seq, Written()).internal
    return Asked(text.public, _written_by(case, first, shown, text, said))


def _written_by(case: Case, first: CaseStep, shown: CaseStep, text: Written, said: str) -> str:
    if first.person is None and case.key_hash is None:
        return str(_("In words of the house"))
    if not text.is_own and veiled(text.public, said) is None:
        return str(_("Summarised by: %(post)s", post=acting(shown)))
    return str(_("Written down by: %(post)s", post=acting(first))) if first.person else ""


def asked_in(cases: Iterable[Case]) -> dict[int, Asked]:
    """The same of many cases, by number."""
    found = list(cases)
    wanted = CaseStep.case_id.in_([case.id for case in found if case.released])
    query = select(CaseStep).where(wanted, or_(CaseStep.verb == "release", CaseStep.number == 1))
    steps = list(session.scalars(query.order_by(CaseStep.case_id, CaseStep.number)))
    texts = written(steps)
    return {
        case.id: asked(case, [step for step in steps if step.case_id == case.id], texts) for case in found
    }
