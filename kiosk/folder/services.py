"""Writes of the folder: what the bureau's form is."""

from collections.abc import Sequence

from kiosk.core import clock
from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.errors import Invalid
from kiosk.core.i18n import lazy
from kiosk.core.trace import record
from kiosk.folder import queries
from kiosk.folder.models import HEADING, FolderForm
from kiosk.postings.queries import Kind


def set_form(*, by: Actor, kind: Kind, columns: Sequence[tuple[str, str]]) -> None:
    """Say which of our columns the bureau wants of a kind, in its order and under its headings.

    None at all: the folder has our own columns again. Invalid for a heading that cannot be, or stands twice.
    """
    wanted = [[name, HEADING.read(heading)] for name, heading in columns if name in queries.columns_of(kind)]
    headings = [heading for _name, heading in wanted]
    if twice := next((one for one in headings if headings.count(one) > 1), None):
        raise Invalid(lazy("The heading “%(heading)s” stands twice."), field="heading", heading=twice)
    stored = session.get(FolderForm, kind.slug)
    before = {"columns": stored.columns if stored else []}
    if before["columns"] == wanted:
        return
    if stored is None:
        stored = FolderForm(kind=kind.slug)
        session.add(stored)
    stored.columns, stored.changed_by, stored.changed_at = wanted, str(by), clock.now()
    if not wanted:
        session.delete(stored) if before["columns"] else session.expunge(stored)
    session.flush()
    record("folder.form_set", f"posting-kind:{kind.slug}", by=by, before=before, after={"columns": wanted})
