"""The account of a canteen: exact sums, the rule with its figures, and what is carried over."""

from datetime import UTC, datetime

import pytest
from flask import Flask

from kiosk.core import clock
from kiosk.core.db import transaction
from kiosk.core.errors import Forbidden
from kiosk.finance import queries
from kiosk.finance.kinds.canteen import CANTEEN_ACCOUNT
from kiosk.operation.audit import check
from kiosk.postings import queries as posted
from kiosk.postings import services as postings
from kiosk.postings.models import Posting
from kiosk.school.services import change_settings
from tests.conftest import actor
from tests.finance.conftest import SignIn, correct, put_up, rows_of
from tests.finance.test_fees import term

ROWS = (("学生伙食费", "10,000.10"), ("粮油", "", "6,000.05"), ("人工", "", "3,700.04"))


def fields_of(posting: Posting) -> dict[str, int]:
    return dict(posted.posted(posting.id).in_force.content["fields"])


def account(period: str = "2026-01", carried: str = "12.34", **more: str) -> Posting:
    return put_up(CANTEEN_ACCOUNT, ROWS, period, carried=carried, **more)


def page_of(house: Flask, posting: Posting, language: str = "zh") -> str:
    return house.test_client().get(f"/postings/{posting.id}?lang={language}").text


def test_sums_are_exact_and_the_rule_is_said_with_its_figures(house: Flask) -> None:
    posting = account(refunds="100.10", meals="1486")
    said = fields_of(posting)
    sums = {name: said[name] for name in ("total_income", "total_cost", "left", "balance", "meal_cost")}
    assert sums == {
        "total_income": 1_000_010,
        "total_cost": 970_009,
        "left": 19_991,
        "balance": 21_225,
        "meal_cost": 653,
    }
    page = page_of(house, posting)
    assert "＝ 199.91 元，占退费后收入的 2.02%。规定：盈亏不超过 ±2%，即 ±198.00 元" in page
    assert "每餐成本 6.53 元" in page
    assert "2.02 per cent of income after refunds. The rule: at most ±2 per cent" in page_of(
        house, posting, "en"
    )
    assert "超" not in page.replace("不超过", ""), "no judgement"


def test_a_posted_account_keeps_the_rule_of_its_day(house: Flask) -> None:
    posting = account()
    with transaction():
        change_settings(by=actor("test"), canteen_balance_percent=5)
    assert "±2%" in page_of(house, posting)


def test_what_is_carried_is_offered_compared_and_never_repaired(house: Flask, of: SignIn) -> None:
    first = account("2025-12", carried="0")
    place = posted.places(CANTEEN_ACCOUNT)[0]
    assert place
    address = f"/office/postings/new/canteen-account?place=canteen:{place.code}&period=2026-01"
    assert 'value="300.01"' in of("wu").get(address).text
    with transaction():
        draft = postings.start(by=actor("wu"), kind=CANTEEN_ACCOUNT, place=place, period="2026-01")
        assert draft.fields["carried"] == "300.01"
        postings.save_draft(
            by=actor("wu"), draft=draft, revision=0, fields={}, rows=rows_of(CANTEEN_ACCOUNT, ROWS)
        )
        assert "300.01" in str(postings.unready(draft)["carried"])
        postings.discard(by=actor("wu"), draft=draft)
    second = account("2026-01", carried="290.01")
    assert fields_of(second)["carried"] == 29_001
    assert "相差 −10.00 元" in page_of(house, second)
    same = account("2026-02", carried="590.02")
    assert "期初结余与2026年1月账目的期末结余一致" in page_of(house, same)
    correct(CANTEEN_ACCOUNT, first, ROWS[:2], carried="0")
    assert fields_of(second)["before"] == 30_001, "what was posted stays as it was"
    (one,) = queries.accounts_of(term("T1"))
    assert [(old.period, new.period) for old, new in one.breaks()] == [("2025-12", "2026-01")]
    assert "4,000.05" in house.test_client().get("/canteen-accounts/?term=1").text


def test_a_loss_is_a_balance_below_zero(house: Flask) -> None:
    posting = put_up(CANTEEN_ACCOUNT, [("肉类", "", "0.30")], "2026-01", carried="-0.05")
    assert fields_of(posting)["balance"] == -35
    assert "−0.35" in page_of(house, posting)
    with transaction():
        draft = postings.start_correction(by=actor("wu"), posting=posting)
        assert draft.fields["carried"] == "-0.05"


def test_a_term_sums_its_months_and_shows_what_is_missing(house: Flask) -> None:
    account("2025-11", carried="0")
    (one,) = queries.accounts_of(term("T1"))
    assert [month for month, _found in one.months] == ["2025-11"], "the others were not owed yet"
    account("2026-03", carried="300.01")
    account("2026-05", carried="600.02")
    with clock.moved_to(datetime(2026, 6, 15, tzinfo=UTC)):
        (one,) = queries.accounts_of(term())
        page = house.test_client().get("/canteen-accounts/").text
    assert [month for month, found in one.months if found is None] == ["2026-02", "2026-04"]
    assert one.total("total_income") == 2_000_020
    assert one.by_item("cost") == [("粮油", 1_200_010), ("人工", 740_008)]
    assert page.count("未公示") == 2
    assert "20,000.20" in page
    assert page.count('data-label="退给学生"') == 3, (
        "income − refunds − cost is what is left, by the page itself"
    )
    assert house.test_client().get("/canteen-accounts/?term=77").status_code == 404


def test_a_line_is_an_income_or_a_cost(house: Flask) -> None:
    place = posted.places(CANTEEN_ACCOUNT)[0]
    bad = [("学生伙食费", "", ""), ("粮油", "1", "1"), ("", "1", "")]
    with transaction():
        draft = postings.start(by=actor("wu"), kind=CANTEEN_ACCOUNT, place=place, period="2026-01")
        fields = {"carried": "0", "meals": "0.5"}
        postings.save_draft(
            by=actor("wu"), draft=draft, revision=0, fields=fields, rows=rows_of(CANTEEN_ACCOUNT, bad)
        )
    assert set(postings.unready(draft)) == {(0, "cost"), (1, "cost"), (2, "item"), "meals"}


def test_who_writes_where_and_by_when(house: Flask) -> None:
    owed = CANTEEN_ACCOUNT.owed_for("2026-02")
    assert owed
    assert owed.due.date().isoformat() == "2026-03-10"
    assert CANTEEN_ACCOUNT.owed_for("2026-01") is None, "not for what was due before it was switched on"
    place = posted.places(CANTEEN_ACCOUNT)[0]
    with transaction():
        postings.start(by=actor("chen"), kind=CANTEEN_ACCOUNT, place=place, period="2026-01")
    with pytest.raises(Forbidden), transaction():
        postings.start(by=actor("qian"), kind=CANTEEN_ACCOUNT, place=place, period="2025-12")
    assert check().problems == []
