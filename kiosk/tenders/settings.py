"""What the school sets about tenders."""

from dataclasses import dataclass

from kiosk.core import field
from kiosk.core.i18n import lazy
from kiosk.core.setting import Group, Line, Number

TENDERS = Group(39, lazy("Tenders"))
QUORUM = Number(
    name="tender_quorum",
    label=lazy("So many percent of the council sit at an opening, or it is postponed"),
    hint=lazy("51: more than half."),
    least=34,
    most=100,
    default=51,
    group=TENDERS,
    place=10,
)
DAYS = Number(
    name="tender_days",
    label=lazy("So many days a notice hangs before bids are opened, or it says why not"),
    least=1,
    most=90,
    default=15,
    group=TENDERS,
    place=20,
)
BIDDERS = Number(
    name="tender_bidders",
    label=lazy("So many bids there are at least, or the award says why fewer"),
    least=1,
    most=9,
    default=3,
    group=TENDERS,
    place=30,
)
OUTSIDE = Number(
    name="tender_outside",
    label=lazy("A bid so many percent away from the middle one of all is pointed out"),
    least=5,
    most=90,
    default=30,
    group=TENDERS,
    place=40,
)
ENDING = Number(
    name="tender_ending",
    label=lazy("So many days before its end a contract stands in the inbox"),
    least=7,
    most=180,
    default=45,
    group=TENDERS,
    place=50,
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Prefix(Line):
    """What the names of contracting processes begin with."""

    longest: int = 30
    plain: bool = True

    @property
    def input(self) -> field.Line:
        """Its field on the page."""
        return field.Line(
            name=self.name,
            label=self.label,
            longest=self.longest,
            hint=self.hint,
            pattern="[a-z0-9]+(-[a-z0-9]+)*",
            wrong=lazy("Small letters, digits and hyphens, like ocds-213czf."),
        )


OCID_PREFIX = Prefix(
    name="ocid_prefix",
    label=lazy("The school's prefix in open contracting data (OCDS)"),
    hint=lazy(
        "Given by the Open Contracting Partnership, like ocds-213czf; without one the school uses its own. "
        "Set it before data is handed on: it is a part of every name in /data/ocds.json."
    ),
    group=TENDERS,
    place=60,
)
SETTINGS = (QUORUM, DAYS, BIDDERS, OUTSIDE, ENDING, OCID_PREFIX)
