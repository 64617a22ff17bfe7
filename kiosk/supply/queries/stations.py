"""The stations of a purchase: planned, approved, bought, accepted, posted; by which post, and when."""

from collections.abc import Iterable
from datetime import date, datetime

from kiosk.auth import queries as auth
from kiosk.auth.models import ROLES
from kiosk.core.i18n import LazyString, Text, lazy
from kiosk.core.room import is_on
from kiosk.persons.models import Person
from kiosk.postings.models import Posting
from kiosk.postings.queries import any_posting
from kiosk.school import queries as school
from kiosk.staff import queries as staff
from kiosk.steps import queries as steps
from kiosk.steps.models import APPROVED, Approval
from kiosk.steps.models import RETURNED as SENT_BACK
from kiosk.steps.queries.stations import AHEAD, DONE, NOW, SKIPPED, Station
from kiosk.supply.models import CAME, Acceptance, Plan, Purchase
from kiosk.supply.queries.gates import ACCEPTANCE, ORDERS, PLANS
from kiosk.supply.queries.plans import approval_of, in_force
from kiosk.supply.queries.purchases import newest, sheet_of

PLANNED, DECIDED, BOUGHT, WEIGHED, POSTED = "planned", "approved", "bought", "accepted", "posted"
LABELS: dict[str, LazyString] = {
    PLANNED: lazy("Purchase planned"),
    DECIDED: lazy("Approval of the plan"),
    BOUGHT: lazy("Goods bought"),
    WEIGHED: lazy("Accepted by two"),
    POSTED: lazy("Posted"),
}


def post_of(person: Person, day: date) -> Text:
    """The post that somebody holds on a day; without one, the role of the account."""
    held, _stand_in = staff.posts_of(person, day)
    if held:
        return held[0].name
    for username in auth.usernames(person.number):
        account = auth.account_named(username)
        if account is not None and account.grants:
            return ROLES[account.grants[0].role]
    return person.post or lazy("without a post")


def _came(name: str, people: Iterable[Person], at: datetime, detail: Text = "") -> Station:
    everybody, day = list(people), school.local(at).date()
    posts = tuple(dict.fromkeys(post_of(one, day) for one in everybody))
    return Station(LABELS[name], DONE, posts, tuple(one.name for one in everybody), at, detail=detail)


def stations_of_plan(plan: Plan) -> list[Station]:
    """The stations of a plan until it is approved."""
    approval, first = approval_of(plan), plan.versions[-1]
    planned = _came(PLANNED, dict.fromkeys(one.person for one in reversed(plan.versions)), first.at)
    if approval is None:
        return [planned, Station(LABELS[DECIDED], NOW)]
    return [planned, _decided(approval)]


def _decided(approval: Approval) -> Station:
    agreed = steps.agreed(approval.valid)
    if approval.state == APPROVED:
        levels = [one.level.label for one in steps.standing(approval).levels if one.decisions]
        return Station(LABELS[DECIDED], DONE, tuple(levels), tuple(map(steps.signed, agreed)), agreed[-1].at)
    detail = lazy("sent back") if approval.state == SENT_BACK else ""
    return Station(
        LABELS[DECIDED],
        NOW,
        tuple(_asked(approval)),
        tuple(map(steps.signed, agreed)),
        detail=detail,
    )


def _asked(approval: Approval) -> Iterable[str]:
    now = steps.standing(approval).asked
    return [now.level.label] if now else []


def stations_of_purchase(purchase: Purchase) -> list[Station]:
    """All stations of a purchase; what the school does without is left out, unless it came through it."""
    found = stations_of_plan(purchase.version.plan) if purchase.version else []
    if not found and is_on(PLANS):
        found = [Station(LABELS[PLANNED], SKIPPED), Station(LABELS[DECIDED], SKIPPED)]
    if purchase.way != CAME:
        found.append(_came(BOUGHT, [purchase.buyer], purchase.at))
    elif is_on(ORDERS):
        found.append(Station(LABELS[BOUGHT], SKIPPED, people=(purchase.buyer.name,)))
    accepted = in_force(purchase)
    if accepted or is_on(ACCEPTANCE):
        found.append(_weighed(accepted, newest(purchase)))
    link = sheet_of(purchase)
    found.append(_posted(any_posting(link.posting_id) if link else None))
    return found


def _weighed(accepted: Acceptance | None, last: Acceptance | None) -> Station:
    if accepted is None or accepted.confirmed_at is None or accepted.second is None:
        detail = lazy("waits for the second receiver") if last else ""
        return Station(LABELS[WEIGHED], NOW, people=(last.person.name,) if last else (), detail=detail)
    back = any(line.rejected for line in accepted.lines)
    detail = lazy("a part was sent back") if back else ""
    return _came(WEIGHED, [accepted.person, accepted.second], accepted.confirmed_at, detail)


def _posted(posting: Posting | None) -> Station:
    if posting is None or not posting.versions:
        return Station(LABELS[POSTED], NOW if posting else AHEAD)
    first = posting.versions[-1]
    account = auth.account_named(first.posted_by)
    if account is None:
        return Station(LABELS[POSTED], DONE, at=first.posted_at)
    return _came(POSTED, [account.person], first.posted_at)
