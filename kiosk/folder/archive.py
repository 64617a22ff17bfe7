"""The folder as a ZIP, made piece by piece; the same record gives the same bytes."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import current_app
from flask_babel import get_locale
from markupsafe import Markup

from kiosk.cases import queries as cases
from kiosk.chain.queries import heads, short
from kiosk.core import uploads
from kiosk.core.errors import Invalid
from kiosk.core.i18n import LANGUAGE_TAGS, _, lazy
from kiosk.core.room import rooms
from kiosk.folder import queries, sheets
from kiosk.folder.comparing import how_to_compare
from kiosk.folder.queries import Span
from kiosk.postings import queries as postings
from kiosk.postings.queries import Attached, Kind, Posted
from kiosk.school import queries as school
from kiosk.school.settings import NAME

EPOCH = (1980, 1, 1, 0, 0, 0)
PIECE = 2**18
LONGEST = 60
CONTENTS, WORKBOOKS, ATTACHMENTS = lazy("Content as posted"), lazy("Workbooks"), lazy("Attachments")
RECORD, HEADS, ASKED = lazy("The record"), lazy("Heads"), lazy("Asked and answered")
"""What folders and files in it are called."""
STYLE = Path(__file__).with_name("folder.css")


class NoPeriod(Invalid):
    """What names neither a month nor a term."""

    code = "no-period"
    message = lazy("Please choose a month like 2026-03 or a term.")


def span_of(period: str) -> Span:
    """The days of a month or term. Raises NoPeriod."""
    found = postings.span_of(period)
    if found is None or not re.fullmatch(r"[0-9]{4}-[0-9]{2}|T[0-9]+", period):
        raise NoPeriod(field="period")
    return Span(found.first, found.last)


def title_of(period: str) -> str:
    """What the folder of a period is called."""
    words = {"school": school.settings()[NAME], "period": postings.period_words(period)}
    return str(_("%(school)s, %(period)s: what was posted", **words))


def safe(text: str) -> str:
    """A text as the name of a file, on any system."""
    plain = re.sub(r'[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069\\/:*?"<>|]+', " ", text)
    return " ".join(plain.split())[:LONGEST].strip(" .") or "—"


class _Pipe:
    """What a ZIP is written to and taken from; it cannot go back."""

    def __init__(self) -> None:
        self.held: list[bytes] = []

    def write(self, data: bytes) -> int:
        self.held.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""

    def take(self) -> bytes:
        data, self.held = b"".join(self.held), []
        return data


@dataclass
class _Told:
    """A posting as the index tells it: facts alone, so that a year of them is little."""

    number: int
    period: str
    place: str
    title: str
    first_at: datetime
    versions: int
    path: str
    attachments: int


@dataclass
class _Section:
    """A kind as the index tells it."""

    kind: Kind
    sheet: str = ""
    rows: int = 0
    told: list[_Told] = field(default_factory=list)


class Folder:
    """The folder of a period; `parts` makes it, once."""

    def __init__(self, period: str) -> None:
        self.period, self.span, self.title = period, span_of(period), title_of(period)
        self.pipe = _Pipe()
        self.zip = zipfile.ZipFile(self.pipe, "w", zipfile.ZIP_DEFLATED)  # type: ignore[call-overload]
        self.style = Markup(f"<style>{STYLE.read_text('utf-8')}</style>")  # noqa: S704 - our own file
        self.sums: dict[str, str] = {}
        self.entries: list[tuple[int, int, int, str]] = []
        """Number of the record's entry, of the posting and of the version, and the version's hash."""
        self.cases = 0

    def parts(self) -> Iterator[bytes]:
        """The bytes of the ZIP."""
        sections = []
        with TemporaryDirectory() as scratch:
            for kind in postings.declared_kinds():
                section = _Section(kind)
                yield from self._pages(section)
                if section.told:
                    yield from self._workbook(section, Path(scratch))
                    sections.append(section)
        further = []
        for part in (part for room in rooms() for part in room.folder):
            paths = []
            for page in part.pages(*self.span):
                path = f"{safe(str(part.label))}/{safe(page.name)}.html"
                drawn = self._drawn("further", depth="../", page=page, label=part.label, **page.values)
                yield self._add(path, drawn)
                paths.append((page.name, path))
            further += [(part.label, paths)] if paths else []
        yield from self._cases()
        yield from self._record()
        yield self._add("index.html", self._drawn("index", sections=sections, further=further))
        self.zip.close()
        yield self.pipe.take()

    def _pages(self, section: _Section) -> Iterator[bytes]:
        for found in queries.belonging(section.kind, self.span):
            files = self._files(found)
            for path, one in files.values():
                yield from self._copy(path, one)
            for version in found.versions:
                row = version.row
                self.entries.append((row.chain_seq, row.posting_id, row.version, row.hash))
                if not found.posting.withdrawal:
                    path = f"{CONTENTS}/{row.posting_id}-{row.version}.json"
                    self.sums[path] = row.hash
                    yield self._add(path, row.content)
            path = f"{safe(str(section.kind.label))}/{self._name(found)}.html"
            page = self._drawn("posting", depth="../", posted=found, files=files, **_said(found))
            yield self._add(path, page)
            section.told.append(_told(found, path, len(files)))

    @staticmethod
    def _name(found: Posted) -> str:
        posting = found.posting
        day = posting.period or school.local(found.first_at).date().isoformat()
        title = "" if posting.withdrawal else found.in_force.title
        place = posting.place.name if posting.place else ""
        return f"{posting.id} {safe(' '.join((day, place, title)))}"

    @staticmethod
    def _files(found: Posted) -> dict[int, tuple[str, Attached]]:
        """Where the attachments of a posting lie, by number; none of what was withdrawn or erased."""
        if found.posting.withdrawal:
            return {}
        named = {one.number: one for version in found.versions for one in version.attachments if one.name}
        root = f"{ATTACHMENTS}/{found.posting.id}"
        return {
            number: (f"{root}-{place} {safe(one.name)}.{one.file_name.rpartition('.')[2]}", one)
            for place, (number, one) in enumerate(sorted(named.items()), 1)
        }

    def _copy(self, path: str, one: Attached) -> Iterator[bytes]:
        """A file as it lies there; one that is lost is left out, and `kiosk check` names it."""
        source = uploads.place(uploads.folder(), one.digest)
        if source.exists():
            self.sums[path] = one.digest
            yield from self._stream(path, source, zipfile.ZIP_STORED)

    def _stream(self, path: str, source: Path, packing: int = zipfile.ZIP_STORED) -> Iterator[bytes]:
        with source.open("rb") as file, self.zip.open(_info(path, packing), "w") as target:
            while piece := file.read(PIECE):
                target.write(piece)
                yield self.pipe.take()
        yield self.pipe.take()

    def _add(self, path: str, text: str) -> bytes:
        self.zip.writestr(_info(path, zipfile.ZIP_DEFLATED), text.encode())
        return self.pipe.take()

    def _workbook(self, section: _Section, scratch: Path) -> Iterator[bytes]:
        """The versions in force of a kind, a row each line, in the bureau's columns."""
        form, file = queries.form_of(section.kind), scratch / "kind.xlsx"
        found = queries.belonging(section.kind, self.span)
        read = (queries.rows_of(one) for one in found if not one.posting.withdrawal)
        rows = ([row.get(name) for name, _heading in form] for some in read for row in some)
        title = str(section.kind.label)
        section.rows = sheets.write(file, title, [heading for _name, heading in form], rows)
        section.sheet = f"{WORKBOOKS}/{safe(title)}.xlsx"
        yield from self._stream(section.sheet, file)

    def _cases(self) -> Iterator[bytes]:
        """What was asked and answered in public, where the school uses cases."""
        if not cases.are_used():
            return
        found = [(one, cases.public_label(one.case.subject)) for one in cases.between(*self.span)]
        self.cases = len(found)
        yield self._add(f"{ASKED}.html", self._drawn("cases", found=found))

    def _record(self) -> Iterator[bytes]:
        """The heads of the record, and the sums by which everything here is compared with it."""
        hashes = queries.entry_hashes([seq for seq, *_rest in self.entries])
        lines = [f"{seq}:{hashes.get(seq, '—')}  {n}-{v}  {own}" for seq, n, v, own in sorted(self.entries)]
        last = max(hashes, default=0)
        newest = f"{last}: {short(hashes[last])}" if last else "—"
        text = "\n".join([self.title, "", *how_to_compare(newest), "", *lines, ""])
        yield self._add(f"{RECORD}/{HEADS}.txt", text)
        sums = "".join(f"{own}  {path}\n" for path, own in sorted(self.sums.items()))
        yield self._add("sha256sums.txt", sums)
        for file in heads.head_files():
            if self.span.first.isoformat() <= file.stem[:10] <= self.span.last.isoformat():
                yield self._add(f"{RECORD}/{file.name}", file.read_text("utf-8"))

    def _drawn(self, name: str, **values: Any) -> str:
        template = current_app.jinja_env.get_template(f"folder/{name}.html")
        return template.render(folder=self, lang=LANGUAGE_TAGS[str(get_locale())], **values)


def _told(found: Posted, path: str, attachments: int) -> _Told:
    posting, gone = found.posting, found.posting.withdrawal is not None
    return _Told(
        number=posting.id,
        period=postings.period_words(posting.period),
        place=posting.place.name if posting.place else _("Whole school"),
        title=_("Withdrawn") if gone else found.in_force.title,
        first_at=found.first_at,
        versions=len(found.versions),
        path=path,
        attachments=attachments,
    )


def _said(found: Posted) -> dict[str, Any]:
    """What a page says beside the versions."""
    return {"changes": postings.differences(found.versions), "asked": postings.questions_on(found).asked}


def _info(path: str, packing: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(path, EPOCH)
    info.compress_type, info.create_system, info.external_attr = packing, 3, 0o644 << 16
    return info
