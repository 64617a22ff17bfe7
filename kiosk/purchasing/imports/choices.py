"""What becomes of each sheet of an import: what is there already is passed over by default, and said."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from kiosk.core.formats import fen_to_text
from kiosk.core.i18n import Text, lazy
from kiosk.postings.services import WHY
from kiosk.purchasing.imports.repeats import LineKey, PriorSheet, keys_of, prior_sheets
from kiosk.purchasing.imports.review import ReviewLine, ReviewSheet
from kiosk.purchasing.models import PurchaseImport

MOSTLY = 0.5
"""From this share of lines on that are there already, a sheet is passed over unless somebody wants it."""


@dataclass(frozen=True)
class Standing:
    """What a sheet is beside those that are there: what is done with it by default, and why."""

    choice: str = "new"
    because: Text = ""
    existing: PriorSheet | None = None


def with_choices(
    sheets: Sequence[ReviewSheet], answers: Sequence[Mapping[str, Any]], before: PurchaseImport | None
) -> list[ReviewSheet]:
    """The sheets with what shall become of them; `answers` are what somebody chose for each."""
    prior = prior_sheets({sheet.day for sheet in sheets if sheet.day})
    above: dict[tuple[int, date], Counter[LineKey]] = {}
    corrected: set[int] = set()
    chosen = []
    for sheet, answer in zip(sheets, answers, strict=True):
        if sheet.day is None or sheet.canteen is None:
            chosen.append(replace(sheet, choice=answer["choice"] or ("skip" if before else "new")))
            continue
        key = sheet.canteen.id, sheet.day
        own = keys_of(sheet.ready)
        standing = _standing(sheet, own, prior.get(key, []), above.get(key, Counter()))
        sheet = replace(sheet, lines=_beside(sheet, prior.get(key, []), above.get(key, Counter())))
        if before and not standing.because:
            standing = replace(standing, choice="skip", because=lazy("This file was imported before."))
        result = _chosen(sheet, standing, answer["choice"] or standing.choice, corrected)
        chosen.append(result)
        if result.choice != "skip":
            above[key] = above.get(key, Counter()) + own
        if result.choice == "correct" and result.existing:
            corrected.add(result.existing.posting.id)
    return chosen


def _chosen(sheet: ReviewSheet, standing: Standing, choice: str, corrected: set[int]) -> ReviewSheet:
    """A sheet with its choice; a correction needs a posted sheet that no other one corrects, and a reason."""
    sheet = replace(sheet, existing=standing.existing, because=standing.because)
    if choice == "correct" and not (standing.existing and standing.existing.is_posted):
        choice = "skip"
    if choice == "skip":
        return replace(sheet, choice=choice, errors={})
    if choice == "rest":
        lines = [replace(line, is_passed=line.is_there) for line in sheet.lines]
        return replace(sheet, choice=choice, lines=lines)
    errors = dict(sheet.errors)
    if choice == "correct" and standing.existing:
        if standing.existing.posting.id in corrected:
            errors["choice"] = lazy("Another part of this file already corrects that sheet.")
        if not sheet.reason.strip():
            errors["reason"] = WHY
    return replace(sheet, choice=choice, errors=errors)


def _beside(sheet: ReviewSheet, prior: Sequence[PriorSheet], above: Counter[LineKey]) -> list[ReviewLine]:
    """The lines with whether the same is there: as often as it is, and no more."""
    known = sum((other.lines for other in prior), above)
    seen: Counter[LineKey] = Counter()
    lines = []
    for line in sheet.lines:
        keys = keys_of([line.line] if line.line and line.is_ready else [])
        seen.update(keys)
        lines.append(replace(line, is_there=any(seen[key] <= known[key] for key in keys)))
    return lines


def _standing(
    sheet: ReviewSheet, own: Counter[LineKey], prior: Sequence[PriorSheet], above: Counter[LineKey]
) -> Standing:
    """What the sheet may repeat of what is there for its day, or of what stands above it in the file."""
    existing = _closest(sheet, own, prior)
    if existing and sheet.number and existing.number == sheet.number:
        return Standing("skip", _same_paper(existing), existing)
    repeated = (own & sum((other.lines for other in prior), Counter[LineKey]())).total()
    if existing and own and repeated >= own.total() * MOSTLY:
        return Standing("skip", _repeats(existing, repeated), existing)
    if own and (own & above).total() == own.total():
        return Standing("skip", lazy("The same lines stand in this file twice."), existing)
    return _another_of_the_day(existing) if existing else Standing()


def _closest(sheet: ReviewSheet, own: Counter[LineKey], prior: Sequence[PriorSheet]) -> PriorSheet | None:
    """The sheet that shares most lines; where none shares any, the one of the same paper."""
    best = max(prior, key=lambda other: (own & other.lines).total(), default=None)
    if best is None or own & best.lines or not sheet.number:
        return best
    return next((other for other in prior if other.number == sheet.number), best)


def _repeats(existing: PriorSheet, repeated: int) -> Text:
    params = {"n": repeated, "total": fen_to_text(existing.total)}
    if existing.is_posted:
        return lazy("%(n)s of these lines are already posted for this day (%(total)s yuan).", **params)
    return lazy("%(n)s of these lines are already in a draft for this day (%(total)s yuan).", **params)


def _same_paper(existing: PriorSheet) -> Text:
    """What is said of a paper form with the number of one that is there."""
    total = fen_to_text(existing.total)
    if existing.is_posted:
        return lazy("This paper sheet is already posted (%(total)s yuan).", total=total)
    return lazy("There is already a draft of this paper sheet (%(total)s yuan).", total=total)


def _another_of_the_day(existing: PriorSheet) -> Standing:
    """Whatever else is there for the day is said, and hinders nothing but "nothing was bought"."""
    total = fen_to_text(existing.total)
    if existing.is_posted and existing.nothing_bought:
        because = lazy("It is posted that nothing was bought on this day.")
        return Standing("correct", because, existing)
    if existing.is_posted:
        because = lazy("There is already a posting for this day (%(total)s yuan).", total=total)
        return Standing("new", because, existing)
    if existing.lines:
        because = lazy("There is already a draft for this day (%(total)s yuan).", total=total)
        return Standing("new", because, existing)
    return Standing(existing=existing)
