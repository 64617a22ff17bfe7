"""The command line: every command explains itself, and bad input ends with one clear line and a status."""

import json
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result

from kiosk import create_app
from kiosk.cli import main
from kiosk.core import config
from kiosk.core.db import transaction
from kiosk.operation.backups import serving
from kiosk.presence.services import read_pass
from kiosk.ratings.services import Press, take_press
from tests.conftest import PASSWORD

COMMANDS = (
    "init",
    "demo",
    "serve",
    "migrate",
    "account add",
    "counter list",
    "counter add",
    "canteen list",
    "canteen add",
    "tablet enrol",
    "pass",
    "meal close",
    "ratings export",
    "purchases preview",
    "purchases import",
    "prices import",
    "bench fill",
    "check",
    "backup",
    "restore",
)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, instance: config.Instance) -> object:
    """A function that runs a command on the pristine instance."""
    monkeypatch.setenv("KIOSK_INSTANCE", str(instance.folder))
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    return kiosk


def kiosk(*arguments: str, stdin: str = "") -> Result:
    return CliRunner().invoke(main, arguments, input=stdin)


@pytest.mark.once
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    result = kiosk(*command.split(), "--help")
    assert result.exit_code == 0, result.output
    assert "Usage:" in result.output


BAD = {
    "a folder without a school": (("counter", "list"), "kiosk init"),
    "a name that is taken": (("account", "add", "lin", "--role", "head", "--password-stdin"), "lin"),
    "an unknown role": (("account", "add", "new", "--role", "king", "--password-stdin"), "king"),
    "an unknown kind": (("counter", "add", "c9", "--name", "九", "--kind", "bar"), "bar"),
    "a code that is taken": (("counter", "add", "c1", "--name", "九", "--kind", "canteen"), "c1"),
    "a code that cannot be": (("counter", "add", "C 1", "--name", "九", "--kind", "canteen"), "C 1"),
    "an unknown counter": (("tablet", "enrol", "c99"), "c99"),
    "no passes": (("pass", "c1", "--count", "0"), "1"),
    "a file that is not there": (("purchases", "preview", "/none.xlsx"), "none.xlsx"),
    "a backup that is not there": (("restore", "/none.sqlite3"), "none.sqlite3"),
    "a second school": (("init", "--name", "另一所", "--yes"), "already"),
    "a sample over a school": (("demo",), "already"),
    "a port that cannot be": (("serve", "--port", "99999"), "99999"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_ends_with_one_clear_line(
    run: object, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments, word = BAD[name]
    if name == "a folder without a school":
        monkeypatch.setenv("KIOSK_INSTANCE", str(tmp_path / "empty"))
    result = kiosk(*arguments, stdin=PASSWORD + "\n")
    assert result.exit_code != 0
    last = result.stderr.strip().splitlines()[-1]
    assert last.startswith(("kiosk: ", "Error: "))
    assert word in last


def test_init_with_yes_makes_an_empty_school_without_accounts(
    new_school: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_INSTANCE", str(tmp_path / "new"))
    assert kiosk("init", "--name", "新学校", "--yes").exit_code == 0
    report = json.loads(kiosk("check", "--json").stdout)
    assert report == {
        "ok": True,
        "ratings": 0,
        "tallied": 0,
        "chain_entries": 1,
        "problems": [],
        "waiting": [],
    }
    assert kiosk("counter", "list", "--json").stdout.strip() == "[]"


def test_init_makes_the_first_account(
    new_school: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_INSTANCE", str(tmp_path / "new"))
    arguments = ("init", "--name", "新学校", "--account", "first", "--password-stdin")
    assert kiosk(*arguments, stdin="short\n").exit_code == 1
    assert not (tmp_path / "new").exists()
    assert kiosk(*arguments, stdin=PASSWORD + "\n").exit_code == 0
    again = kiosk("account", "add", "first", "--role", "head", "--password-stdin", stdin=PASSWORD + "\n")
    assert again.exit_code == 1


def test_init_asks_nobody_where_nobody_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSK_INSTANCE", str(tmp_path / "new"))
    assert kiosk("init").exit_code == 1
    assert kiosk("init", "--yes").exit_code == 1
    assert not (tmp_path / "new").exists()


@pytest.mark.sqlite
def test_backup_and_restore_tell_what_they_did(
    run: object, instance: config.Instance, tmp_path: Path
) -> None:
    file = tmp_path / "by-hand.sqlite3"
    made = json.loads(kiosk("backup", str(file), "--json").stdout)
    assert made["file"] == str(file)
    assert made["ratings"] == 0
    assert kiosk("canteen", "add", "k9", "--name", "第九食堂").exit_code == 0
    with serving(instance):
        refused = kiosk("restore", str(file))
    assert refused.exit_code == 1
    assert refused.stderr == "kiosk: The server is running. Stop it first.\n"
    restored = json.loads(kiosk("restore", str(file), "--json").stdout)
    assert restored["chain_head"] == made["chain_head"]
    assert Path(restored["replaced"]).is_dir()
    assert "k9" not in kiosk("canteen", "list").stdout


@pytest.mark.sqlite
def test_check_reports_a_database_that_cannot_be_opened(run: object, instance: config.Instance) -> None:
    instance.database.write_bytes(b"")
    result = kiosk("check", "--json")
    assert result.exit_code == 1
    report = json.loads(result.stdout)
    assert (report["ok"], report["ratings"]) == (False, 0)
    assert "kiosk restore" in report["problems"][0]


@pytest.mark.sqlite
def test_a_damaged_database_is_not_served(run: object, instance: config.Instance) -> None:
    instance.database.write_bytes(b"")
    result = kiosk("serve")
    assert result.exit_code == 1
    assert "kiosk restore" in result.stderr


@pytest.mark.sqlite
def test_migrate_backs_up_first(run: object, instance: config.Instance) -> None:
    result = kiosk("migrate")
    assert result.exit_code == 0
    assert Path(result.stdout.strip()).parent == instance.folder / "backups"


@pytest.mark.sqlite
def test_closing_meals_backs_up(run: object, instance: config.Instance) -> None:
    passes = kiosk("pass", "c1").stdout.split()
    app = create_app(instance)
    with app.app_context(), transaction():
        take_press(Press(phone_pass=read_pass(passes[0]), id=uuid4(), level=5))
    assert kiosk("meal", "close", "--all").exit_code == 0
    assert len(list((instance.folder / "backups").iterdir())) == 1
    assert kiosk("meal", "close", "--all").stdout == "nothing to close\n"
    assert len(list((instance.folder / "backups").iterdir())) == 1


def test_a_broken_configuration_is_named(run: object, instance: config.Instance) -> None:
    (instance.folder / "config.toml").write_text("secret_key = ", "utf-8")
    result = kiosk("check")
    assert result.exit_code == 1
    assert "config.toml" in result.stdout


@pytest.mark.once
@pytest.mark.parametrize(("language", "said"), [("zh_CN.UTF-8", "还没有学校"), ("en_US.UTF-8", "no school")])
def test_it_speaks_the_terminal_s_language_even_without_a_school(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str, said: str
) -> None:
    monkeypatch.setenv("LANG", language)
    monkeypatch.setenv("KIOSK_INSTANCE", str(tmp_path / "nowhere"))
    assert said in kiosk("counter", "list").stderr
