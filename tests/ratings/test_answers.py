"""What a rater reads on the receipt of the case that a voice joined, and what can be done from there."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.cases import services as casework
from kiosk.cases.models import Case
from kiosk.chain import queries as chain
from kiosk.core import clock
from kiosk.core.actor import KIOSK
from kiosk.core.db import session, transaction
from kiosk.ratings import queries, services
from kiosk.school.services import save_term, switch
from tests.conftest import actor, sign_in

Tap = Callable[..., services.Outcome]
ANSWER = "从周四起换成新米，请再尝一尝。"


@pytest.fixture
def used(context: Flask, at_lunch: datetime) -> None:
    """The school uses cases from that Monday on."""
    with clock.moved_to(at_lunch - timedelta(days=2)), transaction():
        save_term(by=actor("test"), name="春", starts=at_lunch.date(), ends=at_lunch.date() + timedelta(90))
        switch(by=actor("test"), name="cases", on=True)


def take_up(moment: datetime) -> None:
    session.rollback()
    with clock.moved_to(moment):
        services.take_up()
    session.rollback()
    session.expire_all()


def answer(moment: datetime, text: str = ANSWER) -> Case:
    with clock.moved_to(moment), transaction():
        case = session.query(Case).one()
        casework.answer(by=KIOSK, case=case, text=text, outcome="mended")
    return case


def read(client: FlaskClient, rating: UUID, lang: str = "zh") -> str:
    return client.get(f"/receipt/{rating}?lang={lang}").get_data(as_text=True)


def told(client: FlaskClient, rating: UUID) -> Any:
    return client.get(f"/api/ratings/{rating}").json


def test_a_rater_reads_the_answer_and_says_once_whether_it_is_better(
    used: None, context: Flask, tap: Tap, at_lunch: datetime
) -> None:
    ratings = [tap(1, seconds=90 * number, reasons=["taste"]).rating.id for number in range(5)]
    now, client = at_lunch + timedelta(minutes=10), context.test_client()
    with clock.moved_to(now):
        assert "case" not in told(client, ratings[0])
        assert "同一天有足够多的人反映同一问题" in read(client, ratings[0])
    take_up(now)
    with clock.moved_to(now):
        found = told(client, ratings[0])["case"]
        assert (found["state"], found["answer"], found["due"]["day"]) == ("received", None, "2026-03-05")
        assert found["due"]["counted"] == ["2026-03-05"]
        assert "您和其他人的评价合为一个事项" in read(client, ratings[0])
    number = answer(now + timedelta(hours=3)).id
    later = now + timedelta(days=1)
    with clock.moved_to(later):
        before, page = chain.head(), read(client, ratings[0])
        assert ANSWER not in page
        assert "Show me the answer" in read(client, ratings[0], "en")
        assert (chain.head(), told(client, ratings[0])["case"]["state"]) == (before, "answered")
        first = client.post(f"/receipt/{ratings[0]}/{number}/open")
        assert (first.status_code, first.headers["Location"]) == (
            303,
            f"/receipt/{ratings[0]}#case-{number}",
        )
        assert ANSWER in read(client, ratings[0])
        assert ANSWER not in read(client, ratings[1]), "one opening tells nobody else"
        assert told(client, ratings[1])["case"]["better_until"] is None
        client.post(f"/receipt/{ratings[0]}/{number}/better")
        assert told(client, ratings[0])["case"]["said"] == "better"
        refused = client.post(f"/receipt/{ratings[0]}/{number}/worse", headers={"Accept": "application/json"})
        assert refused.status_code == 409
        assert told(client, ratings[0])["case"]["state"] == "answered"
        client.post(f"/receipt/{ratings[1]}/{number}/open")
        assert told(client, ratings[1])["case"]["better_until"].startswith("2026-03-12")
        client.post(f"/receipt/{ratings[1]}/{number}/worse", data={"text": "还是一样硬"})
        assert told(client, ratings[1])["case"]["state"] == "work", "a no opens it again"
        stranger = tap(5, seconds=86400).rating.id
        assert client.post(f"/receipt/{stranger}/{number}/open").status_code == 404
    with clock.moved_to(later + timedelta(days=8)):
        late = client.post(f"/receipt/{ratings[2]}/{number}/better", headers={"Accept": "application/json"})
        assert late.status_code == 409


def test_a_week_is_answered_in_public_and_on_every_receipt_of_it(
    used: None, context: Flask, tap: Tap, at_lunch: datetime
) -> None:
    rating, good = tap(2).rating.id, tap(5, seconds=60).rating.id
    client, monday = context.test_client(), at_lunch + timedelta(days=5)
    with clock.moved_to(at_lunch + timedelta(hours=1)):
        page = read(client, rating, "en")
        assert "go to whoever is responsible" in page
        assert "16 March" in page or "16 Mar" in page or "03/16" in page, page[page.index("waits") :][:900]
        assert "What becomes of it" not in read(client, good, "en")
    take_up(monday)
    number = answer(monday, "大家的意见都看到了，已请师傅少放盐。").id
    with clock.moved_to(monday):
        assert told(client, rating)["case"]["kind"] == "week"
        assert "case" not in told(client, good)
        assert "已请师傅少放盐" in client.get("/c/c1").get_data(as_text=True)
        assert "已请师傅少放盐" not in client.get("/c/c2").get_data(as_text=True)
        assert "Ratings of a week" in client.get(f"/cases/{number}").get_data(as_text=True)
    with transaction():
        switch(by=actor("test"), name="cases", on=False)
    assert "case" not in told(client, rating)
    assert "少放盐" not in client.get("/c/c1").get_data(as_text=True)


def test_words_are_read_masked_where_they_may_be_and_end_with_the_comment(
    used: None, context: Flask, tap: Tap, at_lunch: datetime
) -> None:
    rating = tap(1, comment="粥里有异物，电话13912345678").rating.id
    tap(1, seconds=60, reasons=["hygiene"])
    now = at_lunch + timedelta(minutes=2)
    with clock.moved_to(now - timedelta(days=1)), transaction():
        casework.open_case(by=KIOSK, kind="complaint", subject="counter:c2", text="米饭有点硬")
    take_up(now)
    head = sign_in(context.test_client(), "lin")
    manager = sign_in(context.test_client(), "chen")
    with clock.moved_to(now):
        page = head.get("/office/cases/2").get_data(as_text=True)
        assert "粥里有异物，电话＊＊＊" in page
        assert "您写的内容已立即报总务主任" in read(context.test_client(), rating)
        assert manager.get("/office/cases/2").status_code == 403, "the meal is still on"
        first, *_others = head.get("/office/inbox.json").json["items"]
        assert "食品安全" in first["text"], "before what is due earlier"
        assert "食品安全" in head.get("/office/").get_data(as_text=True)
    with clock.moved_to(at_lunch + timedelta(hours=5)):
        assert "粥里有异物" in manager.get("/office/cases/2").get_data(as_text=True)
        with transaction():
            services.erase_comment(by=actor("lin"), code=queries.receipt_code(rating))
        assert "粥里有异物" not in head.get("/office/cases/2").get_data(as_text=True)
