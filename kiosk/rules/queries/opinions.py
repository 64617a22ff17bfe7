"""What was said on a rule: on which article it hangs now, what was answered, and where it led."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from kiosk.chain.models import ChainEntry
from kiosk.chain.queries import opened
from kiosk.core.db import session
from kiosk.core.errors import NotFound
from kiosk.core.i18n import LazyString
from kiosk.rules.models import (
    CHANNELS,
    NOT,
    WITHDRAWN,
    Opinion,
    OpinionAnswer,
    Rule,
    RuleDraft,
    RuleVersion,
)
from kiosk.rules.queries.articles import Numbered, carriers, find, item_of, numbered
from kiosk.rules.queries.comparing import pieces
from kiosk.rules.queries.standing import items, since_approval
from kiosk.rules.settings import OPINION_DAYS
from kiosk.school import queries as school

AT_ONCE = 20
"""So many stand on a page."""


class Answered(NamedTuple):
    """An answer as everybody reads it."""

    row: OpinionAnswer
    text: str
    day: date

    @property
    def outcome(self) -> LazyString:
        """In words."""
        return self.row.outcome_label


class Led(NamedTuple):
    """Where an adopted opinion led: the version that came next, and an article of it; whether it changed."""

    version: int
    article: Numbered | None
    changed: bool


@dataclass(frozen=True)
class Said:
    """An opinion in public: whose by pseudonym, on which articles now and then, the words, the answers."""

    row: Opinion
    text: str
    now: tuple[Numbered, ...]
    """The items of the text that is read on which it hangs; two where its article was split."""
    then: Numbered | None
    """The article as it was numbered when it was said."""
    answers: tuple[Answered, ...]
    led: tuple[Led, ...]
    due: date | None

    @property
    def day(self) -> date:
        """The day on which it was said; the hour is nobody's."""
        return school.local(self.row.given_at).date()

    @property
    def is_answered(self) -> bool:
        """Whether it has its answer."""
        return bool(self.answers)

    @property
    def is_late(self) -> bool:
        """Whether the answer is overdue."""
        return not self.answers and self.due is not None and school.today() > self.due

    @property
    def channel(self) -> LazyString:
        """How it came, in words."""
        return CHANNELS[self.row.channel]

    @property
    def is_on_whole(self) -> bool:
        """Whether it is about the rule as a whole."""
        return not self.row.article

    @property
    def is_renumbered(self) -> bool:
        """Whether its article has another number in the text that is read, or several."""
        return bool(self.then) and [one.label for one in self.now] != [self.then.label if self.then else ""]


class Page(NamedTuple):
    """A page of opinions, and how many there are in all."""

    found: list[Said]
    page: int
    pages: int
    of: int


def opinion(number: int) -> Opinion:
    """An opinion, or NotFound."""
    found = session.get(Opinion, number)
    if found is None:
        raise NotFound
    return found


def counts(rule: Rule, after: int = 0) -> Counter[str]:
    """By the keys of articles: how many opinions were said on them, on versions after this number."""
    query = select(Opinion.article, func.count()).where(Opinion.rule_id == rule.id, Opinion.version > after)
    rows = session.execute(query.group_by(Opinion.article))
    return Counter({article: number for article, number in rows})


def counts_on(text: Sequence[Numbered], by_key: Counter[str]) -> dict[str, int]:
    """By the keys of a text's items: how many opinions hang on them."""
    return {
        one.item.key: sum(by_key[key] for key in dict.fromkeys((one.item.key, *one.item.of))) for one in text
    }


def numbers(rules: Iterable[int]) -> dict[int, int]:
    """By the numbers of rules: how many opinions there are, of the text on its way and of those before."""
    query = select(Opinion.rule_id, func.count()).where(Opinion.rule_id.in_(list(rules)))
    return {rule: count for rule, count in session.execute(query.group_by(Opinion.rule_id))}


def number_on(version: RuleVersion) -> int:
    """How many opinions were said on a version."""
    query = select(func.count(Opinion.id)).where(
        Opinion.rule_id == version.rule_id, Opinion.version == version.number
    )
    return session.scalar(query) or 0


def unanswered(rule: Rule | None = None) -> list[Opinion]:
    """The opinions without an answer, of a rule or of all, the oldest first.

    A text that was withdrawn answers them all.
    """
    gone = select(RuleVersion.id).where(
        RuleVersion.rule_id == Opinion.rule_id,
        RuleVersion.number >= Opinion.version,
        RuleVersion.ended_how == WITHDRAWN,
    )
    query = select(Opinion).where(~Opinion.answers.any(), ~gone.exists()).order_by(Opinion.id)
    if rule is not None:
        query = query.where(Opinion.rule_id == rule.id)
    return list(session.scalars(query))


def adopted_in_vain(rule: Rule, draft: RuleDraft) -> list[Opinion]:
    """The opinions that were adopted, if in part, although the draft says there what it said when they came.

    One that was answered a second time has its reason; one on the whole rule counts where anything changed.
    """
    begun = since_approval(rule)
    query = select(Opinion).where(Opinion.rule_id == rule.id, Opinion.version > begun).order_by(Opinion.id)
    now = tuple(numbered(item_of(one) for one in draft.items))
    before = {one.number: items(one) for one in rule.versions}
    return [
        one
        for one in session.scalars(query.options(selectinload(Opinion.answers)))
        if len(one.answers) == 1
        and one.answers[0].outcome != NOT
        and not _is_changed(one, before[one.version], now)
    ]


def _is_changed(one: Opinion, before: Sequence[Numbered], now: Sequence[Numbered]) -> bool:
    keys = one.answers[-1].articles or ([one.article] if one.article else [item.item.key for item in before])
    if not keys or len(before) != len(now):
        return True
    places: list[Numbered | None] = []
    for key in keys:
        places += carriers(now, key) or [None]
    return any(_differs(before, place) for place in places)


def due_of(found: Opinion) -> date | None:
    """The last day on which its answer is in time."""
    return due_on(school.local(found.given_at).date())


def due_on(day: date) -> date | None:
    """The last day on which an opinion of a day is answered in time."""
    return school.due(day, school.settings()[OPINION_DAYS]).day


def said(
    rule: Rule,
    version: RuleVersion,
    text: Sequence[Numbered],
    *,
    article: str | None = None,
    page: int = 1,
    at_once: int = AT_ONCE,
    waiting: bool = False,
) -> Page:
    """A page of what was said on a rule until a version's text was read, the newest first.

    `article` is the key of one item of the text, "" the whole rule, None everything; `waiting` those without
    an answer alone.
    """
    query = select(Opinion).where(Opinion.rule_id == rule.id, Opinion.version <= version.number)
    if article is not None:
        one = find(text, article)
        keys = (one.item.key, *one.item.of) if one else (article,)
        query = query.where(Opinion.article.in_(keys))
    if waiting:
        query = query.where(~Opinion.answers.any())
    of = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    pages = max(1, -(-of // at_once))
    page = min(max(page, 1), pages)
    query = query.order_by(Opinion.id.desc()).limit(at_once).offset((page - 1) * at_once)
    rows = list(session.scalars(query.options(selectinload(Opinion.answers))))
    return Page(_told(rule, rows, text), page, pages, of)


def _told(rule: Rule, rows: Sequence[Opinion], text: Sequence[Numbered]) -> list[Said]:
    words = _words([*(one.chain_seq for one in rows), *(a.chain_seq for one in rows for a in one.answers)])
    dues = {
        day: due_on(day) for day in {school.local(one.given_at).date() for one in rows if not one.answers}
    }
    texts = {one.number: items(one) for one in rule.versions}
    return [
        Said(
            row=one,
            text=words.get(one.chain_seq, ""),
            now=tuple(carriers(text, one.article)),
            then=find(texts[one.version], one.article),
            answers=tuple(
                Answered(found, words.get(found.chain_seq, ""), school.local(found.answered_at).date())
                for found in one.answers
            ),
            led=tuple(_led(rule, one, texts)),
            due=dues.get(school.local(one.given_at).date()),
        )
        for one in rows
    ]


def _led(rule: Rule, one: Opinion, texts: dict[int, tuple[Numbered, ...]]) -> list[Led]:
    """Where the last answer led, once a text came after it."""
    answer = one.answers[-1] if one.answers else None
    if answer is None or answer.outcome == NOT:
        return []
    later = [
        version
        for version in rule.versions
        if version.number > one.version and version.published_at >= answer.answered_at and not version.repeals
    ]
    if not later:
        return []
    next_one = later[0]
    before, after = texts[one.version], texts[next_one.number]
    keys = answer.articles or ([one.article] if one.article else [])
    found: list[Led] = []
    for key in keys:
        places: list[Numbered | None] = [*carriers(after, key)] or [None]
        found += [Led(next_one.number, now, _differs(before, now)) for now in places]
    return found


def _differs(before: Sequence[Numbered], now: Numbered | None) -> bool:
    if now is None:
        return True
    was = find(before, now.item.key)
    return was is None or was.item.hash != now.item.hash


def changed_by(found: Said) -> bool:
    """Whether the text changed where the answer said it would."""
    return any(one.changed for one in found.led)


def _words(seqs: Iterable[int]) -> dict[int, str]:
    """The texts of entries, as the record has them; an erased text says so."""
    query = select(ChainEntry).where(ChainEntry.seq.in_(list(seqs)))
    return {
        seq: str((body.get("after") or {}).get("text") or "")
        for seq, body in opened(session.scalars(query)).items()
    }


def words_of(found: Opinion) -> str:
    """What was said."""
    return _words([found.chain_seq]).get(found.chain_seq, "")


def differs(old: str, new: str) -> bool:
    """Whether two texts say something else."""
    return any(one.kind != "same" for one in pieces(old, new))
