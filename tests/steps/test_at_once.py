"""Fifty approvals, decided by two processes at once: no step is decided twice."""

from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from flask import Flask

from kiosk import create_app, manifests
from kiosk.core import clock, config
from kiosk.core.db import session, transaction
from kiosk.steps import queries
from kiosk.steps.services import DecidedFirst, Seen, begin, decide
from tests.conftest import actor
from tests.forked import HOUSE
from tests.steps.conftest import ATTIC, MORNING, NOTE

MANY = 50


def decide_all(folder: Path, by: str, seen: dict[int, str], start: Barrier, says: Connection) -> None:
    """Approve each on its first level, as it was seen; say how many counted and how many came too late."""
    app, told = create_app(config.locate(folder), [*manifests(), ATTIC]), {"counted": 0, "late": 0}
    with clock.moved_to(MORNING), app.app_context():
        start.wait(60)
        for number, own in seen.items():
            try:
                with transaction(wait=60):
                    decide(by=actor(by), approval=queries.approval(number), approves=True, seen=Seen(own, 1))
                told["counted"] += 1
            except DecidedFirst:
                told["late"] += 1
    says.send(told)


@pytest.mark.once
def test_no_step_is_decided_twice(school: Flask, instance: config.Instance) -> None:
    with transaction():
        found = [
            begin(by=actor("chen"), ladder=NOTE, subject=f"note:{number}", content=b"{}")
            for number in range(MANY)
        ]
        seen = {one.id: one.hash for one in found}
    session.remove()
    start, ways = HOUSE.Barrier(2), [HOUSE.Pipe(duplex=False) for _ in range(2)]
    processes = [
        HOUSE.Process(target=decide_all, args=(instance.folder, by, seen, start, says))
        for by, (_said, says) in zip(("lin", "gao"), ways, strict=True)
    ]
    for process in processes:
        process.start()
    told = [said.recv() if said.poll(90) else {} for said, _says in ways]
    for process in processes:
        process.join(10)
    assert [process.exitcode for process in processes] == [0, 0]
    assert sum(one["counted"] for one in told) == sum(one["late"] for one in told) == MANY
    for number in seen:
        after = queries.approval(number)
        assert (after.state, after.level, len(after.decisions)) == ("open", 2, 1)
