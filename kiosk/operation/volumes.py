"""A new record is begun: its first entry names the head of the old one, which stands in a file of its own."""

import hashlib
import os
import runpy
from pathlib import Path
from typing import Any, NamedTuple

from kiosk.chain import queries as chain
from kiosk.chain import services
from kiosk.chain.queries import BEGUN, Finding, Head, KnownHead
from kiosk.chain.queries.sentences import sentence
from kiosk.core.actor import Actor
from kiosk.core.config import ROOT, Instance
from kiosk.core.db import session, transaction
from kiosk.core.errors import Conflict, Damaged, Invalid, StorageFull
from kiosk.core.i18n import lazy
from kiosk.core.security import new_code
from kiosk.core.trace import record


class Begun(NamedTuple):
    """The old record's head, its file with the SHA-256, and the number of the new record's entry."""

    head: Head
    file: Path
    digest: str
    seq: int


def begin(instance: Instance, file: Path, *, by: Actor) -> Begun:
    """Verify the record, write all of it to `file`, verify that, and begin a new one.

    The numbers and the hashes go on, so that every printed head keeps its place. Nothing is begun where the
    record or the file is not whole (Damaged), where the file is there already or lies in the instance
    (Invalid: what is erased later must leave every file there), or when somebody writes meanwhile (Conflict).
    """
    file = file.absolute()
    if file.exists():
        raise Invalid(lazy("%(file)s is there already. Choose another name."), file=str(file))
    if instance.folder.resolve() in file.resolve().parents:
        raise Invalid(lazy("Choose a place outside of %(folder)s."), folder=str(instance.folder))
    _refuse(chain.verify().findings)
    old = write(file)
    _refuse(check(file, [KnownHead(old.seq, old.hash, "")])[0])
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    with transaction():
        if chain.head() != old:
            file.unlink()
            raise Conflict(lazy("Somebody wrote meanwhile; nothing was begun. Please try again."))
        after = {"last": old.seq, "head": f"{old.seq}:{old.hash}", "digest": digest}
        seq = record(BEGUN, "record", by=by, after=after)
    return Begun(old, file, digest, seq)


def _refuse(findings: list[Finding]) -> None:
    if findings:
        message = lazy("Nothing was changed. The record is not whole; ask the auditor: %(finding)s")
        raise Damaged(message, finding=sentence(findings[0]))


def write(file: Path) -> Head:
    """Write the whole record of one moment to a file, whole or not at all; its head."""
    part = file.with_name(f"{file.name}.{new_code()}.part")
    try:
        session.rollback()
        head = chain.head()
        with part.open("x", encoding="utf-8", newline="\n") as out:
            out.writelines(f"{line}\n" for line in chain.export())
            out.flush()
            os.fsync(out.fileno())
        part.replace(file)
    except OSError as error:
        part.unlink(missing_ok=True)
        message = lazy("%(file)s cannot be written: %(error)s")
        raise StorageFull(message, file=str(file), error=error.strerror or str(error)) from error
    return head


def check(file: Path, known_heads: list[KnownHead]) -> tuple[list[Finding], str]:
    """Verify an export just as an auditor does, with docs/verify.py; what it finds, what the file holds."""
    verifier: dict[str, Any] = runpy.run_path(str(ROOT / "docs" / "verify.py"))
    try:
        with file.open(encoding="utf-8", newline="\n") as lines:
            rows, summary = verifier["verify"](lines, [(head.seq, head.hash) for head in known_heads])
    except (OSError, UnicodeDecodeError) as error:
        message = lazy("%(file)s cannot be read: %(error)s")
        raise Invalid(message, file=str(file), error=str(error)) from error
    return [Finding(*row) for row in rows], summary


def put_away(instance: Instance, file: Path, *, by: Actor) -> int:
    """Take the old record's names and texts out of the database, once somebody shows the file with all of it.

    How many entries were abridged. Conflict where no new record was begun; Invalid for another file; Damaged
    where the record is not whole. The files follow (see `forgetting.scrub`).
    """
    begun = chain.beginning()
    if begun is None:
        raise Conflict(lazy("Begin a new record first: kiosk record begin FILE"))
    told = chain.read_body(begun.body)["after"]
    try:
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError as error:
        message = lazy("%(file)s cannot be read: %(error)s")
        raise Invalid(message, file=str(file), error=error.strerror or str(error)) from error
    if digest != told["digest"]:
        raise Invalid(lazy("%(file)s is not the old record as it was written."), file=str(file))
    if instance.folder.resolve() in file.resolve().parents:
        raise Invalid(lazy("Choose a place outside of %(folder)s."), folder=str(instance.folder))
    _refuse(chain.verify().findings)
    with transaction():
        return services.put_away(by=by, last=told["last"])
