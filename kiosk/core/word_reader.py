"""Runs as a process of its own: a .docx on stdin, what stands in it as JSON on stdout.

Nothing is left out in silence: numbers that the program counts itself are written out, tracked changes,
footnotes, comments, pictures, text boxes and headers are told. Memory and time are bounded. Imports nothing
of the kiosk, so that it starts quickly.
"""

import io
import json
import re
import sys
from collections.abc import Iterator
from typing import Any

from docx import Document
from docx.oxml.ns import qn

MEMORY = 1024 * 1024 * 1024
SECONDS = 20
MOST_BLOCKS = 5_000
MOST_LETTERS = 500_000
DIGITS = "〇一二三四五六七八九"
SKIPPED = {qn("w:del"), qn("w:moveFrom"), qn("w:txbxContent"), qn("w:rPr"), qn("w:pPr")}
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
CHINESE = {
    "chineseCounting",
    "chineseCountingThousand",
    "japaneseCounting",
    "taiwaneseCounting",
    "chineseLegalSimplified",
}


def bound() -> None:
    """Let the system end this process when it takes too much."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, OSError, ValueError):  # not every system has such limits
        pass


def chinese(number: int) -> str:
    """十二."""
    if number < 10:
        return DIGITS[number]
    words, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            words += ("零" if gap and words else "") + DIGITS[digit] + name
        gap = not digit and bool(words)
    return words.removeprefix("一") if 10 <= number < 20 else words


def whole(text: str) -> int:
    """The whole number of plain digits; 0 for anything else."""
    return int(text) if re.fullmatch("[0-9]{1,6}", text) else 0


def counted(number: int, form: str) -> str:
    """A number as a list's format writes it."""
    if form in CHINESE:
        return chinese(number) if number < 10_000 else str(number)
    if form == "ideographDigital":
        return "".join(DIGITS[int(digit)] for digit in str(number))
    if form in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (number - 1) % 26)
        return letter.upper() if form == "upperLetter" else letter
    if form in ("lowerRoman", "upperRoman"):
        roman = "".join(
            ("", "M", "MM", "MMM")[number // 1000 % 4]
            + ("", "C", "CC", "CCC", "CD", "D", "DC", "DCC", "DCCC", "CM")[number // 100 % 10]
            + ("", "X", "XX", "XXX", "XL", "L", "LX", "LXX", "LXXX", "XC")[number // 10 % 10]
            + ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")[number % 10]
        )
        return roman if form == "upperRoman" else roman.lower()
    return str(number)


def value(element: Any, path: str, default: str = "") -> str:
    """The w:val of an element below another."""
    found = element.find(path, NS) if element is not None else None
    return str(found.get(qn("w:val"), default)) if found is not None else default


NS = {"w": qn("w:p")[1:].partition("}")[0]}


class Numbers:
    """The lists of a document, counted as the program that shows it counts them."""

    def __init__(self, document: Any) -> None:
        self.levels: dict[str, dict[int, tuple[int, str, str]]] = {}
        self.of: dict[str, str] = {}
        self.counts: dict[str, dict[int, int]] = {}
        try:
            root = document.part.numbering_part.element
        except (KeyError, NotImplementedError, AttributeError):
            return
        for abstract in root.findall("w:abstractNum", NS):
            levels = {}
            for level in abstract.findall("w:lvl", NS):
                start = value(level, "w:start", "1")
                number = whole(start) or 1
                levels[int(level.get(qn("w:ilvl"), 0))] = (
                    number,
                    value(level, "w:numFmt", "decimal"),
                    value(level, "w:lvlText"),
                )
            self.levels[abstract.get(qn("w:abstractNumId"))] = levels
        for one in root.findall("w:num", NS):
            self.of[one.get(qn("w:numId"))] = value(one, "w:abstractNumId")

    def label(self, paragraph: Any, styles: dict[str, Any]) -> str:
        """What the program writes before a paragraph."""
        number, level = self._which(paragraph, styles)
        known = self.levels.get(self.of.get(number, ""), {})
        if number in ("", "0") or level not in known:
            return ""
        counts = self.counts.setdefault(self.of[number], {})
        counts[level] = counts.get(level, known[level][0] - 1) + 1
        for deeper in [one for one in counts if one > level]:
            del counts[deeper]
        if known[level][1] == "bullet":
            return "•"
        return re.sub(
            r"%([1-9])",
            lambda match: counted(
                counts.get(int(match[1]) - 1, known.get(int(match[1]) - 1, (1, "", ""))[0]),
                known.get(int(match[1]) - 1, (1, "decimal", ""))[1],
            ),
            known[level][2],
        )

    def _which(self, paragraph: Any, styles: dict[str, Any]) -> tuple[str, int]:
        own = paragraph.find("w:pPr/w:numPr", NS)
        style = value(paragraph, "w:pPr/w:pStyle")
        seen = 0
        while own is None and style in styles and seen < 10:
            own = styles[style].find("w:pPr/w:numPr", NS)
            style = value(styles[style], "w:basedOn")
            seen += 1
        level = value(own, "w:ilvl", "0")
        return value(own, "w:numId"), whole(level)


class Reader:
    """What stands in a document, block by block, and what else it carries."""

    def __init__(self, data: bytes) -> None:
        self.document = Document(io.BytesIO(data))
        self.styles = {
            one.get(qn("w:styleId")): one for one in self.document.styles.element.findall("w:style", NS)
        }
        self.numbers = Numbers(self.document)
        self.told: dict[str, Any] = {
            "inserted": 0,
            "deleted": 0,
            "pictures": 0,
            "merged": 0,
            "comments": 0,
            "boxes": [],
            "notes": [],
            "headers": [],
        }
        self.letters = 0

    def read(self) -> dict[str, Any]:
        """Everything."""
        body = self.document.element.body
        blocks = []
        for block in self._blocks(body):
            blocks.append(block)
            if len(blocks) > MOST_BLOCKS or self.letters > MOST_LETTERS:
                raise MemoryError
        told = self.told
        told["inserted"] = len(body.findall(".//w:ins", NS)) + len(body.findall(".//w:moveTo", NS))
        told["deleted"] = len(body.findall(".//w:del", NS)) + len(body.findall(".//w:moveFrom", NS))
        told["comments"] = len(body.findall(".//w:commentReference", NS))
        told["pictures"] = len(body.findall(".//w:drawing", NS)) + len(body.findall(".//w:pict", NS))
        told["boxes"] = [text for text in map(self._plain, self._boxes(body)) if text]
        told["pictures"] = max(0, told["pictures"] - len(told["boxes"]))
        told["notes"] = list(self._notes())
        told["headers"] = list(dict.fromkeys(self._headers()))
        return {"blocks": blocks, "told": told}

    def _blocks(self, parent: Any) -> Iterator[dict[str, Any]]:
        for one in parent:
            if one.tag == qn("w:p"):
                yield self._paragraph(one)
            elif one.tag == qn("w:tbl"):
                yield self._table(one)
            elif one.tag == qn("w:sdt"):
                content = one.find("w:sdtContent", NS)
                yield from self._blocks(content if content is not None else ())
            elif one.tag in (qn("w:ins"), qn("w:customXml"), qn("w:smartTag")):
                yield from self._blocks(one)

    def _paragraph(self, one: Any) -> dict[str, Any]:
        text = self._text(one).strip()
        self.letters += len(text)
        style = value(one, "w:pPr/w:pStyle")
        name = value(self.styles.get(style), "w:name").lower()
        heading = re.fullmatch(r"(?:heading|标题)\s*([1-9])", name)
        outline = value(one, "w:pPr/w:outlineLvl") or value(self.styles.get(style), "w:pPr/w:outlineLvl")
        level = int(heading[1]) if heading else int(outline) + 1 if outline in tuple("012345678") else 0
        return {
            "kind": "p",
            "text": text,
            "label": self.numbers.label(one, self.styles) if text else "",
            "level": level,
            "title": name in ("title", "标题"),
        }

    def _text(self, element: Any) -> str:
        """The words of an element, inserted ones too, without what was deleted."""
        found: list[str] = []
        todo = [element]
        while todo:
            one = todo.pop()
            if one.tag in SKIPPED or one.tag == FALLBACK or not isinstance(one.tag, str):
                continue
            if one.tag == qn("w:t"):
                found.append(one.text or "")
            elif one.tag in (qn("w:tab"), qn("w:ptab")):
                found.append(" ")
            elif one.tag in (qn("w:br"), qn("w:cr")):
                found.append("\n")
            elif one.tag == qn("w:noBreakHyphen"):
                found.append("-")
            elif one.tag == qn("w:sym"):
                found.append("□")
            elif one.tag in (qn("w:footnoteReference"), qn("w:endnoteReference")):
                found.append(f"［注{one.get(qn('w:id'), '')}］")
            else:
                todo += reversed(list(one))
        return "".join(found)

    def _table(self, one: Any) -> dict[str, Any]:
        rows = []
        for row in one.iter(qn("w:tr")):
            cells = []
            for cell in row.findall("w:tc", NS):
                texts = [self._text(p).strip() for p in cell.iter(qn("w:p"))]
                cells.append("\n".join(text for text in texts if text))
                span = value(cell, "w:tcPr/w:gridSpan")
                merged = cell.find("w:tcPr/w:vMerge", NS) is not None
                self.told["merged"] += int(merged) + int(bool(span) and span != "1")
                cells += [""] * (min(whole(span) or 1, 50) - 1)
            self.letters += sum(map(len, cells))
            rows.append(cells[:50])
        return {"kind": "table", "rows": rows[:500]}

    def _boxes(self, body: Any) -> Iterator[Any]:
        for one in body.iter(qn("w:txbxContent")):
            if not any(above.tag == FALLBACK for above in one.iterancestors()):
                yield one

    def _plain(self, element: Any) -> str:
        return "\n".join(text for text in (self._text(p).strip() for p in element.iter(qn("w:p"))) if text)

    def _notes(self) -> Iterator[str]:
        """The texts of footnotes and endnotes."""
        from docx.oxml import parse_xml

        for relation in self.document.part.rels.values():
            if relation.is_external or relation.reltype.rpartition("/")[2] not in ("footnotes", "endnotes"):
                continue
            root = parse_xml(relation.target_part.blob)
            for one in root:
                text = self._plain(one)
                if text and one.get(qn("w:type")) is None:
                    yield f"［注{one.get(qn('w:id'), '')}］{text}"

    def _headers(self) -> Iterator[str]:
        for section in self.document.sections:
            for part in (section.header, section.footer):
                if not part.is_linked_to_previous and (text := self._plain(part._element)):
                    yield text


def main() -> int:
    """Answer 0 and what stands there, 4 for a file that is no document, 5 for too much of it."""
    bound()
    try:
        found = Reader(sys.stdin.buffer.read()).read()
    except MemoryError:
        return 5
    except Exception as fault:  # whatever a library says of a broken file, it is a broken file
        sys.stderr.write(f"{type(fault).__name__}: {fault}"[:200])
        return 4
    sys.stdout.write(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
