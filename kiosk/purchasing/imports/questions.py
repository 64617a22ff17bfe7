"""What is asked before the sheets of an import are posted, and whether somebody answered it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from kiosk.core.formats import price_to_text
from kiosk.core.i18n import lazy
from kiosk.purchasing.imports.review import Question, ReviewLine, ReviewSheet

STRANGERS = 3
"""From so many items on it is asked why none of them can be compared with its last purchase."""
MOST_NAMED = 6


def with_questions(sheet: ReviewSheet, answers: Mapping[str, Any], most: int) -> ReviewSheet:
    """A sheet with what is asked about it: a jump of more than `most` per cent once a line, the rest once.

    Of what is passed over nothing is asked, and of an old sheet nothing about prices and amounts.
    """
    if sheet.is_old or sheet.choice == "skip":
        return sheet
    lines = [
        _with_jump(line, str(answer.get("sure", "")), most)
        for line, answer in zip(sheet.lines, answers["lines"], strict=True)
    ]
    questions = [
        replace(question, is_answered=answers.get(question.name) == question.key)
        for question in (*_strangers(sheet), *_amounts(sheet))
    ]
    return replace(sheet, lines=lines, questions=questions)


def _with_jump(line: ReviewLine, answer: str, most: int) -> ReviewLine:
    if not line.is_ready or line.last is None or not line.price:
        return line
    if abs(line.price - line.last.price) * 100 <= line.last.price * most:
        return line
    jump = f"{price_to_text(line.price)}|{price_to_text(line.last.price)}"
    return replace(line, jump=jump, jump_is_right=answer == jump)


def _strangers(sheet: ReviewSheet) -> Iterator[Question]:
    """Where nearly all known items cannot be compared, the columns may be mistaken."""
    ready = [line for line in sheet.lines if line.is_ready and line.price]
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
    differing = [line for line in sheet.lines if line.differs and line.is_ready]
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
