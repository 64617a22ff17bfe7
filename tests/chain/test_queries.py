"""The chain finds every way of tampering that it promises to find."""

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from kiosk.chain.queries import GENESIS, Finding, first_break, head, link
from kiosk.chain.services import append, canonical
from kiosk.core.db import session, transaction
from tests.conftest import tamper


@pytest.fixture
def five(context: Flask) -> int:
    """Five more entries; the number of the first of them."""
    start = head().seq + 1
    with transaction():
        for number in range(5):
            append(
                action="test", subject=f"thing:{number}", actor="lin", after={"price": number, "名": "白菜"}
            )
    return start


def test_an_untouched_chain_is_whole(five: int) -> None:
    assert first_break() is None


def test_each_entry_holds_the_hash_of_the_one_before(five: int) -> None:
    rows = session.execute(text("SELECT body, hash FROM chain_entry ORDER BY seq")).all()
    previous = GENESIS
    for body, stored in rows:
        assert stored == link(previous, body)
        previous = stored
    assert head().hash == previous


@pytest.mark.parametrize(
    "verb",
    [
        "UPDATE chain_entry SET actor = 'x'",
        "DELETE FROM chain_entry",
        pytest.param(
            "INSERT OR REPLACE INTO chain_entry SELECT * FROM chain_entry", marks=pytest.mark.sqlite
        ),
    ],
)
def test_the_database_itself_refuses_changes(five: int, verb: str) -> None:
    with pytest.raises(IntegrityError, match="never changed"), transaction():
        session.execute(text(verb))


def test_an_altered_body_is_found(five: int) -> None:
    tamper("UPDATE chain_entry SET body = replace(body, 'thing', 'think') WHERE seq = :n", n=five + 2)
    assert first_break() == Finding("entry", str(five + 2), "altered")


def test_an_altered_column_is_found(five: int) -> None:
    tamper("UPDATE chain_entry SET actor = 'chen' WHERE seq = :n", n=five + 1)
    assert first_break() == Finding("entry", str(five + 1), "altered")


def test_a_deleted_entry_is_found(five: int) -> None:
    tamper("DELETE FROM chain_entry WHERE seq = :n", n=five + 3)
    assert first_break() == Finding("entry", str(five + 3), "missing")


def test_an_entry_rewritten_with_its_own_hash_breaks_the_next(five: int) -> None:
    body = session.scalar(text("SELECT body FROM chain_entry WHERE seq = :n"), {"n": five + 1})
    previous = session.scalar(text("SELECT hash FROM chain_entry WHERE seq = :n"), {"n": five})
    changed = body.replace('"price":1', '"price":9')
    tamper(
        "UPDATE chain_entry SET body = :b, hash = :h WHERE seq = :n",
        b=changed,
        h=link(previous, changed),
        n=five + 1,
    )
    assert first_break() == Finding("entry", str(five + 2), "altered")


def test_the_same_value_gives_the_same_bytes() -> None:
    assert canonical({"b": 1, "a": "白菜"}) == canonical({"a": "白菜", "b": 1}) == '{"a":"白菜","b":1}'
