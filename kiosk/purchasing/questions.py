"""What is asked once before a sheet is posted: jumps of prices, lines left out, mistakes, new names."""

import dataclasses
import hashlib
from dataclasses import dataclass

from kiosk.core.i18n import Text
from kiosk.postings.models import PostingDraft
from kiosk.purchasing import comparing, usual
from kiosk.purchasing.checks import PEOPLE, Checked
from kiosk.purchasing.comparing import Jump
from kiosk.purchasing.newcomers import Newcomer, newcomers
from kiosk.purchasing.queries import day_of


@dataclass(frozen=True)
class Questions:
    """What is asked once before posting; `key` stands for exactly this question."""

    jumps: list[Jump]
    differing: list[tuple[str, Text]]
    left_out: list[str]
    strangers: list[str]
    twice: list[str]
    unitless: list[str]
    new_people: list[Newcomer]

    @property
    def is_needed(self) -> bool:
        """Whether there is anything to ask."""
        return any(getattr(self, field.name) for field in dataclasses.fields(self))

    @property
    def key(self) -> str:
        """The same for the same doubts, another as soon as one is new."""
        doubts = [(jump.item, jump.unit, jump.price, jump.last.price) for jump in self.jumps]
        differing = [(item, str(text)) for item, text in self.differing]
        lists = (
            self.left_out,
            self.strangers,
            self.twice,
            self.unitless,
            [one.name for one in self.new_people],
        )
        everything = (doubts, differing, *lists)
        return hashlib.sha256(repr(everything).encode()).hexdigest()[:16]


def questions(draft: PostingDraft, checked: Checked) -> Questions | None:
    """What is doubtful in a draft that could be posted, or None."""
    items = {row: texts.get("item", "") for row, texts in enumerate(draft.rows)}
    lines = [line.texts for line in checked.lines]
    day = day_of(draft.posting)
    past = comparing.remembered_by_name(day)
    doubts = Questions(
        jumps=comparing.jumps(checked.lines, day),
        differing=[(items[row], text) for (row, _name), text in checked.warnings.items()],
        left_out=[items[row] for row in checked.left_out],
        strangers=usual.strangers(lines, past),
        twice=usual.twice(lines),
        unitless=usual.unitless(lines, past),
        new_people=newcomers({part: draft.fields.get(part, "") for part in PEOPLE}),
    )
    return doubts if doubts.is_needed else None
