"""A school in the first week of its second term, with a cashier and a principal, that posts its money."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import cache

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.auth.services import add_account
from kiosk.core import clock
from kiosk.core.db import session, transaction
from kiosk.core.web import KioskApp
from kiosk.finance.room import KINDS
from kiosk.postings import queries, services
from kiosk.postings.models import Posting
from kiosk.postings.queries import Kind
from kiosk.school.services import save_term, switch
from kiosk.steps import services as steps
from tests.conftest import PASSWORD, actor, begins, sign_in

TUESDAY = datetime(2026, 2, 24, 2, 0, tzinfo=UTC)
"""10:00 in Shanghai, in the first week of the spring term."""
NEXT_WEEK = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
AUTUMN, SPRING = "T1", "T2"
PEOPLE = {"qian": ("cashier", "钱"), "zheng": ("principal", "郑"), "gao": ("head", "高")}
Rows = Sequence[Sequence[str]]
SignIn = Callable[[str], FlaskClient]


def furnish() -> None:
    """Let those people come; both terms and all kinds of money are there."""
    with clock.moved_to(TUESDAY), transaction():
        for username, (role, name) in PEOPLE.items():
            add_account(by=actor("test"), username=username, password=PASSWORD, role=role, name=name)
        save_term(by=actor("test"), name="秋", starts=date(2025, 9, 1), ends=date(2026, 1, 23))
        save_term(by=actor("test"), name="春", starts=date(2026, 2, 23), ends=date(2026, 7, 3))
        for kind in KINDS:
            assert kind.switch
            switch(by=actor("test"), name=kind.switch.name, on=True)


origin = begins(house=furnish)


@pytest.fixture
def house(app: KioskApp) -> Iterator[Flask]:
    """The school on that Tuesday."""
    with clock.moved_to(TUESDAY), app.app_context():
        yield app
        session.remove()


@pytest.fixture
def of(house: Flask) -> SignIn:
    """A browser of each account."""
    return cache(lambda username: sign_in(house.test_client(), username))


def rows_of(kind: Kind, rows: Rows) -> list[dict[str, str]]:
    """Rows as they are typed, by the names of the kind's first columns."""
    names = [one.name for one in kind.columns]
    return [dict(zip(names, row, strict=False)) for row in rows]


def approve(posting: Posting, username: str = "zheng") -> None:
    assert posting.draft
    approving = queries.approving(posting.draft)
    assert approving
    steps.decide(by=actor(username), approval=approving.approval, approves=True)


def put_up(kind: Kind, rows: Rows, period: str = SPRING, **fields: str) -> Posting:
    """A posting that Wu wrote and Zheng approved."""
    place = queries.places(kind)[0]
    with transaction():
        draft = services.start(by=actor("wu"), kind=kind, period=period, place=place)
        services.save_draft(by=actor("wu"), draft=draft, revision=0, fields=fields, rows=rows_of(kind, rows))
        services.propose(by=actor("wu"), draft=draft)
        approve(draft.posting)
        return draft.posting


def correct(kind: Kind, posting: Posting, rows: Rows, reason: str = "退费后更正", **fields: str) -> None:
    """The same rows anew, with a reason."""
    with transaction():
        draft = services.start_correction(by=actor("wu"), posting=posting)
        services.save_draft(
            by=actor("wu"),
            draft=draft,
            revision=0,
            fields={**draft.fields, **fields},
            rows=rows_of(kind, rows),
            reason=reason,
        )
        services.propose(by=actor("wu"), draft=draft)
        approve(posting)
