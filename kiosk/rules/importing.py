"""A rule out of a file or a pasted text: which line became which article, and what was not understood."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from kiosk.core import word
from kiosk.core.formats import whole
from kiosk.core.i18n import Text, _, ngettext
from kiosk.rules.models import HEADING, TEXT, TITLE
from kiosk.rules.queries.articles import ARTICLE, CHAPTER, OTHER, Item, label
from kiosk.rules.queries.markdown import escaped
from kiosk.rules.services import Part

NUMERAL = "〇零一二三四五六七八九十百千两0-9０-９"
BREAK = r"[\s　:：、.．]*"
ARTICLE_LINE = re.compile(rf"^\s*第\s*([{NUMERAL}]+)\s*条{BREAK}(.*)$", re.DOTALL)
ENGLISH_LINE = re.compile(r"^\s*Article\s+([0-9]+)[.:)]?\s*(.*)$", re.DOTALL | re.IGNORECASE)
CHAPTER_LINE = re.compile(rf"^\s*第\s*([{NUMERAL}]+)\s*[章节编篇]{BREAK}(.*)$", re.DOTALL)
ENGLISH_CHAPTER = re.compile(
    r"^\s*(?:Chapter|Part)\s+([0-9]+|[IVX]+)[.:)]?\s*(.*)$", re.DOTALL | re.IGNORECASE
)
POINT_LINE = re.compile(rf"^\s*([{NUMERAL}]+)\s*、\s*(.*)$", re.DOTALL)
FIGURE_LINE = re.compile(r"^\s*([0-9]{1,3})\s*[.．、)）]\s*(.*)$", re.DOTALL)
ANNEX = re.compile(r"^\s*(?:附件|附录|附表|附则表|附：|附:|Annex|Appendix)", re.IGNORECASE)
DATE_LINE = re.compile(
    r"^[\s（(]*(?:[0-9]{4}|[二〇零一三四五六七八九]{4})\s*年\s*\S{1,3}\s*月(?:\s*\S{1,3}\s*日)?[）)\s]*$"
)
ENDS = "。；;.！!？?：:，,"
SHORT = 20
VALUES = {**{letter: at for at, letter in enumerate("零一二三四五六七八九")}, "〇": 0, "两": 2}
UNITS = {"十": 10, "百": 100, "千": 1000}
ALIKE, SAME_NUMBER = 0.6, 0.4


class Read(NamedTuple):
    """A part as it was read, and the number that stood before it in the file, 0 where none did."""

    part: Part
    stood: int = 0


@dataclass
class Reading:
    """What a file says: the title, the parts in their order, and sentences on what was not understood."""

    title: str
    parts: list[Read] = field(default_factory=list)
    told: list[Text] = field(default_factory=list)

    @property
    def articles(self) -> int:
        """How many articles were found."""
        return sum(one.part.kind == ARTICLE for one in self.parts)

    @property
    def plain(self) -> list[Part]:
        """The parts as a draft takes them."""
        return [one.part for one in self.parts]

    def labels(self) -> list[str]:
        """What each part is called once it is counted anew."""
        counts, found = {ARTICLE: 0, CHAPTER: 0}, []
        for one in self.parts:
            if one.part.kind in counts:
                counts[one.part.kind] += 1
            found.append(label(one.part.kind, counts.get(one.part.kind, 0)))
        return found


def number_of(text: str) -> int:
    """The number that a numeral writes: 十二, 12, １２; 0 for what is none."""
    text = unicodedata.normalize("NFKC", text)
    if (plain := whole(text)) is not None:
        return plain
    if not set(text) & set(UNITS):
        digits = "".join(str(VALUES[one]) for one in text if one in VALUES)
        return int(digits) if digits else 0
    found = digit = 0
    for letter in text:
        if letter in UNITS:
            found, digit = found + (digit or 1) * UNITS[letter], 0
        else:
            digit = VALUES.get(letter, 0)
    return found + digit


def read(text: word.Text, name: str = "") -> Reading:
    """The articles of a text; what carries no number before them stays as a text without one."""
    blocks = [one for one in text.blocks if one.text or one.rows]
    title, blocks = _title(blocks, name)
    found = Reading(title)
    blocks, tail = _tail(blocks)
    lines = _Lines(blocks)
    lines.put_into(found)
    if tail:
        _append(found, OTHER, "", [one.text for one in tail])
    _beside(found, text.told)
    found.told[:0] = [*_lacking(found), *_out_of_order(found), *_too_long(found)]
    return found


def _title(blocks: list[word.Block], name: str) -> tuple[str, list[word.Block]]:
    """The title, and what comes after it."""
    plain = name.rpartition(".")[0] or name
    for at, one in enumerate(blocks[:3]):
        is_first = at == 0 and one.text and not _begins(one.text) and one.text[-1] not in ENDS
        if (one.is_title or is_first) and len(one.text) <= TITLE.longest:
            return one.text.replace("\n", ""), blocks[:at] + blocks[at + 1 :]
    return plain[: TITLE.longest], blocks


def _begins(text: str) -> bool:
    return any(line.match(text) for line in (ARTICLE_LINE, ENGLISH_LINE, CHAPTER_LINE, POINT_LINE))


def _tail(blocks: list[word.Block]) -> tuple[list[word.Block], list[word.Block]]:
    """Who signed it and when, at the end: no part of the last article."""
    end = len(blocks)
    if end > 1 and DATE_LINE.match(blocks[-1].text):
        end -= 1
        before = blocks[end - 1].text
        if before and len(before) <= SHORT and before[-1] not in ENDS and not _begins(before):
            end -= 1
    return blocks[:end], blocks[end:]


class _Lines:
    """The lines of a text by the way in which it numbers its articles."""

    def __init__(self, blocks: Sequence[word.Block]) -> None:
        self.blocks = list(blocks)
        texts = [_whole(one) for one in self.blocks]
        self.ways = [ARTICLE_LINE, ENGLISH_LINE]
        self.by_heading = False
        if not any(way.match(text) for way in self.ways for text in texts):
            fitting = [way for way in (POINT_LINE, FIGURE_LINE) if any(way.match(text) for text in texts)]
            self.ways = fitting[:1]
            self.by_heading = not fitting and any(one.level for one in self.blocks)

    def put_into(self, found: Reading) -> None:
        """Every block becomes a part, or goes to the part before it."""
        for at, one in enumerate(self.blocks):
            text = _whole(one)
            following = _whole(self.blocks[at + 1]) if at + 1 < len(self.blocks) else ""
            if one.rows:
                _continue(found, _table(one.rows))
                found.told.append(
                    _("A table was read as a table; please look at it: %(begin)s", begin=_begin(one))
                )
            elif chapter := CHAPTER_LINE.match(text) or ENGLISH_CHAPTER.match(text):
                self._heading(found, chapter, text)
            elif article := next((match for way in self.ways if (match := way.match(text))), None):
                self._article(found, article, following)
            elif self.by_heading and one.level:
                found.parts.append(Read(Part(ARTICLE, text[: HEADING.longest], "")))
            elif ANNEX.match(text):
                found.parts.append(
                    Read(
                        Part(
                            OTHER,
                            text[: HEADING.longest] if len(text) <= HEADING.longest else "",
                            "" if len(text) <= HEADING.longest else escaped(text),
                        )
                    )
                )
            else:
                _continue(found, f"- {escaped(one.text)}" if one.label == "•" else escaped(text))

    def _heading(self, found: Reading, chapter: re.Match[str], text: str) -> None:
        heading = chapter[2].strip().replace("\n", " ")
        if len(heading) > HEADING.longest:
            _append(found, OTHER, "", [text])
            found.told.append(
                _("This looks like a chapter and is too long for one: %(begin)s", begin=text[:SHORT])
            )
        else:
            found.parts.append(Read(Part(CHAPTER, heading, ""), number_of(chapter[1])))

    def _article(self, found: Reading, article: re.Match[str], following: str) -> None:
        rest, number = article[2].strip(), number_of(article[1])
        goes_on = bool(following) and not _begins(following)
        is_heading = rest and len(rest) <= SHORT and rest[-1] not in ENDS and goes_on
        heading, text = (rest, "") if is_heading else ("", escaped(rest))
        found.parts.append(Read(Part(ARTICLE, heading, text), number))


def _whole(one: word.Block) -> str:
    """A paragraph with the number that its program writes before it."""
    return f"{one.label} {one.text}".strip() if one.label and one.label != "•" else one.text


def _continue(found: Reading, text: str) -> None:
    """What goes to the part before it; before the first one it is a text of its own."""
    if not found.parts or found.parts[-1].part.kind == CHAPTER:
        found.parts.append(Read(Part(OTHER, "", text)))
        return
    last = found.parts[-1]
    joined = "\n\n".join(filter(None, (last.part.text, text)))
    found.parts[-1] = last._replace(part=last.part._replace(text=joined))


def _append(found: Reading, kind: str, heading: str, texts: Sequence[str]) -> None:
    found.parts.append(Read(Part(kind, heading, "\n\n".join(escaped(text) for text in texts))))


def _table(rows: Sequence[Sequence[str]]) -> str:
    width = max((len(row) for row in rows), default=0)
    if not width:
        return ""
    lines = [
        "| "
        + " | ".join(escaped(cell).replace("\n", " / ") for cell in [*row, *[""] * (width - len(row))])
        + " |"
        for row in rows
    ]
    return "\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])


def _begin(one: word.Block) -> str:
    return " | ".join(one.rows[0])[: 2 * SHORT] if one.rows else ""


def _beside(found: Reading, told: dict[str, Any]) -> None:
    """What the file carries beside its text: taken in at the end, or told."""
    if boxes := told.get("boxes"):
        _append(found, OTHER, str(_("From text boxes")), boxes)
        found.told.append(
            ngettext(
                "%(num)s text box stands at the end.", "%(num)s text boxes stand at the end.", len(boxes)
            )
        )
    if notes := told.get("notes"):
        _append(found, OTHER, str(_("Notes")), notes)
        found.told.append(
            ngettext("%(num)s footnote stands at the end.", "%(num)s footnotes stand at the end.", len(notes))
        )
    found.told += _counts(told)
    for text in told.get("headers", ()):
        found.told.append(_("Head or foot of the page, left out: %(text)s", text=text[:80]))


def _counts(told: dict[str, Any]) -> Iterator[Text]:
    if number := told.get("inserted"):
        yield ngettext(
            "%(num)s tracked insertion was taken as part of the text.",
            "%(num)s tracked insertions were taken as part of the text.",
            number,
        )
    if number := told.get("deleted"):
        yield ngettext(
            "%(num)s tracked deletion was left out.", "%(num)s tracked deletions were left out.", number
        )
    if number := told.get("comments"):
        yield ngettext("%(num)s comment was left out.", "%(num)s comments were left out.", number)
    if number := told.get("pictures"):
        yield ngettext("%(num)s picture was left out.", "%(num)s pictures were left out.", number)
    if told.get("merged"):
        yield _("Cells that were joined in a table stand one by one; the joined ones are empty.")


def _lacking(found: Reading) -> Iterator[Text]:
    if not found.articles:
        yield _(
            "No article was recognised (第一条, 一、, headings). All of it stands as a text without a number."
        )


def _out_of_order(found: Reading) -> Iterator[Text]:
    """Where the numbers of the file are not those that it has once it is counted anew."""
    labels = found.labels()
    for one, now in zip(found.parts, labels, strict=True):
        stood = label(one.part.kind, one.stood) if one.stood else ""
        if stood and stood != now:
            yield _("%(stood)s of the file is %(now)s, counted in order.", stood=stood, now=now)


def _too_long(found: Reading) -> Iterator[Text]:
    for one, now in zip(found.parts, found.labels(), strict=True):
        if len(one.part.text) > TEXT.longest:
            yield _(
                "%(now)s is longer than %(n)s characters and has to be split in the file first.",
                now=now or "—",
                n=TEXT.longest,
            )


def matched(parts: Sequence[Part], items: Sequence[Item]) -> list[Part]:
    """The parts with the keys of the items that they were: by the same words, else by words much alike."""
    free = {one.key: one for one in items}
    found: list[Part] = [*parts]
    for fits in (_is_same, _is_close):
        for at, part in enumerate(found):
            if part.key:
                continue
            best = fits(part, at, list(free.values()), items)
            if best:
                found[at] = part._replace(key=best.key)
                del free[best.key]
    return found


def _is_same(part: Part, _at: int, free: Sequence[Item], _items: Sequence[Item]) -> Item | None:
    own = part.kind, part.heading, part.text
    return next((one for one in free if (one.kind, one.heading, one.text) == own), None)


def _is_close(part: Part, at: int, free: Sequence[Item], items: Sequence[Item]) -> Item | None:
    def alike(one: Item) -> float:
        matcher = SequenceMatcher(None, one.heading + one.text, part.heading + part.text, autojunk=False)
        return matcher.ratio() if matcher.quick_ratio() >= SAME_NUMBER else 0.0

    rated = [(alike(one), one) for one in free if one.kind == part.kind]
    share, best = max(rated, key=lambda pair: pair[0], default=(0.0, None))
    here = items[at] if at < len(items) else None
    enough = SAME_NUMBER if best is not None and best == here else ALIKE
    return best if share >= enough else None
