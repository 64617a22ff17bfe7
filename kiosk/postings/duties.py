"""What waits for whom of postings: what is to be posted, and drafts that nobody decides about yet."""

from collections.abc import Iterator
from typing import Any

from flask import url_for

from kiosk.auth.queries import is_work_of
from kiosk.core.actor import Actor, Place
from kiosk.core.duty import WARN, Duties, Duty
from kiosk.core.filters import when
from kiosk.core.i18n import _, ngettext
from kiosk.core.web import named
from kiosk.postings import queries
from kiosk.postings.models import Posting, PostingDraft
from kiosk.postings.permissions import VIEW_POSTINGS
from kiosk.postings.queries import Due, Several, place_code, place_of
from kiosk.school import queries as school

MOST = 5
"""More drafts of others than this share a line."""
MOST_OWN = 50
"""So many of one's own stand there at most, the last written first."""


def postings(who: Actor) -> Iterator[Duty]:
    """What is to be posted, and drafts that are of no such period."""
    today = school.today()
    owed: dict[tuple[str, Place], list[Due]] = {}
    for one in queries.to_post(today):
        if one.kind.may(one.kind.drafts, who, one.at):
            owed.setdefault((one.kind.slug, one.at), []).append(one)
    yield from (_owed(who, found) for found in owed.values())
    numbers = [one.posting_id for found in owed.values() for one in found if one.posting_id]
    told = Posting.kind.not_in([kind.slug for kind in queries.all_kinds() if kind.own_duties])
    yield from _drafts(who, PostingDraft.posting_id.not_in(numbers) & told)


def _owed(who: Actor, found: list[Due]) -> Duty:
    """Several periods of one kind and place are a line, which leads to the first of them."""
    first = found[0]
    kind, at, whose = first.kind, first.at, named(first.place) if first.place else ""
    owed = {
        "what": " · ".join(filter(None, (whose, str(kind.label)))),
        "period": first.period_words,
        "num": len(found),
    }
    text = (
        _("%(what)s for %(period)s is to be posted", **owed)
        if len(found) == 1
        else _("%(what)s is to be posted for %(num)s periods, the first %(period)s", **owed)
    )
    url = (
        url_for("office.postings.draft", number=first.posting_id)
        if first.posting_id
        else url_for(
            "office.postings.new",
            slug=kind.slug,
            place=place_code(first.place),
            period=first.period,
        )
    )
    key = f"{kind.slug}:{at.counter or at.canteen or 'school'}"
    return Duty(key, WARN, text, url, at, whose, str(first.answers), first.due, _is_mine(who, first))


def _is_mine(who: Actor, one: Due) -> bool:
    """It is the duty of whoever holds the post that answers for it; without a post of whose work it is."""
    if any(person.number == who.person for person in one.people):
        return True
    return one.post is None and is_work_of(who, one.kind.drafts, one.at)


def _drafts(who: Actor, further: Any) -> Iterator[Duty]:
    """The drafts that one wrote last, and those of others; many of others are one line."""
    own, others = PostingDraft.changed_by == who.account, PostingDraft.changed_by != who.account
    of_own, of_others = queries.several_drafts(who, further)
    if of_own.number:
        yield from (_draft(one, mine=True) for one in queries.drafts_of(who, own, further, most=MOST_OWN))
    if (more := of_own.number - MOST_OWN) > 0:
        text = ngettext("%(num)s more draft of mine", "%(num)s more drafts of mine", more)
        yield Duty("more", WARN, text, url_for("office.postings.index"), mine=True)
    if 0 < of_others.number <= MOST:
        found = queries.drafts_of(who, others, further, most=MOST)
        yield from (_draft(draft, mine=False) for draft in found)
    elif of_others.number:
        yield _of_others(of_others)


def _of_others(several: Several) -> Duty:
    text = ngettext(
        "%(num)s draft of a posting by others is not posted",
        "%(num)s drafts of postings by others are not posted",
        several.number,
    )
    at = place_of(queries.any_posting(several.one))
    return Duty("drafts", WARN, text, url_for("office.postings.index"), at)


def _draft(draft: PostingDraft, *, mine: bool) -> Duty:
    posting, kind = draft.posting, queries.kind_of(draft.posting.kind)
    title = kind.title(posting, draft.fields, draft.rows)
    name = queries.last_writer(draft)
    return Duty(
        f"draft-{posting.id}",
        WARN,
        _("“%(title)s” is a draft and not posted yet", title=title),
        url_for("office.postings.draft", number=posting.id),
        place_of(posting),
        named(posting.place) if posting.place else "",
        _("draft, last written by %(name)s, %(time)s", name=name, time=when(draft.changed_at)),
        mine=mine,
    )


DUTIES = (Duties("posting", VIEW_POSTINGS, postings),)
