"""One voice a visitor, counter and meal: which ratings of a meal came from one visitor, and which counts."""

from sqlalchemy import select

from kiosk.core.db import session
from kiosk.presence.services import Visitor, open_meal_key, pseudonym
from kiosk.ratings import queries
from kiosk.ratings.models import Rating, RatingVisitor, Stored
from kiosk.ratings.services.counting import uncount


def remember(rating: Stored, visitor: Visitor, *, supersedes: bool) -> None:
    """Note whose rating it is for the length of the meal; the visitor's earlier one is counted no longer."""
    key = open_meal_key(rating.day, rating.meal)
    alias = pseudonym(key, visitor, rating.counter_id)
    if supersedes:
        query = (
            select(Rating)
            .join(RatingVisitor, RatingVisitor.rating_seq == Rating.seq)
            .where(RatingVisitor.meal_key_id == key.id, RatingVisitor.visitor == alias)
        )
        for earlier in session.scalars(query).all():
            mark = queries.mark_in_force(earlier.seq)
            if mark is None or mark.counted:
                uncount(earlier, "superseded")
    session.add(RatingVisitor(rating_seq=rating.seq, meal_key_id=key.id, visitor=alias, fresh=visitor.fresh))
    session.flush()
