"""What the overview lets whom see."""

from collections.abc import Iterable

from kiosk.auth.models import ROLES
from kiosk.core.actor import Grant, Place
from kiosk.core.i18n import lazy
from kiosk.core.security import Permission, Reach

ENTER = Permission("overview.enter", lazy("Enter the office"), frozenset(ROLES), reach=Reach.ANYWHERE)
VIEW_LIVE = Permission(
    "overview.live",
    lazy("See purchases beside ratings, live"),
    frozenset(
        {
            "head",
            "canteen_manager",
            "accountant",
            "purchaser",
            "custodian",
            "council",
            "congress",
            "admin",
            "principal",
            "cashier",
        }
    ),
    reach=Reach.ANYWHERE,
)
"""Not the counters' own staff: they see results late and in batches, never the single press."""

OFFER_ACKNOWLEDGE = Permission(
    "overview.acknowledge",
    lazy("See the button that acknowledges an alert"),
    frozenset({"head", "canteen_manager"}),
    reach=Reach.PLACE,
)
OFFER_WRITE = Permission(
    "overview.write",
    lazy("See the way to the day's purchase sheet"),
    frozenset({"head", "canteen_manager", "purchaser", "custodian"}),
    reach=Reach.PLACE,
)
OFFER_DECIDE = Permission(
    "overview.decide",
    lazy("See that doubtful ratings wait for a decision"),
    frozenset({"head", "council", "congress"}),
    reach=Reach.ANYWHERE,
)
OFFER_TABLETS = Permission(
    "overview.tablets",
    lazy("See the way to the tablets"),
    frozenset({"head", "admin", "canteen_manager"}),
    reach=Reach.ANYWHERE,
)
OFFER_ROSTER = Permission(
    "overview.roster", lazy("See that a roster names somebody who left"), frozenset({"head", "admin"})
)
OFFER_POSTS = Permission(
    "overview.posts", lazy("See that a post has no holder"), frozenset({"head", "admin"})
)
OFFER_TELL_APART = Permission(
    "overview.tell_apart", lazy("See that names wait to be told apart"), frozenset({"head", "admin"})
)
OFFER_OPERATION = Permission(
    "overview.operation", lazy("See what the server needs"), frozenset({"head", "admin"})
)
"""Who is offered a way here; whether it may be gone is decided where it leads (a test compares)."""

OFFERS = (
    OFFER_ACKNOWLEDGE,
    OFFER_WRITE,
    OFFER_DECIDE,
    OFFER_TABLETS,
    OFFER_ROSTER,
    OFFER_POSTS,
    OFFER_TELL_APART,
    OFFER_OPERATION,
)
"""What decides which rows an account sees among those that need a person, and where they lead."""


def offered_to(grants: Iterable[Grant]) -> frozenset[str]:
    """What roles are offered, as names: that of the offer, with a place where it is for that place alone."""
    return frozenset(
        _name(offer, grant)
        for offer in OFFERS
        for grant in grants
        if grant.gives(offer, Place(grant.canteen, grant.counter))
    )


def _name(offer: Permission, grant: Grant) -> str:
    if grant.is_whole or offer.reach is Reach.ANYWHERE:
        return offer.name
    return f"{offer.name} {_place(counter=grant.counter) or _place(canteen=grant.canteen)}"


def _place(*, canteen: str | None = None, counter: str | None = None) -> str:
    return f"canteen:{canteen}" if canteen else f"counter:{counter}" if counter else ""


def is_offered(offer: Permission, at: Place, rights: frozenset[str]) -> bool:
    """Whether the names of what is offered hold this offer at the place."""
    places = filter(None, (_place(canteen=at.canteen), _place(counter=at.counter)))
    return offer.name in rights or any(f"{offer.name} {place}" in rights for place in places)
