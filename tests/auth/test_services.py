"""Accounts: nobody shuts himself or everybody out."""

import pytest
from flask import Flask

from kiosk.auth import queries, services
from kiosk.core.db import transaction
from kiosk.core.errors import Conflict
from tests.conftest import actor


def close(username: str, by: str) -> None:
    one = queries.account(username)
    services.change_account(by=by, account=one, name=one.name, active=False)


def test_nobody_closes_his_own_account(context: Flask) -> None:
    with pytest.raises(Conflict) as caught, transaction():
        close("lin", by=actor("lin"))
    assert caught.value.field == "active"


def test_somebody_is_always_left_who_manages_accounts(context: Flask) -> None:
    with transaction():
        close("admin", by=actor("lin"))
    with pytest.raises(Conflict), transaction():
        close("lin", by=actor("init"))
    lin = queries.account("lin")
    with pytest.raises(Conflict) as caught, transaction():
        services.take_role(by=actor("lin"), account=lin, role=lin.roles[0])
    assert caught.value.field == "role"
    assert queries.account("lin").role_names == {"head"}


def test_closing_an_account_ends_its_sign_ins(context: Flask) -> None:
    with transaction():
        key = services.start_sign_in(account=queries.account("chen"))
    assert queries.sign_in_with(key)
    with transaction():
        close("chen", by=actor("lin"))
    assert queries.sign_in_with(key) is None


def test_a_new_password_ends_all_sign_ins_but_the_one_kept(context: Flask) -> None:
    with transaction():
        keys = [services.start_sign_in(account=queries.account("chen")) for _ in range(2)]
    kept = queries.sign_in_with(keys[0])
    assert kept
    with transaction():
        services.set_password(
            by=actor("chen"), account=queries.account("chen"), password="Another-sample-2026", keep=kept.id
        )
    assert [queries.sign_in_with(key) is not None for key in keys] == [True, False]


def test_a_clock_set_back_makes_no_lock(context: Flask) -> None:
    from datetime import timedelta

    from kiosk.core import clock

    with transaction():
        queries.account("lin").wait_until = clock.now() + timedelta(days=400)
    assert services.must_wait(queries.account("lin")) is False
