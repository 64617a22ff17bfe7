"""The congress: delegates named, a session called, its roll kept, the sample drawn by two numbers."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from kiosk.accounts import queries
from kiosk.accounts.models import (
    ABSENT,
    ACCOUNT,
    CODE,
    CONVENED,
    DICE,
    DRAWN,
    DROPPED,
    ENDED,
    HELD,
    LAID,
    REASON,
    AccountVoucher,
    AccountYear,
    CongressAudit,
    CongressDelegate,
    CongressNumber,
    CongressSeat,
    CongressSession,
    CongressTick,
    PeriodAccount,
)
from kiosk.accounts.permissions import NAME_DELEGATES, REVIEW_ACCOUNTS, SIT
from kiosk.accounts.refusals import (
    BeforeCongress,
    HeadToCome,
    KeepsBooks,
    NoDelegate,
    NoQuorum,
    NotInGroup,
    NotThere,
    OtherState,
)
from kiosk.accounts.services.books import hold
from kiosk.core import clock
from kiosk.core.actor import SCHOOL, Actor
from kiosk.core.db import session
from kiosk.core.errors import Conflict, Forbidden, Invalid, OtherContent
from kiosk.core.filters import day as told_day
from kiosk.core.filters import when
from kiosk.core.i18n import lazy, listed
from kiosk.core.security import fingerprint, new_code
from kiosk.core.trace import record
from kiosk.persons import queries as persons
from kiosk.postings.queries import period_words
from kiosk.school import queries as school

LEAST_GROUP = 3
MOST_SAMPLE = 200
MOST_YEARS = 6
CODE_LENGTH = 8


def name_delegate(*, by: Actor, person: int, since: date, until: date) -> CongressDelegate:
    """Name somebody of the staff a delegate for some years. The same again is the same; Invalid where the
    days meet another term of the same person, or are none."""
    by.needs(NAME_DELEGATES, SCHOOL)
    if not since <= until <= since + timedelta(days=366 * MOST_YEARS):
        message = lazy("A term ends after it begins, %(n)s years later at most.", n=MOST_YEARS)
        raise Invalid(message, field="until")
    who = persons.person(person)
    if who.kind not in ("staff", "teacher", "other") or not who.active:
        raise Invalid(lazy("Delegates are drawn from the staff."), field="person")
    for one in queries.delegates():
        if persons.is_among(who.number, [one.person.number]) and one.since <= until and one.until >= since:
            if (one.since, one.until) == (since, until):
                return one
            message = lazy("%(name)s is a delegate from %(first)s to %(last)s already.")
            told = {"name": who.name, "first": told_day(one.since, "iso"), "last": told_day(one.until, "iso")}
            raise Invalid(message, field="person", **told)
    after = {"person": who.number, "since": since, "until": until}
    made = CongressDelegate(person_id=who.number, since=since, until=until, named_at=clock.now(), chain_seq=0)
    session.add(made)
    session.flush()
    made.chain_seq = record("delegate.named", f"congress_delegate:{made.id}", by=by, after=after)
    session.flush()
    return made


def end_delegate(*, by: Actor, delegate: CongressDelegate, until: date) -> None:
    """Let a term end earlier: the delegate left or stepped down."""
    by.needs(NAME_DELEGATES, SCHOOL)
    if not delegate.since <= until <= delegate.until:
        raise Invalid(lazy("Please choose a day within the term."), field="until")
    if until == delegate.until:
        return
    before, delegate.until = delegate.until, until
    subject = f"congress_delegate:{delegate.id}"
    record("delegate.ended", subject, by=by, before={"until": before}, after={"until": until})
    session.flush()


def convene(
    *,
    by: Actor,
    sent: str,
    held_on: date | None,
    head_at: datetime,
    accounts: Mapping[int, int],
    group: Iterable[int],
) -> CongressSession:
    """Call a session: which accounts, each with the size of its sample, the moment of the head, the group.

    The moment is still to come, so that it is published before it is. KeepsBooks for a member of the group
    who keeps, pays or answers for these books; BeforeCongress for an account that another session has.
    """
    by.needs(REVIEW_ACCOUNTS, SCHOOL)
    if by.person is None:
        raise Forbidden
    members = sorted(set(group))
    if there := queries.sent_meeting(sent):
        return _again(there, held_on, head_at, accounts, members)
    day = _day(held_on, head_at)
    found = [_auditable(number) for number in sorted(accounts)]
    if not found:
        raise Invalid(lazy("Please choose at least one account."), field="accounts")
    roll = {one.person.number: one.person for one in queries.delegates(day)}
    _check_group(members, roll, found)
    made = CongressSession(
        sent=sent,
        held_on=day,
        head_at=head_at,
        state=CONVENED,
        convened_by=by.person,
        convened_at=clock.now(),
        chain_seq=0,
        seats=[CongressSeat(person_id=number, in_group=number in members) for number in roll],
        audits=[
            CongressAudit(account_id=one.id, version=one.version, size=_size(one, accounts[one.id]))
            for one in found
        ],
    )
    session.add(made)
    session.flush()
    after = {
        "day": day,
        "head_at": head_at,
        "accounts": [f"{one.account_id}.{one.version}.{one.size}" for one in made.audits],
        "roll": sorted(roll),
        "group": members,
    }
    made.chain_seq = record("congress.called", made.subject, by=by, after=after)
    session.flush()
    return made


def _again(
    there: CongressSession,
    held_on: date | None,
    head_at: datetime,
    accounts: Mapping[int, int],
    members: list[int],
) -> CongressSession:
    """What this form called before. OtherContent where it says something else now."""
    before = {one.account_id: one.size for one in there.audits}
    sizes = {number: min(size, before.get(number, size)) for number, size in accounts.items()}
    group = sorted(one.person_id for one in there.group)
    if (there.held_on, there.head_at, before, group) != (held_on, head_at, sizes, members):
        raise OtherContent
    return there


def _day(held_on: date | None, head_at: datetime) -> date:
    if held_on is None:
        raise Invalid(HELD.missing, field=HELD.name)
    if held_on < school.today():
        raise Invalid(lazy("This day is over."), field=HELD.name)
    if head_at <= clock.now():
        message = lazy("The moment of the head is announced before it comes: please choose a later one.")
        raise Invalid(message, field="head_at")
    if school.local(head_at).date() > held_on:
        raise Invalid(lazy("The moment of the head is not after the session."), field="head_at")
    return held_on


def _auditable(number: int) -> PeriodAccount:
    found = queries.account(number)
    hold(found)
    if there := queries.open_audit(number):
        told = {"account": f"{found.book.name} {period_words(found.period)}"}
        raise BeforeCongress(**told, day=told_day(there.session.held_on))
    if found.state != LAID:
        message = lazy("%(account)s is %(state)s: it cannot be audited.")
        name = f"{found.book.name} {period_words(found.period)}"
        raise Invalid(message, field="accounts", account=name, state=found.label)
    return found


def _size(account: PeriodAccount, wanted: int) -> int:
    """How many vouchers are drawn: as many as wanted, all of a short account."""
    number = account.now.vouchers if account.now else 0
    if not 1 <= wanted <= MOST_SAMPLE:
        message = lazy("Please choose a sample of %(least)s to %(most)s vouchers.")
        raise Invalid(message, field="accounts", least=1, most=MOST_SAMPLE)
    return min(wanted, number)


def _check_group(members: list[int], roll: Mapping[int, object], found: list[PeriodAccount]) -> None:
    if not roll:
        raise Invalid(lazy("Nobody is a delegate on that day: please name the delegates first."))
    if len(members) < LEAST_GROUP or not set(members) <= set(roll):
        message = lazy("The review group has at least %(n)s delegates.")
        raise Invalid(message, field="group", n=LEAST_GROUP)
    keepers = queries.keepers(found)
    if both := [number for number in members if persons.is_among(number, keepers)]:
        raise KeepsBooks(name=listed(persons.person(number).name for number in both))


def new_codes(*, by: Actor, found: CongressSession) -> list[tuple[CongressSeat, str]]:
    """New codes for the delegates who are not there yet, to be printed; older ones are void."""
    _sits(by, found)
    made = []
    for seat in found.seats:
        if seat.present_at is None:
            code = new_code(CODE_LENGTH)
            seat.code_hash = fingerprint(f"{found.id}:{code}")
            made.append((seat, code))
    record("congress.codes", found.subject, by=by, after={"codes": len(made)})
    session.flush()
    return made


def _sits(by: Actor, found: CongressSession) -> None:
    by.needs(REVIEW_ACCOUNTS, SCHOOL)
    _hold(found)


def _hold(found: CongressSession) -> None:
    session.refresh(found, with_for_update={"of": CongressSession})
    if not found.is_sitting:
        raise OtherState(day=told_day(found.held_on), state=found.label)


def seat_of(found: CongressSession, by: Actor, code: str = "") -> CongressSeat:
    """The seat of a code, else of who acts. NoDelegate for neither."""
    plain = "".join(code.split()).upper()
    if plain:
        own = fingerprint(f"{found.id}:{plain}")
        seats = [one for one in found.seats if one.code_hash and one.code_hash == own]
        if not seats:
            raise Invalid(lazy("No delegate of this session has this code."), field="code")
        return seats[0]
    seats = [one for one in found.seats if persons.is_among(by.person, [one.person_id])]
    if not seats:
        raise NoDelegate
    return seats[0]


def attend(*, by: Actor, found: CongressSession, code: str = "") -> CongressSeat:
    """Note that a delegate is there: by the own account, or by the code at the table. Twice is the same."""
    by.needs(REVIEW_ACCOUNTS if code else SIT, SCHOOL)
    _hold(found)
    if found.held_on > school.today():
        raise Invalid(lazy("The session is on %(day)s."), day=told_day(found.held_on))
    seat = seat_of(found, by, code)
    if seat.present_at:
        return seat
    seat.present_at, seat.how, seat.absent = clock.now(), CODE if code.strip() else ACCOUNT, ""
    after = {"person": seat.person_id, "how": seat.how}
    record("congress.present", found.subject, by=by, after=after)
    session.flush()
    return seat


def excuse(*, by: Actor, found: CongressSession, seat: CongressSeat, reason: str) -> None:
    """Note why a delegate is absent; who comes later is noted as present. Conflict for one who is there."""
    _sits(by, found)
    why = ABSENT.read(reason)
    if seat.present_at:
        raise Conflict(lazy("%(name)s is noted as present."), name=seat.person.name)
    if seat.absent != why:
        seat.absent = why
        after = {"person": seat.person_id, "absent": why}
        record("congress.absent", found.subject, by=by, after=after)
        session.flush()


def check_quorum(found: CongressSession) -> None:
    """NoQuorum unless two thirds of the delegates are there."""
    members, present = len(found.seats), len(found.present)
    needed = queries.needed(members)
    if present < needed:
        raise NoQuorum(present=present, members=members, needed=needed)


def type_number(*, by: Actor, found: CongressSession, number: str, code: str = "") -> bool:
    """Type the number that the group drew, as one of two of its members; whether the sample is drawn now.

    Two that differ are both void, and it is said; each types anew. The same once more is the same. HeadToCome
    before the announced moment.
    """
    said = DICE.read(number)
    by.needs(REVIEW_ACCOUNTS, SCHOOL)
    session.refresh(found, with_for_update={"of": CongressSession})
    if found.state == DRAWN and found.number == said:
        return True
    if found.state != CONVENED:
        raise OtherState(day=told_day(found.held_on), state=found.label)
    seat = seat_of(found, by, code)
    if not seat.in_group:
        raise NotInGroup
    if not seat.present_at:
        raise NotThere
    if clock.now() < found.head_at:
        raise HeadToCome(moment=when(found.head_at))
    check_quorum(found)
    return _typed(by, found, seat, said)


def _typed(by: Actor, found: CongressSession, seat: CongressSeat, said: str) -> bool:
    rounds = max((one.round for one in found.numbers), default=1)
    now = [one for one in found.numbers if one.round == rounds]
    if len(now) >= 2:
        rounds, now = rounds + 1, []
    own = next((one for one in now if persons.is_among(seat.person_id, [one.person_id])), None)
    if own is not None:
        if own.number == said:
            return False
        raise Conflict(lazy("You typed a number already. Now another member of the group types it."))
    after = {"person": seat.person_id, "round": rounds, "number": said}
    record("congress.number", found.subject, by=by, after=after)
    found.numbers.append(
        CongressNumber(round=rounds, person_id=seat.person_id, number=said, typed_at=clock.now())
    )
    session.flush()
    if not now:
        return False
    if now[0].number != said:
        return False
    _draw(by, found, said)
    return True


def _draw(by: Actor, found: CongressSession, number: str) -> None:
    """Draw the sample of every account of the session."""
    head = queries.head_at(found.head_at, found.chain_seq)
    assert head
    found.head_seq, found.head, found.number = head.seq, head.hash, number
    found.drawn_at, found.state = clock.now(), DRAWN
    samples: dict[str, list[str]] = {}
    for audit in found.audits:
        ids = _numbers(audit)
        sample = queries.drawn(head.hash, number, audit.account_id, ids, audit.size)
        samples[str(audit.account_id)] = sample
        audit.ticks = [CongressTick(place=place, voucher_id=ids[one]) for place, one in enumerate(sample, 1)]
    after = {"head_seq": head.seq, "head": head.hash, "number": number, "samples": list(samples.values())}
    found.drawn_chain_seq = record("congress.drawn", found.subject, by=by, after=after)
    session.flush()


def _numbers(audit: CongressAudit) -> dict[str, int]:
    """The vouchers of the version before the congress, by number."""
    query = session.query(AccountVoucher.number, AccountVoucher.id).filter(
        AccountVoucher.account_id == audit.account_id, *queries.counts_in(audit.version)
    )
    return dict(query.all())


def drop(*, by: Actor, found: CongressSession, reason: str) -> None:
    """Call a session off before any finding, with a reason: its accounts can come before another."""
    _sits(by, found)
    why = REASON.read(reason)
    if any(one.finding for one in found.audits):
        raise Conflict(lazy("A finding of this session is posted: it cannot be called off."))
    found.state = DROPPED
    for audit in found.audits:
        audit.is_open = False
    record("congress.dropped", found.subject, by=by, after={"reason": why})
    session.flush()


def end_if_done(found: CongressSession) -> None:
    """A session ends with its last finding."""
    if not any(one.is_open for one in found.audits):
        found.state = ENDED
        session.flush()


def name_assembly(*, by: Actor, year: int, held_on: date | None) -> AccountYear:
    """Say on which day the findings of a year are told to everybody at the closing assembly."""
    by.needs(NAME_DELEGATES, SCHOOL)
    if held_on is None:
        raise Invalid(lazy("Please enter a day."), field="held_on")
    if year not in queries.years():
        raise Invalid(lazy("No account of this year can be read yet."), field="year")
    if held_on.year not in (year, year + 1):
        raise Invalid(lazy("Please choose a day of this year or the next."), field="held_on")
    found = queries.year(year)
    if found and found.held_on == held_on:
        return found
    before = {"day": found.held_on} if found else None
    found = found or AccountYear(year=year)
    found.held_on, found.named_by, found.named_at = held_on, str(by), clock.now()
    session.add(found)
    record("account.assembly", f"account_year:{year}", by=by, before=before, after={"day": held_on})
    session.flush()
    return found
