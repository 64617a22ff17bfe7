"""Whether a decision may be taken: by whom, about what was looked at, and before anybody else."""

from typing import NamedTuple

from kiosk.core.actor import Actor
from kiosk.persons.models import Person
from kiosk.school.queries import settings
from kiosk.steps import queries
from kiosk.steps.models import APPROVED, OPEN, RETURNED, STATES, Approval, Decision
from kiosk.steps.queries import Voice
from kiosk.steps.refusals import Changed, CodeNeeded, DecidedFirst, HasAPart, HasVoted, NotAsked, Over
from kiosk.steps.settings import SECOND_FACTOR


class Seen(NamedTuple):
    """What a decider looked at: the hash of what is decided about, and the level that was asked."""

    hash: str
    level: int


def needs_code(approval: Approval) -> bool:
    """Whether a decision about it needs the second factor: the school or the ladder demands it."""
    return settings()[SECOND_FACTOR] or queries.demands_code(approval)


def authority(by: Actor, approval: Approval, seen: Seen | None, *, confirmed: bool) -> Person | None:
    """On whose behalf an actor decides; None for the own name.

    NotAsked, HasAPart or HasVoted for who may not; Changed, DecidedFirst or Over where what was seen stands
    no more; CodeNeeded where the second factor is demanded and not `confirmed`.
    """
    names = queries.voices(by)
    if not queries.has_a_say(by, approval):
        raise NotAsked
    refuse_latecomers(approval, seen)
    voice = queries.voice_for(queries.levels_of(approval)[approval.level - 1], approval, names)
    if voice is None:
        raise _why_not(approval, names)
    if needs_code(approval) and not confirmed:
        raise CodeNeeded
    return voice.absent


def refuse_latecomers(approval: Approval, seen: Seen | None) -> None:
    """Changed, DecidedFirst or Over where what was looked at stands no more."""
    if seen is not None and seen.hash != approval.hash:
        raise Changed(changed=_changed_since(approval, seen.hash))
    last = approval.valid[-1] if approval.valid else None
    is_over = approval.state in (APPROVED, RETURNED)
    if last and (is_over or (seen is not None and seen.level != approval.level)):
        raise DecidedFirst(name=last.person.name, state=STATES[APPROVED if last.approves else RETURNED])
    if approval.state != OPEN:
        raise Over(state=approval.state_label)


def _changed_since(approval: Approval, hash_: str) -> str:
    """The fields that changed since the round with this hash, in the words of the subject's room."""
    known = [one.number for one in approval.rounds if one.hash == hash_]
    later = [one for one in approval.rounds if one.number > max(known, default=0)]
    fields = dict.fromkeys(name for one in later for name in one.changed)
    return queries.words_of(approval, fields) or "—"


def _why_not(approval: Approval, names: list[Voice]) -> Exception:
    """Why somebody with a say cannot decide on this level."""
    people = queries.people_in(approval)
    if any(isinstance(people.get(number), Decision) for number in names[0].numbers):
        return HasVoted()
    level, at = queries.levels_of(approval)[approval.level - 1], queries.place_of(approval)
    return HasAPart() if any(one.decides(level, at) for one in names) else NotAsked()
