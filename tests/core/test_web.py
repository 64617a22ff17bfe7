"""The edge: transactions by method, errors as pages or problem+json, headers, languages, safe addresses."""

import errno
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from kiosk.core import web
from kiosk.core.db import session
from kiosk.core.errors import Conflict
from kiosk.core.security import requires
from kiosk.core.trace import record
from kiosk.school.models import Setting
from tests.conftest import actor


@pytest.fixture
def probe(own_app: Flask) -> Iterator[FlaskClient]:
    """The application with a few addresses that write, refuse and fail."""

    def write() -> str:
        session.merge(Setting(key="probe", value=1))
        session.flush()
        return "ok"

    def refuse() -> tuple[str, int]:
        write()
        return "no", 422

    def fail() -> str:
        write()
        raise Conflict

    def crash() -> str:
        write()
        raise ZeroDivisionError

    def full() -> str:
        write()
        raise OSError(errno.ENOSPC, "No space left on device")

    views = {"write": write, "refuse": refuse, "fail": fail, "crash": crash, "full": full}
    for name, view in views.items():
        own_app.add_url_rule(f"/api/probe/{name}", name, web.csrf.exempt(view), methods=["GET", "POST"])
    with own_app.app_context():
        yield own_app.test_client()


def stored() -> bool:
    """Whether the probe's row is there."""
    session.remove()
    return session.get(Setting, "probe") is not None


def test_a_writing_view_that_returns_is_kept(probe: FlaskClient) -> None:
    assert probe.post("/api/probe/write").status_code == 200
    assert stored()


@pytest.mark.parametrize(("name", "status"), [("refuse", 422), ("fail", 409), ("crash", 500), ("full", 507)])
def test_one_that_refuses_or_raises_is_undone(probe: FlaskClient, name: str, status: int) -> None:
    assert probe.post(f"/api/probe/{name}").status_code == status
    assert not stored()


def test_a_get_never_writes(probe: FlaskClient) -> None:
    assert probe.get("/api/probe/write").status_code == 500
    assert not stored()


@pytest.mark.once
def test_machines_get_problem_json(probe: FlaskClient) -> None:
    answer = probe.post("/api/probe/fail")
    assert answer.content_type == "application/problem+json"
    assert answer.json["code"] == "conflict"
    assert answer.json["status"] == 409


@pytest.mark.once
def test_people_get_a_page_in_their_language(client: FlaskClient) -> None:
    assert "这个地址没有内容" in client.get("/nowhere").text
    answer = client.get("/nowhere?lang=en")
    assert answer.status_code == 404
    assert "There is nothing at this address." in answer.text
    assert "There is nothing at this address." in client.get("/nowhere").text, "the choice is remembered"


@pytest.mark.once
def test_no_page_allows_foreign_or_inline_content(client: FlaskClient) -> None:
    head = client.get("/sign-in").headers
    policy = head["Content-Security-Policy"]
    assert "default-src 'self'; script-src 'self'; style-src 'self'" in policy
    assert "unsafe" not in policy
    assert head["X-Content-Type-Options"] == "nosniff"
    assert head["Referrer-Policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize(
    "target",
    ["https://evil.example", "//evil.example", "/\\evil.example", "evil", "/a\nb", "/a\\b", "", None],
)
def test_nobody_is_led_elsewhere(target: str | None) -> None:
    assert web.safe_next(target, "/home") == "/home"


def test_an_address_of_ours_is_followed() -> None:
    assert web.safe_next("/office/?day=2026-03-04", "/home") == "/office/?day=2026-03-04"


@pytest.mark.once
def test_a_form_without_token_is_refused(client: FlaskClient) -> None:
    answer = client.post("/sign-in", data={"username": "lin", "password": "x"})
    assert answer.status_code == 400
    assert "表单" in answer.text


@pytest.mark.once
def test_a_bundle_is_its_files_one_after_the_other(client: FlaskClient) -> None:
    """One answer, cached for ever under its hash."""
    answer = client.get("/bundle/css/tokens+base.css?v=1")
    assert answer.text.startswith(":root{--paper:#")
    assert answer.text.index("--paper") < answer.text.index("body{margin:0;")
    assert "/*" not in answer.text
    assert answer.mimetype == "text/css"
    assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.once
def test_a_bundled_script_says_the_same_in_less(client: FlaskClient) -> None:
    """Comments go; texts, patterns and sums stay; what others wrote keeps its licence."""
    answer = client.get("/bundle/js/vendor/sha256+lib/pbkdf.js")
    theirs, _, ours = answer.text.partition("window.pbkdf2")
    assert "@license MIT" in theirs
    assert "/*" not in ours
    assert "hex.match(/../g).map(function(pair)" in answer.text


@pytest.mark.once
@pytest.mark.parametrize(
    "names",
    [
        "css/none.css",
        "css/../tokens.css",
        "css/tokens.js",
        "tokens.css",
        "css/tokens+.css",
        "css/%00.css",
        "css/vendor/sha256.css",
    ],
)
def test_a_bundle_reaches_nothing_else(client: FlaskClient, names: str) -> None:
    """Names that are no style sheet or script of ours are not found."""
    assert client.get(f"/bundle/{names}").status_code == 404


def test_an_office_view_that_forgets_its_trace_changes_nothing(
    app: Flask, signed_in: Callable[[str], FlaskClient]
) -> None:
    """Each way of writing: through an object, a statement about a table, and with a trace beside it."""
    app.config["WTF_CSRF_ENABLED"] = False
    client = signed_in("lin")

    permission = app.view_functions["office.staff.new"].permission  # type: ignore[attr-defined]

    def silent() -> str:
        session.get_one(Setting, "name").value = "planted"
        return "written"

    def statement() -> str:
        session.execute(update(Setting).values(value="planted"))
        return "written"

    def traced() -> str:
        record("settings.changed", "school", by=actor("lin"))
        return silent()

    for view, status in ((silent, 500), (statement, 500), (lambda: "nothing", 200), (traced, 200)):
        app.view_functions["office.staff.new"] = requires(permission)(view)
        assert client.post("/office/staff/new").status_code == status
        with app.app_context():
            stored = session.get_one(Setting, "name").value
            session.remove()
        assert (stored == "planted") == (view is traced)
