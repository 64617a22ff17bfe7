"""What is forgotten, and when. The server forgets each day by itself; the chain says what and how much."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import delete, func, select, update

from kiosk.auth.models import SignIn
from kiosk.core import clock, postgres
from kiosk.core.config import Instance
from kiosk.core.db import session
from kiosk.core.errors import NotFound
from kiosk.core.i18n import lazy
from kiosk.core.trace import record
from kiosk.counters.models import Counter, EnrolCode, RefusedEntry
from kiosk.presence.models import MealKey, SpentPass
from kiosk.purchasing.models import PurchaseImport
from kiosk.ratings.models import Rating, RatingNote, RatingVisitor
from kiosk.ratings.queries import receipt_code
from kiosk.ratings.services import erase_comments

DAY = timedelta(days=1)
MONTH = timedelta(days=30)
SCHOOL_YEAR = timedelta(days=365)


class Rule(NamedTuple):
    """Rows of a table that are older than `kept` go: those for which `old(before)` is true."""

    name: str
    table: Any
    kept: timedelta
    old: Callable[[datetime], Any]


RULES = (
    Rule(
        "comments",
        RatingNote,
        SCHOOL_YEAR,
        lambda before: (RatingNote.comment != "") & (RatingNote.added_at < before),
    ),
    Rule("refused", RefusedEntry, SCHOOL_YEAR, lambda before: RefusedEntry.reported_at < before),
    Rule(
        "visitors",
        RatingVisitor,
        DAY,
        lambda before: RatingVisitor.meal_key_id.in_(select(MealKey.id).where(MealKey.opened_at < before)),
    ),
    Rule("passes", SpentPass, DAY, lambda before: SpentPass.expires_at < before),
    Rule(
        "sign_ins",
        SignIn,
        MONTH,
        lambda before: (SignIn.expires_at < before) | (SignIn.revoked_at < before),
    ),
    Rule("enrol_codes", EnrolCode, MONTH, lambda before: EnrolCode.expires_at < before),
    Rule(
        "imports",
        PurchaseImport,
        MONTH,
        lambda before: PurchaseImport.confirmed_at.is_(None) & (PurchaseImport.created_at < before),
    ),
)
"""Comments are blanked where they stand, everything else goes with its row. Visitors go when their meal is
closed; the rule is for one that could not be closed. Imports: files that were read and never confirmed."""


def due() -> dict[str, int]:
    """How many rows each rule would erase now."""
    now = clock.now()
    return {
        rule.name: session.scalar(
            select(func.count()).select_from(rule.table).where(rule.old(now - rule.kept))
        )
        or 0
        for rule in RULES
    }


def forget(*, by: str) -> dict[str, int]:
    """Erase what has been kept long enough, with a trace in the chain if there was any; how many by rule."""
    now = clock.now()
    erased = {rule.name: _erase(rule, now - rule.kept, by=by) for rule in RULES}
    keys = update(MealKey).where(MealKey.key.is_not(None), MealKey.opened_at < now - DAY)
    session.execute(keys.values(key=None, closed_at=now))
    told = {name: number for name, number in erased.items() if number and name != "comments"}
    if told:
        record("retention.erased", "operation:retention", by=by, after=told)
    return erased


def _erase(rule: Rule, before: datetime, *, by: str) -> int:
    if rule.name == "comments":
        return erase_comments(by=by, before=before)
    statement = delete(rule.table).where(rule.old(before)).execution_options(synchronize_session=False)
    done: Any = session.execute(statement)
    return int(done.rowcount)


def erase_comment(*, by: str, code: str) -> None:
    """Erase what was said with the rating whose receipt has this code, for whoever shows it (PIPL art. 47).

    The rating stays and counts. NotFound where no rating with this code has a comment.
    """
    wish = "".join(code.upper().split()).replace("-", "")
    said = select(RatingNote.id, Rating.id, Rating.day, Rating.counter_id).join(
        Rating, Rating.seq == RatingNote.rating_seq
    )
    rows = session.execute(said.where(RatingNote.comment != "").execution_options(yield_per=2000))
    found = [(note, day, place) for note, rating, day, place in rows if receipt_code(rating) == wish]
    if not found:
        raise NotFound(lazy("There is no sentence under this code, or it was erased already."))
    for note, day, place in found:
        blank = update(RatingNote).where(RatingNote.id == note).values(comment="", comment_salt=None)
        session.execute(blank.execution_options(synchronize_session=False))
        counter = session.get_one(Counter, place).code
        record("comment.erased", "ratings", by=by, after={"counter": counter, "day": day})


def old_databases(instance: Instance) -> list[Path | str]:
    """The databases that a restore replaced and kept aside, thirty days ago or longer: folders, and in
    PostgreSQL schemas."""
    found: list[Path | str] = [*sorted((instance.folder / "replaced").glob("*"))]
    if not instance.uses_sqlite:
        found += postgres.replaced(instance.database_url)
    return [one for one in found if (when := _dated(one)) and when < clock.now() - MONTH]


def forget_databases(instance: Instance) -> int:
    """Remove them: they hold what the database has forgotten since. How many."""
    found = old_databases(instance)
    for one in found:
        if isinstance(one, Path):
            shutil.rmtree(one, ignore_errors=True)
        else:
            postgres.drop(instance.database_url, one)
    return len(found)


def _dated(one: Path | str) -> datetime | None:
    name = one.name if isinstance(one, Path) else one.removeprefix(postgres.REPLACED).replace("_", "-")
    try:
        return datetime.strptime(name[:15], "%Y%m%d-%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
