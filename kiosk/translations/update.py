"""Brings the Chinese catalogue, and docs/rights.md, up to date with what is in use: `make translations`.

Message ids are English, so English needs none. What the catalogue lacks is printed, and
waits in its .po file to be translated.
"""

import io
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from kiosk import manifests
from kiosk.auth.rights import markdown
from kiosk.cli import main
from kiosk.core.catalogues import compile_catalogue
from kiosk.core.terminal import texts

ROOT = Path(__file__).resolve().parents[2]
LOCALE = "zh_Hans_CN"
FILE = Path(__file__).resolve().parent / LOCALE / "LC_MESSAGES" / "messages.po"
METHODS = [("kiosk/**.py", "python"), ("templates/**.html", "jinja2")]
KEYWORDS = {"_": None, "lazy": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
CLICK = ("core", "decorators", "exceptions", "formatting", "parser", "termui", "types")
"""The modules of click whose words reach people here."""


def in_use() -> Catalog:
    """Every text of the code, of the templates, and of the commands' help."""
    catalog = Catalog(project="kiosk", fuzzy=False)
    for _file, _line, message, _comments, context in extract_from_dir(
        str(ROOT), METHODS, keywords=KEYWORDS, directory_filter=_is_ours
    ):
        catalog.add(message, None, context=context)
    for message in (*of_click(), *texts(main)):
        catalog.add(message, None)
    return catalog


def of_click() -> Iterator[str | tuple[str, ...]]:
    """What click itself says on the command line."""
    folder = str(Path(click.__file__).parent)
    for file, _line, message, _comments, _context in extract_from_dir(
        folder, [("*.py", "python")], keywords=KEYWORDS
    ):
        if Path(file).stem in CLICK:
            yield message
    yield "required"


def _is_ours(folder: str) -> bool:
    name = Path(folder).name
    return not name.startswith(".") and name not in ("tests", "static", "node_modules", "instance")


def update(template: Catalog) -> list[str]:
    """Bring the catalogue up to date; the texts that still wait for a translation."""
    with FILE.open("rb") as old:
        catalog = read_po(old, locale=LOCALE)
    template.creation_date = catalog.creation_date  # an unchanged catalogue stays the same file
    catalog.update(template, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    missing = []
    for message in catalog:
        if not message.id:
            continue
        if not message.string or (isinstance(message.string, tuple) and not any(message.string)):
            missing.append(str(message.id))
    raw = io.BytesIO()
    write_po(raw, catalog, sort_output=True, width=110, ignore_obsolete=True)
    FILE.write_bytes(raw.getvalue())
    return missing


def write_rights() -> None:
    """The table of who may do what, from the permissions that the rooms' doors declare."""
    for room in manifests():
        for door in room.doors:
            import_module(f"{room.package}.{door}")
    (ROOT / "docs" / "rights.md").write_text(markdown(), "utf-8")


def run() -> int:
    """Update both; the exit code says whether any text waits."""
    write_rights()
    template = in_use()
    missing = update(template)
    compile_catalogue(FILE)
    for text in missing:
        print("untranslated:", text)
    print(f"{len(template)} texts, {len(missing)} untranslated")
    if missing:
        print(f"Fill in their msgstr in {FILE.relative_to(ROOT)}, and run this again.")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(run())
