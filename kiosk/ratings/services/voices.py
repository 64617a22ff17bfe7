"""One voice a visitor, counter and meal: which ratings of a meal came from one visitor, and which counts."""

import secrets
from datetime import date

from sqlalchemy import select

from kiosk.core import clock
from kiosk.core.db import session
from kiosk.core.security import encode, mac
from kiosk.ratings import queries
from kiosk.ratings.models import MealKey, Rating, RatingVisitor, Stored
from kiosk.ratings.services.counting import uncount
from kiosk.ratings.services.presence import Visitor


def remember(rating: Stored, visitor: Visitor, *, supersedes: bool) -> None:
    """Note whose rating it is for the length of the meal; the visitor's earlier one is counted no longer."""
    key = meal_key(rating.day, rating.meal)
    assert key.key is not None
    who = mac(key.key, encode(visitor.tag), str(rating.counter_id), length=16)
    if supersedes:
        query = (
            select(Rating)
            .join(RatingVisitor, RatingVisitor.rating_seq == Rating.seq)
            .where(RatingVisitor.meal_key_id == key.id, RatingVisitor.visitor == who)
        )
        for earlier in session.scalars(query).all():
            mark = queries.mark_in_force(earlier.seq)
            if mark is None or mark.counted:
                uncount(earlier, "superseded")
    session.add(RatingVisitor(rating_seq=rating.seq, meal_key_id=key.id, visitor=who, fresh=visitor.fresh))
    session.flush()


def meal_key(day: date, meal: str) -> MealKey:
    """The key of a meal; made when its first phone comes, and anew if it comes after the closing."""
    key = session.scalar(select(MealKey).where(MealKey.day == day, MealKey.meal == meal))
    if key is None:
        key = MealKey(day=day, meal=meal, opened_at=clock.now())
        session.add(key)
    if key.key is None:
        key.key, key.closed_at = secrets.token_bytes(32), None
    session.flush()
    return key
