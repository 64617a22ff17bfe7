"""What of rules waits for whom: opinions to be answered, consultations that are over, texts to be voted."""

from collections.abc import Iterator
from datetime import date, datetime, time

from flask import url_for

from kiosk.auth.queries import is_work_of
from kiosk.core.actor import SCHOOL, Actor
from kiosk.core.duty import WARN, Duties, Duty
from kiosk.core.i18n import _, day_told, lazy, ngettext
from kiosk.core.overdue import Dues, Overdue
from kiosk.rules import queries
from kiosk.rules.models import Opinion, Rule, RuleVersion
from kiosk.rules.permissions import READ_RULES, VOTE_RULES, WRITE_RULES
from kiosk.school import queries as school
from kiosk.staff import queries as staff

ANSWER = "answer"


def _end(day: date | None) -> datetime | None:
    return datetime.combine(day, time.max, school.zone()) if day else None


def _by_rule(found: list[Opinion]) -> dict[int, list[Opinion]]:
    rules: dict[int, list[Opinion]] = {}
    for one in found:
        rules.setdefault(one.rule_id, []).append(one)
    return rules


def opinions(who: Actor) -> Iterator[Duty]:
    """The opinions on each rule that wait for an answer, due when the first of them is."""
    for number, waiting in _by_rule(queries.unanswered()).items():
        rule = queries.rule(number)
        if not queries.may_write(who, rule):
            continue
        dues = [due for one in waiting if (due := queries.due_of(one))]
        text = ngettext(
            "%(num)s opinion on “%(title)s” waits for an answer",
            "%(num)s opinions on “%(title)s” wait for an answer",
            len(waiting),
            title=rule.title,
        )
        yield Duty(
            key=f"opinions-{number}",
            state=WARN,
            text=text,
            url=url_for("office.rules_opinions.opinions", number=number, waiting=1),
            due=_end(min(dues, default=None)),
            mine=_is_mine(who, rule),
        )


def _is_mine(who: Actor, rule: Rule) -> bool:
    if rule.created_by == who.account or queries.leads(who, rule.team):
        return True
    return not rule.team and is_work_of(who, WRITE_RULES)


def ways(who: Actor) -> Iterator[Duty]:
    """What is to be done next with each text on its way, for those who write it."""
    today = school.today()
    for rule in queries.rules():
        version = queries.on_its_way(rule)
        if version is None or not queries.may_write(who, rule):
            continue
        if not version.frozen_on and version.consult_until and today > version.consult_until:
            text = _("The consultation on “%(title)s” is over: it can be frozen", title=rule.title)
            url = url_for("office.rules.show", number=rule.id)
            yield Duty(f"over-{rule.id}", WARN, text, url, mine=_is_mine(who, rule))


def votes(who: Actor) -> Iterator[Duty]:
    """Texts that wait for the council's vote, and votes that wait for a member's word."""
    today = school.today()
    for rule in queries.rules():
        version = queries.on_its_way(rule)
        if version is None or not version.frozen_on or rule.team:
            continue
        vote = queries.vote_of(version)
        url = url_for("office.rules.show", number=rule.id)
        if vote is None:
            yield _to_vote(who, rule, version, today, url)
        elif who.person != vote.recorded_by and who.person in {one.person_id for one in vote.present}:
            text = _("Confirm that the council voted so on “%(title)s”", title=rule.title)
            yield Duty(f"confirm-{vote.id}", WARN, text, url, mine=True)


def _to_vote(who: Actor, rule: Rule, version: RuleVersion, today: date, url: str) -> Duty:
    earliest = queries.earliest_vote(version)
    text = (
        _("“%(title)s” waits for the vote of the council", title=rule.title)
        if earliest and earliest <= today
        else _(
            "“%(title)s” is frozen and can be voted on from %(day)s on",
            title=rule.title,
            day=day_told(earliest) if earliest else "—",
        )
    )
    return Duty(f"vote-{rule.id}", WARN, text, url, mine=who.holds(("council",), SCHOOL))


DUTIES = (
    Duties("rule-opinions", READ_RULES, opinions),
    Duties("rule-ways", READ_RULES, ways),
    Duties("rule-votes", VOTE_RULES, votes),
)


def overdue(first: date, last: date) -> Iterator[Overdue]:
    """Opinions whose answer was due on one of these days and is not there."""
    for one in queries.unanswered():
        due = queries.due_of(one)
        if due and first <= due <= last:
            subject = f"rule:{one.rule_id}:{one.number}"
            yield Overdue(f"opinion:{one.id}", subject, ANSWER, due, _people(one.rule))


def _people(rule: Rule) -> tuple[int, ...]:
    """Whose the answer is: the leader's of the team; of a school's rule the head's, who stands for nobody."""
    year = staff.year_in_force(school.today())
    found = staff.teams(year) if year is not None and rule.team else []
    return tuple(one.leader.number for one in found if one.name == rule.team and one.leader)


def _title(subject: str, _duty: str) -> str:
    _rule, number, opinion = subject.split(":")
    return str(_("Answer opinion no. %(n)s on “%(title)s”", n=opinion, title=queries.rule(int(number)).title))


def _address(subject: str) -> str:
    return url_for("office.rules_opinions.opinions", number=int(subject.split(":")[1]), waiting=1)


DUES = Dues(kind="opinion", label=lazy("Opinions on rules"), of=overdue, title=_title, address=_address)
