"""What hangs on the sample school's wall: each kind; one corrected, one late, one withdrawn."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, time, timedelta
from functools import partial

from kiosk.auth import queries as auth
from kiosk.core.actor import Actor
from kiosk.core.documents import recognised
from kiosk.core.samples import BY, MANAGER, Event, Span, at
from kiosk.counters import queries as counters
from kiosk.counters.models import Canteen
from kiosk.persons import queries as persons
from kiosk.postings import queries, services
from kiosk.postings.kinds import dishes, sample_files
from kiosk.postings.kinds.bulk import BULK
from kiosk.postings.kinds.inquiry import INQUIRY
from kiosk.postings.kinds.materials import MATERIALS
from kiosk.postings.kinds.menu import MENU
from kiosk.postings.kinds.spending import SPENDING
from kiosk.postings.kinds.suppliers import SUPPLIERS
from kiosk.postings.models import Posting, PostingDraft
from kiosk.postings.queries import MONTH, WEEK, Kind, Texts
from kiosk.postings.queries.rhythms import period_at
from kiosk.school import queries as school
from kiosk.staff import queries as staff
from kiosk.steps.services import decide

SPENT = (
    ("食堂水电费", "18642.30", "供电公司、自来水公司", "11月抄表"),
    ("食堂燃气费", "9315.00", "燃气公司", ""),
    ("食堂临时用工工资", "23400.00", "6人", "按考勤"),
    ("排烟管道清洗", "2800.00", "保洁服务公司", "每季一次"),
    ("消毒柜维修", "460.00", "电器维修部", ""),
    ("热水房滤芯", "1260.00", "净水设备公司", ""),
    ("垃圾清运费", "1500.00", "环卫服务公司", ""),
)
GOODS = (
    ("复印纸", "A4 70克", "箱", "12", "148.00", "1776.00", "文具批发部"),
    ("白板笔", "黑色", "盒", "20", "16.50", "330.00", "文具批发部"),
    ("扫帚", "", "把", "60", "8.00", "480.00", "日杂店"),
    ("洗手液", "500毫升", "瓶", "96", "9.80", "940.80", "日杂店"),
    ("节能灯管", "36瓦", "支", "40", "14.50", "580.00", "五金店"),
)
DESKS = (("课桌椅", "升降式", "套", "60", "185.00", "11100.00", "教学设备公司"),)
FREEZER = (("双门冷柜", "1000升", "台", "2", "4300.00", "8600.00", "厨房设备公司"),)
PRICES = (
    ("猪后腿肉", "斤", "11.50", "12.80", "12.00", "11.50"),
    ("鸡蛋", "斤", "4.60", "4.98", "4.70", "4.60"),
    ("大白菜", "斤", "0.90", "1.28", "0.95", "0.90"),
    ("土豆", "斤", "1.50", "1.98", "1.60", "1.50"),
    ("西红柿", "斤", "3.20", "3.98", "3.00", "3.00"),
)
PAPERS = (
    ("城南粮油店", "大米、面粉、食用油", "长期", 400),
    ("绿源蔬菜合作社", "蔬菜", "长期", 190),
    ("北站水产行", "水产", "长期", 33),
    ("宏达肉联厂", "猪肉、牛肉", "长期", 700),
    ("晨光乳品公司", "牛奶、酸奶", "长期", -6),
)
"""Supplier, what it supplies, end of the business licence, days until the food licence ends."""
Rows = list[Texts]


def _actor(username: str) -> Actor:
    return auth.account(username).actor


def _rows(names: str, lines: tuple[tuple[str, ...], ...]) -> Rows:
    return [dict(zip(names.split(), line, strict=True)) for line in lines]


def _begin(
    writer: str,
    kind: Kind,
    fields: Texts,
    rows: Rows,
    *,
    period: str = "",
    canteen: Canteen | None = None,
) -> PostingDraft:
    by = _actor(writer)
    draft = services.start(by=by, kind=kind, place=canteen, period=period)
    return services.save_draft(
        by=by, draft=draft, revision=0, fields=fields, rows=rows, nothing=not rows and bool(kind.columns)
    )


def _post(writer: str, draft: PostingDraft) -> Posting:
    """Whoever wrote it posts it; where another approves it, that is Lin."""
    posting, kind, by = draft.posting, queries.kind_of(draft.posting.kind), _actor(writer)
    if kind.approves is None:
        services.post(by=by, draft=draft, revision=draft.revision)
        return posting
    services.propose(by=by, draft=draft)
    approving = queries.approving(draft)
    assert approving
    decide(by=_actor("lin"), approval=approving.approval, approves=True)
    return posting


def _month_before(day: date) -> str:
    return period_at(MONTH, day.replace(day=1) - timedelta(days=1))


def _spend(day: date) -> None:
    rows = _rows("item amount payee remark", SPENT)
    _post("wu", _begin("wu", SPENDING, {}, rows, period=_month_before(day)))


def _spend_right(day: date) -> None:
    """The repair of the month had been entered without its parts."""
    posting = queries.same(SPENDING, canteen_id=None, counter_id=None, period=_month_before(day))
    assert posting
    by, draft = _actor("wu"), services.start_correction(by=_actor("wu"), posting=posting)
    rows = [{**row, "amount": "640.00"} if row["item"] == "消毒柜维修" else row for row in draft.rows]
    reason = "漏计更换的加热管180元"
    services.save_draft(by=by, draft=draft, revision=0, fields=draft.fields, rows=rows, reason=reason)
    _post("wu", draft)


def _buy(day: date) -> None:
    rows = _rows("item specification unit quantity unit_price amount supplier", GOODS)
    _post("wu", _begin("wu", MATERIALS, {"department": "总务处"}, rows, period=_month_before(day)))


def _buy_nothing(day: date) -> None:
    two_back = date.fromisoformat(f"{_month_before(day)}-01") - timedelta(days=1)
    draft = _begin("wu", MATERIALS, {"department": "总务处"}, [], period=period_at(MONTH, two_back))
    _post("wu", draft)


def _bulk(title: str, lines: tuple[tuple[str, ...], ...], day: date, files: Mapping[str, bytes]) -> Posting:
    fields = {"title": title, "method": "inquiry", "bought_on": day.isoformat()}
    fields["decided"] = f"校委会{day.month}月{day.day}日会议，5人到会，一致同意"
    rows = _rows("item specification unit quantity unit_price amount supplier", lines)
    draft = _begin("wu", BULK, fields, rows)
    for name, data in files.items():
        services.attach_file(by=_actor("wu"), draft=draft, document=recognised(data), file_name=name)
    return _post("wu", draft)


def _papers() -> dict[str, bytes]:
    return {"采购合同.pdf": sample_files.contract(), "课桌椅样式图.png": sample_files.drawing()}


def _take_back() -> None:
    """The freezers were delivered to another school of the district."""
    found = next(one for one in queries.hanging([BULK], school.today()) if "冷柜" in one.in_force.title)
    services.withdraw(by=_actor("lin"), posting=found.posting, reason="供货方缺货，合同已解除，没有付款")


def _inquire(day: date) -> None:
    people = [one for one in persons.people() if one.number != _actor("chen").person]
    fields = {"asked_on": day.isoformat(), "others": "家长2人"}
    fields |= {"market1": "城南农贸市场", "market2": "联华超市", "market3": "粮油批发市场"}
    fields |= {"first": str(_actor("chen").person), "second": str(people[0].number)}
    rows = _rows("item unit price1 price2 price3 agreed", PRICES)
    _post("chen", _begin("chen", INQUIRY, fields, rows, canteen=counters.canteens()[0]))


def _name_suppliers(day: date) -> None:
    period = queries.offered_periods(SUPPLIERS.rhythm, day)[0] if SUPPLIERS.rhythm else ""
    rows = [
        {
            "supplier": name,
            "supplies": what,
            "business_until": end,
            "food_until": (day + timedelta(days=days)).isoformat(),
        }
        for name, what, end, days in PAPERS
    ]
    _post("chen", _begin("chen", SUPPLIERS, {}, rows, period=period))


def _cook(canteen: Canteen, day: date) -> None:
    """The menu of a canteen for the week that a day is in."""
    rows = dishes.week(canteen.code, day)
    note = {"note": "如有个别菜品因到货调整，以窗口当日公示为准。"}
    _post("chen", _begin("chen", MENU, note, rows, period=period_at(WEEK, day), canteen=canteen))


def furnish(of: Span) -> None:
    """Menus are the canteens' manager's."""
    posts = {post.name: post.id for post in staff.posts(of.today)}
    services.name_post(by=BY, kind=MENU, post_id=posts.get(MANAGER))


def events(of: Span, day: date) -> Iterator[Event]:
    """What of the wall happens on a day."""
    for hour, act in _planned(of).get(day, ()):
        yield Event(at(day, hour), act)
    for number, canteen in enumerate(counters.canteens()):
        hour, of_week = _cooked(of, day, number)
        if of_week:
            act = partial(_cook, canteen, of_week)
            yield Event(at(day, hour), act)


def _cooked(of: Span, day: date, number: int) -> tuple[time, date | None]:
    """When a canteen's menu is posted on a day, and for which week; the second is late at times."""
    if day == of.days[0]:
        return time(6, 40 + number), day
    friday = day - timedelta(days=3) if day.weekday() == 0 else day
    is_late = number == 1 and friday.isocalendar().week % 2 == 0
    if day.weekday() == 4 and not is_late:
        return time(14, number), day + timedelta(days=3)
    return time(7, 50), day if day.weekday() == 0 and is_late else None


Act = Callable[[], object]


def _planned(of: Span) -> dict[date, list[tuple[time, Act]]]:
    """By day: the hour, and what is posted then; the months that end in these weeks as well."""
    days, found = of.days, dict[date, list[tuple[time, Act]]]()

    def plan(day: date, hour: time, act: Act) -> None:
        found.setdefault(day, []).append((hour, act))

    plan(days[1], time(9, 20), lambda: _spend(days[1]))
    plan(days[1], time(9, 40), lambda: _buy_nothing(days[1]))
    plan(days[2], time(10, 30), lambda: _name_suppliers(days[2]))
    plan(days[2], time(16, 10), lambda: _buy(days[2]))
    plan(days[3], time(9, 15), lambda: _spend_right(days[1]))
    plan(days[4], time(15, 30), lambda: _inquire(days[4]))
    plan(days[6], time(11, 30), lambda: _bulk("第一食堂双门冷柜", FREEZER, days[6], {}))
    plan(days[8], time(8, 50), _take_back)
    plan(days[10], time(11, 0), lambda: _bulk("七年级课桌椅", DESKS, days[10], _papers()))
    plan(days[11], time(15, 45), lambda: _inquire(days[11]))
    for day in days[3:]:
        if (
            day.day >= 2
            and day.month != days[1].month
            and not any(one.month == day.month and 2 <= one.day < day.day for one in days)
        ):
            plan(day, time(10, 15), partial(_spend, day))
            plan(day, time(10, 45), partial(_buy, day))
    return found
