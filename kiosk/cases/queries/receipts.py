"""The asker's way back: a private address of 128 bits, of which only the hash is stored."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select

from kiosk.attachments.models import Attachment
from kiosk.attachments.queries import attachments
from kiosk.cases.models import CLOSED, OPEN, TOLD, Case, CaseStep
from kiosk.cases.queries.listing import case_of_key, case_of_voice
from kiosk.cases.settings import ALIKE, SETTLED_DAYS
from kiosk.chain.models import ChainEntry
from kiosk.chain.queries import opened
from kiosk.core import clock
from kiosk.core.db import session
from kiosk.core.errors import NotFound
from kiosk.core.security import fingerprint
from kiosk.school.queries import settings

MOST_A_DAY = 300
"""Cases from outside in a day, all places together, from which on each place has one of a kind."""
VERDICTS = ("better", "worse")


class Receipt(NamedTuple):
    """What a private address leads to: the case, what was written from there, and what can still be done."""

    case: Case
    mark: str
    """The hash by which the voice is known in the record."""
    said: tuple[str, ...]
    """What was written under this address, the oldest first; an erased text is empty."""
    verdict: str
    """`better` or `worse`, once that was said."""
    still: str
    """What was written with that."""
    entries: frozenset[int]
    """The numbers of the record's entries of what was written."""

    @property
    def photos(self) -> list[Attachment]:
        """The pictures that came with it."""
        return [one for one in attachments(f"case:{self.case.id}") if one.of_seq in self.entries]

    @property
    def is_first(self) -> bool:
        """Whether the case began with this voice, and did not only take it up."""
        return self.case.key_hash == self.mark

    @property
    def may_judge_until(self) -> datetime | None:
        """Until when it can be said whether it is better now; None when it cannot."""
        case = self.case
        if self.verdict or case.state not in (TOLD, CLOSED) or case.told_at is None:
            return None
        until = case.told_at + timedelta(days=settings()[SETTLED_DAYS])
        return until if clock.now() < until else None

    @property
    def may_withdraw(self) -> bool:
        """Whether the asker can take it back: it is open, and nobody else's voice is in it."""
        return self.is_first and self.case.is_open and not self.case.voices


def reference(mark: str) -> str:
    """What a voice that joined a case is known by there: the hash of its private address, cut to fit."""
    return f"ask:{mark[:60]}"


def receipt(key: str) -> Receipt:
    """The receipt at a private address, or NotFound."""
    found = receipt_of(fingerprint(key))
    if found is None:
        raise NotFound
    return found


def receipt_of(mark: str) -> Receipt | None:
    """The receipt of an address, by its hash."""
    case = case_of_key(mark) or case_of_voice(reference(mark))
    return _receipt(case, mark) if case else None


def receipt_of_voice(name: str) -> Receipt | None:
    """The receipt of a voice of another room, by what it is called in its case; None where it is in none."""
    case = case_of_voice(name)
    return _receipt(case, name) if case else None


def _receipt(case: Case, mark: str) -> Receipt:
    steps = [step for step in case.steps if step.person_id is None]
    told = _told([step for step in steps if step.verb in ("open", "added", *VERDICTS)])
    own = [step for step in steps if _is_own(step, told.get(step.chain_seq, {}), case, mark)]
    said = tuple(str(told[one.chain_seq].get("note") or "") for one in own if one.verb in ("open", "added"))
    judged = next((one for one in reversed(own) if one.verb in VERDICTS), None)
    still = str(told[judged.chain_seq].get("note") or "") if judged else ""
    entries = frozenset(one.chain_seq for one in own)
    return Receipt(case, mark, said, judged.verb if judged else "", still, entries)


def _told(steps: list[CaseStep]) -> dict[int, dict[str, str]]:
    seqs = [step.chain_seq for step in steps]
    entries = session.scalars(select(ChainEntry).where(ChainEntry.seq.in_(seqs)))
    return {seq: body.get("after") or {} for seq, body in opened(entries).items()}


def _is_own(step: CaseStep, told: dict[str, str], case: Case, mark: str) -> bool:
    if step.chain_seq is None or not told:
        return False
    return told.get("voice") == mark or (step.verb == "open" and case.key_hash == mark)


def crowd(*, kind: str, subject: str, day: date) -> Case | None:
    """The case that a further voice of the day joins, where as many as become cases are open already.

    When a whole school writes at once, or a script, each place keeps one case of a kind that takes the rest.
    """
    asked = (Case.day == day, Case.key_hash.is_not(None))
    alike = (*asked, Case.kind == kind, Case.subject == subject, Case.state.in_(OPEN))
    last = session.scalar(select(Case).where(*alike).order_by(Case.id.desc()).limit(1))
    if last is None:
        return None
    today = session.scalar(select(func.count()).select_from(Case).where(*asked)) or 0
    number = session.scalar(select(func.count()).select_from(Case).where(*alike)) or 0
    return last if number >= (settings()[ALIKE] if today < MOST_A_DAY else 1) else None
