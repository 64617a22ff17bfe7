"""The sample school's budget: Wu drafts, Lin, Qin and the council decide; a transfer, an exception."""

from collections.abc import Iterator
from datetime import date, time

from kiosk.auth import queries as auth
from kiosk.budgets import queries, services
from kiosk.budgets.models import APPROVED
from kiosk.budgets.services import Typed
from kiosk.core.actor import Actor
from kiosk.core.samples import Event, Share, Span, at
from kiosk.school import queries as school
from kiosk.school.services import change_settings
from kiosk.steps import queries as steps
from kiosk.steps.models import OPEN
from kiosk.steps.services import decide

LINES = (
    Typed(None, "蔬菜", 228_000_00, "蔬菜类", False, "两个食堂的时令蔬菜", "Vegetables"),
    Typed(None, "肉禽水产", 306_000_00, "肉食类", False, "定点屠宰的鲜肉、禽肉和水产", "Meat and fish"),
    Typed(None, "蛋奶糕点", 112_000_00, "蛋奶及糕点类", False, "鸡蛋、牛奶、面点", "Eggs, milk, pastry"),
    Typed(None, "粮食", 126_000_00, "粮食类", False, "大米、面粉、杂粮", "Grain"),
    Typed(None, "食用油", 58_000_00, "油类", True, "专款专用，只购买食用油", "Cooking oil"),
    Typed(None, "调味品", 24_000_00, "调味类", False, "油盐酱醋等调味品", "Seasoning"),
    Typed(None, "水果", 46_000_00, "水果类", False, "每周两次的加餐水果", "Fruit"),
    Typed(None, "燃料水电", 68_000_00, "", False, "食堂用气、用水、用电", "Fuel, water, power"),
    Typed(None, "厨具更新", 18_000_00, "", False, "炊具、蒸箱等更新", "Kitchenware"),
    Typed(None, "零星维修", 500_00, "", False, "设备小修", "Minor repairs"),
)
DECIDERS = ("lin", "principal", "sun", "zhao", "zhou")


def _actor(username: str) -> Actor:
    return auth.account(username).actor


def _line(name: str) -> int:
    term = queries.shown_term()
    return next(one.line for one in queries.positions(term.id if term else 0) if one.name == name)


def _plan() -> None:
    """Wu drafts the budget of the term and proposes it."""
    change_settings(by=_actor("lin"), budget_pupils=1_420)
    term, by = queries.shown_term(), _actor("wu")
    assert term
    version = services.begin(by=by, term=term)
    services.save(by=by, version=version, rows=LINES, why="本学期食堂经费预算", seen=0)
    services.propose(by=by, version=version)


def _decide(subject: str) -> None:
    """Everybody who is asked agrees, level by level."""
    found = next(iter(steps.approvals(subject)), None)
    for username in DECIDERS if found else ():
        if found is None or found.state != OPEN or auth.account_named(username) is None:
            continue
        now = steps.standing(found).asked
        by = _actor(username)
        if now and steps.voice_for(now.level, found, steps.voices(by)):
            decide(by=by, approval=found, approves=True)


def _decide_budget() -> None:
    term = queries.shown_term()
    coming = queries.on_its_way(term.id) if term else None
    if coming:
        _decide(f"budget:{coming.id}")


def _in_force() -> bool:
    term = queries.term_on(school.today())
    version = queries.in_force(term.id) if term else None
    return version is not None and version.state == APPROVED


def _transfer() -> None:
    if _in_force():
        found = services.ask_transfer(
            by=_actor("wu"),
            from_line=_line("水果"),
            to_line=_line("厨具更新"),
            amount=4_000_00,
            reason="二食堂蒸箱门封老化，需要更换，水果本月价格低于预算。",
        )
        _decide(services.subject_of(found))


def _except() -> None:
    if _in_force():
        found = services.ask_exception(
            by=_actor("wu"),
            line=_line("零星维修"),
            amount=200_00,
            title="消毒柜加热管更换",
            reason="消毒柜加热管烧坏，餐具当天必须消毒，零星维修余额不足。",
        )
        _decide(services.subject_of(found))


def _ask() -> None:
    """A transfer that waits for Lin."""
    if _in_force():
        services.ask_transfer(
            by=_actor("wu"),
            from_line=_line("调味品"),
            to_line=_line("燃料水电"),
            amount=1_500_00,
            reason="天气转冷，开水用气增加。",
        )


def _events(of: Span, day: date) -> Iterator[Event]:
    if day == of.days[0]:
        yield Event(at(day, time(7, 50)), _plan)
        yield Event(at(day, time(8, 40)), _decide_budget)
    if day == of.days[3]:
        yield Event(at(day, time(15, 30)), _transfer)
    if day == of.days[6]:
        yield Event(at(day, time(10, 20)), _except)
    if day == of.days[-1]:
        yield Event(at(day, time(9, 35)), _ask)


SHARE = Share(events=_events)
