"""A counter's sentence of the week: said, replaced by another, taken back."""

from typing import NamedTuple

from kiosk.auth import queries as auth
from kiosk.cases.services import Masked
from kiosk.core import clock
from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.errors import Forbidden
from kiosk.core.i18n import lazy
from kiosk.core.masking import clean, mask
from kiosk.core.trace import record
from kiosk.counters.models import Counter
from kiosk.counters.queries import place_of
from kiosk.persons import queries as persons
from kiosk.ratings import queries
from kiosk.ratings.models import HEAD, SENTENCE, STAND_IN, CounterSentence
from kiosk.ratings.permissions import SPEAK
from kiosk.school import queries as school
from kiosk.staff import queries as staff


class SpeaksForAnother(Forbidden):
    """The counter answers to somebody else."""

    code = "speaks-for-another"
    message = lazy(
        "Only whoever holds the post responsible for the counter speaks for it. Nothing was saved."
    )


class Speakers(NamedTuple):
    """Who speaks for a counter today: numbers, for which post (empty: the head's own), in whose place."""

    people: list[int]
    post: str = ""
    deputy: str = ""
    """`stand_in` or `head`, where the post's holder cannot sign in; empty: nobody's place is taken."""


def _speakers(counter: Counter) -> Speakers:
    today, place = school.today(), place_of(counter)
    heads = [one.number for one in staff.answerable(None, today)]
    post = staff.same_post(counter.post_id, today) if counter.post_id else None
    holder = staff.holder(post, today) if post else None
    if post is None or holder is None:
        return Speakers(heads)
    if auth.can(holder.number, SPEAK, place):
        return Speakers([holder.number], post.name)
    if post.stand_in and auth.can(post.stand_in.number, SPEAK, place):
        return Speakers([post.stand_in.number], post.name, STAND_IN)
    return Speakers(heads, post.name, HEAD)


def may_speak(by: Actor, counter: Counter) -> bool:
    """Whether somebody speaks for the counter.

    That is the holder of its post; while nobody holds it, the head; and where the holder cannot sign in, the
    stand-in or else the head, in the post's name.
    """
    return by.may(SPEAK, place_of(counter)) and persons.is_among(by.person, _speakers(counter).people)


def say(*, by: Actor, counter: Counter, text: str | None) -> None:
    """Say a sentence until Sunday, in the place of what was said in the week before it, if anything was.

    The same again changes nothing. Raises SpeaksForAnother, Invalid, and Masked, with the text as it may be
    sent, where it holds what could lead to a person.
    """
    needs_to_speak(by, counter)
    value = SENTENCE.read(clean(text or ""))
    if (found := mask(value)) != value:
        raise Masked(found, SENTENCE.name)
    before = queries.sentence(counter, school.today())
    if before is None or before.text != value:
        _add(by, counter, before, value)


def take_back(*, by: Actor, counter: Counter) -> None:
    """Say nothing any more this week; where nothing is said, nothing changes. Raises SpeaksForAnother."""
    needs_to_speak(by, counter)
    if before := queries.sentence(counter, school.today()):
        _add(by, counter, before, "")


def needs_to_speak(by: Actor, counter: Counter) -> None:
    """SpeaksForAnother, unless somebody speaks for the counter."""
    if not may_speak(by, counter):
        raise SpeaksForAnother


def _add(by: Actor, counter: Counter, before: queries.Said | None, text: str) -> None:
    speakers = _speakers(counter)
    row = CounterSentence(
        counter_id=counter.id,
        week=queries.monday(school.today()),
        says=bool(text),
        post=speakers.post,
        said_at=clock.now(),
        said_by=str(by),
    )
    deputy = {"deputy": speakers.deputy} if speakers.deputy else {}
    row.chain_seq = record(
        queries.SAID if text else queries.TAKEN_BACK,
        f"counter:{counter.code}",
        by=by,
        before={"entry": before.seq} if before else None,
        after={"week": row.week, "post": row.post, **deputy, **({"text": text} if text else {})},
    )
    session.add(row)
    session.flush()
