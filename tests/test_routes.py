"""Every address: its permission, strangers refused, and that looking changes nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule

from kiosk.auth.models import ROLES
from kiosk.auth.services import add_account
from kiosk.commitments.services import promise
from kiosk.core import clock
from kiosk.core.changes import watching
from kiosk.core.db import db, session, transaction
from kiosk.core.security import Permission
from kiosk.core.web import SAFE_METHODS
from kiosk.inspections.models import Checked, Checklist
from kiosk.postings.models import Posting
from kiosk.presence.services import issue_pass
from kiosk.purchasing.queries import SLUG as PURCHASES
from kiosk.ratings.models import Rating
from kiosk.sample.demo import use_everything
from kiosk.school.queries import today
from tests.conftest import PASSWORD, SAMPLE_NOW, actor, canteen, copy_school, counter, make_app, sign_in
from tests.postgres import Cluster

PUBLIC = {
    "overview_ocds_api.package",
    "accountability.index",
    "accountability_api.objects",
    "accountability_api.table",
    "search.index",
    "auth.sign_in",
    "auth.sign_in_code",
    "auth.sign_out",
    "auth.state",
    "board.about_scores",
    "board.data",
    "board.index",
    "board.privacy",
    "board.theme",
    "board.wall",
    "bundle",
    "cases.case",
    "cases.feed",
    "cases.figures",
    "cases.index",
    "cases_api.objects",
    "cases_api.table",
    "cases_ask.ask",
    "cases_mine.act",
    "cases_mine.mine",
    "cases_mine.photo",
    "catalogue.item",
    "catalogue.items",
    "chain.head",
    "chain.index",
    "commitments.index",
    "commitments_api.objects",
    "commitments_api.table",
    "counters_api.enrol",
    "counters_api.heartbeat",
    "counters_api.page",
    "counters_api.refused",
    "dining.by_code",
    "dining.index",
    "dining.mine",
    "dining.poster",
    "dining.register",
    "dining_api.feed",
    "dining_api.objects",
    "dining_api.table",
    "budgets.index",
    "budgets_api.objects",
    "budgets_api.table",
    "operation.health",
    "operation.metrics",
    "operation.ready",
    "overview.play",
    "overview_api.due_ics",
    "overview.play_json",
    "posting_attachments.attachment",
    "posting_questions.ask",
    "posting_questions.mine",
    "postings.everything",
    "postings.feed",
    "postings.index",
    "postings.poster",
    "postings.posting",
    "postings_api.objects",
    "postings_api.table",
    "accounts.index",
    "accounts.of_year",
    "accounts.poster",
    "accounts.show",
    "accounts_api.objects",
    "accounts_api.table",
    "payments.index",
    "payments.show",
    "payments_api.objects",
    "payments_api.table",
    "purchasing.poster",
    "purchasing.sheet",
    "rules.feed",
    "rules.form",
    "rules.index",
    "rules.poster",
    "rules.rule",
    "rules.say",
    "rules.version",
    "rules_api.objects",
    "rules_api.table",
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
    "ratings_receipt.act",
    "ratings_api.visitor",
    "ratings_api.seals",
    "school_api.objects",
    "school_api.table",
    "static",
    "tenders.index",
    "tenders.show",
    "tenders_api.objects",
    "tenders_api.table",
    "inspections_api.objects",
    "inspections_api.table",
    "inspections.check_in",
    "inspections.index",
    "inspections.plan",
    "finance.canteens",
    "kitchen.index",
    "kitchen.sample",
    "kitchen_api.objects",
    "kitchen_api.table",
    "finance.fees",
    "thanks.deeds",
    "thanks.deeds_poster",
    "thanks.done",
    "thanks.done_poster",
}
"""What may be asked without signing in. A new address is private unless it is put here on purpose."""
STREAMS = {"office.overview.live"}
WITHOUT_TOKEN = {
    "dining.mine",
    "dining.register",
    "cases_ask.ask",
    "cases_mine.act",
    "posting_questions.ask",
    "rules.say",
} | {
    "ratings.phone",
    "ratings_receipt.act",
}
"""Forms whose authority stands in their own address, or that need none or ask for their token themselves."""
REFUSED = {
    "office.accountability.show": 403,
    "office.congress.sit": 403,  # whose role sees it first is no delegate
    "office.vouchers.file": 404,
    "office.vouchers.preview": 404,
    "office.posting_files.new": 404,  # the sample's kinds have no rows yet
    "office.posting_files.show": 404,
    "auth.sign_in_code": 302,
    "cases_mine.mine": 404,
    "cases_mine.photo": 404,
    "office.cases.photo": 403,
    "office.goods.photo": 404,
    "office.posting_attachments.arrange": 403,
    "office.posting_attachments.attachment": 404,
    "posting_attachments.attachment": 404,
    "office.cases.show": 403,
    "office.deeds.show": 404,
    "office.imports.show": 404,
    "office.inspections.finding": 403,
    "office.inspections.photo": 403,
    "office.inspections.show": 403,
    "office.walk.show": 403,
    "office.payments.edit": 409,  # the first of the sample is paid
    "office.payments.voucher": 404,
    "office.postings.draft": 403,
    "office.postings.new": 403,
    "office.dining.amend": 403,
    "office.dining.enter": 403,
    "office.dining.swap": 403,
    "office.served.look": 404,
    "dining.mine": 404,
    "office.rules.ballot": 404,  # nothing of the sample is frozen
    "office.rules.new": 403,  # whose role sees the list first leads no team
    "office.rules.preview": 403,
    "office.rules_opinions.paper": 404,
    "office.rules_text.item": 403,
    "office.rules_text.taken": 403,
    "office.rules_text.text": 403,
    "office.staff.photo": 404,
    "office.receiving.photo": 404,
    "office.orders.came": 404,  # the sample notes orders
    "posting_questions.mine": 404,
    "office.steps.show": 403,
    "office.stock_papers.look": 404,
    "office.tender_awards.award": 409,  # the first of the sample is under contract, without rents
    "office.tender_awards.contract": 409,
    "office.tender_awards.points": 409,
    "office.tender_awards.rent": 404,
    "office.tenders.edit": 409,
    "office.tenders.notice": 409,
    "office.tenders.of": 404,
    "ratings.duty_photo": 404,
    "ratings.scan": 403,
    "ratings.tablet_qr": 401,
    "ratings.tablet_qr_image": 401,
    "ratings.tablet_state": 401,
}
"""Pages that the sample has nothing for, that are for a tablet alone, or for whom a kind of posting names."""
VALUES = {
    "state": {"": "on"},
    "code": {"office.counters.canteen": "k1", "office.school.meal": "lunch", "": "c1"},
    "username": {"": "chen"},
    "day": {"": "2026-03-24"},
    "filename": {"": "css/tokens.css"},
    "token": {"": "c1.t.x"},
    "names": {"": "css/tokens.css"},
    "slug": {
        "": "notice",
        **dict.fromkeys(
            ("rules.rule", "rules.version", "rules.poster", "rules.say"), "kai-shui-fang-da-shui-zhi-xu-gui"
        ),
        "rules.form": "shi-tang-chuang-kou-wen-ming-fu-wu",
    },
    "verdict": {"": "same"},
    "canteen": {"": "k1"},
    "meal": {"": "lunch"},
    "task": {"": "samples"},
    "place": {"": "counter:c1"},
    "kind": {"": "week"},
    "period": {"": "2026-W12", "office.daily_control.sheet": "2026-03"},
    "verb": {
        "": "acknowledge",
        "office.daily_control.finding": "verified",
        "office.inspections.act": "verify",
        "office.tender_awards.change": "renew",
    },
    "what": {"": "ratings"},
    "form": {"": "csv"},
    "waiting": {"": "nothing"},
    "year": {"": 2026},
    "answer": {"": "take"},
}


OF_ROUNDS: dict[str, Any] = {"office.checklists.show": Checklist, "office.inspections.show": Checked}
"""Pages of rounds whose tables the daily control shares: a number of the other is none of theirs."""

Browsers = dict[str, FlaskClient]


def of_each_role(app: Flask) -> Browsers:
    """A browser of each role, signed in to an account of its own."""
    with app.app_context(), transaction():
        for role in ROLES:
            add_account(by=actor("test"), username=f"a-{role}", password=PASSWORD, role=role)
    return {role: sign_in(app.test_client(), f"a-{role}") for role in ROLES}


@pytest.fixture(name="standing", scope="module")
def everything_on(standing: Flask) -> Flask:
    """The standing school with everything on that a school may do without."""
    with standing.app_context(), transaction():
        use_everything()
        promise(by=actor("lin"), place=counter(), since=today(), values={"answer": 3})
    return standing


@pytest.fixture(scope="module")
def browsers(standing: Flask) -> Browsers:
    """A browser of each role in the standing school, which is enough for who is let in and who is not."""
    return of_each_role(standing)


@pytest.fixture(scope="module")
def school(
    sample: Path, tmp_path_factory: pytest.TempPathFactory, cluster: Cluster | None
) -> Iterator[Flask]:
    """The sample school at its lunch, where every page has something to show."""
    app = make_app(copy_school(cluster, sample, tmp_path_factory.mktemp("routes") / "instance"))
    with clock.moved_to(SAMPLE_NOW):
        yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="module")
def visitors(school: Flask) -> Browsers:
    """A browser of each role in the sample school."""
    return of_each_role(school)


@pytest.fixture
def tokenless(standing: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forms need no token in this test: what refuses them is the guard."""
    monkeypatch.setitem(standing.config, "WTF_CSRF_ENABLED", False)


def rules(app: Flask, *, office: bool) -> list[Rule]:
    everything = sorted(app.url_map.iter_rules(), key=lambda rule: (rule.endpoint, rule.rule))
    return [rule for rule in everything if rule.endpoint.startswith("office.") is office]


def address(app: Flask, rule: Rule) -> str:
    """The rule's address with values that exist where they can."""
    values: dict[str, Any] = {}
    for name in rule.arguments:
        known = VALUES.get(name, {})
        values[name] = known.get(rule.endpoint, known.get("", 1))
    for name in {"number", "sheet_id"}.intersection(values) if "purchasing" in rule.endpoint else ():
        bought = select(Posting.id).where(Posting.kind == PURCHASES).order_by(Posting.id).limit(1)
        values[name] = session.scalar(bought) or 1
    if rule.endpoint in OF_ROUNDS:
        table = OF_ROUNDS[rule.endpoint]
        round_one = select(table.id).where(table.use == "round").order_by(table.id).limit(1)
        values["number"] = session.scalar(round_one) or 1
    if "rating_id" in values:
        newest = session.scalar(select(Rating.id).order_by(Rating.seq.desc()).limit(1))
        values["rating_id"] = newest or UUID(int=1)
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


def methods(rule: Rule) -> list[str]:
    """What may be asked of an address, looking before writing."""
    return sorted((rule.methods or set()) - {"OPTIONS", "HEAD"})


def test_strangers_are_refused_everywhere(standing: Flask, tokenless: None) -> None:
    client = standing.test_client()
    for rule in rules(standing, office=True):
        with standing.app_context():
            url = address(standing, rule)
        for method in methods(rule):
            answer = client.open(url, method=method)
            if method == "GET" and answer.status_code == 302:
                assert answer.location.startswith("/sign-in?"), url
            else:
                assert answer.status_code == 401, (method, url)


def representatives(app: Flask) -> dict[Permission, Rule]:
    """One address for each permission: a page where it has one."""
    found: dict[Permission, Rule] = {}
    for rule in sorted(rules(app, office=True), key=lambda rule: (methods(rule)[0], bool(rule.arguments))):
        if rule.endpoint not in STREAMS:
            found.setdefault(permission(app, rule.endpoint), rule)
    return found


@pytest.mark.once
def test_each_permission_lets_in_who_has_it_and_nobody_else(
    standing: Flask, browsers: Browsers, tokenless: None
) -> None:
    """One address for each is enough: the guard stands before all of them and reads nothing but this."""
    tried = representatives(standing)
    assert {permission(standing, rule.endpoint) for rule in rules(standing, office=True)} == set(tried)
    for found, rule in tried.items():
        with standing.app_context():
            url = address(standing, rule)
        for role in ROLES:
            answer = browsers[role].open(url, method=methods(rule)[0], buffered=True)
            assert (answer.status_code == 403) is (role not in found.roles), (found.name, role, url)


def test_forms_without_their_token_are_refused(standing: Flask, browsers: Browsers) -> None:
    """Every writing address but those of machines, which take no cookie for an authority."""
    for rule in standing.url_map.iter_rules():
        if "POST" not in (rule.methods or ()) or rule.rule.startswith("/api/"):
            continue
        if rule.endpoint in WITHOUT_TOKEN:
            continue
        found = permission(standing, rule.endpoint)
        role = sorted(found.roles)[0] if found else "head"
        with standing.app_context():
            url = address(standing, rule)
        assert browsers[role].post(url).status_code == 400, url


def everybody(app: Flask, browsers: Browsers) -> Iterator[tuple[FlaskClient, str, str]]:
    """Every page with somebody who may see it."""
    for endpoint, url in gets(app, office=True):
        yield browsers[sorted(permission(app, endpoint).roles)[0]], endpoint, url
    stranger = app.test_client()
    for endpoint, url in gets(app, office=False):
        yield stranger, endpoint, url


def test_every_page_answers_in_both_languages(school: Flask, visitors: Browsers) -> None:
    failed = []
    for client, endpoint, url in everybody(school, visitors):
        for language in ("zh", "en"):
            answer = client.get(url, query_string={"lang": language})
            if answer.status_code >= 400 and REFUSED.get(endpoint) != answer.status_code:
                failed.append((endpoint, url, language, answer.status_code))
    assert not failed, failed


def test_looking_changes_nothing(school: Flask, visitors: Browsers) -> None:
    visits = list(everybody(school, visitors))
    with school.app_context():
        engine = db.engine
    with watching(engine) as wait:
        for client, endpoint, url in visits:
            told = set()
            for method in ("GET", "HEAD"):
                told.add(client.open(url, method=method, buffered=True).status_code)
                assert not wait(0), (method, endpoint)
            assert len(told) == 1, (endpoint, told, "HEAD is told what GET is")
        assert not wait(1)


def test_a_view_that_writes_on_get_is_noticed(school: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test above would see it: such a write does not even reach the database."""

    def write() -> str:
        from kiosk.school.models import Setting

        session.add(Setting(key="planted", value=1))
        session.flush()
        return "written"

    monkeypatch.setitem(school.view_functions, "board.index", write)
    assert school.test_client().get("/").status_code == 500


def test_the_methods_that_may_not_write_are_those_of_http() -> None:
    assert set(SAFE_METHODS) == {"GET", "HEAD", "OPTIONS"}


def test_the_sample_has_what_the_addresses_need(school: Flask) -> None:
    with school.app_context():
        assert canteen().code == "k1"
        assert counter().code == "c1"
