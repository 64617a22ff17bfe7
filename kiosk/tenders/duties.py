"""What of tenders waits for whom, from the notice to the end of the contract."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from flask import url_for

from kiosk.core.actor import SCHOOL, Actor
from kiosk.core.duty import ALERT, WARN, Duties, Duty
from kiosk.core.filters import day as day_told
from kiosk.core.filters import yuan
from kiosk.core.i18n import _
from kiosk.persons import queries as persons
from kiosk.school import queries as school
from kiosk.tenders import queries
from kiosk.tenders.models import (
    APPROVED,
    AWARDED,
    NOTICE,
    PROTOCOL,
    READING,
    RETURNED,
    ROLL,
    SCORING,
    Tender,
    TenderContract,
    TenderSeat,
)
from kiosk.tenders.permissions import AWARD_TENDERS, NEED_TENDERS, NOTE_RENT, RUN_TENDERS, SIT_AT_TABLE
from kiosk.tenders.queries.dues import open_rents
from kiosk.tenders.settings import ENDING

RENT_AHEAD = timedelta(days=14)


def _duty(key: str, found: Tender, text: str, *, state: str = WARN, detail: str = "", **more: object) -> Duty:
    title = queries.need(found).title
    url = url_for("office.tenders.show", number=found.id)
    said = text % {"title": title}
    return Duty(f"{key}:{found.id}", state, said, url, SCHOOL, "", detail, mine=True, **more)  # type: ignore[arg-type]


def to_change(_who: Actor) -> Iterator[Duty]:
    """What was sent back."""
    for one in queries.tenders((RETURNED,)):
        yield _duty("back", one, str(_("%(title)s was sent back: change it or take it back")))


def to_run(_who: Actor) -> Iterator[Duty]:
    """Notices to post, openings to hold."""
    for one in queries.tenders((APPROVED, NOTICE, ROLL, READING)):
        said = queries.notice(one)
        if one.state == APPROVED:
            yield _duty("notice", one, str(_("Post the notice: %(title)s")))
        elif said and one.state == NOTICE and queries.is_over(one):
            yield _duty("open", one, str(_("Open the envelopes: %(title)s")), state=ALERT, due=said.opens)
        elif one.state in (ROLL, READING):
            yield _duty("opening", one, str(_("The opening is not finished: %(title)s")), state=ALERT)


def at_table(who: Actor) -> Iterator[Duty]:
    """Openings to sit at, protocols to confirm, points to give: each for the members it waits for."""
    for one in queries.tenders((NOTICE, ROLL, PROTOCOL, SCORING)):
        opening, said = queries.sitting(one), queries.notice(one)
        assert said
        if one.state == NOTICE:
            yield _duty(
                "attend", one, str(_("Come to the opening: %(title)s")), due=said.opens, detail=said.place
            )
        elif (
            opening
            and one.state == ROLL
            and _is_mine(who, [s.person_id for s in opening.seats if not s.state])
        ):
            yield _duty("sit", one, str(_("Say that you are at the table: %(title)s")), state=ALERT)
        elif opening and one.state == PROTOCOL:
            if _is_mine(who, [seat.person_id for seat in queries.unconfirmed(opening)]):
                yield _duty("confirm", one, str(_("Confirm the protocol: %(title)s")), state=ALERT)
        elif one.state == SCORING and _is_mine(who, [s.person_id for s in _scoring(one)]):
            yield _duty("score", one, str(_("Give points: %(title)s")))


def _scoring(one: Tender) -> list[TenderSeat]:
    return queries.waiting_scorers(one) if queries.offers(one) else []


def _is_mine(who: Actor, people: Iterable[int]) -> bool:
    return persons.is_among(who.person, people)


def to_award(_who: Actor) -> Iterator[Duty]:
    """Awards, contracts to sign, and contracts that end soon."""
    for one in queries.tenders((SCORING, AWARDED)):
        if one.state == AWARDED:
            yield _duty("sign", one, str(_("Enter the contract: %(title)s")))
        elif not queries.offers(one) or not queries.waiting_scorers(one):
            yield _duty("award", one, str(_("Award: %(title)s")))
    today = school.today()
    for contract in queries.ending(today, today + timedelta(days=school.settings()[ENDING])):
        yield _ending(contract)


def _ending(one: TenderContract) -> Duty:
    text = _("The contract with %(name)s ends on %(day)s", name=one.party, day=day_told(one.until))
    url = url_for("office.tenders.show", number=one.tender_id)
    detail = str(_("Renew it, tender anew, or let it end: %(how)s", how=one.renewal))
    return Duty(f"ends:{one.id}", WARN, str(text), url, detail=detail, mine=True)


def rents(_who: Actor) -> Iterator[Duty]:
    """Rents of concessions that are due within two weeks, or overdue."""
    today = school.today()
    for rent, contract in open_rents(today + RENT_AHEAD):
        text = _("Rent of %(name)s: %(amount)s", name=contract.party, amount=yuan(rent.amount))
        late = rent.due < today
        said = _("overdue since %(day)s") if late else _("due on %(day)s")
        url = url_for("office.tenders.show", number=contract.tender_id)
        detail = str(said) % {"day": day_told(rent.due)}
        yield Duty(f"rent:{rent.id}", ALERT if late else WARN, str(text), url, detail=detail, mine=True)


DUTIES = (
    Duties("tender-need", NEED_TENDERS, to_change),
    Duties("tender", RUN_TENDERS, to_run),
    Duties("tender-table", SIT_AT_TABLE, at_table),
    Duties("tender-award", AWARD_TENDERS, to_award),
    Duties("tender-rent", NOTE_RENT, rents),
)
