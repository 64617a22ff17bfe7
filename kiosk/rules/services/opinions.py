"""Opinions on a rule: from a phone or the board without an account, from paper, and the answer to each."""

import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import func, select

from kiosk.cases.services import Masked
from kiosk.core import clock
from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.errors import Conflict, Invalid
from kiosk.core.i18n import lazy
from kiosk.core.masking import clean, mask
from kiosk.core.security import mac
from kiosk.core.trace import record
from kiosk.rules import queries
from kiosk.rules.models import (
    ANSWER,
    BOARD,
    NOT,
    OPINION,
    OUTCOMES,
    PAPER,
    PHONE,
    Opinion,
    OpinionAnswer,
    Rule,
    RuleVersion,
    RuleVoice,
    RuleWindow,
)
from kiosk.rules.queries.articles import CHAPTER, WHOLE
from kiosk.rules.refusals import Closed, NotYours, SaidEnough, TooMany
from kiosk.rules.services.drafting import subject_of
from kiosk.rules.settings import MOST_A_DAY, MOST_AN_HOUR
from kiosk.school import queries as school

SPEAKER = Actor("asker")
"""Whoever says something; nobody knows who that is."""


class Handed(NamedTuple):
    """An opinion that came in, and whether it came just now."""

    opinion: Opinion
    is_new: bool


def say(
    *, version: RuleVersion, article: str | None, text: str | None, browser: str, channel: str = PHONE
) -> Handed:
    """Say something on an article ("" : on the whole) of a version in consultation, without an account.

    `browser` is a secret of the browser's own: under the key of this consultation it becomes its pseudonym.
    The same words from the same browser on the same article stand once. Invalid without words or an article,
    Masked where they could lead to a person, Closed when the time is over, SaidEnough and TooMany where more
    came than can be read.
    """
    _open(version)
    said, key = _said(text), _article(version, article)
    secret = _key(version.rule)
    mark = mac(secret, "voice", browser, length=32).hex()
    words = _words(secret, browser, key, said)
    known = _known(version.rule, words)
    if known:
        return Handed(known, False)
    _not_too_many(version.rule, mark)
    channel = channel if channel in (PHONE, BOARD) else PHONE
    return Handed(_keep(SPEAKER, version, key, _voice(version.rule, mark), channel, words, said), True)


def type_in(*, by: Actor, version: RuleVersion, article: str | None, text: str | None, sheet: str) -> Handed:
    """Type in what stands on a printed form, marked so. `sheet` is the form's number, one voice on this rule.

    On paper what was handed in in time counts until the text is frozen. NotYours, Masked, Closed.
    """
    if not queries.may_write(by, version.rule):
        raise NotYours
    if not version.is_open or version.frozen_on or version.consult_until is None:
        raise closed(version)
    said, key = _said(text), _article(version, article)
    secret = _key(version.rule)
    mark = mac(secret, "sheet", sheet.strip() or secrets.token_urlsafe(12), length=32).hex()
    words = _words(secret, mark, key, said)
    known = _known(version.rule, words)
    if known:
        return Handed(known, False)
    return Handed(_keep(by, version, key, _voice(version.rule, mark), PAPER, words, said), True)


def _open(version: RuleVersion) -> None:
    if not queries.takes_opinions(version, school.today()):
        raise closed(version)


def closed(version: RuleVersion) -> Closed:
    """That no opinions on a version are taken any more, and until when they were."""
    return Closed(day=version.consult_until or "—")


def _said(text: str | None) -> str:
    said = OPINION.read(clean(text or ""))
    if (masked := mask(said)) != said:
        raise Masked(masked, OPINION.name)
    return said


def _article(version: RuleVersion, article: str | None) -> str:
    key = (article or WHOLE).strip()
    if key == WHOLE:
        return key
    found = queries.find(queries.items(version), key)
    if found is None or found.item.kind == CHAPTER:
        raise Invalid(lazy("Please choose the article that you mean, or the whole rule."), field="article")
    return key


def _key(rule: Rule) -> bytes:
    """The key under which those who say something on a rule are told apart, from the first word on."""
    window = session.get(RuleWindow, rule.id)
    if window is None:
        window = RuleWindow(rule_id=rule.id, key=secrets.token_bytes(32), opened_at=clock.now())
        session.add(window)
        session.flush()
    return window.key


def _words(secret: bytes, browser: str, key: str, said: str) -> str:
    plain = "".join(letter for letter in said.lower() if letter.isalnum()) or said
    return mac(secret, "words", browser, key, plain, length=32).hex()


def _known(rule: Rule, words: str) -> Opinion | None:
    return session.scalar(select(Opinion).where(Opinion.rule_id == rule.id, Opinion.words == words))


def _voice(rule: Rule, mark: str) -> int:
    """The number by which everybody knows a browser, or a sheet, on this rule."""
    own = RuleVoice.rule_id == rule.id
    known = session.scalar(select(RuleVoice.number).where(own, RuleVoice.mark == mark))
    if known:
        return known
    number = (session.scalar(select(func.max(Opinion.voice)).where(Opinion.rule_id == rule.id)) or 0) + 1
    session.add(RuleVoice(rule_id=rule.id, number=number, mark=mark))
    session.flush()
    return number


def _not_too_many(rule: Rule, mark: str) -> None:
    now, settings = clock.now(), school.settings()
    own = (Opinion.rule_id == rule.id, Opinion.channel != PAPER)
    lately = select(func.count(Opinion.id)).where(*own, Opinion.given_at > now - timedelta(hours=1))
    if (session.scalar(lately) or 0) >= settings[MOST_AN_HOUR]:
        raise TooMany
    voice = select(RuleVoice.number).where(RuleVoice.rule_id == rule.id, RuleVoice.mark == mark)
    today = select(func.count(Opinion.id)).where(
        *own, Opinion.given_at > now - timedelta(days=1), Opinion.voice == voice.scalar_subquery()
    )
    if (session.scalar(today) or 0) >= settings[MOST_A_DAY]:
        raise SaidEnough(n=settings[MOST_A_DAY])


def _keep(
    by: Actor, version: RuleVersion, key: str, voice: int, channel: str, words: str, said: str
) -> Opinion:
    rule = version.rule
    last = session.scalar(select(func.max(Opinion.number)).where(Opinion.rule_id == rule.id))
    number = (last or 0) + 1
    after = {
        "number": number,
        "version": version.number,
        "article": key,
        "voice": voice,
        "channel": channel,
        "text": said,
    }
    found = Opinion(
        rule=rule,
        number=number,
        version=version.number,
        article=key,
        voice=voice,
        channel=channel,
        given_at=clock.now(),
        words=words,
        chain_seq=record("opinion.given", subject_of(rule), by=by, after=after),
        answers=[],
    )
    session.add(found)
    session.flush()
    return found


def answer(
    *,
    by: Actor,
    rule: Rule,
    opinions: Iterable[Opinion],
    outcome: str,
    text: str,
    articles: Iterable[str] = (),
) -> list[OpinionAnswer]:
    """Answer opinions alike: adopted, in part or not, why, and the articles of the draft that change for it.

    A later answer follows the earlier one, which stays. NotYours; Invalid without an outcome or a reason, or
    for opinions of another rule; Masked where the answer could lead to a person.
    """
    if not queries.may_write(by, rule):
        raise NotYours
    if outcome not in OUTCOMES:
        raise Invalid(lazy("Please choose: adopted, in part, or not."), field="outcome")
    said = ANSWER.read(clean(text))
    if (masked := mask(said)) != said:
        raise Masked(masked, ANSWER.name)
    chosen = list(opinions)
    if not chosen or any(one.rule_id != rule.id for one in chosen):
        raise Invalid(lazy("Please choose the opinions that you answer."), field="opinions")
    keys = [] if outcome == NOT else sorted(set(_of_text(rule, articles)))
    return [_answer(by, rule, one, outcome, said, keys) for one in chosen]


def _of_text(rule: Rule, articles: Iterable[str]) -> list[str]:
    """The keys among these that the draft has."""
    known = {one["key"] for one in rule.draft.items} if rule.draft else set()
    return [key for key in articles if key in known]


def _answer(by: Actor, rule: Rule, one: Opinion, outcome: str, said: str, keys: list[str]) -> OpinionAnswer:
    after = {"number": one.number, "outcome": outcome, "articles": keys, "text": said}
    found = OpinionAnswer(
        opinion=one,
        outcome=outcome,
        articles=keys,
        answered_at=clock.now(),
        chain_seq=record("opinion.answered", subject_of(rule), by=by, after=after),
    )
    session.add(found)
    session.flush()
    return found


def end_window(rule_id: int) -> None:
    """Destroy what tells those apart who said something on a rule. Conflict while opinions are taken."""
    window = session.get(RuleWindow, rule_id)
    if window is None:
        return
    found = queries.on_its_way(queries.rule(rule_id))
    if found and queries.takes_opinions(found, school.today()):
        raise Conflict
    record("opinion.ended", f"rule:{rule_id}", by=Actor("kiosk"), after={"opened": window.opened_at})
    for voice in session.scalars(select(RuleVoice).where(RuleVoice.rule_id == rule_id)):
        session.delete(voice)
    session.delete(window)
    session.flush()
