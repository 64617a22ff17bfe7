"""Tenders: need, notice, sealed envelopes, the council's opening, points, award, contract and its prices."""

from kiosk.core.i18n import lazy
from kiosk.core.room import KEPT_AS_RECORD, POSTED, Fragment, Nav, Room, Table
from kiosk.tenders import checks, shown
from kiosk.tenders.duties import DUTIES
from kiosk.tenders.kinds import KINDS
from kiosk.tenders.permissions import SEE_TENDERS
from kiosk.tenders.sample import SHARE
from kiosk.tenders.searched import TENDERS
from kiosk.tenders.services import LADDER
from kiosk.tenders.settings import SETTINGS
from kiosk.tenders.switch import SWITCH
from kiosk.tenders.words import WORDS

ROOM = Room(
    name="tenders",
    optional=SWITCH,
    words=WORDS,
    settings=SETTINGS,
    doors=("views", "api", "office", "bids_office", "table_office", "awards_office", "import_office"),
    machines=("/data/tenders.",),
    commands=("cli",),
    navigation=(Nav(24, lazy("Tenders"), "office.tenders.index", SEE_TENDERS, group=POSTED),),
    duties=DUTIES,
    ladders=(LADDER,),
    posting_kinds=KINDS,
    fragments=(
        Fragment("step", 40, "office/tenders/_step.html", shown.proposal),
        Fragment("data", 36, "tenders/_data.html", dict),
    ),
    searched=(TENDERS,),
    checks={"tenders": checks.recount},
    heads={"tenders": checks.heads},
    tables={
        "tender": Table(lazy("Tenders, and how each stands"), KEPT_AS_RECORD, since="begun_at"),
        "tender_version": Table(
            lazy("Needs and notices of tenders, with every change"), KEPT_AS_RECORD, since="at"
        ),
        "tender_bid": Table(
            lazy("Envelopes handed in: bidder, time, late or taken back"), KEPT_AS_RECORD, since="at"
        ),
        "tender_opening": Table(
            lazy("Openings of tenders, held or postponed"), KEPT_AS_RECORD, since="begun_at"
        ),
        "tender_seat": Table(
            lazy("Who of the council was at an opening, by number, or why not"), KEPT_AS_RECORD
        ),
        "tender_opened": Table(lazy("When which envelope was opened, by whom"), KEPT_AS_RECORD, since="at"),
        "tender_typed": Table(lazy("Offers as two people typed them"), KEPT_AS_RECORD, since="at"),
        "tender_score": Table(lazy("Points that members gave to bids"), KEPT_AS_RECORD, since="at"),
        "tender_award": Table(lazy("Awards, with their reasons"), KEPT_AS_RECORD, since="at"),
        "tender_contract": Table(lazy("Contracts from tenders"), KEPT_AS_RECORD, since="at"),
        "tender_contract_step": Table(
            lazy("Contracts renewed or ended early, and why"), KEPT_AS_RECORD, since="at"
        ),
        "tender_price": Table(lazy("Prices of contracts"), KEPT_AS_RECORD),
        "tender_rent": Table(lazy("Rents of concessions, due and received"), KEPT_AS_RECORD),
        "tender_brought": Table(
            lazy("Notices of tenders that were imported from files"), KEPT_AS_RECORD, since="at"
        ),
    },
    sample=SHARE,
)
