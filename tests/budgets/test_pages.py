"""The pages of the budget: drafted in the office, read by everybody, as data and on the command line."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.auth.services import add_account
from kiosk.budgets import checks, queries, services
from kiosk.budgets.queries import Lack, Source
from kiosk.core import clock
from kiosk.core.db import session, transaction
from kiosk.core.errors import Conflict
from kiosk.school.services import change_settings, remove_term
from tests.budgets.conftest import decide_all, line, term
from tests.conftest import PASSWORD, actor, csrf, tamper

SignIn = Callable[[str], FlaskClient]
BUDGET = "/office/budget"


def send(client: FlaskClient, address: str, page: str = f"{BUDGET}/asked", **form: str) -> int:
    return client.post(address, data={"csrf_token": csrf(client, page), **form}).status_code


def hand_down(patch: pytest.MonkeyPatch, app: Flask, **measures: object) -> None:
    """What a room above hands in, handed in by the purchases."""
    rooms = app.rooms  # type: ignore[attr-defined]
    at = next(number for number, one in enumerate(rooms) if one.name == "purchasing")
    above = replace(rooms[at], measures={**rooms[at].measures, **measures})
    patch.setattr(app, "rooms", (*rooms[:at], above, *rooms[at + 1 :]))


def move_some() -> None:
    """60 yuan are committed, 40 spent, and 20 more of repairs by an exception."""
    with transaction():
        services.commit(by=actor("wu"), line=line("蔬菜"), amount=10_000, source="plan:7")
        services.spend(by=actor("wu"), of="plan:7", source="payment:1", amount=4_000)
        wish = services.ask_exception(
            by=actor("wu"),
            line=line("维修"),
            amount=5_000,
            title="锅炉抢修",
            reason="停热水，电话13800138000",
        )
    decide_all(services.subject_of(wish))
    with transaction():
        services.spend(by=actor("wu"), line=line("维修"), source="payment:2", amount=32_000)


@pytest.mark.once
def test_a_version_is_drafted_in_the_form_proposed_and_changed(app: Flask, signed_in: SignIn) -> None:
    wu = signed_in("wu")
    with app.app_context():
        address = f"{BUDGET}/versions/new?term={term().id}"
        known = [(one.line, one.name, one.planned) for one in queries.positions(term().id)]
    assert send(wu, address, f"{BUDGET}/") == 302
    with app.app_context():
        version = queries.on_its_way(term().id)
        assert version
    edit = f"{BUDGET}/versions/{version.id}/edit"
    rows: dict[str, str] = {}
    for n, (number, name, planned) in enumerate(known):
        rows |= {f"row-{n}-line": str(number), f"row-{n}-name": name, f"row-{n}-planned": str(planned / 100)}
    new = {"row-3-name": "炊具", "row-3-planned": "2百", "seen": "0", "why": "添置蒸箱"}
    wrong = wu.post(edit, data={"csrf_token": csrf(wu, edit), **rows, **new, "propose": "1"})
    assert (wrong.status_code, "row-3-planned-error" in wrong.text, "2百" in wrong.text) == (422, True, True)
    assert send(wu, edit, edit, **rows, **{**new, "row-3-planned": "200"}, propose="1") == 302
    assert send(wu, edit, edit, **rows, **{**new, "row-3-planned": "210"}) == 409, "an older page"
    with app.app_context():
        assert queries.version(version.id).state == "proposed"
        assert queries.version(version.id).rows[0].item_class == "", "what a row says is what was sent"
    page = signed_in("lin").get("/office/inbox").text
    assert "第2版" in page
    asked = signed_in("qin").get(f"{BUDGET}/versions/{version.id}").text
    assert "炊具" in asked
    assert "填写各项</a>" not in asked, "who decides changes nothing"
    assert send(signed_in("qin"), f"{BUDGET}/versions/{version.id}/drop") == 403


def test_a_transfer_out_of_an_earmarked_line_is_refused(app: Flask, signed_in: SignIn) -> None:
    wu = signed_in("wu")
    with app.app_context():
        oil, repairs, greens = (str(line(name)) for name in ("食用油", "维修", "蔬菜"))
    form = {"to_line": repairs, "amount": "10", "reason": "补不足"}
    new = f"{BUDGET}/transfers/new"
    assert send(wu, new, new, from_line=oil, **form) == 422
    assert send(wu, new, new, from_line=greens, **{**form, "amount": "1000.01"}) == 422
    assert send(wu, new, new, from_line=greens, **form) == 302
    assert send(signed_in("chen"), new, f"{BUDGET}/asked", from_line=greens, **form) == 403
    with app.app_context():
        (wish,) = queries.transfers(term().id)
        seen = services.hash_of(wish)
    mine = f"{BUDGET}/transfers/{wish.id}"
    assert send(wu, mine, mine, amount="20", reason="补不足", seen=seen) == 302
    assert send(wu, mine, mine, amount="30", reason="补不足", seen=seen) == 409
    assert send(wu, f"{mine}/withdraw", mine) == 302
    with app.app_context():
        assert (
            queries.position(int(greens)).committed,
            queries.wish(f"budget_transfer:{wish.id}").state,
        ) == (
            0,
            "dropped",
        )


def test_everybody_reads_lines_bars_and_exceptions(app: Flask, kiosk: Callable[..., object]) -> None:
    with app.app_context():
        move_some()
        with transaction():
            wish = services.ask_exception(
                by=actor("wu"), line=line("蔬菜"), amount=100, title="未批准的事", reason="不公开"
            )
        assert wish.state == "proposed"
        session.remove()
    visitor = app.test_client()
    page = visitor.get("/budget/?lang=en").text
    for words in ("Vegetables", "900.00", "锅炉抢修", "Head of logistics", "by an exception", "earmarked"):
        assert words in page, words
    for words in ("13800138000", "未批准的事", "wu", ">吴<"):
        assert words not in page, words
    assert "锅炉抢修" in visitor.get("/").text
    rows = visitor.get("/data/budget.json").json["budget"]
    figures = [[row[name] for name in ("planned", "committed", "spent", "available")] for row in rows]
    assert figures[0] == ["1000.00", "60.00", "40.00", "900.00"]
    assert figures[2] == ["300.00", "0.00", "320.00", "-20.00"]
    assert "锅炉抢修 50.00" in visitor.get("/data/budget.csv").text
    told = json.loads(kiosk("budget", "position", "--json").output)  # type: ignore[attr-defined]
    assert [
        [one[name] for name in ("planned", "committed", "spent", "available")] for one in told["lines"]
    ] == figures
    assert kiosk("budget", "position", "--term", "99").exit_code == 1  # type: ignore[attr-defined]


@pytest.mark.once
def test_a_line_leads_to_what_its_moves_were_for(
    app: Flask, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        move_some()
        number = line("蔬菜")
    known = {"plan:7": Source("3月4日采购计划", "/office/plans/7")}
    hand_down(monkeypatch, app, **{"budget sources:test": lambda _texts: known})
    page = signed_in("chen").get(f"{BUDGET}/lines/{number}?lang=en").text
    assert '<a href="/office/plans/7">3月4日采购计划</a>' in page
    assert "payment:1" in page


def test_the_analysis_says_its_rule_and_its_figures(app: Flask, signed_in: SignIn) -> None:
    with app.app_context():
        move_some()
        with transaction():
            change_settings(by=actor("lin"), budget_pupils=100)
    with clock.moved_to(datetime(2026, 3, 17, 4, tzinfo=clock.now().tzinfo)), app.app_context():
        found = queries.analysis(term())
        assert found
        assert (found.since, found.days_over) == (date(2026, 3, 4), 10)
        assert found.spent == 36_000
        assert found.forecast == round(36_000 * found.days / 10)
        assert found.a_pupil == 360
        assert [(one.name, one.spent) for one in found.classes if one.spent] == [
            ("蔬菜类", 4_000),
            ("", 32_000),
        ]
        assert queries.months(found)[0].spent == 36_000
        page = signed_in("wu").get(f"{BUDGET}/analysis").text
    assert "3.60" in page


def test_a_term_is_checked_by_somebody_outside_the_chain(
    app: Flask, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context(), transaction():
        for name in ("he", "gao"):
            add_account(by=actor("test"), username=name, password=PASSWORD, role="inspector", name=name)
    lacks = [Lack("3月2日采购", "缺发票")]
    measures = {
        "purchases without papers:test": lambda _first, _last: lacks,
        "people of the chain:test": lambda _first, _last: [actor("gao").person],
    }
    hand_down(monkeypatch, app, **measures)
    page = f"{BUDGET}/check"
    early = signed_in("he").get(page).text
    assert 'name="remark"' not in early
    with clock.moved_to(datetime(2026, 6, 29, 4, tzinfo=clock.now().tzinfo)):
        he = signed_in("he")
        assert "缺发票" in he.get(page).text
        assert send(he, page, page, remark="请补发票", seen="0") == 409, "the list is another one"
        for name in ("qin", "gao"):
            assert send(signed_in(name), page, f"{BUDGET}/asked", remark="", seen="1") == 403, name
        assert send(he, page, page, remark="请补发票", seen="1") == 302
    public = app.test_client().get("/budget/").text
    assert "缺发票" in public
    assert "请补发票" in public
    with app.app_context():
        assert list(checks.recount()) == []


def test_the_recount_sees_a_wish_that_was_altered_and_the_term_stays(context: Flask) -> None:
    move_some()
    with pytest.raises(Conflict), transaction():
        remove_term(by=actor("lin"), term=term())
    tamper("UPDATE budget_exception SET reason = '别的理由'")
    assert [(one.kind, one.problem) for one in checks.recount()] == [("budget_exception", "altered")]
