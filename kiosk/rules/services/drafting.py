"""Drafts: begun, written article by article, taken apart and put together; two who write at once are told."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from sqlalchemy import select

from kiosk.core import clock
from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.errors import Conflict, Invalid, NotFound
from kiosk.core.i18n import lazy
from kiosk.core.masking import clean
from kiosk.core.pinyin import as_address
from kiosk.core.trace import record
from kiosk.rules import queries
from kiosk.rules.models import HEADING, SLUG, TEXT, TITLE, Rule, RuleDraft
from kiosk.rules.queries.articles import (
    ARTICLE,
    CHAPTER,
    KINDS,
    MOST_ITEMS,
    MOST_LETTERS,
    OTHER,
    Item,
    item_of,
    merge,
    new_key,
    split,
)
from kiosk.rules.refusals import Changed, IsFrozen, NothingDrafted, NotYours, OutOfDate
from kiosk.school import queries as school

PLACES = {"rules", "form", "new"}
"""What no rule's address may be called."""
MOST_MADE = 34


class Part(NamedTuple):
    """A chapter, an article or another text as it was read or typed; `key` where it is known already."""

    kind: str
    heading: str
    text: str
    key: str = ""


def begin(*, by: Actor, title: str, team: str = "", slug: str = "", parts: Iterable[Part] = ()) -> Rule:
    """Begin a rule of the school, or of a team by its name, with what was read from a file or with nothing.

    NotYours for who may not; Invalid for a team or an address that cannot be.
    """
    title, team = TITLE.read(clean(title)), team.strip()
    if team and team not in {one.name for one in queries.teams(school.today())}:
        raise Invalid(lazy("Please choose a team from the list."), field="team")
    if not queries.may_begin(by, team):
        raise NotYours
    now = clock.now()
    rule = Rule(
        slug=_address(slug, title), title=title, team=team, created_at=now, created_by=str(by), versions=[]
    )
    session.add(rule)
    session.flush()
    after = {"slug": rule.slug, "title": title, "team": team}
    record("rule.begun", subject_of(rule), by=by, after=after)
    _draft(by, rule, title, [_item(one) for one in parts])
    return rule


def _address(wanted: str, title: str) -> str:
    """The address that was asked for, or one made of the title; Conflict where it is taken."""
    own = SLUG.read(wanted)
    if own:
        if own in PLACES or _taken(own):
            raise Conflict(lazy("This address is taken already."), field=SLUG.name)
        return own
    made = as_address(title, MOST_MADE)
    made = made if re.match(r"[a-z].", made) and made not in PLACES else f"rule-{made}".strip("-")
    number, found = 1, made
    while _taken(found):
        number += 1
        found = f"{made}-{number}"
    return found


def _taken(slug: str) -> bool:
    return session.scalar(select(Rule.id).where(Rule.slug == slug)) is not None


def _item(part: Part) -> Item:
    if part.kind not in KINDS:
        raise Invalid(lazy("Please choose what it is."), field="kind")
    heading, text = HEADING.read(clean(part.heading)), TEXT.read(clean(part.text))
    return Item(part.key or new_key(), part.kind, heading, "" if part.kind == CHAPTER else text)


def _draft(by: Actor, rule: Rule, title: str, items: Sequence[Item]) -> RuleDraft:
    draft = RuleDraft(
        rule=rule,
        title=title,
        items=_plain(items),
        revision=1,
        changed_at=clock.now(),
        changed_by=str(by),
        changed_name=by.name or str(by),
    )
    session.add(draft)
    session.flush()
    return draft


def _plain(items: Sequence[Item]) -> list[dict[str, Any]]:
    if len(items) > MOST_ITEMS or sum(len(one.text) for one in items) > MOST_LETTERS:
        raise Invalid(lazy("A rule has at most %(n)s chapters and articles."), n=MOST_ITEMS)
    return [one.plain for one in items]


def revise(*, by: Actor, rule: Rule) -> RuleDraft:
    """Begin a new version from the text in force. Conflict while one is on its way."""
    _ask(by, rule)
    today, texts = school.today(), queries.texts(rule)
    ahead = queries.coming(rule, today)
    last = texts[-1] if texts else None
    base = (None if ahead and ahead.repeals else ahead) or queries.in_force(rule, today) or last
    if rule.draft or queries.on_its_way(rule) or base is None:
        raise Conflict(lazy("A version of this rule is on its way already."))
    items = [one.item for one in queries.items(base)]
    record("rule.revised", subject_of(rule), by=by, after={"version": base.number})
    return _draft(by, rule, base.title, items)


def drop(*, by: Actor, rule: Rule) -> None:
    """Throw a draft away of which nothing was ever shown. Conflict where something was."""
    _ask(by, rule)
    if rule.draft is None:
        raise NothingDrafted
    if queries.on_its_way(rule) or queries.was_consulted(rule):
        raise Conflict(lazy("Everybody has read a text of it; please withdraw that, with a reason."))
    record("rule.dropped", subject_of(rule), by=by, before={"title": rule.draft.title})
    session.delete(rule.draft)
    session.flush()
    session.expire(rule, ["draft"])


def draft_of(by: Actor, rule: Rule) -> RuleDraft:
    """The draft of a rule, for who may write in it now. IsFrozen, NothingDrafted, NotYours."""
    _ask(by, rule)
    way = queries.on_its_way(rule)
    if way is not None and way.frozen_on:
        raise IsFrozen
    if rule.draft is None:
        raise NothingDrafted
    return rule.draft


def _ask(by: Actor, rule: Rule) -> None:
    if not queries.may_write(by, rule):
        raise NotYours


def save_item(
    *, by: Actor, rule: Rule, key: str, heading: str, text: str, seen: str, kind: str | None = None
) -> RuleDraft:
    """Write an item anew; a line of dashes alone splits it, and what was said on it hangs on each part.

    `seen` is the hash of the item as it was shown. Changed where somebody else changed it since, with what
    stands there now; nothing is overwritten.
    """
    draft = draft_of(by, rule)
    items = _items(draft)
    at = _at(items, key)
    found = items[at]
    new = _item(Part(kind or found.kind, heading, text, key))
    new = replace(new, of=found.of)
    if new == found:
        return draft
    if seen != found.hash:
        raise Changed(name=draft.changed_name)
    items[at : at + 1] = split(new, new.text) if new.kind != CHAPTER else [new]
    return _keep(by, draft, items, "rule.written", [key])


def add_item(
    *, by: Actor, rule: Rule, kind: str, heading: str, text: str, after: str = "", revision: int | None = None
) -> Item:
    """Add an item behind another; "" puts it first. OutOfDate where the draft is another than was shown."""
    draft = _unchanged(draft_of(by, rule), revision)
    items = _items(draft)
    new = _item(Part(kind, heading, text))
    if not new.heading and not new.text:
        raise Invalid(lazy("Please write the text."), field=HEADING.name if kind == CHAPTER else TEXT.name)
    at = _at(items, after) + 1 if after else 0
    items[at:at] = split(new, new.text) if kind != CHAPTER else [new]
    _keep(by, draft, items, "rule.added", [new.key])
    return new


def move(*, by: Actor, rule: Rule, key: str, after: str, revision: int | None = None) -> None:
    """Put an item behind another; "" puts it first. Its key, and what hangs on it, go along."""
    draft = _unchanged(draft_of(by, rule), revision)
    items = _items(draft)
    found = items.pop(_at(items, key))
    items.insert(_at(items, after) + 1 if after and after != key else 0 if not after else len(items), found)
    _keep(by, draft, items, "rule.moved", [key])


def merge_next(*, by: Actor, rule: Rule, key: str, revision: int | None = None) -> None:
    """Put an article and the next one together: what was said on both hangs on it."""
    draft = _unchanged(draft_of(by, rule), revision)
    items = _items(draft)
    at = _at(items, key)
    if at + 1 >= len(items) or {items[at].kind, items[at + 1].kind} - {ARTICLE, OTHER}:
        raise Conflict(lazy("Only an article and the one right behind it can be put together."))
    merged = merge(items[at], items[at + 1])
    TEXT.read(merged.text)
    other = items[at + 1].key
    items[at : at + 2] = [merged]
    _keep(by, draft, items, "rule.merged", [key, other])


def remove(*, by: Actor, rule: Rule, key: str, revision: int | None = None) -> None:
    """Take an item out; what was said on it stays with the rule."""
    draft = _unchanged(draft_of(by, rule), revision)
    items = _items(draft)
    items.pop(_at(items, key))
    _keep(by, draft, items, "rule.removed", [key])


def rename(*, by: Actor, rule: Rule, title: str) -> None:
    """Call the text another name."""
    draft = draft_of(by, rule)
    title = TITLE.read(clean(title))
    if title == draft.title:
        return
    before = draft.title
    draft.title = title
    if not rule.versions:
        rule.title = title
    _touch(by, draft)
    record("rule.renamed", subject_of(rule), by=by, before={"title": before}, after={"title": title})


def replace_text(*, by: Actor, rule: Rule, parts: Iterable[Part], revision: int | None = None) -> None:
    """Take a whole text in, as it was read from a file: parts with a key are what they were."""
    draft = _unchanged(draft_of(by, rule), revision)
    known = {one.key: one for one in _items(draft)}
    items = [_item(one) for one in parts]
    items = [replace(one, of=known[one.key].of) if one.key in known else one for one in items]
    _keep(by, draft, items, "rule.replaced", [])


def _unchanged(draft: RuleDraft, revision: int | None) -> RuleDraft:
    if revision is not None and revision != draft.revision:
        raise OutOfDate(name=draft.changed_name)
    return draft


def _items(draft: RuleDraft) -> list[Item]:
    return [item_of(one) for one in draft.items]


def _at(items: Sequence[Item], key: str) -> int:
    for at, one in enumerate(items):
        if one.key == key:
            return at
    raise NotFound


def _keep(by: Actor, draft: RuleDraft, items: Sequence[Item], action: str, keys: list[str]) -> RuleDraft:
    draft.items = _plain(items)
    _touch(by, draft)
    content = queries.compose(draft.title, items)
    after = {"keys": keys, "hash": queries.digest(content), "articles": len(items)}
    record(action, subject_of(draft.rule), by=by, after=after)
    return draft


def _touch(by: Actor, draft: RuleDraft) -> None:
    draft.revision += 1
    draft.changed_at, draft.changed_by = clock.now(), str(by)
    draft.changed_name = by.name or str(by)
    session.flush()


def subject_of(rule: Rule) -> str:
    """A rule in the record."""
    return f"rule:{rule.id}"
