"""What was read out of envelopes and typed by two; the points of the council; what is pointed out."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from statistics import median

from kiosk.chain.queries import entry
from kiosk.core.i18n import _
from kiosk.persons import queries as persons
from kiosk.school import queries as school
from kiosk.tenders.models import (
    BY_EARLIER,
    BY_LOT,
    BY_MEMBERS,
    BY_PRICE,
    CLOSED,
    PROTOCOL,
    Tender,
    TenderBid,
    TenderSeat,
    TenderTyped,
)
from kiosk.tenders.queries.contents import (
    figure,
    figure_told,
    is_better,
    lines_of,
    need,
    notice,
    offer_told,
    price_points,
)
from kiosk.tenders.queries.tenders import counted, present, sitting
from kiosk.tenders.settings import BIDDERS, DAYS, OUTSIDE


def last_typed(bid: TenderBid) -> list[TenderTyped]:
    """What each person typed last of a bid, in the order of their first typing."""
    by_person: dict[int, TenderTyped] = {}
    for one in bid.typed:
        by_person[one.person_id] = one
    return list(by_person.values())


def agreed(bid: TenderBid) -> list[int] | None:
    """What a bid offers, as soon as two different people typed the same; None before."""
    last = last_typed(bid)
    for place, one in enumerate(last):
        for other in last[:place]:
            if one.offer == other.offer and not persons.is_among(one.person_id, [other.person_id]):
                return one.offer
    return None


@dataclass(frozen=True)
class Differing:
    """A line that two people typed differently: what it is, and who typed what."""

    label: str
    typed: tuple[tuple[str, str], ...]


def differing(found: Tender, bid: TenderBid) -> list[Differing]:
    """Where what was typed differs, line by line; nothing once two agree."""
    last = last_typed(bid)
    if len(last) < 2 or agreed(bid) is not None:
        return []
    said = need(found)
    made = []
    for place, line in enumerate(lines_of(said)):
        if len({one.offer[place] for one in last}) > 1:
            told = tuple((one.person.name, offer_told(said.pricing, one.offer[place])) for one in last)
            made.append(Differing(line.label, told))
    return made


def next_bid(found: Tender) -> TenderBid | None:
    """The bid that is opened or typed now: the first that two have not typed alike."""
    return next((one for one in counted(found) if agreed(one) is None), None)


def offers(found: Tender) -> dict[int, list[int]]:
    """What each bid that counts offers, by its id; those that are read."""
    return {one.id: offer for one in counted(found) if (offer := agreed(one)) is not None}


def figures(found: Tender) -> dict[int, int]:
    """What each is compared by (`contents.figure`)."""
    said = need(found)
    return {number: figure(said, offer) for number, offer in offers(found).items()}


@dataclass(frozen=True)
class Ranked:
    """A bid with its points in hundredths: in all and by criterion; `place` from 1, equal ones share it."""

    bid: TenderBid
    figure: int
    points: int
    by: Mapping[str, int]
    place: int


def scorers(found: Tender) -> list[TenderSeat]:
    """Who scores: whoever was at the table and did not step back."""
    opening = sitting(found)
    return present(opening) if opening and opening.state in (PROTOCOL, CLOSED) else []


def waiting_scorers(found: Tender) -> list[TenderSeat]:
    """Those of them who have not given points yet; nobody where no criterion is scored."""
    said = notice(found)
    if said is None or not said.scored:
        return []
    done = [one.person_id for one in found.scores]
    return [one for one in scorers(found) if not persons.is_among(one.person_id, done)]


def ranking(found: Tender) -> list[Ranked]:
    """The bids by their points, the highest first; of members' points the mean, half up."""
    said = notice(found)
    assert said
    values, pricing = figures(found), need(found).pricing
    by: dict[int, dict[str, int]] = {number: {} for number in values}
    for key, one in said.keyed:
        if one.by == BY_PRICE:
            for number, points in price_points(pricing, one.weight, values).items():
                by[number][key] = points
        elif one.by == BY_MEMBERS and found.scores:
            for number in values:
                given = [score.points[str(number)][key] for score in found.scores]
                by[number][key] = (2 * sum(given) + len(given)) // (2 * len(given))
    totals = {number: sum(points.values()) for number, points in by.items()}
    bids = sorted(counted_read(found), key=lambda bid: (-totals[bid.id], bid.number))
    return [
        Ranked(
            bid,
            values[bid.id],
            totals[bid.id],
            by[bid.id],
            1 + sum(t > totals[bid.id] for t in totals.values()),
        )
        for bid in bids
    ]


def counted_read(found: Tender) -> list[TenderBid]:
    """The bids that count and are read."""
    values = offers(found)
    return [one for one in counted(found) if one.id in values]


@dataclass(frozen=True)
class Tie:
    """How equal bids were told apart: by the rule alone, or by lot of those that were left."""

    rule: str
    bids: tuple[int, ...]
    """The numbers of the bids among which the lot decides; none where the rule did."""
    winner: int | None
    """The number of the bid that goes first; None while the lot is to be drawn."""


def tie(found: Tender, drawn: int | None = None) -> Tie | None:
    """Where several have the most points: how the rule tells them apart, with the number `drawn` by hand."""
    said, ranked = notice(found), ranking(found)
    assert said
    first = [one for one in ranked if one.place == 1]
    if len(first) < 2:
        return None
    pricing = need(found).pricing
    if said.tie == BY_EARLIER:
        return Tie(BY_EARLIER, (), min(one.bid.number for one in first))
    if said.tie == BY_PRICE:
        best = [one for one in first if not any(is_better(pricing, o.figure, one.figure) for o in first)]
        if len(best) == 1:
            return Tie(BY_PRICE, (), best[0].bid.number)
        first = best
    numbers = tuple(sorted(one.bid.number for one in first))
    if drawn is None:
        return Tie(BY_LOT, numbers, None)
    return Tie(BY_LOT, numbers, by_lot(numbers, lot_head(found), drawn))


def by_lot(numbers: tuple[int, ...], head: str, drawn: int) -> int:
    """Which number the lot gives: SHA-256 of the record's head, a colon and the drawn number, modulo.

    The head was published before the number was drawn, and the number is drawn by hand: nobody steers both.
    """
    value = int(sha256(f"{head}:{drawn}".encode()).hexdigest(), 16)
    return sorted(numbers)[value % len(numbers)]


def lot_seq(found: Tender) -> int:
    """The entry whose hash is the lot's first number: the last score, or the protocol."""
    opening = sitting(found)
    assert opening
    return max([opening.read_seq or 0, *(one.chain_seq for one in found.scores)])


def lot_head(found: Tender) -> str:
    """The hash of that entry."""
    there = entry(lot_seq(found))
    return there.hash if there else ""


@dataclass(frozen=True)
class Mark:
    """Something that is pointed out with its figures, in words without judgement."""

    code: str
    text: str


def short_days(found: Tender) -> int | None:
    """How many days a notice hung until its first deadline, where that is fewer than usual; else None."""
    rows = [one for one in found.versions if one.part == "notice"]
    if not rows:
        return None
    said = notice(found)
    assert said
    days = (school.local(said.deadline).date() - school.local(rows[0].at).date()).days
    return days if days < school.settings()[DAYS] else None


def marks(found: Tender) -> list[Mark]:
    """Few bidders, short time, equal bids, far outside."""
    made, settings = [], school.settings()
    bids, values, pricing = counted(found), figures(found), need(found).pricing
    if len(bids) < settings[BIDDERS]:
        text = _("%(n)s bids counted; %(least)s are usual.", n=len(bids), least=settings[BIDDERS])
        made.append(Mark("few", str(text)))
    if (days := short_days(found)) is not None:
        text = _("%(n)s days from notice to deadline; %(usual)s are usual.", n=days, usual=settings[DAYS])
        made.append(Mark("short", str(text)))
    made += _equal(found)
    if len(values) >= 3:
        middle = median(values.values())
        for one in bids:
            away = abs(values[one.id] - middle) * 100 if one.id in values else 0
            if middle and away > middle * settings[OUTSIDE]:
                made.append(_outside(one, values[one.id], middle, pricing))
    return made


def _outside(bid: TenderBid, value: int, middle: float, pricing: str) -> Mark:
    share = round(abs(value - middle) * 100 / middle)
    told = {"name": bid.bidder, "n": share, "own": figure_told(pricing, value)}
    told["middle"] = figure_told(pricing, round(middle))
    if value > middle:
        text = _("%(name)s: %(own)s, %(n)s %% above the middle bid (%(middle)s).", **told)
    else:
        text = _("%(name)s: %(own)s, %(n)s %% below the middle bid (%(middle)s).", **told)
    return Mark("outside", str(text))


def _equal(found: Tender) -> list[Mark]:
    """Bids that are equal in all lines, or in more than half of at least four."""
    made, values = [], offers(found)
    bids = [one for one in counted(found) if one.id in values]
    for place, one in enumerate(bids):
        for other in bids[:place]:
            lines = list(zip(values[one.id], values[other.id], strict=True))
            same = sum(a == b for a, b in lines)
            if same == len(lines) or (len(lines) >= 4 and 2 * same > len(lines)):
                told = {"one": other.bidder, "other": one.bidder, "n": same, "all": len(lines)}
                text = _("%(one)s and %(other)s say the same in %(n)s of %(all)s lines.", **told)
                made.append(Mark("equal", str(text)))
    return made
