"""Passwords: what a guess costs, and that older hashes go on to fit."""

import hashlib
from time import process_time

import pytest

from kiosk.core import security
from kiosk.core.security import check_password, encode, hash_password
from tests.conftest import PASSWORD, PASSWORD_COST


@pytest.fixture
def real_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the product works with; all other tests sign in cheaply."""
    monkeypatch.setattr(security, "PASSWORD_COST", PASSWORD_COST)


def test_a_guess_is_dear(real_cost: None) -> None:
    stored = hash_password(PASSWORD)
    assert stored.startswith("scrypt-14$")
    for guess in (PASSWORD, "wrong"):
        begun = process_time()
        assert check_password(stored, guess) is (guess == PASSWORD)
        assert process_time() - begun > 0.01
    assert not check_password(None, PASSWORD)


@pytest.mark.parametrize("cost", [2, 6, 14])
def test_a_password_fits_whatever_it_cost_when_it_was_set(monkeypatch: pytest.MonkeyPatch, cost: int) -> None:
    with monkeypatch.context() as then:
        then.setattr(security, "PASSWORD_COST", cost)
        stored = hash_password(PASSWORD)
    assert check_password(stored, PASSWORD)
    assert not check_password(stored, PASSWORD + " ")


def test_a_password_of_version_0_2_fits() -> None:
    salt = bytes(range(16))
    digest = hashlib.scrypt(PASSWORD.encode(), salt=salt, n=2**14, r=8, p=1)
    stored = f"scrypt${encode(salt)}${encode(digest)}"
    assert check_password(stored, PASSWORD)
    assert not check_password(stored, "wrong")
