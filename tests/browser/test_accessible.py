"""Every page of the office, in both languages and themes: axe finds nothing serious."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext

from kiosk.accountability.rounds import keep_time
from kiosk.cases.services import answer, ask, release, take_down
from kiosk.commitments.services import promise
from kiosk.core import clock
from kiosk.core.db import session, transaction
from kiosk.postings.services import start_correction
from kiosk.purchasing import imports, services
from kiosk.school.queries import today
from kiosk.school.services import save_term, switch
from kiosk.staff.services import add_post, add_team, appoint
from kiosk.steps.services import begin, change
from tests.attic.room import LADDER
from tests.browser.axe import assert_accessible, grave_faults
from tests.conftest import PASSWORD, Server, actor, add_staff, canteen, counter, enrol
from tests.purchasing.test_imports import ledger
from tests.purchasing.test_services import CABBAGE, PEOPLE, TOMATO, draft, post

LOOKED_AT_ELSEWHERE = {"office.overview.live", "office.overview.snapshot", "office.ratings.export"}
"""Addresses below /office that answer no page."""


@pytest.fixture
def school(app: Flask, server: Server) -> Server:
    """A running school in which every page has something to show."""
    with app.app_context():
        undone()
        sheet = post(CABBAGE, TOMATO).posting
        with transaction():
            second = start_correction(by=actor("chen"), posting=sheet)
            rows = [{**CABBAGE, "quantity": "x"}, TOMATO]
            services.save_draft(by=actor("chen"), draft=second, rows=rows, people=PEOPLE, reason="单价抄错")
            draft(CABBAGE, TOMATO)
            imports.keep(by=actor("chen"), canteen=canteen(), data=ledger(bad=3), file_name="台账.xlsx")
            holder = add_staff("一号窗口服务员", "01")
            team = add_team(by=actor("lin"), year=2025, name="采购与验收组", leader=holder)
            held = add_post(by=actor("lin"), team=team, name="验收员", duties=["逐样称重"], daily=["校秤"])
            appoint(by=actor("lin"), post=held, person=holder, since=date(2025, 9, 1))
            approval = begin(by=actor("chen"), ladder=LADDER, subject="dust:7", content=b"dust")
            switch(by=actor("lin"), name="commitments", on=True)
            take_down(by=actor("lin"), kind="praise", subject="counter:c1", text="米饭有点硬")
            promise(by=actor("lin"), place=counter(), since=today(), values={"answer": 3})
        with transaction():
            change(by=actor("chen"), approval=approval, content=b"more dust", changed=["corner"])
    enrol(app, "c1")
    return server


def undone() -> None:
    """A repair that Chen heard of three weeks ago and left lying: by now it has its entry."""
    now = clock.now()
    with clock.moved_to(now - timedelta(days=21)), transaction():
        for name in ("cases", "thanks", "accountability"):
            switch(by=actor("lin"), name=name, on=True)
        first = today() - timedelta(days=7)
        save_term(by=actor("lin"), name="本学期", starts=first, ends=first + timedelta(days=90))
        take_down(by=actor("chen"), kind="repair", subject="counter:c1", text="灯坏了")
    for days in range(21, -1, -1):
        with clock.moved_to(now - timedelta(days=days)):
            keep_time()
            session.remove()


def addresses(app: Flask) -> Iterator[str]:
    """Every address below /office that answers a GET, its variables filled with what the school has."""
    values = {
        "code": "c1",
        "sheet_id": 1,
        "import_id": 1,
        "item_id": 1,
        "supplier_id": 1,
        "staff_id": 1,
        "team_id": 1,
        "post_id": 1,
        "tablet_id": 1,
        "approval_id": 1,
        "username": "wu",
        "kind": "canteen",
        "reason_id": 1,
        "day": "2026-03-04",
        "number": 1,
        "slug": "notice",
        "place": "counter:c1",
    }
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            is_page = rule.endpoint.startswith("office.") and "GET" in (rule.methods or ())
            if not is_page or not set(rule.arguments) <= values.keys() or "json" in rule.rule:
                continue
            if "head" not in app.view_functions[rule.endpoint].permission.roles:  # type: ignore[attr-defined]
                continue
            if rule.endpoint in LOOKED_AT_ELSEWHERE or rule.rule.endswith((".csv", "/live")):
                continue
            place = {name: values[name] for name in rule.arguments}
            if rule.endpoint == "office.counters.canteen":
                place["code"] = "k1"
            yield str(rule.build(place, append_unknown=False)[1])  # type: ignore[index]


def sign_in(browser: Browser, school: Server) -> BrowserContext:
    """The administrator's or Lin's browser."""
    context = browser.new_context(color_scheme="light", base_url=school.url)
    page = context.new_page()
    page.goto("/sign-in")
    page.fill("[name=username]", "lin")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/office/")
    page.close()
    return context


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_of_the_office(school: Server, app: Flask, browser: Browser, language: str) -> None:
    context = sign_in(browser, school)
    page = context.new_page()
    seen, faults = 0, []
    for address in addresses(app):
        answer = page.goto(f"{address}?lang={language}")
        assert answer is not None
        if answer.status == 404 or "text/html" not in answer.headers.get("content-type", ""):
            continue
        assert answer.status == 200, f"{address}: {answer.status}"
        page.wait_for_load_state("load")
        try:
            assert_accessible(page, themes=language == "zh")  # colours are the same in every language
        except AssertionError as error:
            faults.append(str(error))
        if "/poster" not in address:
            page.set_viewport_size({"width": 390, "height": 844})
            if page.evaluate("document.documentElement.scrollWidth") > 390:
                faults.append(f"{address} scrolls sideways on a phone")
            page.set_viewport_size({"width": 1280, "height": 800})
        seen += 1
    context.close()
    assert seen >= 30, seen
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_of_whoever_asks(school: Server, app: Flask, browser: Browser, language: str) -> None:
    with app.app_context():
        with transaction():
            asked = ask(sent=language, kind="complaint", subject="counter:c1", text=f"窗口太少 {language}")
            answer(by=actor("lin"), case=asked.case, text="加开一个窗口", outcome="mended")
            release(by=actor("lin"), case=asked.case, text=f"窗口太少 {language}")
        case, receipt = asked.case.id, f"/cases/mine/{asked.key}"
    page = browser.new_context(color_scheme="light", base_url=school.url).new_page()
    pages = [
        "/ask",
        "/ask?at=c1",
        "/cases/",
        f"/cases/{case}",
        "/cases/figures",
        receipt,
        f"{receipt}?sent=1",
    ]
    faults = []
    for address in [*pages, "/done/", "/commendations/", "/accountability/", "/commitments/"]:
        join = "&" if "?" in address else "?"
        found = page.goto(f"{address}{join}lang={language}")
        assert found is not None
        assert found.status == 200, address
        faults += [f"{address}: {fault}" for fault in grave_faults(page, themes=True)]
        page.set_viewport_size({"width": 390, "height": 844})
        if page.evaluate("document.documentElement.scrollWidth") > 390:
            faults.append(f"{address} scrolls sideways on a phone")
        page.set_viewport_size({"width": 1280, "height": 800})
    page.context.close()
    assert not faults, "\n".join(faults)
