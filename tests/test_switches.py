"""What a school switches on and off: off is nowhere, on is everywhere, off again keeps what was stored."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient

from kiosk import manifests
from kiosk.chain import queries as chain
from kiosk.core import clock, config, room
from kiosk.core.actor import KIOSK
from kiosk.core.db import transaction
from kiosk.core.errors import NotFound
from kiosk.core.i18n import lazy
from kiosk.core.room import Asked, Room, Switch
from kiosk.core.web import KioskApp
from kiosk.operation import retention, stored, ticker
from kiosk.operation.office import wishes
from kiosk.overview import queries as overview
from kiosk.sample import demo
from kiosk.school import queries as school
from kiosk.school.services import change_settings, switch
from tests.attic.room import ROOM as ATTIC
from tests.attic.room import worked
from tests.attic.settings import BROOMS
from tests.conftest import Workplace, actor, csrf, sign_in

GATE = Switch("gate", lazy("Tablet"), (Asked(lazy("Accountant"), lazy("Why")),))
ROOM_SWITCH = Switch("attic", lazy("Board"), (Asked(lazy("Head of logistics"), lazy("Meal saved")),))
OPTIONAL = replace(ATTIC, optional=ROOM_SWITCH, switches=(GATE,))
USES = "/office/school/uses"


def rooms() -> list[Room]:
    """All rooms, and one on top that a school may do without."""
    return [*manifests(), OPTIONAL]


@pytest.fixture
def house(workplace: Workplace, instance: config.Instance) -> KioskApp:
    """The application with a room on top that a school may do without."""
    worked.clear()
    return workplace.open(instance, rooms, attic="{{ section.dust }}")


@pytest.fixture
def lin(house: KioskApp) -> FlaskClient:
    return sign_in(house.test_client(), "lin")


def press(client: FlaskClient, name: str, state: str) -> int:
    """Switch something on or off on the page; the answer's status."""
    form = {"csrf_token": csrf(client, "/office/accounts/")}
    return client.post(f"{USES}/{name}/{state}", data=form).status_code


def where(house: KioskApp, client: FlaskClient) -> dict[str, bool]:
    """At which places of the house the room is found."""
    worked.clear()
    ticker.tick(house)
    settings = client.get("/office/school/edit").text
    with house.test_request_context():
        found = {
            "duties": any(duty.text == "dust in the attic" for duty in overview.duties(KIOSK)),
            "buttons": "dust" in wishes(),
            "measures": room.measure("dust") is not None,
            "gates": GATE in room.switches(),
        }
    return found | {
        "address": client.get("/office/attic/").status_code == 200,
        "navigation": "/office/attic/" in settings,
        "settings": 'name="brooms"' in settings,
        "board": "dust of " in client.get("/").text,
        "live": "dust in the attic" in client.get("/office/live.json").text,
        "health": "/dust" in client.get("/office/operation/").text,
        "jobs": "dust" in [job.name for job in ticker.jobs(house)],
        "rounds": "round" in worked,
    }


def test_what_is_off_is_nowhere_and_what_is_on_everywhere(house: KioskApp, lin: FlaskClient) -> None:
    off = where(house, lin)
    assert not any(off.values()), off
    assert house.test_client().get("/office/attic/").status_code == 404, "nobody is asked to sign in for it"
    assert press(lin, "attic", "on") == 302
    on = where(house, lin)
    assert all(on.values()), on
    assert press(lin, "attic", "off") == 302
    assert where(house, lin) == off


def test_what_was_stored_stays_when_it_is_switched_off(house: KioskApp, lin: FlaskClient) -> None:
    press(lin, "attic", "on")
    with house.app_context(), transaction():
        change_settings(by=actor("lin"), brooms=3)
    press(lin, "attic", "off")
    with house.app_context():
        assert school.settings()[BROOMS] == 3
        assert school.misfits() == [], "what a room that is off has stored is known"
        assert "dust" in retention.due(), "it is still forgotten"
        assert list(chain.export())[-1] == '["attic"]', "it is still handed over"
        assert "7" in [one.place for one in chain.verify().findings], "it is still verified"
        declared = {name for one in house.rooms for name in one.tables}
        assert declared <= {one.table for one in stored.tables()}
    press(lin, "attic", "on")
    assert 'name="brooms"' in (page := lin.get("/office/school/edit").text)
    assert re.search(r'name="brooms"[^>]*value="3"', page)


def test_switching_leaves_its_trace_and_its_day(house: KioskApp, lin: FlaskClient) -> None:
    press(lin, "attic", "on")
    press(lin, "attic", "on")
    with house.app_context():
        assert room.on_since(ROOM_SWITCH) == school.today()
        assert [one.action for one in chain.entries(limit=2)].count("switch.on") == 1, (
            "the second changed nothing"
        )
    told = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", lin.get("/office/chain/?lang=en").text))
    assert "Switched on" in told
    assert "What the school uses: Board" in told, "the code of what was switched has its words"
    press(lin, "attic", "off")
    with house.app_context():
        assert room.on_since(ROOM_SWITCH) is None
        assert chain.entries(limit=1)[0].action == "switch.off"
        assert chain.first_break() is None


def test_what_it_asks_is_due_from_the_day_of_the_switch(house: KioskApp, at_lunch: datetime) -> None:
    with house.app_context(), transaction():
        switch(by=actor("lin"), name="attic", on=True)
    later = at_lunch + timedelta(days=3)
    with clock.moved_to(later), house.app_context(), transaction():
        switch(by=actor("lin"), name="gate", on=True)
    with house.app_context():
        days = [room.on_since(ROOM_SWITCH), room.on_since(GATE)]
        assert days == [at_lunch.date(), later.date()]


def test_the_sample_school_uses_everything(house: KioskApp) -> None:
    with house.app_context(), transaction():
        demo.use_everything()
    with house.app_context():
        assert room.is_on(ROOM_SWITCH)
        assert room.is_on(GATE)


def test_a_gate_lies_in_a_room_that_is_on(house: KioskApp, lin: FlaskClient) -> None:
    with house.app_context(), pytest.raises(NotFound), transaction():
        switch(by=actor("lin"), name="gate", on=True)
    press(lin, "attic", "on")
    with house.app_context():
        assert not room.is_on(GATE)
    assert press(lin, "gate", "on") == 302
    with house.app_context():
        assert room.is_on(GATE)
    press(lin, "attic", "off")
    with house.app_context():
        assert not room.is_on(GATE), "what lies in a room that is off is off"


def test_the_page_says_what_is_asked_of_whom(house: KioskApp, lin: FlaskClient) -> None:
    page = lin.get(f"{USES}?lang=en").text
    for words in ("What the school uses", "Head of logistics", "Meal saved", "Switch on"):
        assert words in page, words
    assert "/uses/gate/on" not in page, "a gate is offered once its room is on"
    press(lin, "attic", "on")
    page = lin.get(f"{USES}?lang=en").text
    assert "Switch off" in page
    assert "/uses/gate/on" in page
    assert press(lin, "nothing", "on") == 404


def test_a_wrong_role_switches_nothing(house: KioskApp) -> None:
    for username in ("chen", "wu"):
        client = sign_in(house.test_client(), username)
        assert client.get(USES).status_code == 403
        assert press(client, "attic", "on") == 403
    assert press(sign_in(house.test_client(), "admin"), "attic", "on") == 302
    with house.app_context():
        assert room.is_on(ROOM_SWITCH)


def test_without_anything_to_switch_there_is_no_page(app: KioskApp) -> None:
    app.rooms = tuple(replace(one, optional=None, switches=(), posting_kinds=()) for one in app.rooms)
    client = sign_in(app.test_client(), "lin")
    assert client.get(USES).status_code == 404
    assert USES not in client.get("/office/school/edit").text
