"""Who agrees is shown before a rating, by photo or badge; whoever agrees no longer is shown nowhere."""

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from kiosk.chain.models import ChainEntry
from kiosk.core import config
from kiosk.core.db import session, transaction
from kiosk.counters.services import add_duty, open_enrolment
from kiosk.operation import backups
from kiosk.presence import services as presence
from kiosk.staff.models import Portrait
from tests.conftest import actor, add_staff, counter, csrf

Browser = Callable[[str], FlaskClient]


def photo(color: str = "teal", **more: Any) -> bytes:
    """A photo as a telephone makes it."""
    made = BytesIO()
    Image.new("RGB", (900, 700), color).save(made, "JPEG", **more)
    return made.getvalue()


@pytest.fixture
def person(app: Flask) -> int:
    """Somebody on duty at c1 all the time; another one stands there, too, and agreed to nothing."""
    with app.app_context(), transaction():
        ids = [add_staff(name, badge).id for name, badge in (("打饭员甲", "07"), ("打饭员乙", "08"))]
        for number in ids:
            add_duty(by=actor("test"), counter=counter(), staff_id=number)
        return ids[0]


def agree(browser: FlaskClient, person: int, data: bytes | None = None, **fields: str) -> Any:
    """Send the form as the office does."""
    form: dict[str, Any] = {"agreed": "y", **fields, "csrf_token": csrf(browser, f"/office/staff/{person}")}
    if data is not None:
        form["photo"] = (BytesIO(data), "../../me.png")
    return browser.post(f"/office/staff/{person}/portrait", data=form, content_type="multipart/form-data")


def state(app: Flask, client: FlaskClient) -> dict[str, Any]:
    """What the tablet of c1 is told."""
    with app.app_context(), transaction():
        code = open_enrolment(by=actor("test"), counter=counter())
    key = client.post("/api/tablets", json={"code": code}).json
    assert key
    told = client.get("/c/c1/state.json", headers={"Authorization": f"Device {key['key']}"}).json
    assert told
    return dict(told)


def phone(app: Flask, client: FlaskClient) -> str:
    """The phone page before its tap."""
    with app.app_context():
        token = presence.qr_token(counter()).text
    return client.get(client.get(f"/q/c1?t={token}").headers["Location"]).text


def test_nobody_is_shown_who_did_not_agree(
    app: Flask, client: FlaskClient, signed_in: Browser, person: int
) -> None:
    assert state(app, client)["duty"] == []
    assert "打饭员" not in phone(app, client)
    answer = agree(signed_in("lin"), person, photo(), agreed="")
    assert answer.status_code == 422
    assert "未经本人同意" in answer.text
    assert state(app, client)["duty"] == []
    assert client.get(f"/c/c1/duty/{person}").status_code == 404


def test_who_agrees_is_shown_and_whoever_withdraws_is_gone_at_once(
    app: Flask, client: FlaskClient, signed_in: Browser, person: int
) -> None:
    lin = signed_in("lin")
    assert agree(lin, person, photo(comment=b"taken at home")).status_code == 302
    [shown] = state(app, client)["duty"]
    assert (shown["name"], shown["badge"]) == ("打饭员甲", "07")
    assert shown["photo"] in phone(app, client)
    answer = client.get(shown["photo"])
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert "no-cache" in answer.headers["Cache-Control"], "no browser shows it on without asking"
    assert b"home" not in answer.data
    again = client.get(shown["photo"], headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert client.get(f"/c/c2/duty/{person}").status_code == 404, "only where the person serves"
    token = csrf(lin, f"/office/staff/{person}")
    assert (
        lin.post(f"/office/staff/{person}/portrait/withdraw", data={"csrf_token": token}).status_code == 302
    )
    assert client.get(shown["photo"], headers={"If-None-Match": answer.headers["ETag"]}).status_code == 404
    assert state(app, client)["duty"] == []
    assert "打饭员" not in phone(app, client)
    with app.app_context():
        assert session.query(Portrait).count() == 0


def test_a_badge_without_a_photo_is_enough_and_a_photo_stays_when_saved_again(
    app: Flask, client: FlaskClient, signed_in: Browser, person: int
) -> None:
    lin = signed_in("lin")
    agree(lin, person)
    assert [(one["badge"], one["photo"]) for one in state(app, client)["duty"]] == [("07", "")]
    agree(lin, person, photo())
    first = state(app, client)["duty"][0]["photo"]
    agree(lin, person)
    assert state(app, client)["duty"][0]["photo"] == first
    agree(lin, person, photo("navy"))
    assert state(app, client)["duty"][0]["photo"] not in ("", first)


@pytest.mark.parametrize("data", [b"<svg/>", b"GIF89a", b"%PDF-1.7 not a photo", photo()[:100]])
def test_what_is_no_photo_is_refused_beside_its_field(
    app: Flask, signed_in: Browser, person: int, data: bytes
) -> None:
    answer = agree(signed_in("lin"), person, data)
    assert answer.status_code == 422
    assert 'id="photo-error"' in answer.text
    with app.app_context():
        assert session.query(Portrait).count() == 0


def test_five_megabytes_fit_and_more_do_not(signed_in: Browser, person: int) -> None:
    lin = signed_in("lin")
    assert agree(lin, person, photo() + b"\0" * (5 * 2**20 - len(photo()))).status_code == 302
    assert agree(lin, person, photo() + b"\0" * (5 * 2**20 - len(photo()) + 1)).status_code == 422
    assert agree(lin, person, photo() + b"\0" * (6 * 2**20)).status_code == 413


def test_the_record_says_so_and_holds_no_photo(app: Flask, signed_in: Browser, person: int) -> None:
    lin = signed_in("lin")
    agree(lin, person, photo())
    token = csrf(lin, f"/office/staff/{person}")
    lin.post(f"/office/staff/{person}/portrait/withdraw", data={"csrf_token": token})
    with app.app_context():
        bodies = [json.loads(one.body) for one in session.query(ChainEntry).filter_by(action="staff.shown")]
    assert [(one["before"], one["after"]) for one in bodies] == [
        ({"agreed": False, "photo": False}, {"agreed": True, "photo": True}),
        ({"agreed": True, "photo": True}, {"agreed": False, "photo": False}),
    ]


def test_who_leaves_is_shown_no_more(
    app: Flask, client: FlaskClient, signed_in: Browser, person: int
) -> None:
    lin = signed_in("lin")
    agree(lin, person, photo())
    token = csrf(lin, f"/office/staff/{person}")
    lin.post(f"/office/staff/{person}", data={"name": "打饭员甲", "badge": "07", "csrf_token": token})
    with app.app_context():
        assert session.query(Portrait).count() == 0
    assert client.get(f"/c/c1/duty/{person}").status_code == 404


@pytest.mark.parametrize("who", ["wu", ""])
def test_a_stranger_sees_and_changes_nothing(
    app: Flask, client: FlaskClient, signed_in: Browser, person: int, who: str
) -> None:
    agree(signed_in("lin"), person, photo())
    browser = signed_in(who) if who else client
    assert browser.get(f"/office/staff/{person}/photo").status_code in (302, 401, 403)
    for address in ("portrait", "portrait/withdraw"):
        token = csrf(browser, "/sign-in" if not who else "/office/")
        answer = browser.post(f"/office/staff/{person}/{address}", data={"csrf_token": token})
        assert answer.status_code in (401, 403)
    with app.app_context():
        assert session.query(Portrait).count() == 1


@pytest.mark.sqlite
def test_no_backup_holds_a_photo(
    app: Flask, instance: config.Instance, signed_in: Browser, person: int, tmp_path: Path
) -> None:
    """What was withdrawn does not come back with an old backup."""
    agree(signed_in("lin"), person, photo())
    with app.app_context():
        found = session.query(Portrait).one().photo
        assert found
        file, _facts = backups.make(instance, tmp_path / "backup")
    assert found[200:260] not in file.read_bytes()


def test_tablets_notice_within_a_minute(
    app: Flask, client: FlaskClient, signed_in: Browser, person: int
) -> None:
    """Their sign of life tells a change, and they ask for the news at once."""
    with app.app_context(), transaction():
        code = open_enrolment(by=actor("test"), counter=counter())
    key = (client.post("/api/tablets", json={"code": code}).json or {})["key"]
    beat = {"unsent": 0, "refused": 0, "version": "x", "clock": 0}
    head = {"Authorization": f"Device {key}"}

    def told() -> str:
        return str((client.post("/api/tablets/heartbeat", json=beat, headers=head).json or {})["shown"])

    seen = [told()]
    agree(signed_in("lin"), person, photo())
    seen.append(told())
    agree(signed_in("lin"), person, photo("navy"))
    seen.append(told())
    assert len(set(seen)) == 3
