"""What a school's Word file becomes, what changed between two texts, and what Markdown may not do."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from docx import Document
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

from kiosk.core import word
from kiosk.core.tables import UnreadableFile
from kiosk.rules import importing
from kiosk.rules.queries import Item, numbered
from kiosk.rules.queries.articles import chinese
from kiosk.rules.queries.comparing import changes, pieces
from kiosk.rules.queries.markdown import escaped, shown

pytestmark = pytest.mark.once


def made(write: Callable[[Any], None]) -> bytes:
    document = Document()
    write(document)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def rule(document: Any) -> None:
    document.add_paragraph("开水房管理办法")
    document.add_paragraph("（2026年3月校委会讨论稿）")
    document.add_paragraph("第一章　总则")
    document.add_paragraph("第一条　为了加强管理，制定本办法。")
    document.add_paragraph("第二章 秩序")
    document.add_paragraph("第二条 排队")
    document.add_paragraph("（一）按先后排队；")
    document.add_paragraph("（二）*不得*插队 <b>。")
    document.add_paragraph("第四条 每天七点开门。")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(
        [*table.rows[0].cells, *table.rows[1].cells], ("时间", "人", "早", "甲"), strict=True
    ):
        cell.text = text
    document.add_paragraph("样板中学总务处")
    document.add_paragraph("2026年3月2日")


def test_a_schools_file_becomes_articles_and_nothing_is_dropped() -> None:
    found = importing.read(word.read(made(rule)), "x.docx")
    assert found.title == "开水房管理办法"
    assert [(one.part.kind, one.stood, one.part.heading) for one in found.parts] == [
        ("text", 0, ""),
        ("chapter", 1, "总则"),
        ("article", 1, ""),
        ("chapter", 2, "秩序"),
        ("article", 2, "排队"),
        ("article", 4, ""),
        ("text", 0, ""),
    ]
    second = found.parts[4].part.text
    assert "<li>" not in shown(second)
    assert "*不得*插队 &lt;b&gt;。" in shown(second), "no letter of the file is a mark"
    assert "<td>甲</td>" in shown(found.parts[5].part.text)
    told = " ".join(map(str, found.told))
    assert "Article 4 of the file is Article 3" in told, "another number than it stood is told"
    assert "时间 | 人" in told
    assert "样板中学总务处" in found.parts[-1].part.text, "who signed is no part of the last article"


def test_numbers_that_word_counts_and_what_it_hides_are_read() -> None:
    def write(document: Any) -> None:
        document.add_paragraph("值日制度")
        root = document.part.numbering_part.element
        abstract = (
            f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
            '<w:numFmt w:val="chineseCounting"/><w:lvlText w:val="第%1条"/></w:lvl></w:abstractNum>'
        )
        root.insert(0, parse_xml(abstract))
        root.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
        for text in ("每天值日。", "值日生扫地。"):
            paragraph = document.add_paragraph(text)
            paragraph._p.get_or_add_pPr().append(
                parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="0"/><w:numId w:val="77"/></w:numPr>')
            )
        inserted = OxmlElement("w:ins")
        run = parse_xml(f"<w:r {nsdecls('w')}><w:t>两次</w:t></w:r>")
        inserted.append(run)
        document.paragraphs[-1]._p.append(inserted)
        gone = parse_xml(f"<w:del {nsdecls('w')}><w:r><w:delText>旧话</w:delText></w:r></w:del>")
        document.paragraphs[-1]._p.append(gone)
        assert run.tag == qn("w:r")

    found = importing.read(word.read(made(write)))
    assert [one.part.text for one in found.parts] == ["每天值日。", "值日生扫地。两次"]
    assert [one.stood for one in found.parts] == [1, 2]
    told = " ".join(map(str, found.told))
    assert "1" in told
    assert len(found.told) == 2, "the insertion and the deletion are told"


def test_hostile_files_are_refused() -> None:
    good = made(rule)
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", b"<w>" + b"0" * 40_000_000 + b"</w>")
    entity = io.BytesIO()
    with zipfile.ZipFile(entity, "w") as package:
        package.writestr("word/document.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><w>&a;</w>')
    html = b"<html><script>alert(1)</script></html>"
    for data in (
        bomb.getvalue(),
        entity.getvalue(),
        good[:2000],
        b"%PDF-1.7",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"",
    ):
        with pytest.raises(UnreadableFile):
            word.read(data)
    assert word.read(html).blocks[0].text.startswith("<html>"), "a text is a text"
    assert "<script>" not in shown(escaped(html.decode()))


def test_a_text_by_points_and_one_without_numbers() -> None:
    points = importing.read(word.plain("卫生制度\n一、每天打扫。\n（一）扫地；\n二、每周消毒。"))
    assert [one.part.kind for one in points.parts] == ["article", "article"]
    plain = importing.read(word.plain("说明\n这是一段没有编号的话，说了很多。"))
    assert [one.part.kind for one in plain.parts] == ["text"]
    assert plain.told, "that nothing was recognised is told"


def test_a_newer_file_keeps_the_keys_of_its_articles() -> None:
    items = [
        Item("k1", "article", "", "每天七点开门，九点关门。"),
        Item("k2", "article", "", "打水须排队，不得插队。"),
    ]
    newer = importing.read(
        word.plain(
            "规程\n第一条 新的一条放在最前面。\n第二条 每天六点半开门，九点关门。\n"
            "第三条 打水须排队，不得插队。"
        )
    )
    assert [one.key for one in importing.matched(newer.plain, items)] == ["", "k1", "k2"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("每天七点开门。", "每天六点半开门。", "每天[-七点][+六点半]开门。"),
        ("三天内答复", "五天内答复", "[-三][+五]天内答复"),
        ("早七晚九", "早六晚八", "早[-七][+六]晚[-九][+八]"),
        ("opens at 7:00 every day", "opens at 6:30 every day", "opens at [-7:00][+6:30] every day"),
        ("应当佩戴口罩", "必须佩戴口罩、手套", "[-应当][+必须]佩戴口罩[+、手套]"),
        ("category", "categories", "[-category][+categories]"),
        ("", "新", "[+新]"),
    ],
)
def test_exactly_the_changed_words_are_marked(old: str, new: str, told: str) -> None:
    marks = {"same": "{}", "old": "[-{}]", "new": "[+{}]"}
    assert "".join(marks[one.kind].format(one.text) for one in pieces(old, new)) == told


def test_articles_are_compared_by_their_keys() -> None:
    old = list(numbered([Item("a", "article", "", "甲"), Item("b", "article", "", "乙")]))
    new = list(numbered([Item("c", "article", "", "丙", ("a",)), Item("b", "article", "", "乙")]))
    found = changes(old, new)
    assert [(one.before and one.before.number, one.after and one.after.number) for one in found] == [
        (1, None),
        (None, 1),
        (2, 2),
    ]
    assert [one.is_changed for one in found] == [True, True, False]
    assert [one.item.key for one in found[1].split_of] == ["a"]


def test_numbers_in_chinese() -> None:
    assert [chinese(number) for number in (1, 10, 12, 20, 101, 110, 200, 1005)] == [
        "一",
        "十",
        "十二",
        "二十",
        "一百零一",
        "一百一十",
        "二百",
        "一千零五",
    ]
    assert [importing.number_of(text) for text in ("十二", "一百零三", "１２", "二〇")] == [12, 103, 12, 20]
    assert "javascript:" not in shown("[x](javascript:alert(1))").replace("[x](javascript:alert(1))", "")
