"""The asker's way back: a private address of 128 bits, of which only the hash is stored."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select

from kiosk.attachments.models import Attachment
from kiosk.attachments.queries import attachments
from kiosk.cases.models import OPEN, Case, CaseStep
from kiosk.cases.queries.listing import case_of_key, case_of_voice
from kiosk.cases.settings import ALIKE, SETTLED_DAYS
from kiosk.chain.queries import bodies_of
from kiosk.core import clock
from kiosk.core.db import session
from kiosk.core.errors import NotFound
from kiosk.core.security import fingerprint
from kiosk.school.queries import settings

MOST_A_DAY = 300
"""Cases from outside in a day, all places together, from which on each place has one of a kind."""
VERDICTS = {"better": "better", "worse": "worse", "contest": "worse"}
"""What an asker says by each verb; `contest` is a no that opens again what the office had opened again."""
OPENED = ("opened", "read")
"""The verbs by which an asker opens the answer: the last of all askers, and those before."""
TO_ALL = ("hung", "tell")
"""The verbs by which all askers count as told."""


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
    told_at: datetime | None
    """Since when the asker knows the answer, by opening it or with all others; None: not yet."""

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
        if self.verdict or self.told_at is None:
            return None
        until = self.told_at + timedelta(days=settings()[SETTLED_DAYS])
        return until if clock.now() < until else None

    @property
    def is_new(self) -> bool:
        """Whether there is an answer that the asker has not opened."""
        return self.case.answered_at is not None and self.told_at is None

    @property
    def reopens(self) -> bool:
        """Whether a no opens the case again: the askers' no does once, whatever the office has done."""
        return not any(VERDICTS.get(step.verb) == "worse" for step in self.case.steps)

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
    told = _told([step for step in steps if step.verb in ("open", "added", *VERDICTS, *OPENED)])
    own = [step for step in steps if _is_own(step, told.get(step.chain_seq, {}), case, mark)]
    said = tuple(str(told[one.chain_seq].get("note") or "") for one in own if one.verb in ("open", "added"))
    judged = next((one for one in reversed(own) if one.verb in VERDICTS), None)
    still = str(told[judged.chain_seq].get("note") or "") if judged else ""
    verdict = VERDICTS[judged.verb] if judged else ""
    entries = frozenset(one.chain_seq for one in own)
    return Receipt(case, mark, said, verdict, still, entries, _told_at(case, own))


def _told_at(case: Case, own: list[CaseStep]) -> datetime | None:
    """When an asker with these steps opened the answer, else since when everybody counts as told."""
    since = _answered(case)
    opened_at = (step.at for step in own if step.verb in OPENED and step.number > since)
    to_all = (step.at for step in case.steps if step.verb in TO_ALL and step.number > since)
    return next(opened_at, next(to_all, None)) if since else None


def _answered(case: Case) -> int:
    """The number of the step of the answer that holds; 0 without one."""
    answers = (step.number for step in case.steps if step.verb == "answer")
    return max(answers, default=0) if case.answered_at else 0


def askers(case: Case) -> int:
    """How many private addresses lead to a case: of who began it, and of the voices that joined."""
    return (case.key_hash is not None) + case.voices


def readers(case: Case) -> int:
    """How many askers have opened the answer that holds."""
    since = _answered(case)
    return sum(step.verb in OPENED and step.number > since for step in case.steps) if since else 0


def _told(steps: list[CaseStep]) -> dict[int, dict[str, str]]:
    bodies = bodies_of(step.chain_seq for step in steps)
    return {seq: body.get("after") or {} for seq, body in bodies.items()}


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
