"""What holds for every test: it asserts something, and what it stands on was written by services."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk import manifests
from kiosk.core.db import Base

TESTS = Path(__file__).parent
ASSERTING = {"expect", "raises", "warns", "fail"}
"""Besides `assert`: pytest's and Playwright's words for it."""
BY_HAND = {
    "chain_entry": "planted forgeries of the record, and what must be refused",
    "heartbeat": "what a tablet said long ago",
    "item": "a name that must be refused",
    "line": "planted past its service; twenty thousand for measuring",
    "meal_key": "what an earlier version left open",
    "namesake": "only a migration asks whether two are one",
    "posting": "what an earlier version left under the number of a sheet",
    "posting_version": "what an earlier version left under the number of a sheet",
    "rating": "a planted double",
    "seal": "what an earlier version sealed",
    "setting": "a probe of the transaction; a value that no service takes",
    "staff_member": "what an earlier version left",
    "tally": "a planted figure",
}
"""Tables into which tests put rows themselves, and which. All else comes from its service, with its trace."""
KEEPING = re.compile(r"\bsession\.(add|add_all|merge|bulk_\w+)$")
INSERTING = re.compile(r"(^|\.)(insert|upsert|bulk_\w+)$")
SQL = re.compile(r"\bINSERT\s+(?:OR\s+\w+\s+)?INTO\s+(\w+)", re.IGNORECASE)


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


def tables() -> dict[str, str]:
    """The table of each model, by the model's name."""
    manifests()
    models = [mapper.class_ for mapper in Base.registry.mappers]
    return {model.__name__: model.__tablename__ for model in models}


def written(function: ast.FunctionDef) -> set[str]:
    """What a function makes and hands to the session, or names in an INSERT."""
    kept, found = [], set()
    for call in [node for node in ast.walk(function) if isinstance(node, ast.Call)]:
        if KEEPING.search(ast.unparse(call.func)):
            kept += [call]
        if INSERTING.search(ast.unparse(call.func)):
            found |= names(call)
    handed = set().union(*map(names, kept))
    kept += [
        node.value
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and handed.intersection(*map(names, node.targets))
    ]
    return found.union(*map(called, kept))


def names(node: ast.AST) -> set[str]:
    """The bare names in a piece of code."""
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}


def sql_written(path: Path) -> set[str]:
    """The tables that an INSERT in a file's texts names."""
    texts = (
        node.value for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Constant)
    )
    return {table for text in texts if isinstance(text, str) for table in SQL.findall(text)}


def made_by_hand(root: Path) -> list[str]:
    """Tables into which a test or factory puts rows past the service that writes them, with the place."""
    table_of = tables()
    found = {
        (path, function.name, table_of[name])
        for path, function in functions(root)
        for name in written(function) & table_of.keys()
    }
    found |= {
        (path, "SQL", table)
        for path in {path for path, _ in functions(root)}
        for table in sql_written(path) & {*table_of.values()}
    }
    return [
        f"{path.relative_to(root)}: {place}: {table}"
        for path, place, table in sorted(found)
        if table not in BY_HAND
    ]


def test_rows_come_from_their_services() -> None:
    assert made_by_hand(TESTS) == []


@pytest.mark.parametrize(
    "line",
    [
        "session.add(Account(name='a'))",
        "session.add_all(Account(name=name) for name in 'ab')",
        "session.merge(Account(name='a'))",
        "one = Account(name='a'); session.add(one)",
        "many = [Account(name=name) for name in 'ab']; session.add_all(many)",
        "session.bulk_save_objects([Account(name='a')])",
        "session.bulk_insert_mappings(Account, [{'name': 'a'}])",
        "session.execute(insert(Account), [{'name': 'a'}])",
        "connection.execute(sqlite.insert(Account.__table__).values(name='a'))",
        "connection.execute(Account.__table__.insert(), [{'name': 'a'}])",
        "session.execute(upsert(Account).values(name='a'))",
        "session.execute(text('INSERT INTO TABLE VALUES (1)'))",
        "tamper(f'insert or replace into TABLE SELECT {n}')",
    ],
)
def test_a_row_made_by_hand_is_noticed(tmp_path: Path, line: str) -> None:
    allowed = "session.add(Setting(key='a', value=session.query(Account).count()))"
    body = f"    {line.replace('TABLE', 'account')}\n    {allowed}"
    text = f"def account():\n{body}\ndef other():\n    add_account(name='a')"
    (tmp_path / "factories.py").write_text(text, "utf-8")
    place = "SQL" if "TABLE" in line else "account"
    assert made_by_hand(tmp_path) == [f"factories.py: {place}: account"]


def test_every_exception_is_in_use() -> None:
    table_of = tables()
    made = {
        table_of[name] for _, function in functions(TESTS) for name in written(function) & table_of.keys()
    }
    made |= {table for path in TESTS.rglob("test_*.py") for table in sql_written(path)}
    assert BY_HAND.keys() - made == set()
