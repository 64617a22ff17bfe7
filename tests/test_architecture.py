"""The rules of the house. Each finds what breaks it in a tree, and is seen to fail on planted breaks."""

import ast
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

import pytest

from kiosk import FLOORS

ROOT = Path(__file__).resolve().parents[1]

FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
OUTSIDE = ("setup", "sample")
"""Rooms that handle the whole application, as a person at the terminal does: they make it, and serve it."""
OPEN = ("models", "settings", "queries", "services")
"""What a room shows to the rooms above it; these know nothing of requests."""
DOORS = ("views", "office", "api", "cli")
RANK = {"models": 0, "settings": 0, "queries": 1, "services": 2, "forms": 3}
DOOR = 4
WEB = ("flask", "werkzeug", "wtforms", "flask_wtf", "flask_babel", "flask_migrate")
WEB_CORE = ("web", "forms", "setting_forms", "stream")
NAMELESS = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "misc", "tools", "base"}
CLOCKS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
}

Rule = Callable[[Path], Iterator[str]]


@lru_cache
def modules(root: Path) -> dict[str, ast.Module]:
    """Every module below kiosk/ by its dotted name."""
    found = {}
    for path in sorted((root / "kiosk").rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        if "versions" not in parts:
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found[name] = ast.parse(path.read_text("utf-8"))
    return found


def imports(name: str, tree: ast.Module, known: dict[str, ast.Module], root: Path) -> Iterator[str]:
    """Every module that is imported anywhere in the tree: deferred and for types alone, too."""
    package = name if (root / Path(*name.split(".")) / "__init__.py").exists() else name.rpartition(".")[0]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, *([base] if base else [])])
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                yield inner if inner in known else base
        elif isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in (
            "import_module",
            "__import__",
        ):
            yield from (
                a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)
            )


def edges(root: Path) -> Iterator[tuple[list[str], list[str]]]:
    """Who imports whom inside the house, as split names."""
    known = modules(root)
    for name, tree in known.items():
        for target in sorted(set(imports(name, tree, known, root))):
            if target.split(".")[0] == "kiosk":
                yield name.split("."), target.split(".")


def in_room(parts: list[str]) -> bool:
    return len(parts) > 1 and parts[1] in FLOOR


def rank(file: str) -> int | None:
    """How high a file stands in its room: None for one by topic. `import_office` is a door as `office` is."""
    return DOOR if file.rpartition("_")[2] in DOORS else RANK.get(file)


def only_earlier_floors(root: Path) -> Iterator[str]:
    """A room imports rooms of earlier floors only; core imports none; nobody imports what stands above."""
    for here, there in edges(root):
        if here[1:2] == ["core"]:
            if there[1:2] != ["core"]:
                yield f"{'.'.join(here)} imports {'.'.join(there)}: core knows nothing of schools"
        elif in_room(here):
            if in_room(there):
                if here[1] != there[1] and FLOOR[there[1]] >= FLOOR[here[1]]:
                    yield f"{'.'.join(here)} imports {'.'.join(there)}: not an earlier floor"
            elif there[1:2] != ["core"] and here[1] not in OUTSIDE and not _commands(here, there):
                yield f"{'.'.join(here)} imports {'.'.join(there)}: it stands above the rooms"


def _commands(here: list[str], there: list[str]) -> bool:
    """A room's commands hang on the command line."""
    return there == ["kiosk", "cli"] and here[-1].rpartition("_")[2] == "cli"


def only_open_files(root: Path) -> Iterator[str]:
    """Of another room only models, settings, queries and services."""
    for here, there in edges(root):
        if not in_room(here) or not in_room(there) or here[1] == there[1] or here[1] in OUTSIDE:
            continue
        if there[2:3] not in [[o] for o in OPEN]:
            yield f"{'.'.join(here)} imports {'.'.join(there)}"


def no_request_below_the_doors(root: Path) -> Iterator[str]:
    """What a room shows imports no Flask, Werkzeug or WTForms, nor core's parts that are web."""
    known = modules(root)
    for name, tree in known.items():
        parts = name.split(".")
        if not in_room(parts) or parts[2:3] not in [[o] for o in OPEN]:
            continue
        for target in imports(name, tree, known, root):
            there = target.split(".")
            if there[0] in WEB or (there[:2] == ["kiosk", "core"] and there[2:3] in [[w] for w in WEB_CORE]):
                yield f"{name} imports {target}"


def downwards_in_a_room(root: Path) -> Iterator[str]:
    """models ← queries ← services ← forms ← doors; files by topic stand anywhere, and no detour leads up."""
    below: dict[tuple[str, str], set[str]] = {}
    for here, there in edges(root):
        if in_room(here) and in_room(there) and here[1] == there[1] and len(here) > 2 and len(there) > 2:
            below.setdefault((here[1], here[2]), set()).add(there[2])
    for (room, file), targets in below.items():
        own = rank(file)
        if own is None:
            continue
        todo, seen = list(targets - {file}), set()
        while todo:
            target = todo.pop()
            if target in seen:
                continue
            seen.add(target)
            height = rank(target)
            if height is None:
                todo += below.get((room, target), ())
            elif height > own or height == DOOR:
                yield f"kiosk.{room}.{file} reaches {target}"


def the_ledger_is_entered_by_its_door(root: Path) -> Iterator[str]:
    """What stands in the files of kiosk.purchasing.ledger is its own affair: others import the package."""
    inside = ["kiosk", "purchasing", "ledger"]
    for here, there in edges(root):
        if there[:3] == inside and len(there) > 3 and here[:3] != inside:
            yield f"{'.'.join(here)} imports {'.'.join(there)}"


def manifests_stand_on_top(root: Path) -> Iterator[str]:
    """Nobody but the site map imports a room's manifest, nor that of another room."""
    for here, there in edges(root):
        if in_room(there) and there[2:3] == ["room"]:
            yield f"{'.'.join(here)} imports {'.'.join(there)}"


def texts(tree: ast.Module) -> Iterator[ast.Constant]:
    """The strings of a module that are no docstrings; of a composed one only its beginning."""
    spoken = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            spoken |= {id(part) for part in node.values[1:]}
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in spoken:
            yield node


def core_names_no_room(root: Path) -> Iterator[str]:
    """In core stand no address, endpoint or template of a room: these come by the manifest.

    It has a few of its own, and knows that there are office doors.
    """
    room = "|".join(FLOOR)
    of_a_room = re.compile(rf"(office[./])?({room})[./][\w./]+|/(?!(bundle|problems)/|office$)[a-z].*")
    for name, tree in modules(root).items():
        if name.startswith("kiosk.core"):
            for text in texts(tree):
                if of_a_room.fullmatch(text.value):
                    yield f"{name}:{text.lineno} names {text.value}"


def files_have_names(root: Path) -> Iterator[str]:
    """No utils, helpers, manager, common; every room stands on a floor; every module says what it is."""
    for name, tree in modules(root).items():
        parts = name.split(".")
        if parts[-1] in NAMELESS:
            yield f"{name}: a name that says nothing"
        if len(parts) > 2 and parts[1] not in {*FLOOR, "core", "migrations", "translations"}:
            yield f"{parts[1]} stands on no floor: name it in kiosk.FLOORS, above every room that it imports"
        if not ast.get_docstring(tree):
            yield f"{name}: no docstring"


def only_the_edge_commits(root: Path) -> Iterator[str]:
    """`commit` stands in core/db.py, and in the environment of the migrations."""
    for name, tree in modules(root).items():
        if name in ("kiosk.core.db", "kiosk.migrations.env"):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "commit":
                yield f"{name}:{node.lineno} commits"


def one_clock(root: Path) -> Iterator[str]:
    """Nobody but core.clock asks the machine for the time of day."""
    for name, tree in modules(root).items():
        if name == "kiosk.core.clock":
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                owner = getattr(node.func.value, "id", getattr(node.func.value, "attr", ""))
                if (owner, node.func.attr) in CLOCKS:
                    yield f"{name}:{node.lineno} asks {owner}.{node.func.attr}"


def cached_by_what_is_used(root: Path) -> Iterator[str]:
    """What is cached depends on what it is asked with, and on nothing that a parameter only stands for."""
    for name, tree in modules(root).items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and any("cache" in ast.dump(d) for d in node.decorator_list):
                used = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
                parameters = {parameter.arg for parameter in [*node.args.args, *node.args.kwonlyargs]}
                for parameter in sorted(parameters - used):
                    yield f"{name}.{node.name} is cached by {parameter}, which it does not use"


def no_floats_for_money(root: Path) -> Iterator[str]:
    """Tables have no column of floats."""
    for name, tree in modules(root).items():
        if name.endswith(".models") and any(
            getattr(node, "id", "") in ("Float", "float", "Double", "REAL") for node in ast.walk(tree)
        ):
            yield f"{name} has a float"


INLINE = (
    (re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>", re.I), "an inline script"),
    (re.compile(r"<style\b", re.I), "an inline style sheet"),
    (re.compile(r"<[^>]*\sstyle\s*=", re.I), "a style attribute"),
    (re.compile(r"<[^>]*\son[a-z]+\s*=", re.I), "an event attribute"),
    (re.compile(r"javascript:", re.I), "a javascript address"),
    (re.compile(r"(?:src|href)=[\"']?(?:https?:)?//", re.I), "a request to somebody else"),
)


def nothing_inline(root: Path) -> Iterator[str]:
    """Templates hold no inline script or style, and load nothing from elsewhere."""
    for path in sorted((root / "templates").rglob("*.html")):
        text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", path.read_text("utf-8"), flags=re.S)
        for pattern, what in INLINE:
            if pattern.search(text):
                yield f"{path.relative_to(root)}: {what}"


def templates_exist(root: Path) -> Iterator[str]:
    """What a view renders is there."""
    for name, tree in modules(root).items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "render_template" and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and not (root / "templates" / str(first.value)).exists():
                    yield f"{name}:{node.lineno} renders {first.value}, which is not there"


WHO = {"person", "staff", "who", "account", "me", "actor", "by", "fellow", "rated", "holder", "other"}
SIGNED = {"purchaser", "custodian", "receiver1", "receiver2"}


def _shows_a_name(node: ast.expr) -> bool:
    """Whether what a person is called, or is printed as, is somewhere in it."""
    return any(
        isinstance(part, ast.Attribute)
        and (
            part.attr in SIGNED
            or (part.attr == "name" and getattr(part.value, "attr", getattr(part.value, "id", "")) in WHO)
        )
        for part in ast.walk(node)
    )


def no_names_compared(root: Path) -> Iterator[str]:
    """Who somebody is goes by number: no two names that are shown are compared."""
    for name, tree in modules(root).items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Compare):
                sides = [side for side in (node.left, *node.comparators) if _shows_a_name(side)]
                if len(sides) > 1:
                    yield f"{name}:{node.lineno} compares names"


def whole_numbers_by_pattern(root: Path) -> Iterator[str]:
    """Digits of any script, or 5,000 of them, pass `isdecimal` and fail later; see `core.formats.whole`."""
    for name, tree in modules(root).items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in ("isdecimal", "isdigit", "isnumeric"):
                yield f"{name}:{node.lineno} asks .{node.attr}"


def no_kind_by_its_name(root: Path) -> Iterator[str]:
    """What is special about a kind of posting stands in its declaration: nobody asks which one it is."""
    asked = re.compile(r"""\b(?:kind\.)?slug\s*[!=]=\s*["']|["']\s*[!=]=\s*(?:\w+\.)*slug\b""")
    places = [*(root / "kiosk").rglob("*.py"), *(root / "templates").rglob("*.html")]
    for path in sorted(places):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if asked.search(line):
                yield f"{path.relative_to(root)}:{number} asks which kind of posting it is"


OLD_BROWSERS = (
    (re.compile(r"\?\.(?=[A-Za-z_(\[])"), "optional chaining"),
    (re.compile(r"\?\?"), "nullish coalescing"),
    (re.compile(r"\.at\(-"), "Array.at"),
    (re.compile(r"\.replaceAll\("), "replaceAll"),
    (re.compile(r"\beval\(|new Function\("), "code from text"),
)


def plain_javascript(root: Path) -> Iterator[str]:
    """JavaScript is ES2018: WeChat's and old tablets' browsers know no more."""
    for path in sorted((root / "static" / "js").rglob("*.js")):
        text = re.sub(r"/\*.*?\*/|(?<![:\"'])//[^\n]*", "", path.read_text("utf-8"), flags=re.S)
        for pattern, what in OLD_BROWSERS:
            if pattern.search(text):
                yield f"{path.relative_to(root)}: {what}"


PLANTED: dict[Rule, list[dict[str, str]]] = {
    no_kind_by_its_name: [
        {"kiosk/postings/office.py": "def f(kind):\n    return kind.slug == 'purchases'"},
        {"templates/postings/posting.html": '{% if "purchases" != posted.kind.slug %}{% endif %}'},
    ],
    whole_numbers_by_pattern: [{"kiosk/board/views.py": "def f(text):\n    return text.isdigit()"}],
    only_earlier_floors: [
        {"kiosk/board/queries.py": "from kiosk.purchasing.queries import posted"},
        {"kiosk/board/queries.py": "def later():\n    from kiosk.purchasing import queries"},
        {
            "kiosk/board/queries.py": "from typing import TYPE_CHECKING\n"
            "if TYPE_CHECKING:\n    from kiosk.purchasing.models import Sheet"
        },
        {"kiosk/board/queries.py": "from ..purchasing import queries"},
        {"kiosk/board/queries.py": "import_module('kiosk.purchasing.queries')"},
        {"kiosk/chain/services.py": "from kiosk.school.queries import today"},
        {"kiosk/core/web/answers.py": "from kiosk.school import queries"},
        {"kiosk/ratings/services.py": "from kiosk.setup.instance import create_school"},
        {"kiosk/setup/instance.py": "from kiosk.sample import demo"},
        {"kiosk/operation/ticker.py": "from kiosk.cli import main"},
        {"kiosk/ratings/services.py": "from kiosk import create_app"},
        {"kiosk/ratings/office.py": "from kiosk.cli import with_app"},
    ],
    only_open_files: [
        {"kiosk/purchasing/office.py": "from kiosk.counters.forms import CounterForm"},
        {"kiosk/purchasing/office.py": "import kiosk.counters"},
        {"kiosk/ratings/board.py": "from kiosk.board.views import blueprint"},
    ],
    no_request_below_the_doors: [
        {"kiosk/ratings/services.py": "from flask import request"},
        {"kiosk/ratings/services/intake.py": "def f():\n    import werkzeug.exceptions"},
        {"kiosk/ratings/queries.py": "from kiosk.core.web import user"},
        {"kiosk/ratings/models.py": "from kiosk.core import forms", "kiosk/core/forms.py": ""},
    ],
    downwards_in_a_room: [
        {"kiosk/ratings/queries.py": "from kiosk.ratings.services import take"},
        {"kiosk/ratings/models.py": "from kiosk.ratings import queries", "kiosk/ratings/queries.py": ""},
        {"kiosk/ratings/api.py": "from kiosk.ratings.views import page"},
        {"kiosk/ratings/slips_office.py": "from kiosk.ratings.office import page"},
        {"kiosk/ratings/services.py": "from kiosk.ratings.slips_office import page"},
        {
            "kiosk/ratings/queries.py": "from kiosk.ratings.words import x",
            "kiosk/ratings/words.py": "from kiosk.ratings.services import take",
        },
    ],
    the_ledger_is_entered_by_its_door: [
        {
            "kiosk/purchasing/grid.py": "from kiosk.purchasing.ledger.words import HEADER_WORDS",
            "kiosk/purchasing/ledger/words.py": "",
        },
        {
            "kiosk/purchasing/imports.py": "from kiosk.purchasing.ledger import cells",
            "kiosk/purchasing/ledger/cells.py": "",
        },
    ],
    manifests_stand_on_top: [
        {"kiosk/ratings/services.py": "from kiosk.ratings.room import ROOM", "kiosk/ratings/room.py": ""},
        {"kiosk/overview/room.py": "from kiosk.ratings.room import ROOM", "kiosk/ratings/room.py": ""},
    ],
    core_names_no_room: [
        {"kiosk/core/web/answers.py": 'MACHINES = ("/api/", "/office/live")'},
        {"kiosk/core/web/guard.py": 'redirect(url_for("auth.sign_in"))'},
        {"kiosk/core/web/guard.py": 'redirect(url_for("office.overview.index"))'},
        {"kiosk/core/open_data.py": 'render_template("board/open_in_browser.html")'},
    ],
    files_have_names: [
        {"kiosk/ratings/utils.py": '"""Things."""'},
        {"kiosk/cellar/models.py": '"""Things."""'},
        {"kiosk/ratings/levels.py": "LEVELS = 5"},
    ],
    only_the_edge_commits: [
        {"kiosk/ratings/services.py": "def f():\n    session.commit()"},
        {"kiosk/core/web/answers.py": "db.session.commit()"},
    ],
    one_clock: [
        {"kiosk/ratings/services.py": "now = datetime.now(UTC)"},
        {"kiosk/ratings/services.py": "import datetime\nday = datetime.date.today()"},
        {"kiosk/ratings/services.py": "import time\nnow = time.time()"},
    ],
    cached_by_what_is_used: [
        {"kiosk/ratings/queries.py": "@lru_cache\ndef f(_head):\n    return 1"},
        {"kiosk/core/web/assets.py": "@functools.cache\ndef f(path, changed):\n    return path.read_bytes()"},
    ],
    no_names_compared: [
        {"kiosk/ratings/services.py": "who.name in {duty.staff.name for duty in roster}"},
        {"kiosk/ratings/services.py": "account.person.name == rated.name"},
        {"kiosk/purchasing/checks.py": "version.receiver1 != version.receiver2"},
    ],
    no_floats_for_money: [{"kiosk/purchasing/models.py": "price: Mapped[float]"}],
    nothing_inline: [
        {"templates/a.html": "<script>alert(1)</script>"},
        {"templates/a.html": '<script type="module">x()</script>'},
        {"templates/a.html": '<p style="color: red">'},
        {"templates/a.html": "<style>p {}</style>"},
        {"templates/a.html": '<a href="#" onclick="x()">'},
        {"templates/a.html": '<a href="javascript:x()">'},
        {"templates/a.html": '<script src="https://elsewhere.example/x.js"></script>'},
    ],
    templates_exist: [{"kiosk/ratings/views.py": 'render_template("ratings/none.html")'}],
    plain_javascript: [
        {"static/js/a.js": "a?.b"},
        {"static/js/a.js": "a ?? b"},
        {"static/js/lib/a.js": "eval('1')"},
    ],
}


@pytest.mark.parametrize("rule", PLANTED, ids=lambda rule: rule.__name__)
def test_the_house_keeps_the_rule(rule: Rule) -> None:
    assert list(rule(ROOT)) == []


@pytest.mark.parametrize(
    ("rule", "files"),
    [(rule, files) for rule, trees in PLANTED.items() for files in trees],
    ids=lambda value: getattr(value, "__name__", None) or next(iter(value)),
)
def test_the_rule_notices_a_break(rule: Rule, files: dict[str, str], tmp_path: Path) -> None:
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    assert list(rule(tmp_path))


def test_every_room_of_the_house_has_a_floor() -> None:
    rooms = {path.parent.name for path in (ROOT / "kiosk").glob("*/__init__.py")}
    assert rooms - {"core"} <= set(FLOOR)
