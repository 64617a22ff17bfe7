"""Who is told what waits: nobody without the right at the place, whatever the function says."""

from datetime import timedelta

import pytest

from kiosk.core import clock
from kiosk.core.actor import KIOSK, SCHOOL, Actor, Grant, Place
from kiosk.core.duty import WARN, Duties, Duty
from kiosk.core.i18n import lazy
from kiosk.core.room import Room
from kiosk.core.security import PERMISSIONS, Permission, Reach

ONE, TWO, COUNTER = Place("k1"), Place("k2"), Place("k1", "c1")
EVERYWHERE = {"one:k1", "one:k2", "one:c1", "one:school"}


@pytest.fixture
def right(request: pytest.FixtureRequest) -> Permission:
    """A right of the reach that the test names, which no page of the house knows."""
    found = Permission("test.sweep", lazy("Board"), frozenset({"purchaser"}), reach=request.param)
    del PERMISSIONS[found.name]
    return found


def told(right: Permission, *grants: Grant, mine: bool = False) -> set[str]:
    """The duties of a function that forgets to ask, as an actor with these roles hears of them."""
    places = {"k1": ONE, "k2": TWO, "c1": COUNTER, "school": SCHOOL}
    duties = [Duty(key, WARN, "", "/", at, mine=mine) for key, at in places.items()]
    source = Duties("one", right, lambda _who: duties)
    return {duty.key for duty in source(Actor("hao", 7, "郝", grants))}


@pytest.mark.parametrize("right", [Reach.PLACE, Reach.ANYWHERE], indirect=True)
def test_a_role_at_one_canteen_hears_of_that_one_alone(right: Permission) -> None:
    assert told(right, Grant("purchaser", "k1")) == {"one:k1", "one:c1"}
    assert told(right, Grant("purchaser", "k1", "c1")) == {"one:c1"}
    assert told(right, Grant("purchaser")) == EVERYWHERE
    assert told(right, Grant("head")) == set()
    assert told(right) == set()


@pytest.mark.parametrize("right", [Reach.SCHOOL], indirect=True)
def test_what_is_the_schools_takes_a_role_for_the_school(right: Permission) -> None:
    assert told(right, Grant("purchaser", "k1")) == set()
    assert told(right, Grant("purchaser")) == EVERYWHERE


@pytest.mark.parametrize("right", [Reach.PLACE, Reach.ANYWHERE], indirect=True)
def test_only_a_right_that_is_the_same_everywhere_follows_a_person(right: Permission) -> None:
    follows = right.reach is Reach.ANYWHERE
    assert (told(right, Grant("purchaser", "k1"), mine=True) == EVERYWHERE) is follows
    assert told(right, Grant("head"), mine=True) == set(), "without the right there is nothing of one's own"


@pytest.mark.parametrize("right", [Reach.PLACE], indirect=True)
def test_what_acts_by_itself_hears_of_everything(right: Permission) -> None:
    source = Duties("one", right, lambda _who: [Duty("k1", WARN, "", "/", ONE), Duty("all", WARN, "", "/")])
    assert [duty.key for duty in source(KIOSK)] == ["one:k1", "one:all"]


@pytest.mark.parametrize("right", [Reach.PLACE], indirect=True)
def test_who_may_not_is_not_even_asked_about(right: Permission) -> None:
    asked: list[Actor] = []
    source = Duties("one", right, lambda who: asked.append(who) or [])  # type: ignore[func-returns-value]
    assert list(source(Actor("wu", 7, "吴", (Grant("accountant"),)))) == asked == []


def test_a_room_cannot_hand_in_duties_without_a_right() -> None:
    with pytest.raises(TypeError, match="attic"):
        Room(name="attic", duties=(lambda _who: [Duty("all", WARN, "", "/")],))  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Duties("one", of=lambda _who: [])  # type: ignore[call-arg]


def test_what_is_due_is_late_once_its_moment_is_over() -> None:
    now = clock.now()
    duty = Duty("all", WARN, "", "/", due=now)
    assert not duty.is_late(now)
    assert duty.is_late(now + timedelta(microseconds=1))
    assert not duty._replace(due=None).is_late(now)
