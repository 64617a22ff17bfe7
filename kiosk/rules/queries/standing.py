"""Rules and their versions as they stand on a day: what is in force, what is on its way, what comes next."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from kiosk.core.db import session
from kiosk.core.errors import NotFound
from kiosk.rules.models import (
    APPROVED,
    CONSULTATION,
    CONSULTED,
    DRAFTING,
    FROZEN,
    IN_FORCE,
    REPEALED,
    REPLACED,
    STATES,
    SUPERSEDED,
    WITHDRAWN,
    Rule,
    RuleVersion,
    RuleVote,
)
from kiosk.rules.queries.articles import Numbered, items_of
from kiosk.rules.settings import CONSULT_DAYS, CONSULT_SCHOOL_DAYS, FROZEN_DAYS
from kiosk.school import queries as school


def rules() -> list[Rule]:
    """All rules with their versions, in order of their titles."""
    query = select(Rule).options(selectinload(Rule.versions), selectinload(Rule.draft))
    return list(session.scalars(query.order_by(Rule.team, Rule.id)))


def rule(number: int) -> Rule:
    """A rule by its number, or NotFound."""
    found = session.get(Rule, number)
    if found is None:
        raise NotFound
    return found


def rule_called(slug: str) -> Rule:
    """A rule by its address, or NotFound; one that nobody but its writers has seen is none."""
    found = session.scalar(select(Rule).where(Rule.slug == slug))
    if found is None or not found.versions:
        raise NotFound
    return found


def version(found: Rule, number: int) -> RuleVersion:
    """A version of a rule, or NotFound."""
    for one in found.versions:
        if one.number == number:
            return one
    raise NotFound


def items(found: RuleVersion) -> tuple[Numbered, ...]:
    """What a version is made of."""
    return items_of(found.content)


def _last_begun(found: Rule, day: date) -> RuleVersion | None:
    begun = [one for one in found.versions if one.approved_on and one.since and one.since <= day]
    return max(begun, key=lambda one: (one.since or day, one.number), default=None)


def in_force(found: Rule, day: date) -> RuleVersion | None:
    """The version in force on a day: the last that was approved and has begun; None once it is repealed."""
    last = _last_begun(found, day)
    return None if last is None or last.repeals else last


def repealed(found: Rule, day: date) -> RuleVersion | None:
    """The decision by which a rule is not in force any more on a day, or None."""
    last = _last_begun(found, day)
    return last if last and last.repeals else None


def coming(found: Rule, day: date) -> RuleVersion | None:
    """The version that is approved and comes into force later, or None."""
    later = [one for one in found.versions if one.approved_on and one.since and one.since > day]
    return min(later, key=lambda one: (one.since or day, -one.number), default=None)


def on_its_way(found: Rule) -> RuleVersion | None:
    """The version in consultation or frozen, or None."""
    return next((one for one in reversed(found.versions) if one.is_open), None)


def state(found: RuleVersion, day: date) -> str:
    """How a version stands on a day."""
    if found.ended_how:
        return CONSULTED if found.ended_how == REPLACED else found.ended_how
    if found.approved_on is None:
        return FROZEN if found.frozen_on else CONSULTATION
    if found.since and found.since > day:
        return APPROVED
    if in_force(found.rule, day) is found:
        return IN_FORCE
    ends = repealed(found.rule, day)
    return REPEALED if ends and found.number in (ends.number, ends.repeals) else SUPERSEDED


def superseded_on(found: RuleVersion) -> date | None:
    """The day from which another version is in force."""
    later = [
        one.since
        for one in found.rule.versions
        if one.approved_on
        and one.since
        and found.since
        and (one.since, one.number) > (found.since, found.number)
    ]
    return min(later, default=None)


def shown(found: Rule, day: date) -> RuleVersion:
    """The text that stands at a rule's own address: in force, else on its way, else the last."""
    others = (on_its_way(found), coming(found, day))
    own = next((one for one in others if one and not one.repeals), None)
    return in_force(found, day) or own or texts(found)[-1]


def texts(found: Rule) -> list[RuleVersion]:
    """The versions of a rule that have a text: a repeal has none."""
    return [one for one in found.versions if not one.repeals]


def takes_opinions(found: RuleVersion, day: date) -> bool:
    """Whether one may have one's say on a day."""
    is_open = found.is_open and not found.frozen_on
    return bool(is_open and found.consult_until and day <= found.consult_until)


def consultations(day: date) -> list[RuleVersion]:
    """What is in consultation, the one that ends first at the front."""
    query = select(RuleVersion).where(
        RuleVersion.consult_until >= day,
        RuleVersion.frozen_on.is_(None),
        RuleVersion.approved_on.is_(None),
        RuleVersion.ended_how == "",
    )
    return list(session.scalars(query.order_by(RuleVersion.consult_until, RuleVersion.id)))


def since_approval(found: Rule) -> int:
    """The number of the last approved version: what came later belongs to the text on its way."""
    return max((one.number for one in found.versions if one.approved_on), default=0)


def was_consulted(found: Rule) -> RuleVersion | None:
    """The last version of the text on its way that was put to consultation, or None."""
    begun = since_approval(found)
    gone = max((one.number for one in found.versions if one.ended_how == WITHDRAWN), default=0)
    own = [one for one in found.versions if one.number > max(begun, gone) and one.consult_until]
    return own[-1] if own else None


def earliest_end(day: date) -> date | None:
    """The first day on which a consultation that begins on a day may end; None: the calendar ends before."""
    settings = school.settings()
    due = school.due(day, settings[CONSULT_SCHOOL_DAYS]).day
    return max(day + timedelta(days=settings[CONSULT_DAYS]), due) if due else None


def earliest_vote(found: RuleVersion) -> date | None:
    """The first day on which a frozen version may be voted; None: it is not frozen, or nobody knows yet."""
    if found.frozen_on is None:
        return None
    return school.due(found.frozen_on, school.settings()[FROZEN_DAYS]).day


def vote_of(found: RuleVersion) -> RuleVote | None:
    """The vote on a version that was written down last and counts, or waits for a member's word."""
    query = select(RuleVote).where(RuleVote.version_id == found.id, RuleVote.dropped_at.is_(None))
    return session.scalar(query.order_by(RuleVote.id.desc()).limit(1))


def vote(number: int) -> RuleVote:
    """A vote, or NotFound."""
    found = session.get(RuleVote, number)
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class Standing:
    """A rule on a day, for lists: what is in force, what is on its way, and the state in one word."""

    rule: Rule
    day: date

    @property
    def in_force(self) -> RuleVersion | None:
        """The version in force."""
        return in_force(self.rule, self.day)

    @property
    def on_its_way(self) -> RuleVersion | None:
        """The version in consultation or frozen."""
        return on_its_way(self.rule)

    @property
    def coming(self) -> RuleVersion | None:
        """The version that is approved and comes into force later."""
        return coming(self.rule, self.day)

    @property
    def state(self) -> str:
        """How the newest text stands."""
        way = self.on_its_way or self.coming
        if way and not way.repeals:
            return state(way, self.day)
        if self.rule.draft:
            return DRAFTING
        return state(shown(self.rule, self.day), self.day) if self.rule.versions else DRAFTING

    @property
    def label(self) -> str:
        """The state in words."""
        return str(STATES[self.state])

    @property
    def takes_opinions(self) -> bool:
        """Whether one may have one's say."""
        return bool(self.on_its_way and takes_opinions(self.on_its_way, self.day))


ORDER = (CONSULTATION, FROZEN, APPROVED, IN_FORCE)


def listed(found: Iterable[Rule], day: date) -> list[Standing]:
    """Rules of which everybody can read something, those in consultation first."""
    shown_ones = [Standing(one, day) for one in found if one.versions]

    def place(one: Standing) -> tuple[int, str, str]:
        at = 0 if one.takes_opinions else ORDER.index(one.state) if one.state in ORDER else len(ORDER)
        return at, one.rule.team, one.rule.title

    return sorted(shown_ones, key=place)
