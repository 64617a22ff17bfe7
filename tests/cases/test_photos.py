"""A photo with what is asked: drawn anew, kept by hash beside the database, gone with its text."""

import io
import os
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import delete

from kiosk.attachments import services
from kiosk.attachments.models import Attachment
from kiosk.attachments.queries import recount
from kiosk.cases import queries
from kiosk.cases.models import Case
from kiosk.core import clock, uploads
from kiosk.core.db import session, transaction
from kiosk.core.web import KioskApp
from kiosk.operation import backups, forgetting
from tests.cases.conftest import PLACE, photo
from tests.cases.test_asking import WORDS, cases, hidden, send
from tests.conftest import actor, sign_in


def waiting() -> int:
    return len(list((uploads.folder() / "waiting").glob("*")))


def with_photo(client: FlaskClient, file: io.BytesIO, page: str = "", **typed: Any) -> Any:
    return send(client, page=page, photo=(file, "IMG_1.jpg"), **typed)


@pytest.fixture
def asked(school: Flask) -> tuple[FlaskClient, str, Attachment]:
    """A browser that handed in a photo, its private address, and what was kept."""
    phone = school.test_client()
    answer = with_photo(phone, photo())
    assert answer.status_code == 303
    session.rollback()
    return phone, answer.location.partition("?")[0], session.query(Attachment).one()


def test_it_is_drawn_anew_and_seen_by_those_alone_who_work_on_it(
    school: Flask, asked: tuple[FlaskClient, str, Attachment]
) -> None:
    phone, address, one = asked
    picture = phone.get(f"{address}/photo/{one.id}")
    with Image.open(io.BytesIO(picture.data)) as drawn:
        assert (drawn.format, max(drawn.size), dict(drawn.getexif())) == ("JPEG", 1600, {})
    assert PLACE not in picture.data
    assert picture.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert (picture.headers["X-Content-Type-Options"], picture.headers["Cache-Control"]) == (
        "nosniff",
        "no-store",
    )
    assert f"{address}/photo/{one.id}" in phone.get(address).text
    lin, wu = sign_in(school.test_client(), "lin"), sign_in(school.test_client(), "wu")
    where = f"/office/cases/{one.subject.partition(':')[2]}/photo/{one.id}"
    assert lin.get(where).data == picture.data
    assert where in lin.get(where.partition("/photo")[0]).text
    assert wu.get(where).status_code == 403
    other = send(school.test_client(), text="别的事").location.partition("?")[0]
    assert phone.get(f"{other}/photo/{one.id}").status_code == 404
    assert list(recount()) == []


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (io.BytesIO(b"GIF89a" + bytes(100)), "无法读取"),
        (io.BytesIO(b"<svg onload=alert(1)>"), "无法读取"),
        (io.BytesIO(bytes(6 * 2**20)), "5 MB"),
    ],
)
def test_what_is_no_photo_costs_no_text(school: Flask, file: io.BytesIO, words: str) -> None:
    answer = with_photo(school.test_client(), io.BytesIO(file.getvalue()))
    assert (answer.status_code, cases()) == (422, 0)
    assert words in answer.text
    assert WORDS in answer.text


def test_it_is_chosen_once_although_the_text_is_looked_at_first(school: Flask) -> None:
    phone = school.test_client()
    page = with_photo(phone, photo((60, 40)), text="请打13812345678")
    assert (page.status_code, session.query(Attachment).count()) == (422, 0)
    kept = hidden(page.text, "kept")
    assert kept
    sent = send(phone, page=page.text, text="请打13812345678", kept=kept)
    session.rollback()
    assert (sent.status_code, session.query(Attachment).count()) == (303, 1)
    again = with_photo(phone, photo((60, 40)), text="请打13912345678")
    without = {"kept": hidden(again.text, "kept"), "without": "1"}
    assert send(phone, page=again.text, text="请打13912345678", **without).status_code == 303
    session.rollback()
    assert (cases(), session.query(Attachment).count()) == (2, 1)
    forged = send(phone, text="第三件", kept=kept[:-2] + "AA")
    assert (forged.status_code, "请重新选择" in forged.text) == (422, True)


@pytest.mark.sqlite
def test_it_goes_with_its_text_out_of_the_backups_too(
    school: KioskApp, asked: tuple[FlaskClient, str, Attachment]
) -> None:
    phone, address, one = asked
    number, digest = one.id, one.digest
    backups.make(school.instance)
    copy = uploads.place(school.instance.folder / "backups" / "uploads", digest)
    file = uploads.place(school.instance.folder / "uploads", digest)
    assert copy.read_bytes() == file.read_bytes()
    with transaction():
        forgetting.erase(by=actor("lin"), selection=forgetting.find(words=WORDS), reason="本人要求")
    assert phone.get(f"{address}/photo/{number}").status_code == 404, "at once"
    assert services.let_go() is True
    assert (file.exists(), copy.exists(), session.query(Attachment).count()) == (False, False, 0)
    assert services.let_go() is False
    assert list(recount()) == []
    assert WORDS not in phone.get(address).text


@pytest.mark.sqlite
def test_a_restore_brings_it_back(
    school: KioskApp, asked: tuple[FlaskClient, str, Attachment], kiosk: Any
) -> None:
    _phone, _address, one = asked
    file, digest = uploads.place(uploads.folder(), one.digest), one.digest
    backup, _facts = backups.make(school.instance)
    session.remove()
    file.unlink()
    assert [str(one) for one in recount()] != []
    session.remove()
    kiosk("restore", str(backup))
    assert uploads.digest_of(file.read_bytes()) == digest


def test_the_recount_finds_what_was_changed(asked: tuple[FlaskClient, str, Attachment]) -> None:
    _phone, _address, one = asked
    file = uploads.place(uploads.folder(), one.digest)
    file.write_bytes(b"something else")
    assert [(found.problem, found.detail) for found in recount()] == [("altered", one.digest)]
    file.write_bytes(uploads.waiting(one.digest) or b"")
    with transaction():
        session.execute(delete(Attachment))
    assert [found.problem for found in recount()] == ["missing"]


def test_what_was_never_sent_is_tidied_after_a_day(school: Flask) -> None:
    phone = school.test_client()
    with_photo(phone, photo((60, 40)), text=" ")
    with_photo(phone, photo((50, 40)))
    session.rollback()
    orphan = Path(uploads.place(uploads.folder(), uploads.keep(b"nothing points here")))
    kept = uploads.place(uploads.folder(), session.query(Attachment).one().digest)
    services.tidy()
    assert (waiting(), orphan.exists()) == (2, True)
    for path in (*uploads.files(uploads.folder()), *(uploads.folder() / "waiting").glob("*")):
        os.utime(path, (clock.now().timestamp() - 90_000,) * 2)
    services.tidy()
    assert (waiting(), orphan.exists(), kept.exists()) == (0, False, True)
    assert queries.case(session.query(Case).one().id)
