"""Every address: strangers and wrong roles are refused in the office, and looking changes nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule

from kiosk import create_app
from kiosk.auth.models import ROLES
from kiosk.auth.services import add_account
from kiosk.core import clock
from kiosk.core.changes import watching
from kiosk.core.db import db, session, transaction
from kiosk.core.web import SAFE_METHODS
from kiosk.presence.services import issue_pass
from kiosk.ratings.models import Rating
from tests.conftest import PASSWORD, SAMPLE_NOW, canteen, copy_school, counter, sign_in
from tests.postgres import Cluster

PUBLIC = {
    "auth.sign_in",
    "auth.sign_in_code",
    "auth.sign_out",
    "auth.state",
    "board.about_scores",
    "board.data",
    "board.index",
    "board.privacy",
    "board.theme",
    "bundle",
    "chain.head",
    "chain.index",
    "counters_api.enrol",
    "counters_api.heartbeat",
    "counters_api.page",
    "counters_api.refused",
    "operation.health",
    "operation.metrics",
    "operation.ready",
    "overview.play",
    "overview.play_json",
    "purchasing.item",
    "purchasing.items",
    "purchasing.poster",
    "purchasing.sheet",
    "purchasing_api.purchases_csv",
    "purchasing_api.purchases_json",
    "ratings.care",
    "ratings.counter",
    "ratings.duty_photo",
    "ratings.phone",
    "ratings.receipt",
    "ratings.scan",
    "ratings.tablet_qr",
    "ratings.tablet_qr_image",
    "ratings.tablet_state",
    "ratings.worker",
    "ratings_api.create",
    "ratings_api.ratings_csv",
    "ratings_api.ratings_json",
    "ratings_api.receipt",
    "ratings_api.visitor",
    "ratings_api.seals",
    "static",
}
"""What may be asked without signing in. A new address is private unless it is put here on purpose."""
STREAMS = {"office.overview.live"}
WITHOUT_TOKEN = {"ratings.phone"}
"""Forms whose authority is the pass in their own address; a cookie gives them none."""
REFUSED = {
    "auth.sign_in_code": 302,
    "office.imports.show": 404,
    "office.staff.photo": 404,
    "ratings.duty_photo": 404,
    "ratings.scan": 403,
    "ratings.tablet_qr": 401,
    "ratings.tablet_qr_image": 401,
    "ratings.tablet_state": 401,
}
"""Pages that the sample has nothing for, or that are for a tablet alone, with their answer."""
VALUES = {
    "code": {"office.counters.canteen": "k1", "office.school.meal": "lunch", "": "c1"},
    "username": {"": "chen"},
    "day": {"": "2026-03-24"},
    "filename": {"": "css/tokens.css"},
    "names": {"": "css/tokens.css"},
}


@pytest.fixture
def school(sample: Path, tmp_path: Path, cluster: Cluster | None) -> Iterator[Flask]:
    """A copy of the sample school with one account of each role, at its lunch."""
    app = create_app(copy_school(cluster, sample, tmp_path / "instance"))
    with clock.moved_to(SAMPLE_NOW):
        with app.app_context(), transaction():
            for role in ROLES:
                add_account(by="test", username=f"a-{role}", password=PASSWORD, role=role)
        yield app
    with app.app_context():
        db.engine.dispose()


def rules(app: Flask, *, office: bool) -> list[Rule]:
    everything = sorted(app.url_map.iter_rules(), key=lambda rule: (rule.endpoint, rule.rule))
    return [rule for rule in everything if rule.endpoint.startswith("office.") is office]


def address(app: Flask, rule: Rule) -> str:
    """The rule's address with values that exist where they can."""
    values: dict[str, Any] = {}
    for name in rule.arguments:
        known = VALUES.get(name, {})
        values[name] = known.get(rule.endpoint, known.get("", 1))
    if "rating_id" in values:
        values["rating_id"] = session.scalar(select(Rating.id).order_by(Rating.seq.desc()).limit(1))
    if "pass_text" in values:
        values["pass_text"] = issue_pass(counter=counter())
    with app.test_request_context():
        return app.url_for(rule.endpoint, **values)


def gets(app: Flask, *, office: bool) -> list[tuple[str, str]]:
    with app.app_context():
        return [
            (rule.endpoint, address(app, rule))
            for rule in rules(app, office=office)
            if "GET" in (rule.methods or ()) and rule.endpoint not in STREAMS
        ]


def permission(app: Flask, endpoint: str) -> Any:
    return getattr(app.view_functions[endpoint], "permission", None)


def test_only_these_addresses_are_public(app: Flask) -> None:
    assert {rule.endpoint for rule in rules(app, office=False)} - PUBLIC == set()


def test_every_office_address_names_its_permission(app: Flask) -> None:
    assert [rule.rule for rule in rules(app, office=True) if permission(app, rule.endpoint) is None] == []
    assert all(rule.rule.startswith("/office") for rule in rules(app, office=True))


def test_an_office_address_without_a_permission_is_refused(app: Flask) -> None:
    app.view_functions["office.overview.index"] = lambda: "open"
    assert sign_in(app.test_client(), "lin").get("/office/").status_code == 403


def test_strangers_are_refused_everywhere(school: Flask) -> None:
    school.config["WTF_CSRF_ENABLED"] = False
    client = school.test_client()
    for rule in rules(school, office=True):
        with school.app_context():
            url = address(school, rule)
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
            answer = client.open(url, method=method)
            if method == "GET" and answer.status_code == 302:
                assert answer.location.startswith("/sign-in?"), url
            else:
                assert answer.status_code == 401, (method, url)


def test_wrong_roles_are_refused_everywhere(school: Flask) -> None:
    school.config["WTF_CSRF_ENABLED"] = False
    browsers = {role: sign_in(school.test_client(), f"a-{role}") for role in ROLES}
    for rule in rules(school, office=True):
        allowed = permission(school, rule.endpoint).roles
        with school.app_context():
            url = address(school, rule)
        for role in sorted(set(ROLES) - allowed):
            for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
                assert browsers[role].open(url, method=method).status_code == 403, (role, method, url)


def test_forms_without_their_token_are_refused(school: Flask) -> None:
    """Every writing address but those of machines, which take no cookie for an authority."""
    browsers = {role: sign_in(school.test_client(), f"a-{role}") for role in ROLES}
    for rule in school.url_map.iter_rules():
        if "POST" not in (rule.methods or ()) or rule.rule.startswith("/api/"):
            continue
        if rule.endpoint in WITHOUT_TOKEN:
            continue
        found = permission(school, rule.endpoint)
        role = sorted(found.roles)[0] if found else "head"
        with school.app_context():
            url = address(school, rule)
        assert browsers[role].post(url).status_code == 400, url


def everybody(app: Flask) -> Iterator[tuple[FlaskClient, str, str]]:
    """Every page with somebody who may see it."""
    browsers = {role: sign_in(app.test_client(), f"a-{role}") for role in ROLES}
    for endpoint, url in gets(app, office=True):
        yield browsers[sorted(permission(app, endpoint).roles)[0]], endpoint, url
    stranger = app.test_client()
    for endpoint, url in gets(app, office=False):
        yield stranger, endpoint, url


def test_every_page_answers_in_both_languages(school: Flask) -> None:
    failed = []
    for client, endpoint, url in everybody(school):
        for language in ("zh", "en"):
            answer = client.get(url, query_string={"lang": language})
            if answer.status_code >= 400 and REFUSED.get(endpoint) != answer.status_code:
                failed.append((endpoint, url, language, answer.status_code))
    assert not failed, failed


def test_looking_changes_nothing(school: Flask) -> None:
    visits = list(everybody(school))
    with school.app_context():
        engine = db.engine
    with watching(engine) as wait:
        for client, endpoint, url in visits:
            for method in ("GET", "HEAD"):
                client.open(url, method=method)
                assert not wait(0), (method, endpoint)
        assert not wait(1)


def test_a_view_that_writes_on_get_is_noticed(school: Flask) -> None:
    """The test above would see it: such a write does not even reach the database."""

    def write() -> str:
        from kiosk.school.models import Setting

        session.add(Setting(key="planted", value=1))
        session.flush()
        return "written"

    school.view_functions["board.index"] = write
    assert school.test_client().get("/").status_code == 500


def test_the_methods_that_may_not_write_are_those_of_http() -> None:
    assert set(SAFE_METHODS) == {"GET", "HEAD", "OPTIONS"}


def test_the_sample_has_what_the_addresses_need(school: Flask) -> None:
    with school.app_context():
        assert canteen().code == "k1"
        assert counter().code == "c1"
