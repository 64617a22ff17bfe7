"""Texts: each has its Chinese, none is left over, and placeholders are the same. English is the id itself."""

import re
from functools import lru_cache
from pathlib import Path

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
