"""Which post answers for a kind of posting, place by place."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from kiosk.auth.models import ROLES
from kiosk.core.db import remembered, session
from kiosk.core.i18n import Text
from kiosk.counters.models import Canteen, Counter
from kiosk.postings.models import PostingDuty
from kiosk.postings.queries.kinds import Kind
from kiosk.staff import queries as staff
from kiosk.staff.models import Post

Somewhere = Canteen | Counter | None
Key = tuple[int | None, int | None]


def key_of(place: Somewhere) -> Key:
    """The numbers of a canteen and a counter, as tables have them; both None for the whole school."""
    if isinstance(place, Counter):
        return None, place.id
    return (place.id, None) if place else (None, None)


def named_posts(kind: Kind) -> dict[Key, int]:
    """The post that the school named for each place of a kind, by its number; (None, None): every other."""
    named = remembered("posting duties", _all_named)
    return {(one.canteen_id, one.counter_id): one.post_id for one in named if one.kind == kind.slug}


def _all_named() -> Sequence[PostingDuty]:
    return session.scalars(select(PostingDuty).order_by(PostingDuty.id)).all()


def answering(kind: Kind, place: Somewhere, day: date, named: dict[Key, int] | None = None) -> Post | None:
    """The post that answers for the postings of a place on a day; None: the head of logistics does.

    `named` is what `named_posts` gave, for whoever asks for many places.
    """
    known = named_posts(kind) if named is None else named
    number = known.get(key_of(place)) or known.get((None, None))
    return staff.same_post(number, day) if number else None


def post_label(post: Post | None) -> Text:
    """What is said in public of who answers: the post, never the person."""
    return post.name if post else ROLES["head"]
