"""The commands: passes, closing meals, the export."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from kiosk.cli import main
from kiosk.core import config
from kiosk.presence import services as presence
from kiosk.ratings import services
from tests.conftest import counter
from tests.ratings.conftest import recounted, visitor

Run = Callable[..., Result]


@pytest.fixture
def run(instance: config.Instance, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A function that runs `kiosk` with arguments on the instance."""
    monkeypatch.setenv("KIOSK_INSTANCE", str(Path(instance.folder)))
    return lambda *arguments: CliRunner().invoke(main, list(arguments))


def test_passes_are_printed_one_a_line_and_each_is_its_own_visitor(run: Run, context: Flask) -> None:
    done = run("pass", "c1", "--count", "3")
    assert done.exit_code == 0, done.output
    passes = [presence.read_pass(line) for line in done.stdout.split()]
    assert len({one.tag for one in passes}) == 3
    assert {(one.channel, one.counter_id) for one in passes} == {("slip", counter().id)}
    assert len(json.loads(run("pass", "c1", "--json").output)["passes"]) == 1


@pytest.mark.parametrize(
    "arguments", [("pass", "nowhere"), ("pass", "c1", "--count", "0"), ("pass", "c1", "--count", "9999999")]
)
def test_bad_input_is_one_clear_line(run: Run, arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert done.exit_code == 1
    assert len(done.output.splitlines()) == 1


def test_closing_reports_what_was_done(run: Run, tap: Callable[..., services.Outcome]) -> None:
    tap(5, visitor=visitor("a"), channel="phone")
    report = json.loads(run("meal", "close", "--all", "--json").output)
    assert report["meals"] == [{"day": "2026-03-04", "meal": "lunch", "marked": 0}]
    assert report["seal"]["ratings"] == 1
    assert json.loads(run("meal", "close", "--json").output) == {"meals": [], "seal": None}
    assert run("meal", "close").output == "nothing to close\n"
    assert recounted() == []


def test_the_export_tells_every_rating_in_order(run: Run, tap: Callable[..., services.Outcome]) -> None:
    first = tap(5, visitor=visitor("a"), channel="phone", comment="好😀")
    second = tap(1, seconds=60, visitor=visitor("a"), channel="phone")
    third = tap(3, tablet_seq=17)
    rows = [json.loads(line) for line in run("ratings", "export").output.splitlines()]
    fields = ("id", "counter", "level", "comment", "seq", "counted", "mark")
    told = [
        (first.rating.id, 5, "好😀", 0, False, "superseded"),
        (second.rating.id, 1, "", 0, True, None),
        (third.rating.id, 3, "", 17, True, None),
    ]
    assert rows == [dict(zip(fields, (str(id), "c1", *rest), strict=True)) for id, *rest in told]
