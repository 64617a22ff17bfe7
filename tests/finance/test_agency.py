"""Agency fees: nothing left before an item closes, and a shortfall is the school's, never the pupils'."""

import threading

import pytest
from flask import Flask

from kiosk.auth.queries import account
from kiosk.chain.models import ChainEntry
from kiosk.core import clock
from kiosk.core.db import session, transaction
from kiosk.core.errors import Forbidden
from kiosk.finance import queries, services
from kiosk.finance.kinds.agency import AGENCY_FEES
from kiosk.finance.kinds.fees import FEES
from kiosk.finance.models import AgencyClosing
from kiosk.operation.audit import check
from kiosk.postings import queries as posted
from kiosk.postings import services as postings
from kiosk.postings.models import Posting
from tests.conftest import actor, csrf, tamper
from tests.finance.conftest import AUTUMN, NEXT_WEEK, SignIn, correct, put_up
from tests.finance.test_fees import BOARD, term

BOOKS = ("作业本费", "全体学生")


def close(posting: Posting, item: str = "作业本费", whom: str = "全体学生", by: str = "wu") -> AgencyClosing:
    with transaction():
        return services.close(by=actor(by), posting_id=posting.id, item=item, whom=whom)


def text_of(house: Flask, address: str) -> str:
    return house.test_client().get(address).text


def test_100_received_and_92_spent_does_not_close_until_8_are_refunded(house: Flask) -> None:
    posting = put_up(AGENCY_FEES, [(*BOOKS, "100", "92")])
    page = text_of(house, f"/postings/{posting.id}")
    assert "还应退还 8.00 元" in page
    with pytest.raises(services.ToRefund, match=r"8\.00"):
        close(posting)
    assert not queries.agency_of(term()).is_closed
    correct(AGENCY_FEES, posting, [(*BOOKS, "100", "92", "8")])
    assert close(posting).carried == 0
    assert queries.agency_of(term()).is_closed
    assert "各项均已结清" in text_of(house, "/fees/")


def test_108_spent_closes_and_the_school_carries_8(house: Flask) -> None:
    posting = put_up(AGENCY_FEES, [(*BOOKS, "100", "108")])
    assert "不向学生收取，由学校承担 8.00 元" in text_of(house, f"/postings/{posting.id}")
    assert "Pupils are not charged, the school carries 8.00" in text_of(
        house, f"/postings/{posting.id}?lang=en"
    )
    assert close(posting).carried == 800
    assert "学校共承担 8.00 元，没有向学生补收" in text_of(house, "/fees/")


def test_what_is_marked_collected_and_did_not_come_in_is_said(house: Flask) -> None:
    put_up(FEES, [("作业本费", "15", "每生", "全体学生", "县发改〔2012〕30号")])
    put_up(AGENCY_FEES, [(*BOOKS, "150", "150")])
    for times, said in ((10, False), (2, True)):
        with transaction():
            whom = {"item": BOOKS[0], "whom": BOOKS[1]}
            services.collect(by=actor("qian"), **whom, times=times, amount=times * 1500)
        assert ("They differ by 30.00" in text_of(house, "/fees/?lang=en")) is said
    with clock.moved_to(NEXT_WEEK):
        put_up(AGENCY_FEES, [("校服费", "一年级", "100", "92")], period=AUTUMN)
        assert "校服费" in text_of(house, "/wall").partition('data-page="fees"')[2], "not posted, not charged"


def test_one_item_never_pays_for_another(house: Flask) -> None:
    posting = put_up(AGENCY_FEES, [("校服费", "一年级", "100", "92"), ("校服费", "二年级", "100", "108")])
    close(posting, "校服费", "二年级")
    with pytest.raises(services.ToRefund):
        close(posting, "校服费", "一年级")
    assert [one.item.whom for one in queries.agency_of(term()).open_items] == ["一年级"]
    assert queries.unclosed() == [("T2", 1)]


def test_sums_are_exact(house: Flask) -> None:
    posting = put_up(AGENCY_FEES, [(*BOOKS, "1,000,000.10", "999,999.99", "0.11")])
    version = posted.posted(posting.id).in_force
    assert (version.rows[0]["balance"], version.rows[0]["state"]) == (0, "even")
    assert close(posting).carried == 0


def test_a_correction_that_changes_a_figure_opens_it_again(house: Flask) -> None:
    posting = put_up(AGENCY_FEES, [(*BOOKS, "100", "100"), ("体检费", "新生", "50", "50")])
    close(posting)
    close(posting, "体检费", "新生")
    correct(AGENCY_FEES, posting, [(*BOOKS, "100", "100", "", "注"), ("体检费", "新生", "50", "40")])
    agency = queries.agency_of(term())
    assert [(one.item.name, one.reopened) for one in agency.open_items] == [("体检费", 2)]
    with pytest.raises(services.ToRefund, match=r"10\.00"):
        close(posting, "体检费", "新生")
    correct(AGENCY_FEES, posting, [(*BOOKS, "100", "100"), ("体检费", "新生", "50", "50")])
    assert not queries.agency_of(term()).is_closed, "the old closing does not come back"
    close(posting, "体检费", "新生")
    assert queries.agency_of(term()).is_closed
    said = session.query(ChainEntry).filter(ChainEntry.body.contains("agency.reopened")).count()
    assert said == 1
    assert check().problems == []


def test_two_people_closing_at_once_close_it_once(house: Flask) -> None:
    posting = put_up(AGENCY_FEES, [(*BOOKS, "100", "108")])
    number, together, found = posting.id, threading.Barrier(2), []
    session.remove()

    def one(username: str) -> None:
        with house.app_context():
            by = account(username).actor
            session.rollback()
            together.wait()
            with transaction():
                closing = services.close(by=by, posting_id=number, item=BOOKS[0], whom=BOOKS[1])
                found.append(closing.id)
            session.remove()

    threads = [threading.Thread(target=one, args=(name,)) for name in ("wu", "lin")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 2
    assert len(set(found)) == 1
    assert session.query(AgencyClosing).count() == 1


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE agency_closing SET spent = 1",
        "UPDATE agency_closing SET reopened_version = 2",
        "UPDATE agency_closing SET reopened_version = NULL",
        "DELETE FROM agency_closing WHERE reopened_version IS NULL",
        "UPDATE agency_item SET spent = 1",
    ],
)
def test_the_check_finds_what_was_altered(house: Flask, change: str) -> None:
    posting = put_up(AGENCY_FEES, [(*BOOKS, "100", "100"), ("体检费", "新生", "50", "50")])
    close(posting)
    close(posting, "体检费", "新生")
    correct(AGENCY_FEES, posting, [(*BOOKS, "100", "100"), ("体检费", "新生", "50", "40", "10")])
    assert check().problems == []
    tamper(change)
    assert "agency_" in " ".join(map(str, check().problems))


def test_who_may_close_and_what_is_not_there(house: Flask) -> None:
    posting = put_up(AGENCY_FEES, [(*BOOKS, "1", "1")])
    for username in ("qian", "chen", "admin"):
        with pytest.raises(Forbidden):
            close(posting, by=username)
    with pytest.raises(services.NotThere):
        close(posting, "校服费")
    close(posting)
    with transaction():
        postings.withdraw(by=actor("zheng"), posting=posting, reason="重做")
    with pytest.raises(services.NotThere):
        close(posting)
    assert queries.agency_of(term()).rows == []
    assert check().problems == []


def test_an_agency_fee_that_was_not_posted_may_not_be_charged(house: Flask) -> None:
    put_up(FEES, [BOARD])
    put_up(AGENCY_FEES, [("体检费", "新生", "100", "100")])
    assert queries.missing(term()) == ["体检费"]


def test_it_is_due_in_the_last_week_and_closed_from_the_inbox(house: Flask, of: SignIn) -> None:
    owed = AGENCY_FEES.owed_for("T2")
    assert owed
    assert owed.due.date().isoformat() == "2026-07-03"
    posting = put_up(AGENCY_FEES, [(*BOOKS, "100", "108"), ("校服费", "新生", "9", "5")])
    wu = of("wu")
    assert "还有 2 项没有结清" in wu.get("/office/inbox").text
    form = {"csrf_token": csrf(wu, "/office/fees/"), "item": BOOKS[0], "whom": BOOKS[1]}
    address = f"/office/fees/agency/{posting.id}/close"
    assert wu.post(address, data=form).status_code == 302
    refused = wu.post(address, data={**form, "item": "校服费", "whom": "新生"})
    assert refused.status_code == 409
    assert "还应退还 4.00 元" in refused.text
    assert "还有 1 项没有结清" in wu.get("/office/inbox").text
    data = house.test_client().get("/data/agency-fees.json").json["agency-fees"]
    assert [(row["item"], row["balance"]) for row in data] == [("作业本费", "-8.00"), ("校服费", "4.00")]
