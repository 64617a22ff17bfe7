"""Single cells of a sheet as people fill them in: texts, numbers with their units, days in any usual form."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from kiosk.core.formats import BadValue
from kiosk.core.i18n import Text, lazy
from kiosk.core.tables import FIRST_DAY, Cell, Formula

MESSAGES: dict[str, Text] = {
    "no-number": lazy("“%(text)s” is not a number."),
    "error-cell": lazy("The file has an error here (%(text)s). Please type what belongs here."),
    "formula": lazy("This formula was saved without its value. Please type the value."),
    "negative": lazy("This must not be less than %(minimum)s."),
    "too-large": lazy("%(text)s is too large."),
    "bad-day": lazy("“%(text)s” is not a date."),
}
"""What is wrong with a cell, by its code."""
UNITS = tuple(
    "市斤 公斤 千克 斤 克 两 吨 kg g 毫升 升 ml l 包 把 个 桶 盒 瓶 袋 箱 件 只 条 块 板 提 捆 根 颗 "  # noqa: SIM905
    "棵 枚 罐 听 筐 扎 份 支 片 张 打 盘 套 排 串 头 朵 副 双 卷 壶 坛 碗 框 托 jin box bag bottle".split()
)
"""The words that may stand behind a number."""
BLANKS = {"", "/", "\\", "-", "--", "—", "——", "－", "无", "*", "…"}
"""What people write for nothing."""
FORMAT = re.compile(
    "[\\u00ad\\u061c\\u180e\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\ufe00-\\ufe0f\\ufeff\\ufff9-\\ufffb]"
)
"""Characters that nobody sees: marks of direction, of joining and of where a line may break."""

DIGITS = r"\d{1,3}(?:[ ,]\d{3})+(?:\.\d{0,20})?|\d{1,30}(?:\.\d{0,20})?|\.\d{1,20}"
NUMBER = re.compile(rf"-?(?:{DIGITS})")
WITH_UNIT = re.compile(rf"(?P<number>-?(?:{DIGITS}))(?P<rest>(?![\d.,]).*)")
CURRENCY = re.compile(r"^(-?)\s*(?:人民币|RMB|CNY|[¥$])\s*", re.IGNORECASE)
YUAN = re.compile(r"^(元整|元|圆|块钱|rmb|yuan)", re.IGNORECASE)
ERROR = re.compile(
    r"#(N/A|N/D|NV|DIV/0!|[¡¿]?[A-ZÀ-Ý][A-ZÀ-Ý/0_]+[!?]|GETTING_DATA|CALC!)|#{2,}|Err:\d{3}", re.IGNORECASE
)
"""An error's text in a cell, and what stands in a column that is too narrow."""
QUOTED = re.compile(r'="((?:[^"]|"")*)"')
APOSTROPHE = re.compile(r"^'(?=[=+\-@＝＋－＠])")
WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    ord(wide): narrow for wide, narrow in zip("。．，￥−－　\xa0\u202f\u2009", "..,¥--    ", strict=True)
}
"""Signs of full width, and the ones that stand for a decimal point, a comma or a minus."""
SERIAL_YEARS = range(2000, 2100)
CHINESE = dict(zip("〇零○一二三四五六七八九壹贰叁肆伍陆柒捌玖拾", "000123456789123456789十", strict=True))
CHINESE_YEAR = re.compile("[〇零○一二三四五六七八九壹贰叁肆伍陆柒捌玖]{4}(?=\\s*年)")
ONES = "[一二三四五六七八九壹贰叁肆伍陆柒捌玖]"
CHINESE_NUMBER = re.compile(rf"(?<![十拾廿卅])(?:{ONES}?[十拾]{ONES}?|[廿卅]{ONES}?|{ONES})(?=\s*[月日号])")

FULL_DAY = re.compile(r"(?<!\d)(20\d\d|\d\d)\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})(?!\d)\s*[日号]?")
SHORT_DAY = re.compile(r"(?<!\d)(\d{1,2})\s*月\s*(\d{1,2})(?!\d)\s*[日号]?")
PLAIN_DAY = re.compile(r"(\d{1,2})[-./](\d{1,2})")
PACKED_DAY = re.compile(r"(20\d\d)(\d\d)(\d\d)")
AFTER_DAY = re.compile(
    r"[T\s,(]*((星期|周|礼拜)[一二三四五六日天])?[\s,)]*([上下]午)?\s*(\d{1,2}:\d\d(:\d\d)?(\.\d+)?Z?)?"
)
YEAR = re.compile(r"(?<!\d)(20\d\d)\s*(年|[-./]\s*\d{1,2}(?!\d))")
RANGE = re.compile(r"\s*([~至到]|—|–|--|-\s*\d)")


@dataclass(frozen=True)
class Number:
    """A number as a cell holds it: rounded to its places, with the unit that stood behind it."""

    value: Decimal
    unit: str = ""
    rounded_from: str = ""


def squeeze(value: object) -> str:
    """A text in its plain form (NFKC), without any space: 数 量 is 数量."""
    return re.sub(r"[\s_*]+", "", unicodedata.normalize("NFKC", FORMAT.sub("", str(value))))


def text_of(cell: Cell) -> str:
    """A cell as text: identifiers such as 4811.0 without their decimals, days as ISO dates."""
    if cell is None or isinstance(cell, Formula):
        return ""
    if isinstance(cell, datetime):
        return (
            cell.date().isoformat() if cell.time() == datetime.min.time() else cell.isoformat(" ", "minutes")
        )
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, float | Decimal):
        return (
            f"{Decimal(repr(cell) if isinstance(cell, float) else cell).normalize():f}"
            if cell == cell
            else ""
        )
    return clean_text(str(cell))


def clean_text(text: str) -> str:
    """A text without what nobody sees, in one line; ="001" is 001."""
    plain = FORMAT.sub("", unicodedata.normalize("NFC", text))
    plain = re.sub(r"[\s\x00-\x1f\x7f-\x9f]+", " ", plain).strip()
    quoted = QUOTED.fullmatch(plain)
    return quoted[1].replace('""', '"').strip() if quoted else APOSTROPHE.sub("", plain)


def is_error(cell: Cell) -> bool:
    """Whether a cell holds an error (#N/A) in place of a value."""
    return isinstance(cell, str) and bool(ERROR.fullmatch(cell.strip().translate(WIDE)))


def is_blank(cell: Cell) -> bool:
    """Nothing, or one of the strokes that people draw for nothing."""
    return not isinstance(cell, Formula) and text_of(cell) in BLANKS


def is_nothing(cell: Cell) -> bool:
    """Whether a cell holds no figure: it is blank, or 0."""
    if is_blank(cell):
        return True
    try:
        return parse_number(cell, places=4, maximum=Decimal(10) ** 12).value == 0
    except BadValue:
        return False


def refuse(code: str, **params: object) -> BadValue:
    """A BadValue with one of these messages."""
    problem = BadValue(MESSAGES[code], **params)
    problem.code = code
    return problem


def parse_number(cell: Cell, *, places: int, maximum: Decimal) -> Number:
    """The number in a cell, rounded half up. Raises BadValue: none, negative, too large, an error …"""
    if isinstance(cell, Formula):
        raise refuse("formula")
    text = text_of(cell)
    if is_error(text):
        raise refuse("error-cell", text=text)
    if isinstance(cell, bool | date) or len(text) > 60:
        raise refuse("no-number", text=text[:30])
    plain, unit = split_unit(text)
    if not plain.isascii() or not NUMBER.fullmatch(plain):
        raise refuse("no-number", text=text[:30])
    value = Decimal(re.sub("[ ,]", "", plain))
    if value < 0:
        raise refuse("negative", text=text[:30], minimum=0)
    if value > maximum:
        raise refuse("too-large", text=text[:30])
    rounded = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return Number(rounded, unit, text if rounded != value else "")


def split_unit(text: str) -> tuple[str, str]:
    """A number's text without currency, and the unit behind it: 50斤 is (50, 斤), ¥2.5元/斤 is (2.5, 斤)."""
    plain = CURRENCY.sub(r"\1", text.translate(WIDE).strip())
    match = WITH_UNIT.fullmatch(plain)
    if not match:
        return plain, ""
    rest = YUAN.sub("", match["rest"].strip()).strip().removeprefix("/").removeprefix("每").strip()
    if rest and rest.lower() not in UNITS:
        return plain, ""
    return match["number"], rest


def parse_day(cell: Cell, year: int | None = None, first_day: date = FIRST_DAY) -> date:
    """The day in a cell: a date, a serial (45292), or text in any of the usual forms. Raises BadValue.

    `year` completes a day written without one (1月7日); without it such a text is no date. A serial counts
    from `first_day`, the file's own.
    """
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if is_error(text := text_of(cell)):
        raise refuse("error-cell", text=text)
    text = western(unicodedata.normalize("NFKC", text)).strip()
    parts = _day_parts(text, year)
    if parts is None and (day := serial_day(text, first_day)):
        return day
    if parts is None or (isinstance(cell, float | bool) and "." in text):
        raise refuse("bad-day", text=text[:30])
    try:
        return date(*parts)
    except ValueError as fault:
        raise refuse("bad-day", text=text[:30]) from fault


def serial_day(text: str, first_day: date = FIRST_DAY) -> date | None:
    """The day of a serial number, if it is one of this century's."""
    if not re.fullmatch(r"[0-9]{5}(\.[0-9]+)?", text):
        return None
    day = first_day + timedelta(days=int(float(text)))
    return day if day.year in SERIAL_YEARS else None


def western(text: str) -> str:
    """A text with its days in digits: 二〇二六年十一月二十三日 is 2026年11月23日."""
    text = CHINESE_YEAR.sub(lambda match: "".join(CHINESE[sign] for sign in match[0]), text)
    return CHINESE_NUMBER.sub(_western_number, text)


def _western_number(match: re.Match[str]) -> str:
    plain = match[0].replace("廿", "二十").replace("卅", "三十").replace("拾", "十")
    tens, ten, ones = plain.rpartition("十")
    digits = ["".join(CHINESE[sign] for sign in part) for part in (tens, ones)]
    return str(int(digits[0] or "1") * 10 + int(digits[1] or "0")) if ten else digits[1]


def _day_parts(text: str, year: int | None) -> tuple[int, int, int] | None:
    if packed := PACKED_DAY.fullmatch(text):
        return int(packed[1]), int(packed[2]), int(packed[3])
    if (full := FULL_DAY.match(text)) and AFTER_DAY.fullmatch(text, full.end()):
        return int(full[1]) + (0 if len(full[1]) == 4 else 2000), int(full[2]), int(full[3])
    if year is None:
        return None
    short = SHORT_DAY.match(text)
    if short and AFTER_DAY.fullmatch(text, short.end()):
        return year, int(short[1]), int(short[2])
    plain = PLAIN_DAY.fullmatch(text)
    return (year, int(plain[1]), int(plain[2])) if plain else None


def day_of(text: str, year: int | None = None) -> date | None:
    """The one day that a title names anywhere in its text; None for a span of days or none at all."""
    plain = western(unicodedata.normalize("NFKC", text))
    patterns = [(FULL_DAY, None), (SHORT_DAY, year)] if year else [(FULL_DAY, None)]
    for pattern, known in patterns:
        match = pattern.search(plain)
        if not match:
            continue
        if RANGE.match(plain, match.end()):
            return None
        try:
            return parse_day(match[0].strip(), known)
        except BadValue:
            continue
    packed = re.search(r"(?<!\d)(20\d{6})(?!\d)", plain)
    try:
        return parse_day(packed[1]) if packed else None
    except BadValue:
        return None


def year_of(text: str) -> int | None:
    """The year that a text names (2024年, 2024-01)."""
    match = YEAR.search(western(unicodedata.normalize("NFKC", text)))
    return int(match[1]) if match else None
