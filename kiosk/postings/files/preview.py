"""What a file would bring into the draft of a kind: every row, column and sheet of it has its place here."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from kiosk.core.errors import Invalid
from kiosk.core.i18n import _, lazy, listed
from kiosk.core.table_grid import Grid
from kiosk.core.tables import Table
from kiosk.postings.files.columns import Heads, heads_of
from kiosk.postings.files.crosswise import crossed, gathered
from kiosk.postings.files.lines import Body, Remark, read_body
from kiosk.postings.files.named import with_named
from kiosk.postings.files.period import of_period
from kiosk.postings.files.rowwise import widened
from kiosk.postings.files.sections import sectioned
from kiosk.postings.files.twofold import twofold
from kiosk.postings.queries import Kind


class NothingRecognised(Invalid):
    """A file in which no row names the columns of the kind."""

    code = "nothing-recognised"


@dataclass(frozen=True)
class Preview:
    """The lines as they would be typed, each with its row number, and all that is to be known of the file."""

    table: str
    rows: list[int] = field(default_factory=list)
    texts: list[dict[str, str]] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    others: list[tuple[int, str]] = field(default_factory=list)
    title: str = ""
    columns: list[str] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)
    """What the file says of the posting as a whole: the names of its markets."""

    @property
    def problems(self) -> list[Remark]:
        """What keeps lines from being posted as they are."""
        return [one for one in self.remarks if one.problem]

    def plain(self) -> dict[str, Any]:
        """As plain values, for the database and for programs."""
        remarks = [{**asdict(one), "text": str(one.text)} for one in self.remarks]
        return {**self.__dict__, "remarks": remarks, "others": [list(one) for one in self.others]}


def preview_of(values: dict[str, Any]) -> Preview:
    """A preview from the plain values that were made of it."""
    remarks = [Remark(**one) for one in values["remarks"]]
    return Preview(
        **{**values, "remarks": remarks, "others": [(row, text) for row, text in values["others"]]}
    )


def preview(kind: Kind, tables: Sequence[Table], *, sheet: str = "", period: str = "") -> Preview:
    """What the tables of a file hold for a kind: of the one named `sheet`, else of the best that can be seen.

    Invalid for a sheet that there is not, NothingRecognised where no row names the kind's columns.
    """
    named = [table for table in tables if table.name == sheet]
    if sheet and not named:
        names = listed(table.name for table in tables)
        raise Invalid(
            lazy("There is no sheet “%(table)s” in this file. It has: %(tables)s."), table=sheet, tables=names
        )
    pool = named or [table for table in tables if not table.hidden]
    read = [found for table in pool for found in _readings(kind, table)]
    if not read:
        labels = listed(one.label for one in kind.columns)
        raise NothingRecognised(
            lazy("No row of this file names the columns. Expected are: %(columns)s."), columns=labels
        )
    heads, body = max(read, key=lambda one: (len(one[1].texts), len(one[0].places)))
    others = _of_other_tables(tables, heads.grid.table.name)
    remarks = [*_of_table(kind, heads, body), *others, *map(_note, of_period(heads, period))]
    return Preview(
        heads.grid.table.name,
        body.rows,
        body.texts,
        [*remarks, *body.remarks],
        body.others,
        heads.titles[0][:60] if heads.titles else "",
        [one.name for one in kind.columns if one.name in heads.places],
        heads.fields,
    )


def _readings(kind: Kind, table: Table) -> Iterator[tuple[Heads, Body]]:
    """How a table can be read: as a list below its heads, or drawn across."""
    if by_row := widened(kind, Grid(table)):
        yield by_row.read(kind)
        return
    if both := twofold(kind, Grid(table)):
        yield both
        return
    by_section = sectioned(kind, table)
    heads = heads_of(kind, Grid(by_section.table if by_section else table))
    if heads:
        heads = with_named(kind, heads)
        body = read_body(kind, heads, by_section.left_out if by_section else frozenset())
        body.remarks += by_section.remarks if by_section else []
        if len(heads.places) >= min(2, len(kind.columns)):
            yield heads, gathered(kind, heads, body)
    if across := crossed(kind, Grid(table)):
        yield across


def _note(text: str, row: int = 0) -> Remark:
    return Remark(text, row, problem=False)


def _of_table(kind: Kind, heads: Heads, body: Body) -> list[Remark]:
    """What was not read, or is not there, of the table itself."""
    found, table, row = [], heads.grid.table, heads.row + 1
    if unplaced := heads.unplaced():
        found.append(_note(_("Columns that were not read: %(columns)s.", columns=listed(unplaced)), row))
    if absent := [str(one.label) for one in kind.columns if one.name not in heads.places]:
        found.append(_note(_("The file has no column for: %(columns)s.", columns=listed(absent)), row))
    if hidden := [number for number in body.rows if number - 1 in table.hidden_rows]:
        rows = listed(hidden[:20])
        text = _(
            "%(count)s rows that are hidden in the file are included: %(rows)s.", count=len(hidden), rows=rows
        )
        found.append(_note(text))
    if table.truncated:
        found.append(_note(_("The sheet is longer or wider than can be read; the rest was left out.")))
    if not body.texts:
        found.append(_note(_("There is no line below the heads."), row))
    return found


def _of_other_tables(tables: Sequence[Table], name: str) -> list[Remark]:
    """The sheets of the file that hold something and were not read, the hidden ones as such."""
    others = [table for table in tables if table.name != name and any(map(any, table.rows))]
    hidden, seen = (
        [table.name for table in others if table.hidden is is_hidden] for is_hidden in (True, False)
    )
    found = []
    if hidden:
        found.append(_note(_("Hidden sheets were not read: %(tables)s.", tables=listed(hidden))))
    if seen:
        found.append(_note(_("Other sheets of the file were not read: %(tables)s.", tables=listed(seen))))
    return found
