"""By which article a case or a commitment goes: said, and taken back."""

from kiosk.cases import queries as cases
from kiosk.commitments.models import Commitment
from kiosk.core import clock
from kiosk.core.actor import Actor, Place
from kiosk.core.db import session
from kiosk.core.errors import Conflict, Forbidden, Invalid, NotFound
from kiosk.core.formats import whole
from kiosk.core.i18n import lazy
from kiosk.core.trace import record
from kiosk.rules import queries
from kiosk.rules.models import Citation, RuleVersion
from kiosk.rules.permissions import CITE_RULES

CASE, COMMITMENT = "case", "commitment"


def may_cite(by: Actor, subject: str) -> bool:
    """Whether somebody may say by what a case or a commitment goes. NotFound where there is none."""
    kind, _colon, number = subject.partition(":")
    known = whole(number)
    if known is None:
        raise NotFound
    if kind == CASE:
        case = cases.case(known)
        own = Place(case.canteen, case.counter)
        return by.may(CITE_RULES, own) or cases.is_owner(by, case)
    found = session.get(Commitment, known) if kind == COMMITMENT else None
    if found is None:
        raise NotFound
    canteen = found.canteen or (found.counter.canteen if found.counter else None)
    place = Place(canteen.code if canteen else None, found.counter.code if found.counter else None)
    return by.may(CITE_RULES, place)


def cite(*, by: Actor, subject: str, version: RuleVersion, article: str) -> Citation:
    """Say that a case or a commitment goes by an article of a version; said twice it stands once.

    Invalid for a version that was never approved, or an article that it does not have.
    """
    if not may_cite(by, subject):
        raise Forbidden
    if version.approved_on is None:
        raise Invalid(lazy("Only a version that was approved can be cited."), field="article")
    if queries.find(queries.items(version), article) is None:
        raise Invalid(lazy("Please choose an article."), field="article")
    known = next(
        (
            one.row
            for one in queries.cited_by(subject)
            if one.row.version_id == version.id and one.row.article == article
        ),
        None,
    )
    if known:
        return known
    after = {"rule": version.rule.slug, "version": version.number, "article": article}
    found = Citation(
        subject=subject,
        version=version,
        article=article,
        cited_at=clock.now(),
        chain_seq=record("rule.cited", subject, by=by, after=after),
    )
    session.add(found)
    session.flush()
    return found


def take_back(*, by: Actor, citation: Citation) -> None:
    """Take a citation back; that it was there stays in the record."""
    if not may_cite(by, citation.subject):
        raise Forbidden
    if citation.removed_at:
        raise Conflict(lazy("This is taken back already."))
    citation.removed_at = clock.now()
    before = {
        "rule": citation.version.rule.slug,
        "version": citation.version.number,
        "article": citation.article,
    }
    record("rule.uncited", citation.subject, by=by, before=before)
    session.flush()
