"""How figures, days and times are shown: the Jinja filters."""

from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from math import ceil
from typing import Any

from flask_babel import format_date
from jinja2 import Environment

from kiosk.core import clock
from kiosk.core.formats import fen_to_text, milli_to_text, price_to_text
from kiosk.core.i18n import _, day_told, listed
from kiosk.core.web import is_english

WEEKDAYS = "一二三四五六日"
_local: Any = None


def use_zone(local: Any) -> None:
    """Register the function that turns an aware moment into the school's local time."""
    global _local
    _local = local


def day(value: date | datetime, style: str = "long") -> str:
    """11月23日 星期一 (long), 2026年11月23日 (date), both (full), 11月23日 (short), 2026-11-23 (iso).

    `near` is short within this year, and has the year of any other.
    """
    if isinstance(value, datetime):
        value = _local(value).date()
    if style == "iso":
        return value.isoformat()
    if style in ("date", "short", "near"):
        this_year = style == "near" and value.year == _local(clock.now()).year
        return day_told(value, year=style != "short" and not this_year)
    if is_english():
        return str(format_date(value, "EEE d MMM y" if style == "full" else "EEE d MMM"))
    text = f"{value.month}月{value.day}日 星期{WEEKDAYS[value.weekday()]}"
    return f"{value.year}年{text}" if style == "full" else text


def month(value: date) -> str:
    """2026年11月."""
    return str(format_date(value, "MMM y")) if is_english() else f"{value.year}年{value.month}月"


def clock_time(value: datetime | time | None, seconds: bool = False) -> str:
    """12:05 in the school's time."""
    if value is None:
        return "—"
    if isinstance(value, datetime):
        value = _local(value).time()
    return value.strftime("%H:%M:%S" if seconds else "%H:%M")


def when(moment: datetime) -> str:
    """The time of today's, the day as well of other moments; of a day's last minute the day alone."""
    local = _local(moment)
    if local.date() == _local(clock.now()).date():
        return clock_time(moment)
    if (local.hour, local.minute) == (23, 59):
        return day(moment, "short")
    return f"{day(moment, 'short')} {clock_time(moment)}"


def _rounded(value: float, places: int, signed: bool) -> str:
    """Rounded half up, as everybody does it by hand: 12.5 is 13, not 12."""
    exact = Decimal(repr(round(value, 9))).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return f"{exact:{'+' if signed else ''}.{places}f}".replace("-", "−")


def percent(value: float | None, places: int = 0, signed: bool = False) -> str:
    """0.391 as 39 %, or +39 % when signed."""
    if value is None:
        return "—"
    return f"{_rounded(value * 100, places, signed)}%"


def one_decimal(value: float | None, signed: bool = False) -> str:
    """4.6, or a dash where there is nothing."""
    if value is None:
        return "—"
    return _rounded(value, 1, signed)


def margin(half_width: float | None) -> str:
    """0.31 as ±0.4: rounded up, for ±0.0 would promise too much."""
    return f"±{ceil(round(half_width * 10, 6)) / 10:.1f}" if half_width is not None else ""


def yuan(value: int | None) -> str:
    """1,080.00 元."""
    return _("%(amount)s yuan", amount=fen_to_text(value)) if value is not None else "—"


def install(env: Environment) -> None:
    """Add the filters to a Jinja environment."""
    env.filters.update(
        money=fen_to_text,
        yuan=yuan,
        quantity=milli_to_text,
        price=price_to_text,
        day=day,
        month=month,
        time=clock_time,
        when=when,
        percent=percent,
        one=one_decimal,
        margin=margin,
        listed=listed,
    )
