"""A room on top that has something approved, and the people who decide about it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask

from kiosk import manifests
from kiosk.auth.queries import account
from kiosk.auth.services import add_account
from kiosk.core import clock, config
from kiosk.core.db import session, transaction
from kiosk.core.i18n import lazy
from kiosk.core.room import Fragment, Room
from kiosk.steps.models import Approval
from kiosk.steps.queries import Ladder, Level
from kiosk.steps.services import begin
from tests.conftest import PASSWORD, Workplace, actor, begins

MORNING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""A Monday, 9:00 in Shanghai."""
PAGE = "<p>{{ section.dust }}</p>"
outcomes: list[tuple[str, str]] = []

NOTE = Ladder(
    name="note",
    label=lazy("Board"),
    levels=lambda: (Level(roles=("head", "admin"), days=2), Level(roles=("council",))),
    proposers=frozenset({"canteen_manager", "head", "admin"}),
    title=lambda subject: f"Note {subject}",
    address=lambda subject: "/office/accounts/",
    fields={"text": lazy("Remark")},
    outcome=lambda by, approval: outcomes.append((approval.subject, approval.state)),
)
PAYMENT = Ladder(
    name="payment",
    label=lazy("Purchases"),
    levels=lambda: (
        Level(roles=("head",)),
        Level(roles=("accountant",), above=500_00, up_to=10_000_00),
        Level(roles=("council",), above=10_000_00, least=3),
    ),
    proposers=frozenset({"canteen_manager"}),
)
MONEY = replace(NOTE, name="money", levels=None)
"""A ladder about money, which the school sets by amount."""
ATTIC = Room(
    name="attic",
    package="tests.attic",
    ladders=(NOTE, PAYMENT, MONEY),
    fragments=(Fragment("step", 1, "attic.html", lambda approval: {"dust": f"dust on {approval.subject}"}),),
)
PEOPLE = {
    "xu": ("council", "徐"),
    "zhou": ("council", "周"),
    "sun": ("council", "孙"),
    "he": ("counter_staff", "何"),
    "gao": ("head", "高"),
}


def rooms() -> list[Room]:
    """All rooms, and the attic on top."""
    return [*manifests(), ATTIC]


def furnish() -> None:
    """Let the council and a second head come."""
    with clock.moved_to(MORNING), transaction():
        for username, (role, name) in PEOPLE.items():
            add_account(by=actor("test"), username=username, password=PASSWORD, role=role, name=name)


origin = begins(rooms, school=furnish)


@pytest.fixture
def school(workplace: Workplace, instance: config.Instance) -> Iterator[Flask]:
    """A school with a council and a second head, at a Monday morning."""
    outcomes.clear()
    app = workplace.open(instance, rooms, attic=PAGE)
    with clock.moved_to(MORNING), app.app_context():
        yield app
        session.remove()


def number(username: str) -> int:
    """The number of the person with this account."""
    return account(username).person.number


def second_account(username: str, role: str) -> str:
    """Another account of the same person."""
    with transaction():
        add_account(
            by=actor("test"),
            username=f"{username}2",
            password=PASSWORD,
            role=role,
            person=account(username).person,
        )
    return f"{username}2"


def propose(
    by: str = "chen", ladder: Ladder = NOTE, subject: str = "note:7", content: bytes = b"{}", **more: object
) -> Approval:
    """Something that somebody has proposed."""
    with transaction():
        return begin(by=actor(by), ladder=ladder, subject=subject, content=content, **more)  # type: ignore[arg-type]


Act = Callable[..., object]


def act(service: Act, by: str, approval: Approval, **more: object) -> None:
    """Let somebody do something with an approval, in a transaction of its own."""
    with transaction():
        service(by=actor(by), approval=session.get_one(Approval, approval.id), **more)
