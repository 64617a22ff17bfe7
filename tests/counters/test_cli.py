"""Setting up a school's canteens, counters, tablets and accounts from the command line."""

import json

import pytest

from kiosk.auth import queries as auth
from kiosk.chain import queries as chain
from kiosk.core import config, served
from kiosk.core.config import Instance
from kiosk.core.security import check_password
from kiosk.counters import queries
from kiosk.counters.settings import EPOCH
from kiosk.presence.services import read_pass
from kiosk.school.queries import settings
from tests.conftest import PASSWORD


def test_a_counter_and_its_tablet(kiosk, app) -> None:
    assert kiosk("canteen", "add", "k2", "--name", "第二食堂").exit_code == 0
    assert (
        kiosk("counter", "add", "c9", "--name", "粥点", "--kind", "canteen", "--canteen", "k2").exit_code == 0
    )
    rows = json.loads(kiosk("counter", "list", "--json").stdout)
    assert rows[-1] == {"code": "c9", "name": "粥点", "kind": "canteen", "canteen": "k2", "active": True}
    given = json.loads(kiosk("tablet", "enrol", "c9", "--now", "--json").stdout)
    assert set(given) == {"counter", "key"}
    with app.app_context():
        tablet = queries.tablet_with(given["key"])
        assert tablet
        assert tablet.counter.code == given["counter"] == "c9"
        assert chain.entries(limit=1)[0].actor == "command line"


def test_a_whole_address(kiosk, app, instance: config.Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    bare = kiosk("tablet", "enrol", "c1")
    assert bare.stdout.startswith("/c/c1?enrol=")
    assert "KIOSK_PUBLIC_URL" in bare.stderr
    served_at = Instance(
        instance.folder, {"KIOSK_PUBLIC_URL": "http://192.0.2.7:8000", "address_guessed": True}
    )
    with served.announced(served_at):
        assert kiosk("tablet", "enrol", "c1").stdout.startswith("http://192.0.2.7:8000/c/c1?enrol=")
        passes = kiosk("pass", "c1", "--count", "2")
        assert (passes.stdout.count("http://192.0.2.7:8000/r/"), passes.stderr) == (2, "")
        told = json.loads(kiosk("pass", "c1", "--json").stdout)
        assert told["addresses"] == [f"http://192.0.2.7:8000/r/{told['passes'][0]}"]
        with app.app_context():
            assert [read_pass(one).channel for one in passes.stdout.split()] == ["slip", "slip"]
    assert (instance.folder / "serving.address").exists(), "as a server that was killed leaves it"
    assert kiosk("tablet", "enrol", "c1").stdout.startswith("/c/c1?enrol=")
    bare = kiosk("pass", "c1")
    assert ("/" not in bare.stdout, len(bare.stderr.splitlines())) == (True, 1)
    monkeypatch.setenv("KIOSK_PUBLIC_URL", "http://kiosk.school.test")
    whole = kiosk("tablet", "enrol", "c1")
    address, code = whole.stdout.strip().split("?enrol=")
    assert (address, whole.stderr) == ("http://kiosk.school.test/c/c1", "")
    with app.app_context():
        enrolment = queries.enrol_code(code)
        assert enrolment
        assert enrolment.counter.code == "c1"


def test_an_account(kiosk, app) -> None:
    added = kiosk("account", "add", "bao", "--role", "custodian", "--password-stdin", stdin=PASSWORD + "\n")
    assert added.exit_code == 0
    assert PASSWORD not in added.output
    with app.app_context():
        account = auth.account("bao")
        assert (account.roles_told, check_password(account.password_hash, PASSWORD)) == ("保管人", True)
    listed = json.loads(kiosk("account", "list", "--json").stdout)
    (bao,) = (one for one in listed if one["username"] == "bao")
    number = bao.pop("person")
    held = [{"role": "custodian", "canteen": None, "counter": None}]
    assert bao == {"username": "bao", "name": "bao", "role": "custodian", "roles": held, "active": True}
    line = ("--role", "purchaser", "--person", str(number), "--password-stdin")
    assert kiosk("account", "add", "bao2", *line, stdin=PASSWORD + "\n").exit_code == 0
    with app.app_context():
        assert auth.account("bao2").person is auth.account("bao").person, "one person, two accounts"


@pytest.mark.parametrize(
    "line",
    [
        "counter add C! --name x --kind canteen",
        "counter add c1 --name x --kind canteen",
        "counter add c9 --name x --kind moon",
        "counter add c9 --name x --kind canteen --canteen zz",
        "counter add c9 --kind canteen",
        "canteen add k1 --name x",
        "tablet enrol zz",
        "tablet enrol zz --now --json",
        "account add lin --role head --password-stdin",
        "account add bao --role king --password-stdin",
        "account add bao --role head",
        "account add a/b --role head --password-stdin",
    ],
)
def test_bad_input_is_one_line_and_changes_nothing(kiosk, app, line: str) -> None:
    with app.app_context():
        before = chain.count()
    result = kiosk(*line.split(), stdin=PASSWORD + "\n")
    assert result.exit_code != 0
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    assert len([one for one in result.stderr.splitlines() if one.startswith(("kiosk:", "Error:"))]) == 1
    with app.app_context():
        assert chain.count() == before


@pytest.mark.once
def test_a_short_password_is_refused(kiosk) -> None:
    result = kiosk("account", "add", "bao", "--role", "head", "--password-stdin", stdin="short\n")
    assert (result.exit_code, result.stderr) == (1, "kiosk: A password needs at least 10 characters.\n")


def test_tablets_are_told_to_send_again(kiosk, app) -> None:
    """For a database that was brought back with its own tools: the epoch that the tablets hear is new."""
    told = kiosk("tablet", "resend").stdout.strip()
    with app.app_context():
        assert settings()[EPOCH] == told
        assert chain.entries(limit=1)[0].action == "settings.changed"
    assert len(told) == 16


@pytest.mark.once
@pytest.mark.parametrize("line", ["account", "account add", "counter add", "canteen list", "tablet enrol"])
def test_every_command_explains_itself(kiosk, line: str) -> None:
    result = kiosk(*line.split(), "--help")
    assert (result.exit_code, result.stdout.startswith("Usage:")) == (0, True)


def test_a_window_without_a_canteen_is_refused_where_there_are_two(kiosk, app) -> None:
    window = ("counter", "add", "c9", "--name", "粉面", "--kind", "canteen")
    assert kiosk("canteen", "add", "k2", "--name", "第二食堂").exit_code == 0
    refused = kiosk(*window)
    assert (refused.exit_code, "say which" in refused.stderr) == (1, True)
    assert kiosk(*window, "--canteen", "k2").exit_code == 0
