"""Texts: each has its Chinese, none is left over, and placeholders are the same. English is the id itself."""

import re
from functools import lru_cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from kiosk.cli import main
from kiosk.core.i18n import LOCALES
from kiosk.core.terminal import texts
from kiosk.translations.update import of_click

ROOT = Path(__file__).resolve().parents[1]
METHODS = [("kiosk/**.py", "python"), ("templates/**.html", "jinja2")]
KEYWORDS = {"_": None, "lazy": None, "gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")

Key = str | tuple[str, ...]


@lru_cache
def in_use() -> dict[Key, str]:
    """Every text of code and templates, and a place where it stands."""
    found: dict[Key, str] = {}
    for folder in ("kiosk", "templates"):
        for file, line, message, _comments, _context in extract_from_dir(
            ROOT / folder,
            [(pattern.removeprefix(f"{folder}/"), method) for pattern, method in METHODS],
            keywords=KEYWORDS,
        ):
            key = message if isinstance(message, str) else tuple(message)
            if key:
                found.setdefault(key, f"{folder}/{file}:{line}")
    for key in (*of_click(), *texts(main)):
        found.setdefault(key, "the command line")
    return found


def catalogue() -> Catalog:
    with (ROOT / "kiosk/translations" / LOCALES[0] / "LC_MESSAGES/messages.po").open("rb") as file:
        return read_po(file, locale=LOCALES[0])


def key_of(identity: Key | list[str]) -> Key:
    return identity if isinstance(identity, str) else tuple(identity)


def test_a_catalogue_has_what_is_in_use_and_no_more() -> None:
    known = {key_of(message.id) for message in catalogue() if message.id}
    assert {text: place for text, place in in_use().items() if text not in known} == {}
    assert known - in_use().keys() == set()


def test_the_catalogue_can_be_compiled() -> None:
    """`make setup` compiles it with these checks, and stops where one fails."""
    messages = catalogue()
    assert [str(error) for message in messages for error in message.check(messages)] == []


def test_everything_is_translated() -> None:
    messages = [message for message in catalogue() if message.id]
    missing = [m.id for m in messages if not m.string or (isinstance(m.string, tuple) and not all(m.string))]
    assert missing == []
    assert [message.id for message in messages if message.fuzzy] == []


def test_placeholders_are_the_same() -> None:
    for message in catalogue():
        if not message.id:
            continue
        sources = [message.id] if isinstance(message.id, str) else list(message.id)
        wanted = {name for source in sources for name in PLACEHOLDER.findall(source)}
        texts = [message.string] if isinstance(message.string, str) else list(message.string)
        for text in texts:
            # a plural of one language may leave the number out ("one rating")
            assert set(PLACEHOLDER.findall(text)) <= wanted, message.id
        assert {name for text in texts for name in PLACEHOLDER.findall(text)} == wanted, message.id


def test_chinese_is_chinese() -> None:
    """A translation without one Chinese character was forgotten, unless the text has no words."""
    same = re.compile(r"^[\W\d_]*$|^[A-Z]{2,}\b|CSV|JSON|QR|A[34]|XLSX")
    forgotten = []
    for message in catalogue():
        text = message.string if isinstance(message.string, str) else message.string[0]
        plain = PLACEHOLDER.sub("", str(message.id))
        if message.id and not re.search(r"[一-鿿]", text) and not same.search(plain):
            forgotten.append((message.id, text))
    assert forgotten == []


HAN = "[一-鿿]"
FILLED = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
SPOILT = {
    "a half-width mark beside a Chinese character": re.compile(f"{HAN}[,;:!?()]|[,;:!?()]{HAN}"),
    "a straight quotation mark": re.compile(r"[\"']"),
    "no space between Chinese and letters or digits": re.compile(f"{HAN}[A-Za-z0-9]|[A-Za-z0-9]{HAN}"),
    "a space before or after a full-width mark": re.compile(
        "[ \u3000][，。；：！？、）”]|[，。；：！？、（“][ \u3000]"
    ),
    "three dots": re.compile(r"\.\.\."),
}
FORMATS = re.compile(r"\d+(?=[年月日])|(?<=[年月])\d+|序号:字符|postgresql://[^ ，]*")
"""What is written as machines or calendars have it: 12月1日, 序号:字符."""
DIALECT = re.compile(
    r"(?<![Tt]here )\b(is|are|was|were) no (?!longer\b)|(gone|goes) on with|passed over|brought in"
    r"|[Bb]ring in\b|\b[Mm]end(ed|s|ing)?\b|\bfitted\b|once a meal|taken over"
)
ONE_WORD = {
    "食堂经理": ("食堂管理员",),
    "总务主任": ("后勤主任",),
    "公示栏": ("公示板",),
    "公示单": ("单子", "采购单"),
    "配对": ("登记码",),
    "评价券": ("评价票",),
    "品名": ("该食材",),
    "校委会": ("校务委员会",),
    "食堂": ("饭堂",),
}
"""What the glossary calls a thing, and what it is not called beside it."""


def chinese() -> list[tuple[str, str]]:
    """Each text and its Chinese, with □ for what is filled in."""
    found = []
    for message in catalogue():
        if message.id:
            text = message.string if isinstance(message.string, str) else message.string[0]
            found.append(
                (
                    FILLED.sub("□", " ".join([message.id] if isinstance(message.id, str) else message.id)),
                    FILLED.sub("□", text),
                )
            )
    return found


@pytest.mark.parametrize("fault", SPOILT)
def test_chinese_is_set_as_chinese(fault: str) -> None:
    plain = [(text, FORMATS.sub("", text)) for _identity, text in chinese() if re.search(HAN, text)]
    assert [text for text, kept in plain if SPOILT[fault].search(kept)] == []


def test_a_thing_has_one_name() -> None:
    others = [(word, other) for word, names in ONE_WORD.items() for other in names]
    assert [(text, word) for _, text in chinese() for word, other in others if other in text] == []


def test_english_is_plain() -> None:
    assert [identity for identity, _text in chinese() if DIALECT.search(identity)] == []
    assert [identity for identity, _text in chinese() if '"' in identity or "’" in identity] == []
