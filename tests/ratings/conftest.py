"""What tests of ratings stand on: a tablet, taps, and passes."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask

from kiosk.chain.queries import Finding
from kiosk.core.clock import moved_to
from kiosk.core.db import session, transaction
from kiosk.counters.models import Tablet
from kiosk.presence import services as presence
from kiosk.ratings import queries, services
from kiosk.ratings.models import Rating
from kiosk.seals.queries import false_seals
from tests.conftest import counter, enrol


@pytest.fixture
def tablet(context: Flask) -> Tablet:
    """A tablet at c1."""
    enrol(context, "c1")
    return session.query(Tablet).one()


@pytest.fixture
def tap(context: Flask, at_lunch: datetime) -> Callable[..., services.Outcome]:
    """A function that takes a rating at c1 in a transaction of its own, `seconds` after lunch began."""

    def tap(level: int = 5, *, seconds: float = 0, code: str = "c1", **more: Any) -> services.Outcome:
        more.setdefault("id", uuid4())
        more.setdefault("channel", "tablet")
        with moved_to(at_lunch + timedelta(seconds=seconds)), transaction():
            return services.take(counter=counter(code), level=level, **more)

    return tap


def visitor(name: str, *, fresh: bool = False) -> presence.Visitor:
    """A phone."""
    return presence.Visitor(name.encode().ljust(12, b"."), fresh)


def fetch(rating_id: UUID) -> Rating:
    """The stored rating."""
    return session.query(Rating).filter_by(id=rating_id).one()


def recounted() -> list[Finding]:
    """What a recount of the ratings and a look at their seals find. Nothing: all is well."""
    return [*false_seals(), *queries.recount()]
