"""What is asked before the sheets of an import are posted, and whether somebody answered it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from kiosk.core.formats import price_to_text
from kiosk.core.i18n import lazy
from kiosk.purchasing import usual
from kiosk.purchasing.imports.prices import Usual
from kiosk.purchasing.imports.review import Question, ReviewLine, ReviewSheet
from kiosk.purchasing.newcomers import Newcomer, newcomers

STRANGERS = 3
"""From so many items on it is asked why none of them can be compared with its last purchase."""
MOST_NAMED = 6


def newcomers_of(sheets: Sequence[ReviewSheet]) -> list[list[Newcomer]]:
    """The names that are new here, each at the first sheet that brings it; an old sheet adds nobody."""
    seen: set[str] = set()
    found = []
    for sheet in sheets:
        adds = sheet.choice != "skip" and not sheet.is_old
        found.append([one for one in newcomers(sheet.names) if one.name not in seen] if adds else [])
        seen.update(one.name for one in found[-1])
    return found


def with_questions(
    sheet: ReviewSheet, answers: Mapping[str, Any], past: Usual, most: int, new_people: Sequence[Newcomer]
) -> ReviewSheet:
    """A sheet with what is asked about it: a jump of more than `most` per cent once a line, the rest once.

    Of what is passed over nothing is asked, and of an old sheet only whether a line stands twice by mistake.
    """
    if sheet.choice == "skip":
        return sheet
    questions = [*_twice(sheet)]
    lines = sheet.lines
    if not sheet.is_old:
        questions += [*_strangers(sheet), *_unitless(sheet, past), *_amounts(sheet), *_new(new_people)]
        lines = [
            _with_jump(line, str(answer.get("sure", "")), most)
            for line, answer in zip(sheet.lines, answers["lines"], strict=True)
        ]
    answered = [
        replace(question, is_answered=answers.get(question.name) == question.key) for question in questions
    ]
    return replace(sheet, lines=lines, questions=answered)


def _with_jump(line: ReviewLine, answer: str, most: int) -> ReviewLine:
    if not line.is_brought or line.last is None or not line.price:
        return line
    if abs(line.price - line.last.price) * 100 <= line.last.price * most:
        return line
    jump = f"{price_to_text(line.price)}|{price_to_text(line.last.price)}"
    return replace(line, jump=jump, jump_is_right=answer == jump)


def _twice(sheet: ReviewSheet) -> Iterator[Question]:
    """Lines alike in all that is typed were pasted twice, or delivered twice."""
    items = usual.twice([line.texts for line in sheet.lines if line.is_brought])
    if not items:
        return
    yield Question(
        "twice",
        "、".join(items),
        lazy(
            "A line stands more than once, alike in everything: %(items)s. Was it delivered more than once?",
            items=_named(items),
        ),
        lazy(
            "A line stands more than once, alike in everything: %(items)s. It was delivered more than once.",
            items=_named(items),
        ),
    )


def _unitless(sheet: ReviewSheet, past: Usual) -> Iterator[Question]:
    """Items that were always bought by a unit and come without one."""
    before = {
        item: [purchase for purchase in bought if sheet.day is None or purchase.day < sheet.day]
        for item, bought in past.items()
    }
    items = usual.unitless([line.texts for line in sheet.lines if line.is_brought], before)
    if not items:
        return
    yield Question(
        "unitless",
        "、".join(items),
        lazy(
            "Bought by a unit before, now without one, so no price can be compared: %(items)s.",
            items=_named(items),
        ),
        lazy("Bought by a unit before, now without one: %(items)s. That is right.", items=_named(items)),
    )


def _new(people: Sequence[Newcomer]) -> Iterator[Question]:
    """Names that nobody here bears are somebody new, or mistyped."""
    if people:
        names = "、".join(map(str, people))
        yield Question(
            "new_people",
            "、".join(one.name for one in people),
            lazy("These people are new here: %(names)s. Add them?", names=names),
            lazy("These people are new here: %(names)s. They are added.", names=names),
        )


def _named(items: Sequence[str]) -> str:
    return "、".join(items[:MOST_NAMED]) + ("…" if len(items) > MOST_NAMED else "")


def _strangers(sheet: ReviewSheet) -> Iterator[Question]:
    """Where nearly all known items cannot be compared, the columns may be mistaken."""
    ready = [line for line in sheet.lines if line.is_brought and line.price]
    strange = [line.texts["item"] for line in ready if line.other]
    known = len(strange) + sum(1 for line in ready if line.last)
    if len(strange) < STRANGERS or len(strange) * 5 < known * 4:
        return
    items = "、".join(strange[:MOST_NAMED])
    yield Question(
        "strangers",
        items,
        lazy(
            "These items were bought before, but never with this specification and unit, "
            "so no price can be compared: %(items)s. Are the columns right?",
            items=items,
        ),
        lazy(
            "These items were bought before, but never with this unit and specification: %(items)s. "
            "Unit, quantity and price are right.",
            items=items,
        ),
    )


def _amounts(sheet: ReviewSheet) -> Iterator[Question]:
    differing = [line for line in sheet.lines if line.differs and line.is_brought]
    if not differing:
        return
    yield Question(
        "sure",
        "|".join(f"{line.row}:{line.texts.get('amount', '')}:{line.price}" for line in differing),
        lazy(
            "The amounts in these rows are not quantity × price: %(rows)s. Quantity × price is posted.",
            rows="、".join(str(line.row) for line in differing),
        ),
        lazy(
            "Some amounts differ from the paper (see the marked lines); quantity × price is posted, "
            "and that is right."
        ),
    )
