"""Catalogues that somebody fetched and did not compile."""

import gettext
import os
from pathlib import Path

import pytest

from kiosk.core.catalogues import bring_up_to_date

PO = """msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"

msgid "Board"
msgstr "{words}"
"""


def _said(folder: Path) -> str:
    with (folder / "zh_Hans_CN/LC_MESSAGES/messages.mo").open("rb") as file:
        return gettext.GNUTranslations(file).gettext("Board")


def test_what_is_newer_is_compiled_and_what_is_broken_is_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    source = tmp_path / "zh_Hans_CN/LC_MESSAGES/messages.po"
    source.parent.mkdir(parents=True)
    source.write_text(PO.format(words="公告栏"), "utf-8")
    bring_up_to_date(tmp_path)
    assert _said(tmp_path) == "公告栏"
    later = source.with_suffix(".mo").stat().st_mtime + 5
    source.write_text(PO.format(words="公示栏"), "utf-8")
    os.utime(source, (later, later))
    bring_up_to_date(tmp_path)
    assert _said(tmp_path) == "公示栏", "a pull alone brings new texts"
    os.utime(source.with_suffix(".mo"), (later + 1, later + 1))
    source.write_bytes(b"\xff")
    os.utime(source, (later + 5, later + 5))
    bring_up_to_date(tmp_path)
    assert "messages.po" in caplog.text
    assert _said(tmp_path) == "公示栏"
