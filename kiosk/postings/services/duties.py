"""Which post answers for a kind of posting: named by the school, place by place."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete

from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.errors import Invalid
from kiosk.core.i18n import lazy
from kiosk.core.trace import record
from kiosk.counters.models import Counter
from kiosk.postings import queries
from kiosk.postings.models import PostingDuty
from kiosk.postings.queries import Kind
from kiosk.postings.queries.duties import Somewhere
from kiosk.staff import queries as staff


def name_post(*, by: Actor, kind: Kind, place: Somewhere = None, post_id: int | None) -> None:
    """Say which post answers for the postings of a kind: of a place, or without one of every other place.

    Without a post the place follows the others, and these the head of logistics. Invalid for a place that the
    kind does not have, NotFound for a post that there is not.
    """
    scope = "counter" if isinstance(place, Counter) else "canteen"
    if place is not None and scope not in kind.scopes:
        raise Invalid(lazy("Please choose whose it is."), field="place")
    canteen_id, counter_id = queries.key_of(place)
    before = queries.named_posts(kind).get((canteen_id, counter_id))
    if before == post_id:
        return
    if post_id is not None:
        staff.post(post_id)
    session.execute(
        delete(PostingDuty).where(
            PostingDuty.kind == kind.slug,
            PostingDuty.canteen_id == canteen_id,
            PostingDuty.counter_id == counter_id,
        )
    )
    if post_id is not None:
        session.add(
            PostingDuty(kind=kind.slug, canteen_id=canteen_id, counter_id=counter_id, post_id=post_id)
        )
    session.flush()
    whose = {scope: place.code} if place else {}
    record(
        "posting.post_named",
        f"posting-kind:{kind.slug}",
        by=by,
        before=_said(before),
        after={**whose, **_said(post_id)},
    )


def _said(post_id: int | None) -> dict[str, Any]:
    return {"post": post_id, "post_name": staff.post(post_id).name if post_id else ""}


def name_posts(*, by: Actor, kind: Kind, posts: Mapping[Somewhere, int | None]) -> None:
    """The same for several places at once."""
    for place, post_id in posts.items():
        name_post(by=by, kind=kind, place=place, post_id=post_id)
