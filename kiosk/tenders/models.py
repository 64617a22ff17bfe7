"""Tables of tenders. What was written, registered, typed, scored, awarded and signed never changes.

Triggers of migration 0051 refuse it. The name of a bidder's clerk stands in the record's entry alone, so that
it can be erased there. Electronic bids stand in `tender_bid` like paper ones, with another `way`.
"""

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kiosk.core import field
from kiosk.core.db import BigKey, Fen, Model, UnitPrice
from kiosk.core.i18n import LazyString, lazy
from kiosk.persons.models import Person

NEED, RETURNED, APPROVED, NOTICE = "need", "returned", "approved", "notice"
ROLL, READING, PROTOCOL = "roll", "reading", "protocol"
SCORING, AWARDED, CONTRACT, FAILED, WITHDRAWN = "scoring", "awarded", "contract", "failed", "withdrawn"
STATES: dict[str, LazyString] = {
    NEED: lazy("waits for approval"),
    RETURNED: lazy("sent back"),
    APPROVED: lazy("approved, the notice is to be posted"),
    NOTICE: lazy("bids can be handed in"),
    ROLL: lazy("the council gathers"),
    READING: lazy("bids are read out"),
    PROTOCOL: lazy("the protocol is to be confirmed"),
    SCORING: lazy("bids are scored"),
    AWARDED: lazy("awarded, the contract is to be signed"),
    CONTRACT: lazy("under contract"),
    FAILED: lazy("ended without an award"),
    WITHDRAWN: lazy("taken back"),
}
"""How a tender can stand."""

SUPPLY, SERVICES, CONCESSION = "supply", "services", "concession"
SUBJECTS: dict[str, LazyString] = {
    SUPPLY: lazy("Goods that are delivered again and again"),
    SERVICES: lazy("Services and works"),
    CONCESSION: lazy("A concession that pays rent (school shop)"),
}
FIXED, DISCOUNT, TOTAL, INCOME = "fixed", "discount", "total", "income"
PRICINGS: dict[str, LazyString] = {
    FIXED: lazy("a fixed price for each line"),
    DISCOUNT: lazy("so much below the market's average of each day"),
    TOTAL: lazy("one price for everything"),
    INCOME: lazy("the highest rent for the whole term"),
}
PRICINGS_OF = {SUPPLY: (FIXED, DISCOUNT), SERVICES: (TOTAL,), CONCESSION: (INCOME,)}
HIGHER_IS_BETTER = (DISCOUNT, INCOME)

PAPER, ELECTRONIC = "paper", "electronic"
BID_WAYS: dict[str, LazyString] = {PAPER: lazy("sealed envelope"), ELECTRONIC: lazy("electronic")}

BY_PRICE, BY_EARLIER, BY_LOT = "price", "earlier", "lot"
TIES: dict[str, LazyString] = {
    BY_PRICE: lazy("the better price, then the lot"),
    BY_EARLIER: lazy("whoever handed in first"),
    BY_LOT: lazy("the lot, from two numbers"),
}
BY_MEMBERS = "members"

HERE, AWAY, RECUSED = "here", "away", "recused"
BY_ACCOUNT, BY_CODE = "account", "code"
REASONS: dict[str, LazyString] = {
    "duty": lazy("on duty elsewhere"),
    "lesson": lazy("teaching"),
    "travel": lazy("away on business"),
    "ill": lazy("ill or on leave"),
    "unreached": lazy("could not be reached"),
    "unsaid": lazy("gave no reason"),
}
"""Why a member is absent."""
INTERESTS: dict[str, LazyString] = {
    "family": lazy("related to a bidder"),
    "work": lazy("works or worked for a bidder"),
    "money": lazy("has money in a bidder"),
    "other": lazy("another tie to a bidder"),
}
"""Why a member recuses himself."""
POSTPONED, CLOSED = "postponed", "closed"
RENEWED, ENDED = "renewed", "ended"

TITLE = field.Line(
    name="title", label=lazy("What is tendered"), longest=60, missing=lazy("Please enter a title."), least=2
)
WHY = field.Paragraphs(
    name="why",
    label=lazy("Why it is needed"),
    longest=1000,
    missing=lazy("Please say why it is needed."),
    least=field.SAYS_SOMETHING,
)
ESTIMATE = field.Money(
    name="estimate",
    label=lazy("Estimated value for the whole term (yuan)"),
    missing=lazy("How much is it about? The ladder decides by it."),
    hint=lazy("Of a concession: the rent that is expected."),
)
PLACE = field.Line(
    name="place",
    label=lazy("Where envelopes are handed in and opened"),
    longest=80,
    missing=lazy("Where are envelopes handed in?"),
    hint=lazy("Everybody reads this: a room and a post, no phone number."),
)
TERMS = field.Paragraphs(
    name="terms", label=lazy("What a bidder must know"), longest=2000, hint=lazy("Quality, delivery, proofs.")
)
DEADLINE = field.Line(
    name="deadline",
    label=lazy("Until when envelopes are taken; then they are opened"),
    longest=16,
    missing=lazy("Until when are envelopes taken?"),
)
SHORT = field.Line(
    name="short",
    label=lazy("Why there is less time than usual"),
    longest=120,
    hint=lazy("Only where fewer days remain than the school usually gives."),
    least=field.A_WORD,
)
REASON = field.Line(
    name="reason", label=lazy("Why"), longest=200, missing=lazy("Please say why."), least=field.A_WORD
)
CORRECTED = field.Line(
    name="reason",
    label=lazy("Why the notice is changed"),
    longest=120,
    least=field.A_WORD,
    missing=lazy("Why is the notice changed? Everybody will read this."),
)
BIDDER = field.Line(
    name="bidder", label=lazy("Bidder"), longest=80, missing=lazy("Whose envelope is it?"), least=2
)
CLERK = field.Line(
    name="clerk",
    label=lazy("Who hands it in for the bidder"),
    longest=40,
    missing=lazy("Who hands it in? The name stands on the receipt."),
)
PARTY = BIDDER
RENEWAL = field.Line(
    name="renewal",
    label=lazy("How it can be renewed"),
    longest=120,
    missing=lazy("Can it be renewed? “not renewed” is an answer."),
)
FIRST = field.Day(
    name="first", label=lazy("Valid from"), missing=lazy("Please enter a day."), back=2, ahead=5
)
LAST = field.Day(
    name="last", label=lazy("Valid until"), missing=lazy("Please enter a day."), back=1, ahead=10
)


class Tender(Model):
    """A tender (招标); how it stands follows from its facts (`checks`)."""

    __tablename__ = "tender"

    id: Mapped[int] = mapped_column(primary_key=True)
    sent: Mapped[str] = mapped_column(String(64), unique=True)
    """The form's own number: the same form is the same tender, however often it arrives."""
    state: Mapped[str] = mapped_column(String(10), index=True)
    """One of STATES."""
    begun_at: Mapped[datetime]
    posting_id: Mapped[int | None] = mapped_column(ForeignKey("posting.id"), index=True)
    """The notice."""
    protocol_id: Mapped[int | None] = mapped_column(ForeignKey("posting.id"), index=True)
    """The protocol of the opening."""
    award_id: Mapped[int | None] = mapped_column(ForeignKey("posting.id"), index=True)
    """The award, and the contract as its correction."""
    withdrawn_seq: Mapped[int | None] = mapped_column(BigKey)

    versions: Mapped[list["TenderVersion"]] = relationship(order_by="TenderVersion.number")
    bids: Mapped[list["TenderBid"]] = relationship(order_by="TenderBid.number")
    openings: Mapped[list["TenderOpening"]] = relationship(order_by="TenderOpening.number")
    scores: Mapped[list["TenderScore"]] = relationship(order_by="TenderScore.id")
    award: Mapped["TenderAward | None"] = relationship()
    contract: Mapped["TenderContract | None"] = relationship(back_populates="tender")

    @property
    def subject(self) -> str:
        """What it is in the record, and for those who decide."""
        return f"tender:{self.id}"

    @property
    def label(self) -> LazyString:
        """How it stands, in words."""
        return STATES[self.state]


class TenderVersion(Model):
    """A need as it was proposed, or a notice as it was posted; with every change of it. Never changed."""

    __tablename__ = "tender_version"
    __table_args__ = (UniqueConstraint("tender_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    number: Mapped[int]
    part: Mapped[str] = mapped_column(String(10))
    """NEED or NOTICE."""
    content: Mapped[str] = mapped_column(Text)
    """Canonical JSON (see `queries.contents`)."""
    hash: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    account: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
    chain_seq: Mapped[int] = mapped_column(BigKey, unique=True)

    person: Mapped[Person] = relationship(lazy="joined")


class TenderBid(Model):
    """A bid (投标) as it was registered. Only that it was withdrawn is added."""

    __tablename__ = "tender_bid"
    __table_args__ = (UniqueConstraint("tender_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sent: Mapped[str] = mapped_column(String(64), unique=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    number: Mapped[int]
    """Which envelope of the tender, from 1, in the order in which they came."""
    way: Mapped[str] = mapped_column(String(10))
    """PAPER or ELECTRONIC."""
    bidder: Mapped[str] = BIDDER.column()
    bidder_key: Mapped[str] = mapped_column(String(90))
    """The bidder, however the name is spaced."""
    supplier_id: Mapped[int | None] = mapped_column(ForeignKey("supplier.id"))
    """Where the bidder is a supplier of the catalogue."""
    is_late: Mapped[bool]
    photo_id: Mapped[int | None]
    """The attachment with the picture of the closed envelope."""
    at: Mapped[datetime]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    account: Mapped[str] = mapped_column(String(40))
    chain_seq: Mapped[int] = mapped_column(BigKey, unique=True)
    withdrawn_at: Mapped[datetime | None]
    withdrawn_seq: Mapped[int | None] = mapped_column(BigKey)

    person: Mapped[Person] = relationship(lazy="joined")
    opened: Mapped["TenderOpened | None"] = relationship()
    typed: Mapped[list["TenderTyped"]] = relationship(order_by="TenderTyped.id")

    @property
    def subject(self) -> str:
        """What it is in the record."""
        return f"bid:{self.id}"


class TenderOpening(Model):
    """A sitting at which bids are opened, or were to be: who is at the table, and how it ended."""

    __tablename__ = "tender_opening"
    __table_args__ = (UniqueConstraint("tender_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    number: Mapped[int]
    quorum: Mapped[int]
    """How many members have to be there, of those with a seat."""
    state: Mapped[str] = mapped_column(String(10))
    """ROLL, POSTPONED, READING, PROTOCOL or CLOSED."""
    begun_at: Mapped[datetime]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    chain_seq: Mapped[int] = mapped_column(BigKey)
    decided_at: Mapped[datetime | None]
    """When it was opened, or postponed."""
    decided_seq: Mapped[int | None] = mapped_column(BigKey)
    protocol: Mapped[str | None] = mapped_column(Text)
    hash: Mapped[str | None] = mapped_column(String(64))
    """Of the protocol: what everybody present confirms."""
    read_at: Mapped[datetime | None]
    read_seq: Mapped[int | None] = mapped_column(BigKey)

    person: Mapped[Person] = relationship(lazy="joined")
    seats: Mapped[list["TenderSeat"]] = relationship(order_by="TenderSeat.id")


class TenderSeat(Model):
    """A member of the council at an opening: there or absent and why, and that the protocol was confirmed."""

    __tablename__ = "tender_seat"
    __table_args__ = (UniqueConstraint("opening_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    opening_id: Mapped[int] = mapped_column(ForeignKey("tender_opening.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    code_hash: Mapped[str] = mapped_column(String(64))
    """Of the code on the slip that the member was handed."""
    state: Mapped[str] = mapped_column(String(10), default="")
    """HERE, AWAY or RECUSED; empty while nothing is said."""
    how: Mapped[str] = mapped_column(String(10), default="")
    """BY_ACCOUNT or BY_CODE."""
    reason: Mapped[str] = mapped_column(String(20), default="")
    """A key of REASONS or of INTERESTS."""
    at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    confirmed_how: Mapped[str] = mapped_column(String(10), default="")

    person: Mapped[Person] = relationship(lazy="joined")


class TenderOpened(Model):
    """That an envelope was opened: once, at which opening, by whose hand. Never changed."""

    __tablename__ = "tender_opened"

    bid_id: Mapped[int] = mapped_column(ForeignKey("tender_bid.id"), primary_key=True, autoincrement=False)
    opening_id: Mapped[int] = mapped_column(ForeignKey("tender_opening.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    chain_seq: Mapped[int] = mapped_column(BigKey, unique=True)


class TenderTyped(Model):
    """What somebody typed of what was read out, line by line; each person's last counts. Never changed."""

    __tablename__ = "tender_typed"

    id: Mapped[int] = mapped_column(primary_key=True)
    bid_id: Mapped[int] = mapped_column(ForeignKey("tender_bid.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    account: Mapped[str] = mapped_column(String(40))
    offer: Mapped[list[int]] = mapped_column(JSON)
    """Line by line, in the small unit of the pricing: 0.0001 yuan, 0.01 percent, or fen."""
    at: Mapped[datetime]
    chain_seq: Mapped[int] = mapped_column(BigKey, unique=True)

    person: Mapped[Person] = relationship(lazy="joined")


class TenderScore(Model):
    """The points that a member gave: of each bid by criterion, in hundredths. Each once; never changed."""

    __tablename__ = "tender_score"
    __table_args__ = (UniqueConstraint("tender_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    account: Mapped[str] = mapped_column(String(40))
    points: Mapped[dict[str, dict[str, int]]] = mapped_column(JSON)
    at: Mapped[datetime]
    chain_seq: Mapped[int] = mapped_column(BigKey, unique=True)

    person: Mapped[Person] = relationship(lazy="joined")


class TenderAward(Model):
    """The award (中标), or that there is none. Never changed."""

    __tablename__ = "tender_award"

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), unique=True)
    bid_id: Mapped[int | None] = mapped_column(ForeignKey("tender_bid.id"))
    """None: ended without an award."""
    content: Mapped[str] = mapped_column(Text)
    """Canonical JSON: ranking, marks, reasons, how a tie was broken."""
    hash: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    account: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
    chain_seq: Mapped[int] = mapped_column(BigKey, unique=True)

    person: Mapped[Person] = relationship(lazy="joined")
    bid: Mapped[TenderBid | None] = relationship(lazy="joined")


class TenderContract(Model):
    """A contract (合同), with its number for good. What it says never changes; what follows are its steps."""

    __tablename__ = "tender_contract"

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), unique=True)
    supplier_id: Mapped[int | None] = mapped_column(ForeignKey("supplier.id"), index=True)
    party: Mapped[str] = mapped_column(String(80))
    counter_id: Mapped[int | None] = mapped_column(ForeignKey("counter.id"))
    """The counter that a concession runs: its ratings are the shop's."""
    pricing: Mapped[str] = mapped_column(String(10))
    first: Mapped[date]
    last: Mapped[date]
    """As it was signed; see `steps` for what was renewed or ended."""
    renewal: Mapped[str] = RENEWAL.column()
    amount: Mapped[int | None] = mapped_column(Fen)
    """What it comes to, in fen; None where prices follow the market."""
    hash: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    account: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
    chain_seq: Mapped[int] = mapped_column(BigKey, unique=True)

    tender: Mapped[Tender] = relationship(back_populates="contract")
    person: Mapped[Person] = relationship(lazy="joined")
    prices: Mapped[list["TenderPrice"]] = relationship(order_by="TenderPrice.position")
    rents: Mapped[list["TenderRent"]] = relationship(order_by="TenderRent.position")
    steps: Mapped[list["TenderContractStep"]] = relationship(order_by="TenderContractStep.number")

    @property
    def subject(self) -> str:
        """What it is in the record."""
        return f"contract:{self.id}"

    @property
    def until(self) -> date:
        """The last day on which it is in force, as far as is known now."""
        return self.steps[-1].day if self.steps else self.last

    @property
    def has_ended(self) -> bool:
        """Whether it was ended before its time."""
        return bool(self.steps) and self.steps[-1].what == ENDED


class TenderContractStep(Model):
    """That a contract was renewed, or ended early, until which day and why. Never changed."""

    __tablename__ = "tender_contract_step"
    __table_args__ = (UniqueConstraint("contract_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("tender_contract.id"))
    number: Mapped[int]
    what: Mapped[str] = mapped_column(String(10))
    day: Mapped[date]
    """The last day from now on."""
    reason: Mapped[str] = mapped_column(String(200))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    chain_seq: Mapped[int] = mapped_column(BigKey, unique=True)


class TenderPrice(Model):
    """A price of a contract: of an item in a specification and unit, or of a class; fixed, or a discount.

    Of a concession: what the shop sells it for. Never changed.
    """

    __tablename__ = "tender_price"
    __table_args__ = (Index(None, "contract_id", "position", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("tender_contract.id"))
    position: Mapped[int]
    item: Mapped[str] = mapped_column(String(60))
    """Empty where it is for a whole class."""
    specification: Mapped[str] = mapped_column(String(60))
    unit: Mapped[str] = mapped_column(String(20))
    item_class: Mapped[str] = mapped_column(String(30))
    price: Mapped[int | None] = mapped_column(UnitPrice)
    discount: Mapped[int | None]
    """In 0.01 percent below the market's average of the day."""


class TenderRent(Model):
    """A rent of a concession: when it is due, how much. Only that it came in is added."""

    __tablename__ = "tender_rent"
    __table_args__ = (Index(None, "contract_id", "position", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("tender_contract.id"))
    position: Mapped[int]
    due: Mapped[date] = mapped_column(index=True)
    amount: Mapped[int] = mapped_column(Fen)
    received_on: Mapped[date | None]
    received_at: Mapped[datetime | None]
    received_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    received_seq: Mapped[int | None] = mapped_column(BigKey)


class TenderBrought(Model):
    """A notice that was brought in from a file: what it is known by, and its posting. Never changed."""

    __tablename__ = "tender_brought"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    """The hash of title, kind of notice and day: brought in twice it is the same."""
    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id"), unique=True)
    at: Mapped[datetime]
