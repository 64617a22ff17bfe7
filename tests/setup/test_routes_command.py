"""`kiosk routes`: from an address to its code."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kiosk.cli import main

ROOT = Path(__file__).resolve().parents[2]


def routes(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["routes", *arguments])


@pytest.mark.parametrize(
    ("address", "file", "function"),
    [
        ("/office/purchasing/sheets/3", "kiosk/purchasing/office.py", "sheet"),
        ("/office/purchasing/sheets/<int:sheet_id>", "kiosk/purchasing/office.py", "sheet"),
        ("http://school.example/c/c1?lang=en", "kiosk/ratings/views.py", "counter"),
        ("/office", "kiosk/overview/office.py", "index"),
        ("/api/ratings", "kiosk/ratings/api.py", "create"),
        ("/", "kiosk/board/views.py", "index"),
    ],
)
def test_an_address_leads_to_the_line_where_its_view_begins(address: str, file: str, function: str) -> None:
    (route,) = json.loads(routes(address, "--json").output)
    assert (route["file"], route["function"]) == (file, function)
    lines = (ROOT / file).read_text("utf-8").splitlines()
    beginning = "\n".join(lines[route["line"] - 1 : route["line"] + 5])
    assert f"def {function}(" in beginning


def test_every_address_is_listed_with_its_room() -> None:
    found = json.loads(routes("--json").output)
    assert len(found) > 100
    ours = [route for route in found if route["endpoint"] != "static"]
    assert [route for route in ours if not route["file"].startswith("kiosk/")] == []


def test_as_text_it_is_one_line_an_address() -> None:
    line = routes("/healthz").output.split()
    assert line[:2] == ["GET", "/healthz"]
    assert line[2].startswith("kiosk/operation/api.py:")


def test_an_address_that_nobody_answers_is_said() -> None:
    answer = routes("/nowhere")
    assert answer.exit_code == 1
    assert "/nowhere" in answer.stderr
