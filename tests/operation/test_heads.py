"""The head leaves the house: a file each evening, a letter to auditor and council, tried until it is sent."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from flask import Flask

from kiosk.chain import queries as chain
from kiosk.chain.queries import head, verify
from kiosk.chain.services import append
from kiosk.cli import main
from kiosk.core import clock, config
from kiosk.core.db import session, transaction
from kiosk.operation.ticker import tick
from tests.chain.test_verify import rewrite
from tests.conftest import LUNCH, tamper
from tests.mailbox import Mailbox

EVENING = datetime(2026, 3, 4, 12, 0, 30, tzinfo=UTC)
"""20:00:30 in Shanghai."""
TO = ["audit@school.example", "council@school.example"]


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    """A mail server that the configuration names."""
    with Mailbox() as server:
        monkeypatch.setenv("KIOSK_SMTP_URL", f"smtp://127.0.0.1:{server.server_address[1]}")
        monkeypatch.setenv("KIOSK_HEAD_MAIL", ", ".join(TO))
        yield server
        server.shutdown()


@pytest.fixture
def begun(app: Flask) -> Flask:
    """A school whose record began at lunch; the pristine one began whenever the tests did."""
    with app.app_context(), clock.moved_to(LUNCH):
        tamper("DELETE FROM chain_entry; DELETE FROM chain_text")
        with transaction():
            append(action="settings.changed", subject="school", actor="lin")
    return app


def names(app: Flask) -> list[str]:
    with app.app_context():
        return [file.name for file in chain.head_files()]


def last_letter(app: Flask) -> chain.Letter | None:
    with app.app_context():
        found = chain.letter()
        session.remove()
    return found


def test_a_file_is_kept_each_evening(begun: Flask) -> None:
    with clock.moved_to(EVENING - timedelta(minutes=1)):
        tick(begun)
        assert names(begun) == []
    with clock.moved_to(EVENING):
        tick(begun)
        tick(begun)
        assert names(begun) == ["2026-03-04.txt"]
    with begun.app_context():
        text = chain.head_files()[0].read_text("utf-8")
        assert f"\n1:{head().hash}\n" in text
        assert head().short in text
        assert "测试中学 · Test School" in text
        assert verify().heads >= 1
        session.remove()
    with clock.moved_to(
        EVENING + timedelta(days=3, hours=11)
    ):  # it was switched off for the evenings between
        tick(begun)
        assert names(begun) == ["2026-03-04.txt", "2026-03-07.txt"]


def test_a_new_school_keeps_nothing_of_the_day_before(app: Flask) -> None:
    tick(app)
    with app.app_context():
        first = chain.entry(1)
        assert first
        session.remove()
    assert names(app) == [] or names(app)[0] >= f"{first.at + timedelta(hours=8):%Y-%m-%d}"


def test_the_kept_file_shows_a_record_that_was_written_anew(begun: Flask) -> None:
    with clock.moved_to(EVENING):
        tick(begun)
    with begun.app_context():
        session.remove()
    rewrite(begun, "lin", "wu")
    with begun.app_context():
        tamper("UPDATE chain_entry SET actor = 'wu'")
    with begun.app_context():
        assert str(verify().findings[0]).startswith("entry 1: rewritten (heads/2026-03-04.txt")


def test_auditor_and_council_get_it_once(begun: Flask, mailbox: Mailbox) -> None:
    with begun.app_context():
        own = head().hash
        session.remove()
    with clock.moved_to(EVENING):
        tick(begun)
        tick(begun)
    ((to, letter),) = mailbox.letters
    assert to == TO
    assert f"1:{own}" in letter.get_content()
    assert own[:4] in str(letter["Subject"])
    sent = last_letter(begun)
    assert sent
    assert (sent.name, sent.sent, sent.to) == ("2026-03-04", True, TO)


def test_a_letter_that_did_not_leave_is_told_once_and_tried_again(begun: Flask, mailbox: Mailbox) -> None:
    mailbox.busy = True
    with clock.moved_to(EVENING):
        tick(begun)
        tick(begun)
    with clock.moved_to(EVENING + timedelta(minutes=11)):
        tick(begun)
    failed = last_letter(begun)
    assert failed
    assert (failed.sent, mailbox.letters) == (False, [])
    assert "451" in failed.error
    with begun.app_context():
        assert len(chain.entries(kind="head")) == 1
        session.remove()
    mailbox.busy = False
    with clock.moved_to(EVENING + timedelta(minutes=15)):
        tick(begun)
        assert mailbox.letters == [], "ten minutes have not passed"
    with clock.moved_to(EVENING + timedelta(minutes=22)):
        tick(begun)
    assert len(mailbox.letters) == 1
    with begun.app_context():
        assert [one.action for one in chain.entries(kind="head")] == ["head.sent", "head.not_sent"]
        assert verify().findings == []


@pytest.mark.parametrize("url", ["smtp://127.0.0.1:1", "http://127.0.0.1", "smtp://", "nonsense"])
def test_a_mail_server_that_is_none_stops_nothing(
    begun: Flask, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("KIOSK_SMTP_URL", url)
    monkeypatch.setenv("KIOSK_HEAD_MAIL", TO[0])
    with clock.moved_to(EVENING):
        tick(begun)
    failed = last_letter(begun)
    assert failed
    assert failed.error


def test_a_password_is_not_sent_in_the_clear(
    begun: Flask, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_SMTP_URL", f"smtp://lin:secret@127.0.0.1:{mailbox.server_address[1]}")
    with clock.moved_to(EVENING):
        tick(begun)
    failed = last_letter(begun)
    assert failed
    assert (failed.sent, mailbox.letters) == (False, [])
    assert "clear" in failed.error
    assert "secret" not in failed.error


def test_the_command_prints_keeps_and_sends(app: Flask, instance: config.Instance, mailbox: Mailbox) -> None:
    environment = {"KIOSK_INSTANCE": str(instance.folder)}
    done = CliRunner().invoke(main, ["head", "--mail", "--json"], env=environment)
    assert done.exit_code == 0, done.output
    told = json.loads(done.output)
    assert (told["sent_to"], len(told["hash"]), len(mailbox.letters)) == (TO, 64, 1)
    again = CliRunner().invoke(main, ["head"], env=environment)
    assert again.exit_code == 0
    assert again.output.startswith(f"{told['seq'] + 1}:")
    with app.app_context():
        assert verify().findings == []


def test_the_command_says_what_is_missing(app: Flask, instance: config.Instance) -> None:
    done = CliRunner().invoke(main, ["head", "--mail"], env={"KIOSK_INSTANCE": str(instance.folder)})
    assert done.exit_code == 1
    assert "KIOSK_HEAD_MAIL" in done.output
