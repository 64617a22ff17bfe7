"""Points by criteria, and the award with its reason; equal bids by the rule written before, or by lot."""

import json
from collections.abc import Mapping

from kiosk.core import clock
from kiosk.core.actor import SCHOOL, Actor
from kiosk.core.db import session
from kiosk.core.errors import Invalid, OtherContent
from kiosk.core.i18n import LOCALES, in_language, lazy, listed
from kiosk.core.trace import record
from kiosk.persons import queries as persons
from kiosk.steps.services import digest
from kiosk.tenders import queries
from kiosk.tenders.models import (
    AWARDED,
    BY_LOT,
    FAILED,
    SCORING,
    TIES,
    Tender,
    TenderAward,
    TenderBid,
    TenderScore,
)
from kiosk.tenders.permissions import AWARD_TENDERS, SIT_AT_TABLE
from kiosk.tenders.queries import Ranked, canonical
from kiosk.tenders.refusals import Incomplete, NotAtTable, ScoresAlone
from kiosk.tenders.services.keeping import ask_state, person_of
from kiosk.tenders.services.publish import AWARD, put_up
from kiosk.tenders.services.wording import award_fields, award_rows

Points = Mapping[int, Mapping[str, int]]
"""By the bid's id and the criterion's key, hundredths of a point."""
LONGEST_REASON, MOST_DRAWN = 200, 999_999


def score(*, by: Actor, tender: Tender, points: Points) -> TenderScore:
    """Give points to each bid by each criterion that is scored: once, by a member who was at the table.

    The same again is the same; OtherContent for other points.
    """
    by.needs(SIT_AT_TABLE, SCHOOL)
    person = person_of(by)
    given = {str(number): dict(each) for number, each in points.items()}
    for one in tender.scores:
        if persons.is_among(person, [one.person_id]):
            if one.points != given:
                raise OtherContent
            return one
    ask_state(tender, SCORING)
    if not any(persons.is_among(person, [seat.person_id]) for seat in queries.scorers(tender)):
        raise NotAtTable
    _check_points(tender, given)
    found = TenderScore(
        person_id=person,
        account=str(by),
        points=given,
        at=clock.now(),
        chain_seq=record("tender.scored", tender.subject, by=by, after={"points": given}),
    )
    tender.scores.append(found)
    session.flush()
    return found


def _check_points(tender: Tender, given: dict[str, dict[str, int]]) -> None:
    said = queries.notice(tender)
    assert said
    wanted = {str(number) for number in queries.offers(tender)}
    keys = {key for key, _one in said.scored}
    if not keys:
        raise Invalid(lazy("Nothing is scored here: all points are computed."))
    if given.keys() != wanted or any(each.keys() != keys for each in given.values()):
        raise Invalid(lazy("Please give points to each bid by each criterion."))
    for key, one in said.scored:
        if any(not 0 <= each[key] <= one.weight * 100 for each in given.values()):
            text = lazy("%(name)s: from 0 to %(n)s points.")
            raise Invalid(text, name=one.name, n=one.weight)


def award(
    *,
    by: Actor,
    tender: Tender,
    bid: TenderBid | None,
    reason: str = "",
    few: str = "",
    drawn: int | None = None,
) -> TenderAward:
    """Award to a bid, or end without an award.

    A reason is needed for none, for another than the first by points, and for another than the best price;
    `few` says why fewer bids than usual are enough. Where equal bids go by lot, `drawn` is the number that
    was drawn by hand. Sent twice it is one award; OtherContent where it says something else.
    """
    by.needs(AWARD_TENDERS, SCHOOL)
    if (there := tender.award) is not None:
        if (there.bid_id, json.loads(there.content)["reason"]) != (bid.id if bid else None, _read(reason)):
            raise OtherContent
        return there
    ask_state(tender, SCORING)
    _ask_complete(tender)
    ranked = queries.ranking(tender)
    told = _told(tender, ranked, bid, _read(reason), _read(few), drawn)
    content = canonical(told)
    own = digest(content.encode())
    after = {"bid": bid.number if bid else None, "bidder": bid.bidder if bid else "", "hash": own}
    found = TenderAward(
        bid_id=bid.id if bid else None,
        content=content,
        hash=own,
        person_id=person_of(by),
        account=str(by),
        at=clock.now(),
        chain_seq=record("tender.awarded", tender.subject, by=by, after={**after, "reason": told["reason"]}),
    )
    tender.award, tender.state = found, AWARDED if bid else FAILED
    session.flush()
    session.refresh(found, ["bid"])
    tender.award_id = put_up(
        by=by, kind=AWARD, fields=award_fields(tender, told), rows=award_rows(tender, ranked) or [NOBODY]
    )
    session.flush()
    return found


NOBODY = {"bidder": "无有效投标"}


def _read(text: str) -> str:
    found = " ".join(text.split())
    if len(found) > LONGEST_REASON:
        raise Invalid(lazy("%(n)s characters at most."), field="reason", n=LONGEST_REASON)
    return found


def _ask_complete(tender: Tender) -> None:
    """Everybody who scores has given points, and not only people who registered envelopes."""
    waiting = queries.waiting_scorers(tender)
    if waiting and queries.offers(tender):
        raise Incomplete(names=listed(one.person.name for one in waiting))
    registered = {one.person_id for one in tender.bids}
    scored = [one.person_id for one in tender.scores]
    if scored and all(persons.is_among(person, registered) for person in scored):
        raise ScoresAlone


def _told(
    tender: Tender, ranked: list[Ranked], bid: TenderBid | None, reason: str, few: str, drawn: int | None
) -> dict[str, object]:
    """What an award says: ranking, marks, reasons, and how equal bids were told apart."""
    with in_language(LOCALES[0]):
        marks = queries.marks(tender)
    tie, tied = _tie(tender, ranked, bid, drawn)
    if bid is None:
        if not reason:
            raise Invalid(lazy("Please say why nobody is awarded."), field="reason")
    else:
        _ask_reason(tender, ranked, bid, reason, tie.winner if tie else None)
        if any(one.code == "few" for one in marks) and not few:
            raise Invalid(lazy("There are few bids: please say why they are enough."), field="few")
    return {
        "tender": tender.id,
        "ranking": [
            {"number": one.bid.number, "figure": one.figure, "points": one.points, "by": dict(one.by)}
            for one in ranked
        ],
        "bid": bid.number if bid else None,
        "reason": reason,
        "few": few,
        "marks": [one.text for one in marks],
        "tie": tied,
        "lot": {
            "bids": list(tie.bids),
            "entry": queries.lot_seq(tender),
            "head": queries.lot_head(tender),
            "drawn": drawn,
        }
        if tie and tie.bids
        else None,
    }


def _tie(
    tender: Tender, ranked: list[Ranked], bid: TenderBid | None, drawn: int | None
) -> tuple[queries.Tie | None, str]:
    """How equal bids are told apart, and that in words."""
    tie = queries.tie(tender) if ranked and bid is not None else None
    if tie is None:
        return None, ""
    if tie.winner is None:
        if drawn is None or not 0 <= drawn <= MOST_DRAWN:
            text = lazy("Equal points: draw a number from 0 to %(n)s by hand and enter it.")
            raise Invalid(text, field="drawn", n=MOST_DRAWN)
        tie = queries.tie(tender, drawn)
        assert tie
    with in_language(LOCALES[0]):
        rule = str(TIES[tie.rule])
    if tie.rule != BY_LOT:
        return tie, f"得分相同，按事先公布的规则（{rule}），第{tie.winner}号信封在先"
    numbers = "、".join(map(str, tie.bids))
    head = queries.lot_head(tender)
    return tie, (
        f"得分相同，第{numbers}号信封抽签：存证链第{queries.lot_seq(tender)}条 {head[:12]}，"
        f"现场抽出的数 {drawn}，抽中第{tie.winner}号"
    )


def _ask_reason(tender: Tender, ranked: list[Ranked], bid: TenderBid, reason: str, first: int | None) -> None:
    """Invalid where another than the first, or than the best price, is awarded without a reason."""
    own = next((one for one in ranked if one.bid is bid), None)
    if own is None:
        raise Invalid(lazy("This envelope was not opened: it cannot be awarded."), field="bid")
    if reason:
        return
    expected = first if first is not None else ranked[0].bid.number
    if bid.number != expected:
        raise Invalid(lazy("Another bid comes first: please say why this one is awarded."), field="reason")
    pricing = queries.need(tender).pricing
    if any(queries.is_better(pricing, one.figure, own.figure) for one in ranked):
        text = lazy("Another bid has the better price: please say why this one is awarded.")
        raise Invalid(text, field="reason")
