"""Tables of purchases on their way. What was planned, bought or accepted never changes (triggers)."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kiosk.core import field
from kiosk.core.db import BigKey, Fen, Milli, Model, UnitPrice
from kiosk.core.i18n import LazyString, lazy
from kiosk.counters.models import Canteen
from kiosk.persons.models import Person

DRAFT, WAITING, RETURNED, APPROVED, CLOSED, WITHDRAWN = (
    "draft",
    "waiting",
    "returned",
    "approved",
    "closed",
    "withdrawn",
)
STATES: dict[str, LazyString] = {
    DRAFT: lazy("being written"),
    WAITING: lazy("waits for approval"),
    RETURNED: lazy("sent back"),
    APPROVED: lazy("approved"),
    CLOSED: lazy("plan closed"),
    WITHDRAWN: lazy("withdrawn"),
}
"""How a plan stands."""

ORDER, MARKET, CAME = "order", "market", "came"
WAYS: dict[str, LazyString] = {ORDER: lazy("Ordered from a supplier"), MARKET: lazy("Bought at the market")}
"""How something is bought; what only came (`CAME`) was written down by whoever took it in."""

FIRST = field.Day(
    name="first", label=lazy("First day of the plan"), missing=lazy("Please enter a day."), back=1, ahead=1
)
EXPECTED = field.Whole(name="expected", label=lazy("Meals expected"), least=0, most=99_999)
PURPOSE = field.Line(
    name="purpose", label=lazy("What it is for"), longest=200, hint=lazy("Whoever approves it reads this.")
)
ITEM = field.Line(name="item", label=lazy("Item"), longest=60, missing=lazy("Which item is this?"))
SPECIFICATION = field.Line(name="specification", label=lazy("Specification"), longest=60)
UNIT = field.Line(name="unit", label=lazy("Unit"), longest=20)
QUANTITY = field.Quantity(name="quantity", label=lazy("Quantity"), missing=lazy("How much of it?"))
UNIT_PRICE = field.UnitPrice(
    name="unit_price", label=lazy("Unit price"), missing=lazy("At what price, about?")
)
SUPPLIER = field.Line(name="supplier", label=lazy("Supplier"), longest=80)
DAY = field.Day(name="day", label=lazy("When it comes"), missing=lazy("Please enter a day."), back=1, ahead=1)
REASON = field.Line(
    name="reason",
    label=lazy("Why"),
    longest=200,
    missing=lazy("Please say why."),
    least=field.A_WORD,
)
DELIVERED = field.Quantity(
    name="delivered", label=lazy("Delivered"), missing=lazy("How much came? 0 if nothing did.")
)
BACK = field.Quantity(name="back", label=lazy("Sent back"))
BACK_WHY = field.Line(name="why", label=lazy("Why sent back"), longest=60)
TEMPERATURE = field.Line(
    name="temperature",
    label=lazy("Temperature (°C)"),
    longest=6,
    pattern=r"[-−]?[0-9]{1,2}([.,][0-9])?",
    wrong=lazy("Please enter degrees like 4 or -18.5."),
)
BATCH = field.Line(name="batch", label=lazy("Batch or production date"), longest=40)
MOST_LINES = 200


class Plan(Model):
    """A plan (采购计划) of a canteen for some days: what is to be bought, how much, for how many meals.

    What it says stands in its versions, of which the last is in force.
    """

    __tablename__ = "supply_plan"
    __table_args__ = (Index(None, "canteen_id", "first"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sent: Mapped[str] = mapped_column(String(40), unique=True)
    """What the form was sent under: a second click begins no other."""
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteen.id"))
    first: Mapped[date]
    last: Mapped[date] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(String(10), index=True)

    canteen: Mapped[Canteen] = relationship(lazy="joined")
    versions: Mapped[list["PlanVersion"]] = relationship(
        back_populates="plan", order_by="PlanVersion.number.desc()"
    )

    @property
    def state_label(self) -> LazyString:
        """How it stands, in words."""
        return STATES[self.state]


class PlanVersion(Model):
    """What a plan said, as canonical JSON, and who wrote it. Never changed."""

    __tablename__ = "supply_plan_version"
    __table_args__ = (UniqueConstraint("plan_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("supply_plan.id"))
    number: Mapped[int]
    content: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(String(64))
    amount: Mapped[int] = mapped_column(Fen)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    chain_seq: Mapped[int] = mapped_column(BigKey)

    plan: Mapped[Plan] = relationship(back_populates="versions")
    person: Mapped[Person] = relationship(lazy="joined")


class Purchase(Model):
    """Something bought (采购): an order, or what was bought at the market, for a day; perhaps of a plan."""

    __tablename__ = "supply_purchase"
    __table_args__ = (Index(None, "canteen_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sent: Mapped[str] = mapped_column(String(40), unique=True)
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteen.id"))
    day: Mapped[date]
    """The day on which it comes, and of its sheet."""
    version_id: Mapped[int | None] = mapped_column(ForeignKey("supply_plan_version.id"), index=True)
    """What was approved, where it is of a plan."""
    way: Mapped[str] = mapped_column(String(10))
    supplier: Mapped[str] = SUPPLIER.column()
    budget_line: Mapped[int | None]
    """The number of the budget's line, where one was chosen."""
    amount: Mapped[int] = mapped_column(Fen)
    buyer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    chain_seq: Mapped[int] = mapped_column(BigKey)
    cancelled_at: Mapped[datetime | None]
    """When it was cancelled, before anything of it was accepted."""

    canteen: Mapped[Canteen] = relationship(lazy="joined")
    buyer: Mapped[Person] = relationship(lazy="joined")
    version: Mapped[PlanVersion | None] = relationship(lazy="joined")
    lines: Mapped[list["PurchaseLine"]] = relationship(order_by="PurchaseLine.position")
    acceptances: Mapped[list["Acceptance"]] = relationship(order_by="Acceptance.number.desc()")


class PurchaseLine(Model):
    """A line of what was bought. Never changed."""

    __tablename__ = "supply_purchase_line"
    __table_args__ = (UniqueConstraint("purchase_id", "position"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    purchase_id: Mapped[int] = mapped_column(ForeignKey("supply_purchase.id"))
    position: Mapped[int]
    planned: Mapped[int | None]
    """The position of the plan's line that it fulfils."""
    item: Mapped[str] = ITEM.column()
    specification: Mapped[str] = SPECIFICATION.column()
    unit: Mapped[str] = UNIT.column()
    quantity: Mapped[int] = mapped_column(Milli)
    unit_price: Mapped[int] = mapped_column(UnitPrice)
    amount: Mapped[int] = mapped_column(Fen)


class Acceptance(Model):
    """What came of a purchase (验收), weighed by one receiver and confirmed by another.

    A later number corrects an earlier one; only the confirmation is added.
    """

    __tablename__ = "supply_acceptance"
    __table_args__ = (UniqueConstraint("purchase_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sent: Mapped[str] = mapped_column(String(40), unique=True)
    purchase_id: Mapped[int] = mapped_column(ForeignKey("supply_purchase.id"))
    number: Mapped[int]
    reason: Mapped[str] = mapped_column(String(200), default="")
    """Why it was corrected; empty for the first."""
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    chain_seq: Mapped[int] = mapped_column(BigKey)
    second_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=person_id, lazy="joined")
    second: Mapped[Person | None] = relationship(foreign_keys=second_id, lazy="joined")
    lines: Mapped[list["AcceptanceLine"]] = relationship(order_by="AcceptanceLine.position")


class AcceptanceLine(Model):
    """Of a line: how much came, how much of it was taken, and why the rest was not. Never changed."""

    __tablename__ = "supply_acceptance_line"
    __table_args__ = (UniqueConstraint("acceptance_id", "position"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    acceptance_id: Mapped[int] = mapped_column(ForeignKey("supply_acceptance.id"))
    position: Mapped[int]
    delivered: Mapped[int] = mapped_column(Milli)
    accepted: Mapped[int] = mapped_column(Milli)
    reason: Mapped[str] = mapped_column(String(60), default="")
    temperature: Mapped[int | None]
    """In tenths of a degree Celsius."""
    batch: Mapped[str] = mapped_column(String(40), default="")
    certificate_id: Mapped[int | None] = mapped_column(ForeignKey("goods_certificate.id"))

    @property
    def rejected(self) -> int:
        """How much was sent back, in thousandths."""
        return self.delivered - self.accepted


class SupplySheet(Model):
    """Into which posting, or draft of one, a purchase goes, and as it was accepted by which acceptance."""

    __tablename__ = "supply_sheet"

    purchase_id: Mapped[int] = mapped_column(
        ForeignKey("supply_purchase.id"), primary_key=True, autoincrement=False
    )
    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id"), index=True)
    acceptance_id: Mapped[int | None] = mapped_column(ForeignKey("supply_acceptance.id"))

    purchase: Mapped[Purchase] = relationship(lazy="joined")
    acceptance: Mapped[Acceptance | None] = relationship()
