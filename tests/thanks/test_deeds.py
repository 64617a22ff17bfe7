"""Good deeds: reported by anybody, confirmed and posted by the head, by the post and not by the name."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.cases import queries as cases
from kiosk.cases import services as casework
from kiosk.cases.models import Case
from kiosk.chain.models import ChainEntry
from kiosk.core.db import session, transaction
from kiosk.core.errors import Conflict, Forbidden
from kiosk.operation.audit import check
from kiosk.persons.models import Person
from kiosk.postings import services as postings
from kiosk.postings.models import PostingVersion
from kiosk.staff.services import agree_to_be_named, withdraw_naming
from kiosk.thanks import queries, services
from kiosk.thanks.models import Commendation
from tests.cases.conftest import fresh
from tests.conftest import actor, add_staff, csrf
from tests.thanks.test_done import text_of

Desk = Callable[[str], FlaskClient]
SAID = "王小红阿姨把我掉的饭卡送到教室，电话 13912345678"
WORDS = {"title": "送还饭卡", "text": "把学生掉的饭卡送到教室。", "post": "面食窗口服务员"}


@pytest.fixture
def aunt(house: Flask) -> Person:
    """Whose deed it was; she did not agree to be named."""
    with transaction():
        person = add_staff("王小红", "07")
    return person


def reported(text: str = SAID) -> tuple[Case, str]:
    """What somebody handed in at /ask, with the key of the private address."""
    with transaction():
        found = casework.ask(sent="a form", kind="praise", subject="counter:c1", text=text)
    return found.case, found.key


def again(case: Case) -> Case:
    """The same case in the session of now."""
    return session.get_one(Case, case.id)


def send(client: FlaskClient, case: Case, verb: str = "", **form: str) -> tuple[int, str]:
    address = f"/office/deeds/{case.id}"
    data = {"csrf_token": csrf(client, address), **form}
    answer = client.post(f"{address}/{verb}".rstrip("/"), data=data)
    return answer.status_code, answer.text


def day_of(case: Case) -> str:
    return case.day.isoformat()


def test_two_clicks_of_the_head_post_it(house: Flask, desk: Desk, aunt: Person) -> None:
    case, key = reported()
    assert case.owner
    assert case.owner.name == "林", "it is the head's at once, not the counter's own"
    lin, anybody = desk("lin"), house.test_client()
    assert "好人好事" in text_of(lin.get("/office/inbox").text)
    page = lin.get(f"/office/deeds/{case.id}").text
    assert "13912345678" in page, "the head reads what was said"
    form = page.split('name="text"', 1)[1].split("</textarea>", 1)[0]
    assert "13912345678" not in form, "what is proposed for everybody is masked"
    status, page = send(lin, case, **{**WORDS, "text": SAID}, person=str(aunt.id), day=day_of(case))
    assert status == 422
    form = page.split('name="text"', 1)[1].split("</textarea>", 1)[0]
    assert "13912345678" not in form
    assert "王小红" not in form
    assert send(lin, case, **WORDS, person=str(aunt.id), day=day_of(case))[0] == 302
    assert "送还饭卡" not in anybody.get("/").text
    answer = "谢谢您告诉我们，已经张榜表扬。"
    assert send(lin, case, "post", answer=answer)[0] == 302
    assert send(lin, case, "post", answer=answer)[0] in (302, 409)
    session.rollback()
    assert session.query(PostingVersion).count() == 1, "a second click posts nothing twice"
    for address in (
        "/",
        "/commendations/",
        "/commendations/poster",
        "/postings/1",
        "/data/commendations.csv",
    ):
        told = text_of(anybody.get(address).text)
        assert "送还饭卡" in told, address
        assert "王小红" not in told, address
    assert "送还饭卡" in anybody.get("/feeds/commendations.atom").text
    assert "答复来了" in text_of(anybody.get(f"/cases/mine/{key}").text)
    told = text_of(anybody.get(f"/cases/{case.id}").text)
    assert answer in told
    assert "已公开表扬" in told
    session.rollback()
    assert check().problems == []


def test_the_name_stands_only_while_the_person_agrees_and_never_in_what_is_posted(
    house: Flask, aunt: Person
) -> None:
    case, _key = reported()
    with transaction():
        services.confirm(by=actor("lin"), case=again(case), **WORDS, day=case.day, person=session.merge(aunt))
        services.post(by=actor("lin"), case=again(case), answer="谢谢告诉我们")
    month = date(2026, 3, 1)
    assert [one.name for one in queries.posted_in(month)] == [""]
    with transaction():
        agree_to_be_named(by=actor("lin"), person=session.merge(aunt))
    assert [one.name for one in queries.posted_in(month)] == ["王小红"]
    poster = text_of(house.test_client().get("/commendations/poster?month=2026-03").text)
    assert "面食窗口服务员 王小红" in poster
    assert "王小红" not in session.query(PostingVersion).one().content
    with transaction():
        withdraw_naming(by=actor("lin"), person=session.merge(aunt))
    assert [one.name for one in queries.posted_in(month)] == [""]
    assert [one.title for one in queries.commended(aunt.id, month, date(2026, 3, 31))] == ["送还饭卡"]
    assert queries.commended(aunt.id + 1, month, date(2026, 3, 31)) == []
    with transaction():
        row = session.query(Commendation).one()
        postings.withdraw(by=actor("lin"), posting=row.posting, reason="弄错了")
    assert queries.posted_in(month) == []
    assert queries.commended(aunt.id, month, date(2026, 3, 31)) == []


def test_who_declines_says_why_and_the_reporter_reads_it(house: Flask, desk: Desk) -> None:
    case, _key = reported("门卫帮我搬书")
    lin = desk("lin")
    assert send(lin, case, **WORDS, person="", day=day_of(case))[0] == 302
    status, page = send(lin, case, "decline", reason="")
    assert status == 422
    assert "field-error" in page
    why = "门卫不是后勤人员，已转告保卫处表扬。"
    assert send(lin, case, "decline", reason=why)[0] == 302
    case = fresh(case)
    assert why in text_of(house.test_client().get(f"/cases/{case.id}").text)
    assert queries.posted_in(case.day) == []
    assert queries.waiting() == []
    with transaction(), pytest.raises(Conflict):
        services.post(by=actor("lin"), case=case, answer="谢谢告诉我们")


def test_nobody_commends_oneself_and_only_the_head_commends(house: Flask, desk: Desk) -> None:
    case, _key = reported()
    lin = session.query(Person).filter_by(name="林").one()
    with transaction(), pytest.raises(services.OwnDeed):
        services.confirm(by=actor("lin"), case=again(case), **WORDS, day=case.day, person=lin)
    for name in ("chen", "he", "wu"):
        client = desk(name)
        assert client.get(f"/office/deeds/{case.id}").status_code == 403
        with transaction(), pytest.raises(Forbidden):
            services.confirm(by=actor(name), case=again(case), **WORDS, day=case.day)
    with transaction():
        other = casework.open_case(by=actor("test"), kind="complaint", subject="counter:c1", text="硬")
    assert desk("lin").get(f"/office/deeds/{other.id}").status_code == 404


def test_it_is_taken_down_at_a_desk_and_a_discarded_draft_begins_anew(house: Flask, aunt: Person) -> None:
    with transaction():
        case = casework.take_down(by=actor("he"), kind="praise", subject=f"person:{aunt.id}", text="送还饭卡")
    assert case.owner
    assert case.owner.name == "何"
    assert cases.is_owner(actor("lin"), case)
    assert not cases.is_owner(actor("chen"), case)
    with transaction():
        found = services.confirm(by=actor("lin"), case=again(case), **WORDS, day=case.day)
        postings.discard(by=actor("lin"), draft=found.posting.draft)
    with transaction(), pytest.raises(Conflict):
        services.post(by=actor("lin"), case=again(case), answer="谢谢告诉我们")
    with transaction():
        services.confirm(by=actor("lin"), case=again(case), **WORDS, day=case.day)
        services.post(by=actor("lin"), case=again(case), answer="谢谢告诉我们")
    assert [one.posting for one in queries.posted_in(case.day)] == [2]


def test_the_recount_finds_another_person_than_the_record_says(house: Flask, aunt: Person) -> None:
    from kiosk.thanks.checks import recount

    case, _key = reported()
    with transaction():
        services.confirm(by=actor("lin"), case=again(case), **WORDS, day=case.day)
    assert list(recount()) == []
    with transaction():
        session.query(Commendation).one().person_id = aunt.id
    assert [one.place for one in recount()] == [str(case.id)]
    body = session.query(ChainEntry).filter_by(action="deed.confirmed").one().body
    assert re.search(r'"whose":null', body)
