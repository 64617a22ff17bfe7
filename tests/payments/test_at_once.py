"""Two processes at a budget: none below zero, no step decided twice; killed, all or nothing."""

import os
import signal
import time
from datetime import date
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from flask import Flask

from kiosk import create_app
from kiosk.budgets import queries as budgets
from kiosk.budgets.services import Overspent, Typed
from kiosk.core import clock, config
from kiosk.core.db import session, transaction
from kiosk.operation import audit
from kiosk.payments import queries, services
from kiosk.payments.models import APPROVED, PAID
from kiosk.payments.services import Wish
from kiosk.school.services import save_term, switch
from kiosk.steps.services import DecidedFirst, Over, decide
from tests.budgets.conftest import decide_all, line
from tests.budgets.conftest import plan as budget
from tests.conftest import actor
from tests.forked import HOUSE
from tests.payments.conftest import NOON, house

__all__ = ["house"]
EACH, MANY, ROOM = 10_00, 8, 10
"""Fen of a payment; so many wait for a decision; the line has room for so many."""


@pytest.fixture
def school(house: Flask) -> Flask:
    """That school with 100 yuan for repairs: 10 payments of 10."""
    with transaction():
        switch(by=actor("lin"), name="budgets", on=True)
        save_term(by=actor("lin"), name="春", starts=date(2026, 2, 23), ends=date(2026, 7, 1))
    decide_all(f"budget:{budget(Typed(None, '维修', ROOM * EACH)).id}")
    session.remove()
    return house


def asked(by: str, sent: str, of: int) -> int:
    """A request for 10 yuan; its number."""
    with transaction(wait=60):
        wish = Wish(
            payee="修理部", invoice=sent, purpose="repair", about="修理水龙头", amount=EACH, budget_line=of
        )
        return services.ask(by=actor(by), sent=sent, wish=wish).id


def eat(folder: Path, head: str, of: int, ready: list[int], start: Barrier, says: Connection) -> None:
    """Decide about what waits, as another head does at the same time, and ask for money in between."""
    told = {"decided": 0, "late": 0, "asked": 0, "refused": 0}
    app = create_app(config.locate(folder))
    with clock.moved_to(NOON), app.app_context():
        start.wait(60)
        for number in ready:
            try:
                with transaction(wait=60):
                    approval = queries.approval_of(queries.payment(number))
                    decide(by=actor(head), approval=approval, approves=True)
                told["decided"] += 1
            except (DecidedFirst, Over):
                told["late"] += 1
            try:
                asked("zhao", f"{head} {number}", of)
                told["asked"] += 1
            except Overspent:
                told["refused"] += 1
    says.send(told)


@pytest.mark.once
def test_two_processes_take_no_more_than_there_is_and_decide_once(
    school: Flask, instance: config.Instance
) -> None:
    of = line("维修")
    ready = [asked("zhao", str(number), of) for number in range(MANY)]
    session.remove()
    start, ways = HOUSE.Barrier(2), [HOUSE.Pipe(duplex=False) for _ in range(2)]
    processes = [
        HOUSE.Process(target=eat, args=(instance.folder, head, of, ready, start, says))
        for head, (_said, says) in zip(("lin", "gao"), ways, strict=True)
    ]
    for process in processes:
        process.start()
    told = [said.recv() if said.poll(90) else {} for said, _says in ways]
    for process in processes:
        process.join(10)
    sums = {name: sum(one[name] for one in told) for name in told[0]}
    assert sums == {"decided": MANY, "late": MANY, "asked": ROOM - MANY, "refused": 3 * MANY - ROOM}
    found = budgets.position(of)
    assert (found.committed, found.available) == (ROOM * EACH, 0)
    assert audit.check().problems == []


def pay_all(folder: Path, says: Connection) -> None:
    """Pay one after the other, until somebody pulls the plug."""
    app = create_app(config.locate(folder))
    with clock.moved_to(NOON), app.app_context():
        for one in [one.id for one in queries.payments((APPROVED,))]:
            with transaction(wait=60):
                found = queries.payment(one)
                services.pay(
                    by=actor("qian"), payment=found, seen=found.now.hash, day=date(2026, 3, 2), way="cash"
                )
            says.send(one)


@pytest.mark.once
def test_killed_while_it_pays_each_payment_is_whole_or_not_there(
    school: Flask, instance: config.Instance
) -> None:
    of = line("维修")
    for number in range(MANY):
        payment = asked("zhao", str(number), of)
        with transaction():
            approval = queries.approval_of(queries.payment(payment))
            decide(by=actor("lin"), approval=approval, approves=True)
    session.remove()
    told: list[int] = []
    for after in (0.0, 0.02):
        said, says = HOUSE.Pipe(duplex=False)
        process = HOUSE.Process(target=pay_all, args=(instance.folder, says))
        process.start()
        told.append(said.recv())
        time.sleep(after)
        os.kill(process.pid or 0, signal.SIGKILL)
        process.join(10)
        says.close()
        try:
            while True:
                told.append(said.recv())
        except EOFError:
            said.close()
    session.remove()
    paid = queries.payments((PAID,))
    assert set(told) <= {one.id for one in paid}  # what was acknowledged is there
    assert all(one.step(PAID) and budgets.spent_on(one.subject) == {of: EACH} for one in paid)
    found = budgets.position(of)
    assert (found.spent, found.committed) == (len(paid) * EACH, (MANY - len(paid)) * EACH)
    assert audit.check().problems == []
