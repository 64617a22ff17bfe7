"""The sample school's teams and posts: held by the people whom its other rooms have there."""

from typing import NamedTuple

from kiosk.core.samples import BY, MANAGER, Share, Span
from kiosk.persons import queries as persons
from kiosk.persons.models import Person
from kiosk.staff.queries import first_day, school_year
from kiosk.staff.services import add_post, add_team, appoint, save_person


class Sort(NamedTuple):
    """What is alike in posts: the duties, and what is done every day."""

    duties: tuple[str, ...]
    daily: tuple[str, ...]


BUYING = Sort(
    ("按计划采购，货比三家", "不收回扣，不接受供货商宴请", "票据当天交齐"),
    ("核对当日计划", "随车到货，与验收员当面交接"),
)
KEEPING = Sort(("先进先出，账物相符", "库房上锁，无关人员不入内"), ("记录温湿度", "下班前盘点当日出库"))
RECEIVING = Sort(
    ("逐样看质、称重、点数", "与采购员互不兼任", "不合格的当场退回并记录"), ("校秤", "签当日验收单")
)
MANAGING = Sort(
    ("对各窗口的服务和评价负责，意见按时答复", "采购明细当天公示", "后厨每天自查，问题当天整改"),
    ("开餐前巡一遍后厨", "餐后看评价，当天能改的当天改"),
)
SERVING = Sort(
    ("戴帽、戴口罩、戴手套", "份量足，态度和气", "不与学生争执，有意见先记下"),
    ("开餐前擦净台面", "收餐后清点留样"),
)
SUPPORTING = Sort(("按时开门，离岗挂牌", "登记每一件事，办完回复"), ("开门前检查水电", "下班前关好门窗"))

WINDOWS = {"第一食堂组": ("套餐", "炒菜", "面食", "清真"), "第二食堂组": ("粥点", "盖浇饭", "麻辣烫", "水果")}

Posts = tuple[tuple[str, Sort, str, str], ...]
MANAGEMENT: Posts = ((MANAGER, MANAGING, "陈", ""),)
TEAMS: dict[str, tuple[str, Posts]] = {
    "采购与验收组": (
        "保管员 孙",
        (
            ("采购员", BUYING, "采购员 赵", "保管员 孙"),
            ("保管员", KEEPING, "保管员 孙", "采购员 赵"),
            ("第一验收员", RECEIVING, "验收员 周", ""),
            ("第二验收员", RECEIVING, "验收员 郑", ""),
        ),
    ),
    **{
        team: (
            "陈",
            tuple((f"{one}窗口", SERVING, f"{one}服务员甲", f"{one}服务员乙") for one in windows),
        )
        for team, windows in WINDOWS.items()
    },
    "后勤服务组": (
        "林",
        tuple((one, SUPPORTING, f"{one}服务员", "") for one in ("开水房", "小卖部", "报修台")),
    ),
}
"""By team: who leads it, and each post with its sort, its holder and its stand-in ("": nobody)."""
SKILLS = {"报修台服务员": ("水电", "电焊"), "面食服务员甲": ("面点", "收银"), "保管员 孙": ("叉车",)}


def _furnish(of: Span) -> None:
    _add("食堂管理组", "林", MANAGEMENT, school_year(of.today))


def _finish(of: Span) -> None:
    for name, (leader, posts) in TEAMS.items():
        _add(name, leader, posts, school_year(of.today))
    for number, (name, skills) in enumerate(SKILLS.items()):
        _note(_called(name), "state" if number else "temporary", skills)


def _add(name: str, leader: str, posts: Posts, year: int) -> None:
    team = add_team(by=BY, year=year, name=name, leader=_called(leader))
    for title, sort, holder, stand_in in posts:
        post = add_post(
            by=BY,
            team=team,
            name=title,
            duties=sort.duties,
            daily=sort.daily,
            stand_in=_called(stand_in) if stand_in else None,
        )
        appoint(by=BY, post=post, person=_called(holder), since=first_day(year))


def _called(name: str) -> Person:
    """The person of this name, whom another room's share has brought along."""
    return persons.called(name)[0]


def _note(person: Person, employment: str, skills: tuple[str, ...]) -> None:
    save_person(
        by=BY,
        person=person,
        name=person.name,
        post=person.post,
        badge=person.badge,
        kind=person.kind,
        employment=employment,
        skills=skills,
    )


SHARE = Share(furnish=_furnish, finish=_finish)
