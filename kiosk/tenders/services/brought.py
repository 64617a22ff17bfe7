"""Notices of canteens' tenders from a file: looked at first, posted, what is empty is said."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import select

from kiosk.core import clock
from kiosk.core.actor import SCHOOL, Actor
from kiosk.core.cells import is_blank, squeeze, text_of
from kiosk.core.db import session
from kiosk.core.errors import Invalid
from kiosk.core.i18n import lazy
from kiosk.core.tabular import read
from kiosk.core.trace import record
from kiosk.tenders.models import TenderBrought
from kiosk.tenders.permissions import RUN_TENDERS
from kiosk.tenders.services.publish import TENDER, put_up

COLUMNS = {
    "title": ("title", "标题", "公告标题", "项目名称"),
    "notice_type": ("notice_type", "公告类型", "类型"),
    "buyer": ("buyer", "采购人", "采购单位", "招标人"),
    "region": ("region", "地区", "行政区划"),
    "agency": ("agency", "代理机构", "采购代理"),
    "budget": ("budget_amount", "预算金额", "预算"),
    "ceiling": ("ceiling_price", "最高限价", "控制价"),
    "winner": ("winner", "中标人", "中标单位", "成交供应商"),
    "price": ("winning_price", "中标金额", "中标价", "成交金额"),
    "published": ("publish_date", "发布日期", "公告日期"),
    "deadline": ("submission_deadline", "投标截止时间", "截止时间"),
    "scope": ("scope_of_work", "采购内容", "采购需求"),
    "source": ("source", "来源"),
}
"""What a column says, and the heads under which files have it."""
NEEDED = ("title",)
CANTEEN = re.compile("食堂|食材|膳食|伙食|供餐")
NAMES = {
    "notice_type": "公告类型",
    "buyer": "采购人",
    "region": "地区",
    "agency": "代理机构",
    "budget": "预算金额",
    "ceiling": "最高限价",
    "winner": "中标人",
    "price": "中标金额",
    "published": "发布日期",
    "deadline": "截止时间",
    "scope": "采购内容",
    "source": "来源",
}
"""What the columns are called where something is posted."""
LONGEST = 60


@dataclass(frozen=True)
class Brought:
    """A notice of a file: its row (as in the file), what it says, which columns it leaves empty.

    `there` is the number of the posting by which it is there already.
    """

    row: int
    texts: dict[str, str]
    empty: tuple[str, ...]
    there: int | None = None

    @property
    def key(self) -> str:
        """What it is known by."""
        named = "\n".join(squeeze(self.texts.get(one, "")) for one in ("title", "notice_type", "published"))
        return sha256(named.encode()).hexdigest()

    @property
    def empty_told(self) -> list[str]:
        """The columns that it leaves empty, by name."""
        return [NAMES[one] for one in self.empty]


@dataclass(frozen=True)
class Reading:
    """A file of notices: those of canteens, how many of other things, and rows without a title."""

    notices: tuple[Brought, ...]
    others: int
    untitled: tuple[int, ...]

    @property
    def fresh(self) -> list[Brought]:
        """Those that are not there yet."""
        return [one for one in self.notices if one.there is None]


def read_notices(data: bytes, name: str = "") -> Reading:
    """What a file of notices says of canteens; nothing is changed. Invalid for a file that is none."""
    tables = [one for one in read(data, name) if one.rows]
    if not tables:
        raise Invalid(lazy("This file is empty."), field="file")
    rows = tables[0].rows
    places = _places([text_of(cell) for cell in rows[0]])
    made: list[Brought] = []
    others, untitled, seen = 0, [], set()
    for number, cells in enumerate(rows[1:], 2):
        if all(is_blank(cell) for cell in cells):
            continue
        texts = {one: text_of(cells[at]).strip() if at < len(cells) else "" for one, at in places.items()}
        if not texts["title"]:
            untitled.append(number)
            continue
        if not CANTEEN.search(texts["title"] + texts.get("scope", "")):
            others += 1
            continue
        empty = tuple(one for one in NAMES if not texts.get(one))
        one = Brought(number, texts, empty)
        if one.key not in seen:
            seen.add(one.key)
            made.append(one)
    return Reading(tuple(_beside_known(made)), others, tuple(untitled))


def _places(heads: Sequence[str]) -> dict[str, int]:
    known = [squeeze(head).lower() for head in heads]
    places = {
        name: next((known.index(word) for word in words if word in known), -1)
        for name, words in COLUMNS.items()
    }
    if any(places[name] < 0 for name in NEEDED):
        raise Invalid(lazy("This is not a list of notices: it has no column for the title."), field="file")
    return {name: at for name, at in places.items() if at >= 0}


def _beside_known(made: Iterable[Brought]) -> list[Brought]:
    found = list(made)
    keys = [one.key for one in found]
    query = select(TenderBrought.key, TenderBrought.posting_id).where(TenderBrought.key.in_(keys))
    known = {key: number for key, number in session.execute(query)}
    return [Brought(one.row, one.texts, one.empty, known.get(one.key)) for one in found]


def bring(*, by: Actor, notices: Sequence[Brought]) -> list[int]:
    """Post notices that are not there yet; the numbers of their postings. Brought in twice they are there."""
    by.needs(RUN_TENDERS, SCHOOL)
    made = []
    for one in _beside_known(notices):
        if one.there is not None:
            continue
        number = put_up(by=by, kind=TENDER, fields=_fields(one), rows=[{"item": _what(one)}])
        session.add(TenderBrought(key=one.key, posting_id=number, at=clock.now()))
        record("tender.brought", f"posting:{number}", by=by, after={"hash": one.key, "row": one.row})
        made.append(number)
    session.flush()
    return made


def _what(one: Brought) -> str:
    return (one.texts.get("scope") or one.texts["title"])[:LONGEST]


def _fields(one: Brought) -> dict[str, str]:
    texts = one.texts
    title = texts["title"]
    names = ("notice_type", "buyer", "region", "agency", "budget", "ceiling", "winner", "price", "source")
    return {
        "title": title if len(title) <= 80 else title[:79] + "…",
        "text": title if len(title) > 80 else "",
        **{name: texts.get(name, "")[:80] for name in names},
        "published": texts.get("published", "")[:40],
        "deadline": texts.get("deadline", "")[:40],
        "empty": "、".join(one.empty_told),
    }
