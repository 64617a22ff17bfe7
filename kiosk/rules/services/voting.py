"""Votes of the council by show of hands: written down with the roll, confirmed by a member who was there."""

from collections.abc import Iterable
from datetime import date

from kiosk.core import clock
from kiosk.core.actor import SCHOOL, Actor
from kiosk.core.db import session
from kiosk.core.errors import Conflict, Invalid
from kiosk.core.i18n import _, lazy
from kiosk.core.trace import record
from kiosk.persons import queries as persons
from kiosk.rules import queries
from kiosk.rules.models import HELD, REASON, Rule, RuleVersion, RuleVote, RuleVoteMember
from kiosk.rules.permissions import VOTE_RULES
from kiosk.rules.refusals import NoQuorum, NotFrozen, TooEarly, WasNotThere
from kiosk.rules.services.drafting import subject_of
from kiosk.rules.services.publishing import approve, returned
from kiosk.school import queries as school


def record_vote(
    *,
    by: Actor,
    rule: Rule,
    held_on: date | None,
    present: Iterable[int],
    in_favour: int,
    against: int,
    abstained: int,
    hash: str = "",
) -> RuleVote:
    """Write down a vote on the frozen text: who of the council was there, and how many hands went up.

    `hash` is that of the text on the ballot page, if it was sent along. NotFrozen without one, TooEarly,
    NoQuorum by the school's rule; Invalid where the counts are not those present.
    """
    by.needs(VOTE_RULES, SCHOOL)
    version = queries.on_its_way(rule)
    if version is None or not version.frozen_on or rule.team:
        raise NotFrozen
    if queries.vote_of(version):
        raise Conflict(lazy("A vote on this text is written down already and waits to be confirmed."))
    if hash and hash != version.hash:
        raise Conflict(lazy("This is not the text that was voted on: its hash is another."))
    day = _day(version, held_on)
    members = {one.number: one for one in queries.members()}
    there = {number for number in present if number in members}
    _counted(len(members), len(there), in_favour, against, abstained)
    vote = RuleVote(
        version=version,
        held_on=day,
        hash=version.hash,
        members=len(members),
        in_favour=in_favour,
        against=against,
        abstained=abstained,
        passed=queries.carries(in_favour, len(there)),
        quorum=queries.needed(len(members)),
        recorded_by=by.person or 0,
        recorded_at=clock.now(),
        roll=[RuleVoteMember(person_id=number, present=number in there) for number in members],
        chain_seq=0,
    )
    after = {
        "version": version.number,
        "hash": version.hash,
        "day": day,
        "roll": sorted(members),
        "present": sorted(there),
        "in_favour": in_favour,
        "against": against,
        "abstained": abstained,
    }
    vote.chain_seq = record("rule.voted", subject_of(rule), by=by, after=after)
    session.add(vote)
    session.flush()
    return vote


def _day(version: RuleVersion, held_on: date | None) -> date:
    if held_on is None:
        raise Invalid(HELD.missing, field=HELD.name)
    if held_on > school.today():
        raise Invalid(lazy("This day is still to come."), field=HELD.name)
    earliest = queries.earliest_vote(version)
    if earliest is None or held_on < earliest:
        raise TooEarly(field=HELD.name, since=version.frozen_on or held_on, day=earliest or "—")
    return held_on


def _counted(members: int, present: int, in_favour: int, against: int, abstained: int) -> None:
    if not members:
        raise Invalid(
            lazy("Nobody has the role of the school council yet: please add its members' accounts.")
        )
    needed = queries.needed(members)
    if present < needed:
        raise NoQuorum(field="present", present=present, members=members, needed=needed)
    if in_favour + against + abstained != present:
        raise Invalid(
            lazy("For, against and abstained are %(sum)s together, and %(present)s were there."),
            field="in_favour",
            sum=in_favour + against + abstained,
            present=present,
        )


def confirm_vote(*, by: Actor, vote: RuleVote) -> None:
    """Say that a vote was so: it decides from now on. WasNotThere for anybody but another member there."""
    _was_there(by, vote)
    vote.confirmed_by, vote.confirmed_at = by.person, clock.now()
    version = vote.version
    after = {"version": version.number, "hash": vote.hash}
    record("rule.vote_confirmed", subject_of(version.rule), by=by, after=after)
    if vote.passed:
        approve(by=by, version=version, on=vote.held_on)
    else:
        why = _("Not carried: %(n)s of %(present)s in favour.", n=vote.in_favour, present=len(vote.present))
        returned(by=by, version=version, why=str(why))


def drop_vote(*, by: Actor, vote: RuleVote, reason: str) -> None:
    """Say that a vote was not so as it was written down; it is written down anew."""
    if by.person != vote.recorded_by:
        _was_there(by, vote)
    if vote.confirmed_at or vote.dropped_at:
        raise Conflict(lazy("This vote is decided already."))
    vote.dropped_at = clock.now()
    after = {"version": vote.version.number, "why": REASON.read(reason)}
    record("rule.vote_dropped", subject_of(vote.version.rule), by=by, after=after)
    session.flush()


def _was_there(by: Actor, vote: RuleVote) -> None:
    if vote.confirmed_at or vote.dropped_at or not vote.version.is_open:
        raise Conflict(lazy("This vote is decided already."))
    there = [one.person_id for one in vote.present]
    if by.person is None or by.person not in there or persons.is_among(by.person, [vote.recorded_by]):
        raise WasNotThere
