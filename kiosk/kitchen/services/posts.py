"""Saying which post answers for what in a kitchen."""

from collections.abc import Mapping

from sqlalchemy import select

from kiosk.core.actor import SCHOOL, Actor
from kiosk.core.db import session
from kiosk.core.trace import record
from kiosk.counters.models import Canteen
from kiosk.kitchen.models import TASKS, KitchenDuty
from kiosk.kitchen.permissions import NAME_DUTIES
from kiosk.kitchen.queries import named


def name_posts(*, by: Actor, task: str, posts: Mapping[Canteen | None, int | None]) -> None:
    """Name the post that answers for a task, canteen by canteen; None: for all that name none themselves."""
    by.needs(NAME_DUTIES, SCHOOL)
    if task not in TASKS:
        raise ValueError(task)
    before, query = named(task), select(KitchenDuty).where(KitchenDuty.task == task)
    rows = {one.canteen_id: one for one in session.scalars(query)}
    wanted = {canteen.id if canteen else None: post for canteen, post in posts.items()}
    for canteen_id, post in wanted.items():
        row = rows.get(canteen_id)
        if row and post is None:
            session.delete(row)
        elif row and post is not None:
            row.post_id = post
        elif post is not None:
            session.add(KitchenDuty(task=task, canteen_id=canteen_id, post_id=post))
    after = {**before, **wanted}
    after = {canteen_id: post for canteen_id, post in after.items() if post is not None}
    if after != before:
        was, now = ({str(key or "all"): post for key, post in one.items()} for one in (before, after))
        record("kitchen.posts_named", f"kitchen:{task}", by=by, before={"posts": was}, after={"posts": now})
    session.flush()
