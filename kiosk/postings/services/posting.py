"""Posting: a version that is posted never changes, and the hash of what it says stands in the chain."""

from datetime import date, timedelta

from kiosk.auth.models import ROLES
from kiosk.core import clock
from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.errors import Conflict, Forbidden, Invalid
from kiosk.core.i18n import lazy
from kiosk.core.room import rooms
from kiosk.core.security import Reach
from kiosk.core.trace import record
from kiosk.postings import queries
from kiosk.postings.models import WITHDRAWAL, Posting, PostingDraft, PostingVersion, PostingWithdrawal
from kiosk.postings.queries import Kind, Reading, place_codes, place_of, subject
from kiosk.postings.services.approvals import WRITER, signed
from kiosk.postings.services.approvals import withdraw as withdraw_proposal
from kiosk.postings.services.drafts import Stale, hold, let_fall
from kiosk.postings.services.readiness import Unready, ready
from kiosk.school import queries as school
from kiosk.steps.models import APPROVED, Approval
from kiosk.steps.queries import Ladder, Level, agreed


def post(*, by: Actor, draft: PostingDraft, revision: int | None) -> PostingVersion:
    """Post a draft as it was seen at this revision: from now on the version never changes.

    Stale where it was changed since, Unready with all that is wrong; Forbidden for a kind that somebody
    else approves: it is posted with the last signature.
    """
    hold(draft)
    if revision != draft.revision:
        raise Stale
    kind, reading = ready(draft)
    kind.ask(kind.posts, by, place_of(draft.posting))
    if kind.approves:
        raise Forbidden(lazy("Another person approves it; until then nothing is posted."))
    return _close(by, draft, kind, reading, [by.name or str(by)])


def ladder(kind: Kind) -> Ladder:
    """By which ladder a kind is approved: one person who may, other than everybody who wrote in it."""
    assert kind.approves
    roles = tuple(role for role in ROLES if role in kind.approves.roles)
    level = Level(roles=roles, whole=kind.approves.reach is Reach.SCHOOL)
    return Ladder(
        name=kind.slug,
        label=kind.label,
        levels=lambda: (level,),
        proposers=kind.drafts.roles,
        switch=kind.switch,
        title=_title,
        address=lambda subject: f"/office/postings/{_number(subject)}",
        fields={
            **{one.name: one.label for one in kind.inputs},
            "rows": lazy("Lines"),
            "nothing": lazy("Nothing to post"),
            "attachments": lazy("Attachments"),
            "reason": lazy("Reason"),
            WRITER: lazy("Wrote in it"),
        },
        outcome=_decided,
    )


def _number(subject: str) -> int:
    return int(subject.partition(":")[2])


def _title(subject: str) -> str:
    """What a posting on its way is called."""
    posting = queries.any_posting(_number(subject))
    kind = queries.kind_of(posting.kind)
    if posting.is_discarded:
        return str(lazy("%(kind)s, discarded", kind=kind.label))
    if posting.draft:
        return kind.title(posting, posting.draft.fields, posting.draft.rows)
    return queries.version(posting.versions[0]).title if posting.versions else str(kind.label)


def _decided(by: Actor, approval: Approval) -> None:
    """The last signature posts it. What was sent back waits as a draft."""
    posting = queries.posting(_number(approval.subject))
    if approval.state != APPROVED or posting.draft is None:
        return
    try:
        kind, reading = ready(posting.draft)
    except Unready as problem:
        why = next(iter(problem.errors.values()))
        raise Invalid(
            lazy("It cannot be posted as it stands, so please send it back: %(why)s"), why=why
        ) from None
    signed(posting.draft, reading, approval)
    _close(by, posting.draft, kind, reading, _signatures(approval))


def _signatures(approval: Approval) -> list[str]:
    """The names of everybody who agreed, as they are printed: 陈（代赵） where one signed for the other.

    What is printed is frozen, so that it is written in the language of the place, whatever the page's is.
    """
    return [
        f"{one.person.name}（代{one.absent.name}）" if one.absent else one.person.name
        for one in agreed(approval.valid)
    ]


def _close(by: Actor, draft: PostingDraft, kind: Kind, reading: Reading, names: list[str]) -> PostingVersion:
    """Set the seal on a version: the hash of its public content goes into the chain.

    `names` are those of whoever approved it, as they are printed.
    """
    posting, now = draft.posting, clock.now()
    if kind.typed and kind.typed.settle:
        reading = kind.typed.settle(by, draft, reading)
    number, until = len(posting.versions) + 1, _hangs_until(kind, posting, reading)
    content = queries.compose(
        kind=kind.slug,
        **place_codes(posting),
        period=posting.period,
        version=number,
        reason=draft.reason if number > 1 else "",
        posted_at=now,
        hangs_until=until,
        by=[draft.changed_name, *names],
        answers=_answering(kind, posting),
        fields=reading.fields,
        rows=reading.rows,
        **({"nothing": True} if draft.is_nothing else {}),
        **({"attachments": attached} if (attached := queries.told(draft)) else {}),
    )
    own = queries.digest(content)
    after = {"kind": kind.slug, "version": number, "hash": own, "reason": draft.reason if number > 1 else ""}
    action = "posting.posted" if number == 1 else "posting.corrected"
    version = PostingVersion(
        posting_id=posting.id,
        version=number,
        content=content,
        hash=own,
        posted_by=str(by),
        posted_at=now,
        hangs_until=until,
        chain_seq=record(action, subject(posting), by=by, after=after),
    )
    session.add(version)
    session.delete(draft)
    session.flush()
    if kind.typed:
        kind.typed.fill(version, reading)
    session.refresh(posting, ["draft", "versions"])
    _tell(by, posting)
    return version


def _tell(by: Actor, posting: Posting) -> None:
    """Let the rooms above take from it what they keep of it."""
    for room in rooms():
        for follow in room.follows:
            follow(by, posting)


def _answering(kind: Kind, posting: Posting) -> str:
    post = queries.answering(kind, posting.place, school.today())
    return post.name if post else ""


def _hangs_until(kind: Kind, posting: Posting, reading: Reading) -> date:
    """Until the day that it names; else so many days from its first posting on."""
    named = reading.fields.get(kind.until)
    if named:
        return date.fromisoformat(named)
    first = posting.versions[-1].posted_at if posting.versions else clock.now()
    return school.local(first).date() + timedelta(days=kind.days - 1)


def withdraw(*, by: Actor, posting: Posting, reason: str) -> PostingWithdrawal:
    """Withdraw what is posted: its address, the reason and its hashes stay. Withdrawn twice is the same.

    A correction that was begun goes with it. Invalid without a reason, Conflict for what was never posted.
    """
    kind, reason = queries.kind_of(posting.kind), WITHDRAWAL.read(reason)
    kind.ask(kind.posts, by, place_of(posting))
    if posting.withdrawal:
        return posting.withdrawal
    if not posting.versions:
        raise Conflict(lazy("Only what is posted can be withdrawn."))
    if posting.draft:
        withdraw_proposal(by=by, posting=posting)
        let_fall(by, posting.draft, posting.draft.attachments)
        session.delete(posting.draft)
    after = {"reason": reason, "hash": posting.versions[0].hash}
    withdrawal = PostingWithdrawal(
        posting_id=posting.id,
        reason=reason,
        withdrawn_by=str(by),
        withdrawn_at=clock.now(),
        chain_seq=record("posting.withdrawn", subject(posting), by=by, after=after),
    )
    session.add(withdrawal)
    session.flush()
    if kind.typed:
        kind.typed.empty(posting)
    session.refresh(posting, ["draft", "withdrawal"])
    _tell(by, posting)
    return withdrawal
