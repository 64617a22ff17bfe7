"""From the need to the contract: what counts, what is refused, what everybody reads."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask

from kiosk.chain import queries as chain
from kiosk.core import clock
from kiosk.core.db import session, transaction
from kiosk.core.errors import Forbidden, Invalid, OtherContent
from kiosk.postings import queries as postings
from kiosk.purchasing import market as purchasing
from kiosk.purchasing import queries as sheets
from kiosk.purchasing import services as bought
from kiosk.tenders import checks, queries, services
from kiosk.tenders.models import TenderOpened
from kiosk.tenders.queries import Bought, MarketRow
from tests.conftest import actor, canteen, tamper
from tests.tenders import conftest as c

SHOPS = ("粮油店", "米业", "粮站")
OFFERS = {"粮油店": [1_350_000, 30_000], "米业": [1_300_000, 32_000], "粮站": [1_400_000, 31_000]}
FIVE = tuple(c.COUNCIL)[:5]


def no_findings() -> None:
    session.remove()
    assert list(checks.recount()) == []


def handed_in(number: int) -> None:
    for one in SHOPS:
        c.hand_in(number, one)


def test_the_whole_way_ends_in_a_contract_whose_prices_are_those_read_out(house: Flask) -> None:
    number = c.noticed()
    handed_in(number)
    with clock.moved_to(c.AFTER):
        c.opened(number, OFFERS)
        for who in FIVE:
            c.score(number, who, [4000, 3000, 2000])
        assert [one.bid.bidder for one in queries.ranking(c.fresh(number))] == list(SHOPS)
        with pytest.raises(Invalid, match="报价更优"):
            c.award(number, "粮油店")
        c.award(number, "粮油店", reason="质量最好")
        with transaction():
            found = c.fresh(number)
            services.sign(
                by=actor("zheng"),
                tender=found,
                first=date(2026, 3, 18),
                last=date(2026, 9, 17),
                renewal="不续期",
            )
        found = c.fresh(number)
        assert found.contract
        assert (found.contract.party, found.contract.amount) == ("粮油店", 1_410_00)
        assert found.contract.supplier_id is not None
        line = Bought("大米", "25公斤", "袋")
        price = queries.contract_price(line, date(2026, 3, 18))
        assert price
        assert (price.price, price.how) == (1_350_000, "fixed")
        assert queries.contract_price(line, date(2026, 3, 17)) is None
        by_weight = queries.contract_price(Bought("面粉", "", "市斤"), date(2026, 3, 18))
        assert by_weight
        assert by_weight.price == 15_000
        assert all(one.state == "done" for one in queries.stations(found))
        posted = postings.version(postings.posted(found.award_id or 0).posting.versions[0])
        assert "质量最好" in str(posted.row.content)
        no_findings()


def test_below_the_quorum_nothing_is_opened_and_everybody_reads_why(house: Flask) -> None:
    number = c.noticed()
    handed_in(number)
    with pytest.raises(services.NotYet):
        c.sit(number)
    with clock.moved_to(c.AFTER):
        c.sit(number, *FIVE[:4])
        with transaction():
            found = c.fresh(number)
            seat = queries.sitting(found).seats  # type: ignore[union-attr]
            away = next(one for one in seat if one.person.name == "己")
            services.mark_absent(by=actor("lin"), tender=found, seat=away, reason="travel")
        with pytest.raises(services.NoQuorum, match="9 人到场 4 人，须到 5 人"):
            c.start(number)
        with transaction():
            services.postpone(by=actor("lin"), tender=c.fresh(number))
        found = c.fresh(number)
        said = queries.notice(found)
        assert said
        assert session.query(TenderOpened).count() == 0
        assert found.state == "notice"
        assert said.opens > clock.now()
        text = postings.posted(found.posting_id or 0).in_force
        assert text.reason == "开标改期：到场4人，须到5人"
        assert "己（出差）" in str(text.row.content)
        assert "戊（未说明原因）" in str(text.row.content)
    with clock.moved_to(said.opens + timedelta(minutes=1)):
        c.opened(number, OFFERS)
        assert c.fresh(number).state == "scoring"
        no_findings()


def test_late_withdrawn_and_replaced_envelopes_stay_listed_and_closed(house: Flask) -> None:
    number = c.noticed()
    first = c.hand_in(number, "粮油店")
    assert c.hand_in(number, "粮油店").id == first.id
    with pytest.raises(OtherContent):
        c.hand_in(number, "米业", sent=f"{number} 粮油店")
    back = c.hand_in(number, "米业")
    c.hand_in(number, "粮 油 店", sent="again")
    with transaction():
        found, bid = queries.bid_of(number, back.id)
        services.withdraw_bid(by=actor("lin"), tender=found, bid=bid, reason="材料有误")
    with clock.moved_to(c.AFTER):
        late = c.hand_in(number, "粮站")
        assert late.is_late
        how = queries.standing(c.fresh(number))
        assert list(how.values()) == ["replaced", "withdrawn", "counts", "late"]
        c.sit(number, *FIVE)
        c.start(number)
        with pytest.raises(services.NotInTurn), transaction():
            services.open_bid(by=actor("lin"), tender=c.fresh(number), bid=c.of(number, late.id))
        c.read_out(number, {"粮 油 店": [1_000_000, 30_000]})
        assert session.query(TenderOpened).count() == 1
        no_findings()


def test_an_opening_goes_on_where_it_was_and_opens_nothing_twice(house: Flask) -> None:
    number = c.noticed()
    handed_in(number)
    with clock.moved_to(c.AFTER):
        c.sit(number, *FIVE)
        c.start(number)
        bid = queries.next_bid(c.fresh(number))
        assert bid
        for _ in range(2):
            with transaction():
                services.open_bid(by=actor("lin"), tender=c.fresh(number), bid=c.of(number, bid.id))
        with transaction():
            services.type_bid(
                by=actor("lin"), tender=c.fresh(number), bid=c.of(number, bid.id), offer=[1_350_000, 30_000]
            )
        with transaction():
            services.type_bid(
                by=actor("wu"), tender=c.fresh(number), bid=c.of(number, bid.id), offer=[1_350_000, 80_000]
            )
        found = c.fresh(number)
        assert queries.agreed(c.of(number, bid.id)) is None
        differing = queries.differing(found, c.of(number, bid.id))
        assert [one.label for one in differing] == ["面粉"]
        session.remove()  # the server dies here, in the middle of the opening
        c.start(number)
        c.read_out(number, OFFERS)
        assert session.query(TenderOpened).count() == 3
        assert queries.offers(c.fresh(number))[bid.id] == [1_350_000, 30_000]
        with pytest.raises(services.Changed), transaction():
            services.type_bid(by=actor("wu"), tender=c.fresh(number), bid=c.of(number, bid.id), offer=[1, 1])
        no_findings()


def test_equal_bids_go_by_lot_from_two_numbers_that_whoever_can_compute(house: Flask) -> None:
    number = c.noticed(criteria=c.BY_PRICE_ALONE)
    handed_in(number)
    with clock.moved_to(c.AFTER):
        same = {one: [1_000_000, 30_000] for one in SHOPS}
        c.opened(number, same)
        found = c.fresh(number)
        assert [one.code for one in queries.marks(found)] == ["equal"] * 3
        tie = queries.tie(found)
        assert tie
        assert (tie.bids, tie.winner) == ((1, 2, 3), None)
        with pytest.raises(Invalid, match="当场抽出"):
            c.award(number, "粮油店")
        entry = chain.entry(queries.lot_seq(found))
        assert entry
        winner = queries.by_lot((1, 2, 3), entry.hash, 4711)
        other = SHOPS[winner % 3]
        with pytest.raises(Invalid, match="排在前面"):
            c.award(number, other, drawn=4711)
        c.award(number, SHOPS[winner - 1], drawn=4711)
        no_findings()


def test_the_tie_rule_written_before_decides(house: Flask) -> None:
    number = c.noticed(tie="earlier")
    handed_in(number)
    with clock.moved_to(c.AFTER):
        c.opened(number, {one: [1_000_000, 30_000] for one in SHOPS})
        for who in FIVE:
            c.score(number, who, [3000, 3000, 3000])
        tie = queries.tie(c.fresh(number))
        assert tie
        assert tie.winner == 1


def test_what_is_unusual_is_pointed_out_with_its_figures_and_needs_a_reason(house: Flask) -> None:
    number = c.approved()
    with pytest.raises(Invalid, match="通常为 15 天"), transaction():
        said = c.notice(deadline=c.MORNING + timedelta(days=5))
        services.post_notice(by=actor("lin"), tender=c.fresh(number), seen=1, said=said)
    with transaction():
        said = c.notice(deadline=c.MORNING + timedelta(days=5), short="原合同提前终止")
        services.post_notice(by=actor("lin"), tender=c.fresh(number), seen=1, said=said)
    c.hand_in(number, "粮油店")
    with clock.moved_to(c.MORNING + timedelta(days=5, minutes=1)):
        c.opened(number, OFFERS)
        for who in FIVE:
            c.score(number, who, [3000])
        assert [one.code for one in queries.marks(c.fresh(number))] == ["few", "short"]
        with pytest.raises(Invalid, match="投标人少"):
            c.award(number, "粮油店")
        c.award(number, "粮油店", few="只有一家供应")
        no_findings()


def test_a_bid_far_from_the_middle_is_pointed_out(house: Flask) -> None:
    number = c.noticed(criteria=c.BY_PRICE_ALONE)
    handed_in(number)
    with clock.moved_to(c.AFTER):
        c.opened(number, {**OFFERS, "米业": [500_000, 30_000]})
        marks = queries.marks(c.fresh(number))
        assert [one.code for one in marks] == ["outside"]
        assert "米业" in marks[0].text
        assert "低 60%" in marks[0].text


def test_who_has_a_tie_steps_back_by_name_and_who_registered_does_not_score_alone(house: Flask) -> None:
    number = c.noticed()
    handed_in(number)
    with clock.moved_to(c.AFTER):
        c.sit(number, *FIVE)
        with transaction():
            services.recuse(by=actor("m5"), tender=c.fresh(number), interest="family")
        with pytest.raises(services.NoQuorum):
            c.start(number)
        with transaction():
            services.sit_down(by=actor("m6"), tender=c.fresh(number))
        c.start(number)
        c.read_out(number, OFFERS)
        c.confirm(number, *FIVE, "m6")
        with pytest.raises(Forbidden):
            c.score(number, "m5", [0, 0, 0])
        posted = postings.posted(c.fresh(number).protocol_id or 0).in_force
        assert "戊（与投标人有亲属关系）" in str(posted.row.content)
        with pytest.raises(services.Incomplete):
            c.award(number, "粮油店")


def test_a_member_sits_down_and_confirms_with_the_code_of_the_slip(house: Flask) -> None:
    number = c.noticed()
    c.hand_in(number, "粮油店")
    with clock.moved_to(c.AFTER):
        with transaction():
            _opening, codes = services.begin_roll(by=actor("lin"), tender=c.fresh(number))
        own = list(codes.values())[:5]
        with pytest.raises(services.BadCode), transaction():
            services.sit_down(by=actor("lin"), tender=c.fresh(number), code="WRONGCODE2")
        for code in own:
            with transaction():
                services.sit_down(
                    by=actor("lin"), tender=c.fresh(number), code=f"{code[:5]}-{code[5:].lower()}"
                )
        c.start(number)
        c.read_out(number, OFFERS)
        for code in own:
            with transaction():
                found = c.fresh(number)
                seen = queries.sitting(found).hash  # type: ignore[union-attr]
                services.confirm(by=actor("lin"), tender=found, seen=seen or "", code=code)
        assert c.fresh(number).state == "scoring"
        no_findings()


def test_a_price_below_the_market_follows_the_market_of_that_day_alone(house: Flask) -> None:
    number = c.noticed(c.GREENS, c.BY_PRICE_ALONE)
    handed_in(number)
    day = date(2026, 3, 18)
    with clock.moved_to(c.AFTER):
        c.opened(number, {"粮油店": [3000, 3000], "米业": [2000, 2500], "粮站": [1000, 1000]})
        c.award(number, "粮油店")
        with transaction():
            services.sign(
                by=actor("zheng"),
                tender=c.fresh(number),
                first=day,
                last=date(2026, 9, 17),
                renewal="不续期",
            )
        rows = [MarketRow("大白菜", "斤", 40_000), MarketRow("土豆", "公斤", 30_001)]
        line = Bought("大白菜", "", "市斤", "蔬菜类")

        def market(names: object, asked: date) -> list[MarketRow]:
            return rows if asked == day else []

        price = queries.contract_price(line, day, market)
        assert price
        assert (price.price, price.average, price.discount) == (28_000, 40_000, 3000)
        by_class = queries.contract_price(Bought("土豆", "", "市斤", "蔬菜类"), day, market)
        assert by_class
        assert by_class.price == 10_500  # 1.50005 × 0.7 = 1.050035
        none = queries.contract_price(line, date(2026, 3, 19), market)
        assert none
        assert (none.how, none.price) == ("no_reference", None)
        assert queries.contract_price(Bought("猪肉", "", "市斤", "肉食类"), day, market) is None
        with transaction():
            services.end(by=actor("zheng"), tender=c.fresh(number), day=day, reason="供货质量不合格")
        assert queries.contract_price(line, date(2026, 3, 19), market) is None
        no_findings()


def test_check_finds_an_offer_that_was_changed_behind_its_back(house: Flask) -> None:
    number = c.noticed()
    handed_in(number)
    with clock.moved_to(c.AFTER):
        c.opened(number, OFFERS)
        tamper("UPDATE tender_typed SET offer = '[1, 2]' WHERE id = 1")
        found = list(checks.recount())
        assert [one.problem for one in found] == ["altered", "altered"]
        assert "envelope 1, typed" in found[0].place


def test_a_posted_purchase_stands_beside_the_contract(house: Flask) -> None:
    number = c.noticed(c.GREENS, c.BY_PRICE_ALONE)
    handed_in(number)
    day = date(2026, 3, 17)
    with clock.moved_to(c.AFTER):
        c.opened(number, {"粮油店": [3000, 3000], "米业": [2000, 2500], "粮站": [1000, 1000]})
        c.award(number, "粮油店")
        with transaction():
            found = c.fresh(number)
            services.sign(by=actor("zheng"), tender=found, first=day, last=day, renewal="不续期")
            row = {"day": day, "item": "大白菜", "unit": "斤", "lowest": 1, "highest": 90_000}
            purchasing.store_prices(
                by=actor("test"), rows=[{**row, "average": 40_000, "origin": "", "item_class": ""}]
            )
            draft = bought.start_sheet(by=actor("chen"), canteen=canteen(), day=day)
            lines = [
                {
                    "item": "大白菜",
                    "quantity": "10",
                    "unit": "市斤",
                    "unit_price": "2.9",
                    "supplier": "粮油店",
                },
                {"item": "土豆", "quantity": "10", "unit": "市斤", "unit_price": "2", "item_class": "蔬菜类"},
            ]
            people = {"purchaser": "甲", "custodian": "乙", "receiver1": "丙", "receiver2": "丁"}
            bought.save_draft(by=actor("chen"), draft=draft, rows=lines, people=people)
            bought.post_sheet(by=actor("chen"), draft=draft)
        posted = sheets.posted(day, canteen().id)[0]
        first, second = posted.lines
        assert first.contract
        assert first.contract.price == 28_000
        assert first.contract.is_party
        assert sheets.beside_contract(first) == "合同价 2.80，实付高 0.10"
        assert second.contract
        assert second.contract.price is None
        assert "无参考价" in sheets.beside_contract(second)


def test_notices_of_canteens_come_in_once_and_say_what_is_empty(house: Flask, shared_data: Path) -> None:
    data = (shared_data / "tender_notices.csv").read_bytes()
    found = services.read_notices(data)
    assert (len(found.notices), found.others) == (12, 136)
    assert "代理机构" in found.notices[0].empty_told
    with transaction():
        made = services.bring(by=actor("lin"), notices=found.notices)
    assert len(made) == 12
    assert [one.there for one in services.read_notices(data).notices] == made
    with transaction():
        assert services.bring(by=actor("lin"), notices=found.notices) == []
    version = postings.posted(made[0]).in_force
    assert "代理机构" in str(version.row.content)
    with pytest.raises(Invalid):
        services.read_notices("品名,价格\n大米,3\n".encode())
