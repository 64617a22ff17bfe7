"""Texts that everybody reads: put to consultation, frozen, sent back, withdrawn, approved."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import select

from kiosk.auth.models import ROLES
from kiosk.core import clock
from kiosk.core.actor import SCHOOL, Actor, Place
from kiosk.core.db import session
from kiosk.core.errors import Conflict, Invalid
from kiosk.core.i18n import _, lazy
from kiosk.core.masking import clean
from kiosk.core.trace import record
from kiosk.rules import queries
from kiosk.rules.models import (
    CONSULTATION,
    REASON,
    REPLACED,
    RETURNED,
    SINCE,
    UNTIL,
    WHY,
    WITHDRAWN,
    Rule,
    RuleDraft,
    RuleVersion,
)
from kiosk.rules.queries.articles import ARTICLE, item_of
from kiosk.rules.refusals import (
    AdoptedInVain,
    NotConsulted,
    NotYours,
    OpenOpinions,
    StillConsulting,
    TooShort,
)
from kiosk.rules.services.drafting import draft_of, subject_of
from kiosk.rules.settings import CONSULT_DAYS, CONSULT_SCHOOL_DAYS
from kiosk.school import queries as school
from kiosk.steps import queries as steps
from kiosk.steps import services as decisions
from kiosk.steps.models import APPROVED, OPEN, Approval
from kiosk.steps.models import RETURNED as SENT_BACK
from kiosk.steps.queries import Ladder, Level

NAMED = 5
"""So many opinions without an answer are named when a text cannot be frozen."""


def consult(*, by: Actor, rule: Rule, until: date | None, why: str) -> RuleVersion:
    """Put the draft to consultation until the end of a day: it is a version that everybody reads.

    Done again, the later text takes the place of the earlier one. TooShort where it would end too early;
    Invalid for a text without an article.
    """
    draft = draft_of(by, rule)
    if until is None:
        raise Invalid(UNTIL.missing, field=UNTIL.name)
    today = school.today()
    earliest = queries.earliest_end(today)
    if earliest is None or until < earliest:
        raise _too_short(earliest)
    why = WHY.read(clean(why))
    return _publish(by, draft, why, Way(today, until), action="rule.consulted")


def _too_short(earliest: date | None) -> Invalid:
    settings = school.settings()
    if earliest is None:
        return Invalid(
            lazy("The school days of that time are not entered yet: please enter the next term first."),
            field=UNTIL.name,
        )
    return TooShort(
        field=UNTIL.name,
        days=settings[CONSULT_DAYS],
        school_days=settings[CONSULT_SCHOOL_DAYS],
        day=earliest,
    )


def prolong(*, by: Actor, rule: Rule, until: date | None) -> RuleVersion:
    """Take opinions for longer; never for shorter. Conflict where none are taken."""
    if not queries.may_write(by, rule):
        raise NotYours
    found = queries.on_its_way(rule)
    if found is None or found.frozen_on or found.consult_until is None:
        raise Conflict(lazy("Nothing of this rule is in consultation."))
    if until is None or until <= found.consult_until or until < school.today():
        raise Invalid(lazy("Please enter a later day than before."), field=UNTIL.name)
    before, found.consult_until = found.consult_until, until
    after = {"version": found.number, "until": until}
    record("rule.prolonged", subject_of(rule), by=by, before={"until": before}, after=after)
    session.flush()
    return found


class Way(NamedTuple):
    """What is ahead of a text that everybody reads: opinions from and until, frozen on, in force since."""

    consult_from: date | None = None
    consult_until: date | None = None
    frozen_on: date | None = None
    since: date | None = None


def _publish(by: Actor, draft: RuleDraft, why: str, way: Way, *, action: str) -> RuleVersion:
    """The draft as a version; the text that was on its way before ends."""
    items = [item_of(one) for one in draft.items]
    articles = sum(one.kind == ARTICLE for one in items)
    if not articles:
        raise Invalid(lazy("There is no article in it yet."))
    before = queries.on_its_way(draft.rule)
    if before is not None:
        before.ended_on, before.ended_how = school.today(), REPLACED
    content = queries.compose(draft.title, items)
    found = _store(by, draft.rule, (draft.title, content), why, way, action=action, articles=articles)
    draft.rule.title = draft.title
    session.flush()
    return found


def _store(
    by: Actor, rule: Rule, text: tuple[str, str], why: str, way: Way, *, action: str, articles: int
) -> RuleVersion:
    """A new version of a rule: its title and content, with their hash in the record."""
    title, content = text
    number = max((one.number for one in rule.versions), default=0) + 1
    after = {
        "version": number,
        "hash": queries.digest(content),
        "title": title,
        "articles": articles,
        "until": way.consult_until,
        "since": way.since,
        "why": why,
    }
    found = RuleVersion(
        rule=rule,
        number=number,
        title=title,
        content=content,
        hash=queries.digest(content),
        why=why,
        published_at=clock.now(),
        published_by=str(by),
        chain_seq=record(action, subject_of(rule), by=by, after=after),
        **way._asdict(),
    )
    session.add(found)
    session.flush()
    return found


def repeal(*, by: Actor, rule: Rule, why: str, since: date | None) -> RuleVersion:
    """Propose that a rule ends on a day: decided like a text of it, by the council or for a team by the head.

    Conflict while a text of it is drafted or on its way, and where none is in force. Until it is decided the
    rule is in force; from the day on its page says so, and its text stays.
    """
    if not queries.may_write(by, rule):
        raise NotYours
    last = queries.in_force(rule, school.today())
    if last is None or queries.coming(rule, school.today()):
        raise Conflict(
            lazy("Only a rule that is in force, and of which nothing is to come, can be repealed.")
        )
    if rule.draft or queries.on_its_way(rule):
        raise Conflict(lazy("A text of this rule is being drafted or decided about. End that first."))
    way = Way(frozen_on=school.today(), since=_later(since))
    content = queries.compose_repeal(last.title, last.number)
    text = (last.title, content)
    said = WHY.read(clean(why))
    found = _store(by, rule, text, said, way, action="rule.repeal_proposed", articles=0)
    if rule.team:
        _ask_head(by, found)
    return found


def _later(since: date | None) -> date:
    if since is None:
        raise Invalid(SINCE.missing, field=SINCE.name)
    if since <= school.today():
        raise Invalid(lazy("Please choose a later day: it has to be voted on first."), field=SINCE.name)
    return since


def freeze(*, by: Actor, rule: Rule, why: str, since: date | None) -> RuleVersion:
    """Freeze the draft: what is voted on, or decided by the head, is this text, byte for byte.

    Refused while opinions are taken (StillConsulting), were never taken (NotConsulted), or have no answer
    (OpenOpinions, by name), or were adopted and nothing changed there (AdoptedInVain). A text of a team goes
    to the head at once.
    """
    draft = draft_of(by, rule)
    said = queries.was_consulted(rule)
    if said is None or said.consult_until is None:
        raise NotConsulted
    if school.today() <= said.consult_until:
        raise StillConsulting(day=said.consult_until)
    if waiting := queries.unanswered(rule):
        raise OpenOpinions(names=_names(waiting))
    if unchanged := queries.adopted_in_vain(rule, draft):
        raise AdoptedInVain(names=_names(unchanged))
    way = Way(frozen_on=school.today(), since=_later(since))
    found = _publish(by, draft, WHY.read(clean(why)), way, action="rule.frozen")
    if rule.team:
        _ask_head(by, found)
    return found


def _names(waiting: list[queries.Opinion]) -> str:
    """Which opinions wait, by number and article, the first ones."""
    found = []
    for one in waiting[:NAMED]:
        text = queries.items(queries.version(one.rule, one.version))
        on = queries.find(text, one.article)
        where = on.called if on else _("on all of it")
        found.append(_("no. %(n)s (%(where)s)", n=one.number, where=where))
    more = len(waiting) - len(found)
    return "、".join(found) + (_(" and %(n)s more", n=more) if more else "")


def _outcome(by: Actor, approval: Approval) -> None:
    """What the head decided about a text of a team."""
    number = int(approval.subject.partition(":")[2])
    found = queries.on_its_way(queries.rule(number))
    if found is None or found.hash != decisions.digest(found.content.encode()):
        return
    if approval.state == APPROVED and approval.hash == found.hash:
        approve(by=by, version=found, on=school.today())
    elif approval.state == SENT_BACK:
        back = [one for one in steps.history(approval) if one.decision and not one.decision.approves]
        why = next((str(one.why) for one in reversed(back) if one.why), "—")
        _end(by, found, RETURNED, why, "rule.returned")


def _title(subject: str) -> str:
    rule = queries.rule(int(subject.partition(":")[2]))
    return str(_("Rule of %(team)s: %(title)s", team=rule.team or _("the school"), title=rule.title))


LADDER = Ladder(
    name="rules-team",
    label=lazy("Rules of teams"),
    levels=lambda: (Level(roles=("head", "principal"), whole=True, days=5),),
    proposers=frozenset(ROLES),
    title=_title,
    address=lambda subject: f"/office/rules/{subject.partition(':')[2]}",
    outcome=_outcome,
)


def _ask_head(by: Actor, found: RuleVersion) -> None:
    running = steps.running(subject_of(found.rule))
    content = found.content.encode()
    if running is not None:
        decisions.change(by=by, approval=running, content=content, changed=["text"])
    else:
        subject = subject_of(found.rule)
        decisions.begin(by=by, ladder=LADDER, subject=subject, content=content, at=_where(by))


def _where(by: Actor) -> Place:
    """Where whoever leads a team holds a role: at the school, else at the first of the places."""
    grants = by.grants or ()
    if not grants or any(grant.is_whole for grant in grants):
        return SCHOOL
    return Place(grants[0].canteen, grants[0].counter)


def send_back(*, by: Actor, rule: Rule, reason: str) -> None:
    """Take a frozen text back to drafting, in public, with a reason."""
    if not queries.may_write(by, rule):
        raise NotYours
    found = queries.on_its_way(rule)
    if found is None or not found.frozen_on:
        raise Conflict(lazy("Nothing of this rule is frozen."))
    if found.repeals:
        raise Conflict(lazy("A repeal has no draft to go back to. Withdraw it instead."))
    _take_from_head(by, rule)
    _end(by, found, RETURNED, REASON.read(clean(reason)), "rule.returned")


def withdraw(*, by: Actor, rule: Rule, reason: str) -> None:
    """Withdraw the text on its way, in public, with a reason; its draft goes, what was said on it stays."""
    if not queries.may_write(by, rule):
        raise NotYours
    found = queries.on_its_way(rule)
    if found is None:
        raise Conflict(lazy("No text of this rule is on its way."))
    _take_from_head(by, rule)
    _end(by, found, WITHDRAWN, REASON.read(clean(reason)), "rule.withdrawn")
    if rule.draft:
        session.delete(rule.draft)
        session.flush()
        session.expire(rule, ["draft"])


def _take_from_head(by: Actor, rule: Rule) -> None:
    running = steps.running(subject_of(rule))
    if running is not None and running.state == OPEN:
        decisions.withdraw(by=by, approval=running)


def _end(by: Actor, found: RuleVersion, how: str, why: str, action: str) -> None:
    found.ended_on, found.ended_how, found.ended_why = school.today(), how, why
    record(action, subject_of(found.rule), by=by, after={"version": found.number, "why": why})
    session.flush()


def returned(*, by: Actor, version: RuleVersion, why: str) -> None:
    """The council did not carry it: it goes back to drafting."""
    _end(by, version, RETURNED, why, "rule.returned")


def approve(*, by: Actor, version: RuleVersion, on: date) -> None:
    """A text was approved: it is in force from its day on, not before the day of the approval."""
    version.approved_on = on
    version.since = max(version.since or on, school.today())
    rule = version.rule
    after = {"version": version.number, "hash": version.hash, "since": version.since, "day": on}
    record("rule.repealed" if version.repeals else "rule.approved", subject_of(rule), by=by, after=after)
    if rule.draft:
        session.delete(rule.draft)
    session.flush()
    session.expire(rule, ["draft"])


def in_consultation(version: RuleVersion) -> bool:
    """Whether opinions on a version are taken today."""
    return queries.state(version, school.today()) == CONSULTATION and queries.takes_opinions(
        version, school.today()
    )


def any_version(number: int) -> RuleVersion | None:
    """A version by its row's number."""
    return session.scalar(select(RuleVersion).where(RuleVersion.id == number))
