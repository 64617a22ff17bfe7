"""A school with a council of nine that makes its rules here, at a Monday morning."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.auth.queries import account
from kiosk.auth.services import add_account
from kiosk.core import clock
from kiosk.core.db import session, transaction
from kiosk.persons.models import Person
from kiosk.rules import queries, services
from kiosk.rules.models import Opinion, Rule
from kiosk.rules.services import Part
from kiosk.school import queries as calendar
from kiosk.school.services import switch
from kiosk.staff.services import add_team
from tests.cases.conftest import day, desk, school
from tests.cases.conftest import furnish as at_school
from tests.conftest import PASSWORD, actor, begins

__all__ = ["desk", "school"]

NINE = [f"m{number}" for number in range(1, 9)]
"""Members of the council beside Xu."""
TEXT = (
    Part("chapter", "总则", ""),
    Part("article", "", "为了有序，制定本规程。"),
    Part("article", "开放时间", "每天七点开门。"),
    Part("article", "排队", "打水须排队，不得插队。"),
)


def furnish() -> None:
    """Let the council come, and a team whose leader is He."""
    at_school()
    with clock.moved_to(day(0)), transaction():
        switch(by=actor("test"), name="rules", on=True)
        switch(by=actor("test"), name="commitments", on=True)
        for name in NINE:
            add_account(by=actor("test"), username=name, password=PASSWORD, role="council", name=f"委{name}")
        leader = session.get_one(Person, account("he").person.number)
        add_team(by=actor("test"), year=2025, name="开水房组", leader=leader)


origin = begins(school=at_school, house=furnish)


@pytest.fixture
def house(school: Flask) -> Flask:
    """The school that makes its rules here."""
    return school


Moved = Callable[[int], None]


@pytest.fixture
def on_day(house: Flask) -> Iterator[Moved]:
    """A function that moves the clock to so many days after that Monday."""
    with pytest.MonkeyPatch.context() as patch:

        def move(number: int) -> None:
            session.rollback()
            patch.setattr(clock, "now", lambda: day(number))

        yield move


def begun(by: str = "lin", team: str = "", parts: tuple[Part, ...] = TEXT, title: str = "打水规程") -> Rule:
    with transaction():
        return services.begin(by=actor(by), title=title, team=team, parts=parts)


def again(rule: Rule) -> Rule:
    """The same rule in the session of now."""
    session.rollback()
    session.expire_all()
    return session.get_one(Rule, rule.id)


def do(verb: Callable[..., Any], by: str, rule: Rule, **more: Any) -> Any:
    """Let somebody do something with a rule, in a transaction of its own."""
    with transaction():
        return verb(by=actor(by), rule=again_inside(rule), **more)


def again_inside(rule: Rule) -> Rule:
    return session.get_one(Rule, rule.id)


def key(rule: Rule, number: int) -> str:
    """The key of an article of the draft, or of the last version, by its number."""
    rule = again(rule)
    text = (
        list(queries.numbered(queries.item_of(one) for one in rule.draft.items))
        if rule.draft
        else list(queries.items(rule.versions[-1]))
    )
    return next(one.item.key for one in text if one.item.kind == "article" and one.number == number)


def consulted(rule: Rule, by: str = "lin", until: date | None = None) -> None:
    until = until or queries.earliest_end(calendar.today())
    do(services.consult, by, rule, until=until, why="打水常常拥挤。")


def said(rule: Rule, article: str, text: str, browser: str = "one") -> Opinion:
    with transaction():
        version = queries.on_its_way(again_inside(rule))
        assert version
        return services.say(version=version, article=article, text=text, browser=browser).opinion


def answered(rule: Rule, *opinions: Opinion, outcome: str = "adopted", by: str = "lin") -> None:
    with transaction():
        found = [session.get_one(Opinion, one.id) for one in opinions]
        services.answer(
            by=actor(by), rule=again_inside(rule), opinions=found, outcome=outcome, text="有道理，已改。"
        )


def frozen(rule: Rule, by: str = "lin", days: int = 14) -> None:
    since = calendar.today() + timedelta(days=days)
    do(services.freeze, by, rule, why="按意见改好了。", since=since)


def number(username: str) -> int:
    return account(username).person.number


Desk = Callable[[str], FlaskClient]
