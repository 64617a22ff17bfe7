"""Whether each account is the sum of its vouchers, and audit and record say the same."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from kiosk.accounts import queries
from kiosk.accounts.models import (
    CLOSED,
    LAID,
    REFUSED,
    WRITING,
    AccountVersion,
    CongressAudit,
    CongressSession,
    PeriodAccount,
)
from kiosk.accounts.services import laid
from kiosk.chain.models import ChainEntry
from kiosk.chain.queries import Erased, Finding, KnownHead, opened
from kiosk.core.db import session

LAID_OPEN, FOUND, TICKED = "account.laid", "congress.found", "congress.ticked"
SAID = ("version", "finding", "text", "members", "present", "in_favour", "against", "abstained")
Told = dict[str, Any]


def recount() -> Iterator[Finding]:
    """Each account by its first figure that differs from its vouchers; versions, samples and findings."""
    entries = _entries(LAID_OPEN)
    for account in sorted(queries.accounts(), key=lambda one: (one.book_id, one.starts)):
        for version in account.versions:
            yield from _version(account, version, entries.pop(version.chain_seq, None))
        yield from _standing(account)
    for seq in sorted(entries):
        yield Finding("account", f"entry {seq}", "missing")
    yield from _sessions()


def _entries(action: str) -> dict[int, Told]:
    return opened(session.scalars(select(ChainEntry).where(ChainEntry.action == action)))


def _version(account: PeriodAccount, version: AccountVersion, told: Told | None) -> Iterator[Finding]:
    where = f"{account.id}, version {version.number}"
    made = laid(queries.vouchers(account, version.number))
    figures = {"income": made.income, "spending": made.spending, "vouchers": made.number, "root": made.root}
    for name, value in figures.items():
        if getattr(version, name) != value:
            stands = f"{name}: {getattr(version, name)}, vouchers: {value}"
            yield Finding("account", where, "altered", stands)
            break
    after = (told or {}).get("after") or {}
    if told is None or told["subject"] != account.subject:
        yield Finding("account", where, "unknown")
    elif wrong := [name for name in ("opening", *figures) if after.get(name) != getattr(version, name)]:
        yield Finding("account", where, "altered", f"the record says otherwise: {', '.join(wrong)}")


def _standing(account: PeriodAccount) -> Iterator[Finding]:
    """Version, state and opening follow from versions, audits and the account before."""
    found = [one for one in account.audits if one.finding]
    closed = any(one.finding != REFUSED for one in found)
    able = {CLOSED} if closed else {LAID, WRITING}
    number = account.now.number if account.now else 0
    if account.version != number or account.state not in able:
        yield Finding("account", str(account.id), "altered", "state")
    before = queries.last_before(account.book_id, account.starts)
    if before and before.now and before.now.closing != account.opening:
        stands = f"opening: {account.opening}, the last closing: {before.now.closing}"
        yield Finding("account", str(account.id), "altered", stands)


def _sessions() -> Iterator[Finding]:
    told, ticked = _entries(FOUND), _ticks()
    query = select(CongressSession).order_by(CongressSession.id)
    for meeting in session.scalars(query):
        if meeting.number:
            yield from _drawn(meeting)
        for audit in meeting.audits:
            if audit.finding:
                yield from _finding(audit, told.pop(audit.chain_seq or 0, None), ticked)
    for seq in sorted(told):
        yield Finding("finding", f"entry {seq}", "missing")


def _drawn(meeting: CongressSession) -> Iterator[Finding]:
    """The sample is what the two numbers draw, and the head is the record's."""
    where = f"session {meeting.id}"
    known = queries.head_at(meeting.head_at, meeting.chain_seq)
    if known is None or (known.seq, known.hash) != (meeting.head_seq, meeting.head):
        yield Finding("sample", where, "altered", "head")
    for audit in meeting.audits:
        ids = {one.number: one.id for one in queries.vouchers(audit.account, audit.version)}
        own = queries.drawn(meeting.head, meeting.number, audit.account_id, ids, audit.size)
        if [ids[one] for one in own] != [one.voucher_id for one in audit.ticks]:
            yield Finding("sample", f"{where}, account {audit.account_id}", "altered")


def _ticks() -> dict[tuple[str, int], tuple[str, str]]:
    """What the record says last of each voucher of a sample, by session and voucher."""
    found = {}
    for _seq, body in sorted(_entries(TICKED).items()):
        after = body["after"]
        found[body["subject"], after["voucher"]] = after["outcome"], after["text"]
    return found


def _finding(
    audit: CongressAudit, told: Told | None, ticked: dict[tuple[str, int], Any]
) -> Iterator[Finding]:
    where = f"account {audit.account_id}, session {audit.session_id}"
    after = (told or {}).get("after") or {}
    if told is None or after.get("account") != audit.account_id:
        yield Finding("finding", where, "unknown")
        return
    if wrong := [name for name in SAID if _other(after.get(name), getattr(audit, name))]:
        yield Finding("finding", where, "altered", ", ".join(wrong))
    if audit.in_favour + audit.against + audit.abstained != audit.present:
        yield Finding("finding", where, "altered", "the votes are not as many as those present")
    for one in audit.ticks:
        outcome, text = ticked.get((audit.session.subject, one.voucher_id), ("", ""))
        if outcome != one.outcome or _other(text, one.text):
            yield Finding("finding", where, "altered", f"voucher {one.voucher.number}")
            return


def _other(told: Any, stored: Any) -> bool:
    """Whether the record says something else; of what was erased there it says nothing any more."""
    return not isinstance(told, Erased) and told != stored


def heads() -> Iterator[KnownHead]:
    """The entries that versions and findings point to: a record that ends before them was cut."""
    seq: int | None
    for number, seq in session.execute(select(AccountVersion.account_id, AccountVersion.chain_seq)):
        yield KnownHead(seq or 0, "", f"account {number}")
    query = select(CongressSession.id, CongressSession.head_seq, CongressSession.head)
    for number, seq, own in session.execute(query.where(CongressSession.head_seq.is_not(None))):
        yield KnownHead(seq or 0, own, f"session {number}")
