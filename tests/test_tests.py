"""What holds for every test: it asserts something, and what it stands on was written by services."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
ASSERTING = {"expect", "raises", "warns", "fail"}
"""Besides `assert`: pytest's and Playwright's words for it."""
BY_HAND = {"Setting", "Namesake", "Heartbeat", "MealKey", "PurchaseImport", "ChainEntry", "Item"}
"""Rows that tests put in themselves: a probe of the transaction, what a machine did long ago, what an
earlier version left, what must be refused. All else comes from its service, with its trace."""


def called(function: ast.AST) -> set[str]:
    """The bare names of all that a function calls."""
    calls = (node.func for node in ast.walk(function) if isinstance(node, ast.Call))
    return {getattr(call, "id", getattr(call, "attr", "")) for call in calls}


def functions(root: Path) -> Iterator[tuple[Path, ast.FunctionDef]]:
    """Every function of the tests, fixtures and helpers included."""
    for path in sorted(root.rglob("*.py")):
        if "node_modules" not in path.parts:
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.FunctionDef):
                    yield path, node


def asserts_nothing(root: Path) -> list[str]:
    """Tests in which neither they nor a helper that they call can fail on what they found."""
    everything = list(functions(root))
    asserting = ASSERTING | {
        function.name
        for _, function in everything
        if any(isinstance(node, ast.Assert) for node in ast.walk(function))
    }
    while more := {f.name for _, f in everything if called(f) & asserting} - asserting:
        asserting |= more
    return [
        f"{path.relative_to(root)}: {function.name}"
        for path, function in everything
        if function.name.startswith("test_") and function.name not in asserting
    ]


def test_every_test_asserts_something() -> None:
    assert asserts_nothing(TESTS) == []


@pytest.mark.parametrize("body", ["pass", "look()", "x = client.get('/')"])
def test_one_that_asserts_nothing_is_noticed(tmp_path: Path, body: str) -> None:
    text = f"def look():\n    return 1\ndef test_it():\n    {body}\ndef test_other():\n    assert look()"
    (tmp_path / "test_a.py").write_text(text, "utf-8")
    assert asserts_nothing(tmp_path) == ["test_a.py: test_it"]


def made_by_hand(root: Path) -> list[str]:
    """Rows that a test or factory puts into the database past the service that writes them."""
    return [
        f"{path.relative_to(root)}: {function.name}: {made.id}"
        for path, function in functions(root)
        for call in ast.walk(function)
        if isinstance(call, ast.Call) and getattr(call.func, "attr", "") in ("add", "add_all")
        for inner in ast.walk(call)
        if isinstance(inner, ast.Call)
        for made in [inner.func]
        if isinstance(made, ast.Name) and made.id[0].isupper() and made.id not in BY_HAND
        if getattr(getattr(call.func, "value", None), "id", "") == "session"
    ]


def test_rows_come_from_their_services() -> None:
    assert made_by_hand(TESTS) == []


def test_a_row_made_by_hand_is_noticed(tmp_path: Path) -> None:
    text = "def rate():\n    session.add(Rating(level=5))\n    session.add(Setting(key='a'))"
    (tmp_path / "factories.py").write_text(text, "utf-8")
    assert made_by_hand(tmp_path) == ["factories.py: rate: Rating"]
