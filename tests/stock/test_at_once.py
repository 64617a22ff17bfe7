"""Several issues at once, from threads and from another process: the store never gives what it has not."""

from threading import Barrier, Thread

from flask import Flask

from kiosk.core.db import session
from kiosk.stock import checks
from kiosk.stock.refusals import NotThere
from tests.stock.conftest import balances, issued, post

AT_ONCE = 4


def test_issues_at_once_never_go_below_zero(house: Flask) -> None:
    post(("大白菜", "市斤", "40", "2.5"), ("大米", "公斤", "40", "6"))
    told: list[str] = []
    start = Barrier(AT_ONCE)

    def one(number: int) -> None:
        with house.app_context():
            start.wait(10)
            try:
                lines = (("大白菜", "市斤", 15_000), ("大米", "公斤", 15_000))
                issued(*(lines if number % 2 else reversed(lines)), sent=f"at once {number}")
                told.append("issued")
            except NotThere:
                told.append("refused")
            finally:
                session.remove()

    threads = [Thread(target=one, args=(number,)) for number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(told) == ["issued", "issued", "refused", "refused"]
    assert balances() == {"大白菜": (10_000, 25_00), "大米": (10_000, 60_00)}
    assert list(checks.recount()) == []
