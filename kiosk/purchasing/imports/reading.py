"""Reading a file: what it would bring, and keeping that until somebody confirms it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from kiosk.catalogue import queries as catalogue
from kiosk.core import clock
from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.errors import NotFound
from kiosk.core.tabular import read
from kiosk.core.trace import record
from kiosk.counters.models import Canteen
from kiosk.postings.queries import place_at
from kiosk.purchasing.checks import PEOPLE
from kiosk.purchasing.imports import repeats, store
from kiosk.purchasing.imports.history import fields_of, with_change
from kiosk.purchasing.imports.judgement import COLUMN_QUESTIONS, review_of
from kiosk.purchasing.imports.mending import still_open
from kiosk.purchasing.ledger import Known, Preview, recognise
from kiosk.purchasing.models import PurchaseImport
from kiosk.purchasing.permissions import EDIT_DRAFTS
from kiosk.school import queries as school

Json = dict[str, Any]


@dataclass(frozen=True)
class Reading:
    """How a file is read: which of its tables, as purchases whatever its title says, with which columns.

    `columns` says which field each column is, in the file's order; "" is not read.
    """

    table: str | None = None
    as_purchases: bool = False
    columns: Sequence[str] | None = None

    def then(self, wish: "Reading") -> "Reading":
        """The reading that somebody wishes next: of another table, or of the same one otherwise."""
        before = self if wish.table is None else Reading(wish.table)
        return Reading(before.table, wish.as_purchases or before.as_purchases, wish.columns or before.columns)


AS_IT_IS = Reading()


def preview(data: bytes, file_name: str, reading: Reading = AS_IT_IS) -> Preview:
    """What a file would bring; nothing is stored. UnreadableFile for what is no sheet at all."""
    return recognise(
        read(data, file_name),
        reading.table,
        school.today(),
        as_purchases=reading.as_purchases,
        columns=reading.columns,
        known=Known(frozenset(catalogue.item_classes()), catalogue.supplier_names()),
    )


def keep(
    *, by: Actor, canteen: Canteen, data: bytes, file_name: str, reading: Reading = AS_IT_IS
) -> PurchaseImport:
    """Read a file and keep what it would bring until somebody confirms it."""
    by.needs(EDIT_DRAFTS, place_at(canteen))
    name = _plain_name(file_name)
    waiting = PurchaseImport(
        file_name=name,
        canteen=canteen,
        content=data,
        digest=repeats.digest(data),
        preview=_content(data, canteen, name, reading),
        created_by=str(by),
        created_at=clock.now(),
    )
    session.add(waiting)
    session.flush()
    record(
        "import.read",
        f"import:{waiting.id}",
        by=by,
        after={"file": waiting.file_name, "canteen": canteen.code},
    )
    return waiting


def read_again(*, by: Actor, waiting: PurchaseImport, wish: Reading) -> None:
    """Read another table of the same file, or the same as purchases, or with other columns.

    Lines that were mended are read anew; people that were named stay. Columns that are what they were are
    only noted as seen.
    """
    still_open(waiting)
    before = waiting.preview
    fields = fields_of(before, review_of(waiting))
    if wish.columns is not None and [*wish.columns] == [column[2] for column in before.get("columns", [])]:
        answered = sorted({*before.get("answered", []), *COLUMN_QUESTIONS})
        waiting.preview = {**before, "answered": answered}
    else:
        assert waiting.content is not None
        reading = Reading(**before.get("reading", {})).then(wish)
        content = _content(waiting.content, waiting.canteen, waiting.file_name, reading)
        sheets = _with_people(content["sheets"], before.get("sheets", []))
        past: Json = {name: before[name] for name in ("revision", "changes") if name in before}
        waiting.preview = {**content, **past, "sheets": sheets}
        now = fields_of(waiting.preview, review_of(waiting))
        waiting.preview = with_change(waiting.preview, fields, now, by=str(by), anew=True)
    after = {"table": waiting.preview["table"], "as_purchases": wish.as_purchases, "columns": wish.columns}
    record("import.table_chosen", f"import:{waiting.id}", by=by, after=after)


def waiting_import(import_id: int) -> PurchaseImport:
    """The import, or NotFound."""
    waiting = session.get(PurchaseImport, import_id)
    if waiting is None:
        raise NotFound
    return waiting


def _content(data: bytes, canteen: Canteen, name: str, reading: Reading) -> Json:
    content = store.preview_json(preview(data, name, reading), canteen, name)
    answered = list(COLUMN_QUESTIONS) if reading.columns else []
    return {**content, "reading": asdict(reading), "answered": answered}


def _with_people(sheets: Sequence[Json], before: Sequence[Json]) -> list[Json]:
    """The sheets with the people that were named at the same place before."""
    named = [
        {**new, "people": {role: new["people"][role] or old["people"][role] for role in PEOPLE}}
        for old, new in zip(before, sheets, strict=False)
    ]
    return [*named, *sheets[len(named) :]]


def _plain_name(name: str) -> str:
    plain = "".join(c for c in name.replace("\\", "/").rsplit("/", 1)[-1] if c.isprintable())
    return plain[-120:] or "file"
