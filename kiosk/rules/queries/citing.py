"""By which articles cases and commitments go."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import select

from kiosk.core.db import session
from kiosk.core.errors import NotFound
from kiosk.rules.models import Citation, RuleVersion
from kiosk.rules.queries.articles import Numbered, find
from kiosk.rules.queries.standing import items


class Cited(NamedTuple):
    """A citation, the article as it stands in the version that was cited, and what it says."""

    row: Citation
    article: Numbered | None

    @property
    def version(self) -> RuleVersion:
        """The version that was cited."""
        return self.row.version


def citation(number: int) -> Citation:
    """A citation, or NotFound."""
    found = session.get(Citation, number)
    if found is None:
        raise NotFound
    return found


def cited_by(subject: str) -> list[Cited]:
    """By what a subject (`case:12`) goes."""
    return cited([subject]).get(subject, [])


def cited(subjects: Iterable[str]) -> dict[str, list[Cited]]:
    """The same of several."""
    query = select(Citation).where(Citation.subject.in_(list(subjects)), Citation.removed_at.is_(None))
    found: dict[str, list[Cited]] = {}
    for one in session.scalars(query.order_by(Citation.id)):
        found.setdefault(one.subject, []).append(Cited(one, find(items(one.version), one.article)))
    return found


def citing(version: RuleVersion) -> list[Citation]:
    """What goes by a version's articles."""
    query = select(Citation).where(Citation.version_id == version.id, Citation.removed_at.is_(None))
    return list(session.scalars(query.order_by(Citation.id)))
