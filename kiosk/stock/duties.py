"""What of the store waits for whom: to be confirmed, counted, used up in time."""

from collections.abc import Iterator

from flask import url_for

from kiosk.auth.queries import is_work_of
from kiosk.core.actor import Actor
from kiosk.core.duty import ALERT, WARN, Duties, Duty
from kiosk.core.filters import day as told
from kiosk.core.formats import milli_to_text
from kiosk.core.i18n import _, listed, ngettext
from kiosk.core.security import Permission
from kiosk.core.web import named
from kiosk.counters import queries as counters
from kiosk.counters.models import Canteen
from kiosk.persons.queries import is_among
from kiosk.postings.queries import place_at
from kiosk.school import queries as school
from kiosk.stock import queries
from kiosk.stock.models import ISSUED, SIGNED, StockBatch, StockForm
from kiosk.stock.permissions import KEEP_STOCK, TAKE_STOCK, WITNESS

MOST_NAMED = 4


def _own(who: Actor, permission: Permission) -> dict[int, Canteen]:
    return {one.id: one for one in counters.canteens() if who.may(permission, place_at(one))}


def _of_form(who: Actor, one: StockForm, permission: Permission, text: str) -> Duty:
    place = place_at(one.canteen)
    return Duty(
        str(one.id),
        WARN,
        text,
        url_for("office.stock_forms.show", number=one.id),
        place,
        named(one.canteen),
        detail=_("written by %(name)s", name=one.person.name) if one.person else "",
        mine=is_work_of(who, permission, place),
    )


def to_take(who: Actor) -> Iterator[Duty]:
    """Issues that somebody in the kitchen confirms; nobody the own one."""
    for one in queries.waiting(_own(who, TAKE_STOCK)):
        if one.kind == ISSUED and not is_among(who.person, [one.person_id or 0]):
            text = _(
                "Issue %(title)s of %(day)s: confirm what came", title=one.title, day=told(one.day, "short")
            )
            yield _of_form(who, one, TAKE_STOCK, text)


def to_witness(who: Actor) -> Iterator[Duty]:
    """Opening balances, write-offs and counts that a second person signs."""
    own = _own(who, WITNESS)
    for one in queries.waiting(own):
        if one.kind != ISSUED and not is_among(who.person, [one.person_id or 0]):
            yield _of_form(who, one, WITNESS, _("%(kind)s: sign as the second person", kind=one.kind_label))
    for count in queries.counts(own):
        if count.state == SIGNED and not is_among(who.person, [count.person_id]):
            place = place_at(count.canteen)
            yield Duty(
                f"count:{count.id}",
                WARN,
                _("Count of the store, %(day)s: sign as the second person", day=told(count.day, "short")),
                url_for("office.stock_counts.show", number=count.id),
                place,
                named(count.canteen),
                detail=_("counted by %(name)s", name=count.person.name),
                mine=is_work_of(who, WITNESS, place),
            )


def to_keep(who: Actor) -> Iterator[Duty]:
    """The month's count, goods near or past their last day, and corrections that took more than was left."""
    today, own = school.today(), _own(who, KEEP_STOCK)
    for number, canteen in own.items():
        due = queries.count_due(number, today) if queries.is_begun(number) else None
        if due is not None:
            place = place_at(canteen)
            yield Duty(
                f"count:{canteen.code}:{due:%Y-%m}",
                WARN,
                _("Count the store for the month's end"),
                url_for("office.stock_counts.new", canteen=canteen.code),
                place,
                named(canteen),
                due=due,
                mine=is_work_of(who, KEEP_STOCK, place),
            )
        ending = queries.expiring([number], today)
        over = [one for one in ending if one.expires and one.expires < today]
        soon = [one for one in ending if one not in over]
        yield from _ending(who, canteen, over, ALERT)
        yield from _ending(who, canteen, soon, WARN)
    for form in queries.shortages(own):
        text = _(
            "A sheet of %(day)s was corrected below what was issued: count the store", day=told(form.day)
        )
        yield _of_form(who, form, KEEP_STOCK, text)


def _ending(who: Actor, canteen: Canteen, batches: list[StockBatch], state: str) -> Iterator[Duty]:
    """One duty a store for everything that is over, one for what ends soon; each names what it is."""
    if not batches:
        return
    place, count = place_at(canteen), len(batches)
    over = ngettext(
        "%(num)s batch in store is past its last day",
        "%(num)s batches in store are past their last day",
        count,
    )
    soon = ngettext("%(num)s batch in store ends soon", "%(num)s batches in store end soon", count)
    names = [named_batch(one) for one in batches[:MOST_NAMED]]
    yield Duty(
        f"expiry:{canteen.code}:{state}",
        state,
        over if state == ALERT else soon,
        url_for("office.stock.index", canteen=canteen.code) + "#ending",
        place,
        named(canteen),
        detail=listed(names) + ("…" if count > MOST_NAMED else ""),
        mine=is_work_of(who, KEEP_STOCK, place),
    )


def named_batch(one: StockBatch) -> str:
    """A batch in words: what, how much, until when."""
    much = f"{milli_to_text(one.item.in_unit(one.quantity))} {one.item.unit}".strip()
    return f"{one.item.label} {much} ({told(one.expires, 'short')})" if one.expires else one.item.label


DUTIES = (
    Duties("stock-take", TAKE_STOCK, to_take),
    Duties("stock-sign", WITNESS, to_witness),
    Duties("stock-keep", KEEP_STOCK, to_keep),
)
