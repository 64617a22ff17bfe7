"""What pages cost in a school with many cases: the inbox, the lists, what everybody reads."""

import os
import random
from collections.abc import Iterator
from datetime import date, timedelta
from datetime import time as daytime
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from flask import Flask

from kiosk.auth import queries as auth
from kiosk.cases import services
from kiosk.cases.models import EXPLAINED, MENDED, ORDINARY, SAFETY, SIMPLE, Case
from kiosk.core import clock
from kiosk.core.actor import KIOSK, Actor
from kiosk.core.db import session, transaction
from kiosk.core.samples import at
from kiosk.school import queries as school
from tests.bench.cold import cold
from tests.bench.ratings import Line

CASES = int(os.environ.get("BENCH_CASES", "20000"))
DAYS = 400
EARLY = daytime(0, 30)
AT_ONCE = 200
SAID = "食堂二楼窗口的米饭有时候没有熟，打饭的队伍也很长，希望早一点开窗口"
ANSWERED = "已与厨师和窗口人员谈过，从今天起提前十分钟开窗口，米饭每锅试吃后再端出"
TOLD = "当面告诉了提出的人"
PLACES = (
    "counter:c1",
    "counter:c2",
    "counter:c3",
    "canteen:k1",
    "canteen:k2",
    "counter:repair",
    "school:all",
)
OWNERS = ("lin", "chen", "wu")
PAGES = {
    "/office/inbox": "≤ 50 ms",
    "/office/cases/": "",
    "/cases/": "≤ 60 kB",
    "/cases/?q=提前十分钟": "≤ 60 kB",
    "/data/cases.csv": "",
}


class Asked(NamedTuple):
    """A case to be made: when it comes in, how far it gets."""

    day: date
    number: int
    luck: float


def inbox(app: Flask, _place: Path) -> Iterator[Line]:
    """Processor time of pages with many cases, and what the list weighs."""
    with app.app_context():
        many(app)
    yield from cold(app, PAGES, f"{CASES} cases")


def many(app: Flask, number: int = CASES) -> None:
    """Make so many cases in the last months: most are closed, a fifth is open, hundreds are late."""
    dice = random.Random(number)
    today = school.today()
    days = sorted(today - timedelta(days=int(DAYS * dice.random() ** 2)) for _ in range(number))
    asked = (Asked(day, turn, dice.random()) for turn, day in enumerate(days))
    who = {name: auth.account(name).actor for name in OWNERS}
    while batch := list(islice(asked, AT_ONCE)):
        with transaction(wait=60):
            for one in batch:
                _make(one, who)
        session.remove()


def _make(asked: Asked, who: dict[str, Actor]) -> None:
    owner = who[OWNERS[asked.number % len(OWNERS)]]
    is_old = (school.today() - asked.day).days > 10
    severity = SAFETY if asked.number % 200 == 0 else (ORDINARY, SIMPLE)[asked.number % 2]
    with clock.moved_to(at(asked.day, EARLY)):
        case = services.open_case(
            by=KIOSK,
            kind=("complaint", "wish", "repair")[asked.number % 3],
            subject=PLACES[asked.number % len(PLACES)],
            text=f"{SAID}（{asked.number}）",
            severity=severity,
            owner=owner.person,
        )
        if asked.luck < (0.97 if is_old else 0.2):
            _end(case, owner, asked)

    if case.state == "received" and asked.luck > 0.9:
        services.acknowledge(by=owner, case=case)


def _end(case: Case, owner: Actor, asked: Asked) -> None:
    """Answer it, tell the asker, and close it, as far as it gets."""
    services.answer(
        by=owner,
        case=case,
        text=f"{ANSWERED}（{asked.number}）",
        outcome=MENDED if asked.number % 3 else EXPLAINED,
    )
    if asked.number % 20:
        services.tell(by=owner, case=case, note=TOLD)
        services.close(by=owner, case=case)
