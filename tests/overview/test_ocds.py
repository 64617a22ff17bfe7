"""Open contracting data: valid by the standard's own schema, the same tomorrow, and true to the fen."""

import copy
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from jsonschema import Draft4Validator, FormatChecker
from referencing import Registry, Resource

from kiosk.auth.services import add_account
from kiosk.catalogue.models import Supplier
from kiosk.core import clock
from kiosk.core.db import session, transaction
from kiosk.payments import queries as payments
from kiosk.payments import services as pay
from kiosk.payments.services import Picked, Wish
from kiosk.postings.models import Posting
from kiosk.postings.services import start_correction, withdraw
from kiosk.purchasing import services as purchasing
from kiosk.school.services import change_settings, switch
from kiosk.steps import services as steps
from kiosk.tenders import services
from tests.conftest import PASSWORD, actor, canteen
from tests.tenders import conftest as c
from tests.tenders.conftest import house as house

PEOPLE = {"purchaser": "采购员", "custodian": "保管员", "receiver1": "验收员甲", "receiver2": "验收员乙"}
DAY = date(2026, 3, 18)
NOON = datetime(2026, 3, 18, 4, 30, tzinfo=UTC)
"""That day, 12:30 in Shanghai."""
OFFERS = {"粮油店": [1_350_000, 30_000], "米业": [1_400_000, 32_000]}
FORMATS = FormatChecker(formats=[])


@FORMATS.checks("date-time", raises=ValueError)
def _moment(value: Any) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@FORMATS.checks("uri")
def _uri(value: Any) -> bool:
    return not isinstance(value, str) or bool(urlsplit(value).scheme)


@pytest.fixture(scope="session")
def validator(shared_data: Path) -> Draft4Validator:
    """The standard's own schema of a package, with that of a release."""
    read = [
        json.loads((shared_data / "ocds" / name).read_text("utf-8"))
        for name in ("release-package-schema.json", "release-schema.json")
    ]
    whole, release = read
    known = Registry().with_resource(release["id"], Resource.from_contents(release))
    address = whole["properties"]["releases"]["items"]["$ref"]
    known = known.with_resource(address, Resource.from_contents(release))
    return Draft4Validator(whole, registry=known, format_checker=FORMATS)


@pytest.fixture
def contracted(house: Flask) -> Flask:
    """A school that tendered rice and flour and bought of it on one day, with greens of no contract."""
    number = c.noticed(criteria=c.BY_PRICE_ALONE)
    for one in OFFERS:
        c.hand_in(number, one)
    with clock.moved_to(c.AFTER):
        c.opened(number, OFFERS)
        c.award(number, "粮油店", few="只有两家投标")
        with transaction():
            services.sign(
                by=actor("zheng"), tender=c.fresh(number), first=DAY, last=date(2026, 9, 17), renewal="不续期"
            )
    with clock.moved_to(NOON), transaction():
        post((("大米", "25公斤", "袋", "2", "135", "粮油店"), ("大白菜", "", "公斤", "10", "2.5", "菜农")))
    return house


Rows = tuple[tuple[str, str, str, str, str, str], ...]


def post(rows: Rows, correcting: int | None = None) -> int:
    """Post a sheet of the day, or correct it; its number."""
    if correcting:
        draft = start_correction(by=actor("chen"), posting=session.get_one(Posting, correcting))
    else:
        draft = purchasing.start_sheet(by=actor("chen"), canteen=canteen(), day=DAY)
    names = ("item", "specification", "unit", "quantity", "unit_price", "supplier")
    lines = [dict(zip(names, row, strict=True)) for row in rows]
    reason = "复秤" if correcting else ""
    purchasing.save_draft(by=actor("chen"), draft=draft, rows=lines, people=PEOPLE, reason=reason)
    purchasing.post_sheet(by=actor("chen"), draft=draft)
    return draft.posting_id


def package(app: Flask) -> dict[str, Any]:
    session.remove()
    answer = app.test_client().get("/data/ocds.json")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def tags(found: dict[str, Any]) -> list[str]:
    return [one["tag"][0] for one in found["releases"]]


def transactions(found: dict[str, Any]) -> list[tuple[str, Any, str]]:
    return [
        (one["id"], one["value"]["amount"], one["payee"]["name"])
        for release in found["releases"]
        for contract in release.get("contracts", ())
        for one in contract.get("implementation", {}).get("transactions", ())
    ]


def test_from_the_need_to_what_was_bought(contracted: Flask, validator: Draft4Validator) -> None:
    found = package(contracted)
    assert [error.message for error in validator.iter_errors(found)] == []
    assert tags(found) == ["planning", "tender", "tenderUpdate", "award", "contract", "implementation"]
    assert len({one["ocid"] for one in found["releases"]}) == 1
    tender = found["releases"][2]
    assert {one["measure"]: one["value"] for one in tender["bids"]["statistics"]} == {
        "bids": 2,
        "validBids": 2,
        "bidders": 2,
    }
    contract = found["releases"][4]["contracts"][0]
    assert contract["value"] == {"amount": 1410, "currency": "CNY"}
    assert contract["items"][0]["unit"]["value"]["amount"] == 135
    (bought,) = transactions(found)
    assert bought[1:] == (270, "粮油店")
    supplier = session.query(Supplier).filter_by(name="粮油店").one()
    paid = found["releases"][5]
    assert {one["id"] for one in paid["parties"]} == {"school", f"supplier-{supplier.id}"}


def test_a_correction_is_one_release_more_and_changes_none(contracted: Flask) -> None:
    before, again = package(contracted), package(contracted)
    assert before == again
    sheet = session.query(Posting).filter_by(kind="purchases").one().id
    with clock.moved_to(NOON), transaction():
        post((("大米", "25公斤", "袋", "1", "135", "粮油店"),), correcting=sheet)
    after = package(contracted)
    assert after["releases"][:-1] == before["releases"]
    assert tags(after)[-1] == "implementationUpdate"
    assert transactions(after) == [(f"sheet-{sheet}", 270, "粮油店"), (f"sheet-{sheet}", 135, "粮油店")]


def test_what_is_corrected_away_or_withdrawn_counts_no_more(contracted: Flask) -> None:
    sheet = session.query(Posting).filter_by(kind="purchases").one().id
    with clock.moved_to(NOON):
        with transaction():
            post((("大白菜", "", "公斤", "10", "2.5", "菜农"),), correcting=sheet)
        gone = package(contracted)
        with transaction():
            post((("大米", "25公斤", "袋", "1", "135", "粮油店"),), correcting=sheet)
        with transaction():
            withdraw(by=actor("lin"), posting=session.get_one(Posting, sheet), reason="重复公示")
        after = package(contracted)
    assert [amount for _name, amount, _payee in transactions(gone)] == [270, 0]
    assert [amount for _name, amount, _payee in transactions(after)] == [270, 0, 135, 0]
    assert after["releases"][: len(gone["releases"])] == gone["releases"]


def test_what_was_paid_stands_in_the_place_of_what_was_bought(
    contracted: Flask, validator: Draft4Validator
) -> None:
    with clock.moved_to(NOON):
        with transaction():
            add_account(
                by=actor("test"), username="zhao", password=PASSWORD, role="purchaser", name="采购员赵"
            )
            switch(by=actor("test"), name="payments", on=True)
            change_settings(by=actor("test"), in_use={"tenders": "2026-03-01", "payments": "2026-03-01"})
        supplier = session.query(Supplier).filter_by(name="粮油店").one().id
        (line,) = payments.open_lines(supplier)
        picked = [Picked(line.posting, line.version, line.row, 200_00)]
        asked = Wish(supplier=supplier, invoice="No 1", about="大米款", lines=picked)
        with transaction():
            number = pay.ask(by=actor("zhao"), sent="once", wish=asked).id
        with transaction():
            approval = payments.approval_of(payments.payment(number))
            steps.decide(by=actor("lin"), approval=approval, approves=True)
        with transaction():
            found = payments.payment(number)
            pay.pay(
                by=actor("qian"), payment=found, seen=found.now.hash, day=DAY, way="transfer", reference="B-1"
            )
    whole = package(contracted)
    assert transactions(whole) == [(f"payment-{number}", 200, "粮油店")]
    assert list(validator.iter_errors(whole)) == []


@pytest.mark.once
def test_the_registered_prefix_names_the_processes(contracted: Flask) -> None:
    own = package(contracted)["releases"][0]["ocid"]
    with transaction():
        change_settings(by=actor("admin"), ocid_prefix="ocds-213czf")
    found = package(contracted)["releases"][0]["ocid"]
    assert own.startswith("school-")
    assert found == f"ocds-213czf-{own.rpartition('-')[2]}"


@pytest.mark.once
def test_without_a_public_tender_there_is_no_package(app: Flask) -> None:
    answer = app.test_client().get("/data/ocds.json")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


FAULTS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "no ocid": lambda one: one["releases"][0].pop("ocid"),
    "no tag": lambda one: one["releases"][0].update(tag=[]),
    "a tag of its own": lambda one: one["releases"][1].update(tag=["notice"]),
    "a day without its time": lambda one: one["releases"][1].update(date="2026-03-02"),
    "a status of its own": lambda one: one["releases"][1]["tender"].update(status="open"),
    "a contract without its award": lambda one: one["releases"][4]["contracts"][0].pop("awardID"),
    "an amount as text": lambda one: one["releases"][4]["contracts"][0]["value"].update(amount="1,410.00"),
}


@pytest.mark.once
def test_planted_faults_are_found(contracted: Flask, validator: Draft4Validator) -> None:
    """The check of the first test can fail: each of these it names."""
    whole = package(contracted)
    for name, plant in FAULTS.items():
        found = copy.deepcopy(whole)
        plant(found)
        assert list(validator.iter_errors(found)), name
