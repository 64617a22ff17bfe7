"""The way of a tender as a row of stations."""

from kiosk.auth.models import ROLES
from kiosk.core.i18n import LazyString, Text, _, lazy
from kiosk.school import queries as school
from kiosk.steps import queries as steps
from kiosk.steps.queries import LevelNow, Station
from kiosk.steps.queries.stations import AHEAD, BACK, DONE, NOW
from kiosk.tenders.models import (
    APPROVED,
    AWARDED,
    CLOSED,
    FAILED,
    NEED,
    NOTICE,
    POSTPONED,
    PROTOCOL,
    READING,
    RETURNED,
    ROLL,
    SCORING,
    WITHDRAWN,
    Tender,
)
from kiosk.tenders.queries.contents import need_row, notice
from kiosk.tenders.queries.tenders import approval_of, present, sitting

OVER = (FAILED, WITHDRAWN)


def stations(found: Tender) -> list[Station]:
    """From the need to the contract."""
    made = [_need(found)]
    made += [_level(one, found.state) for one in steps.standing(approval_of(found)).levels]
    made += [_notice(found), _bids(found), _opening(found), _scores(found), _award(found)]
    if found.state != FAILED:
        made.append(_contract(found))
    if found.state == WITHDRAWN:
        made = [one for one in made if one.state == DONE] + [Station(lazy("taken back"), BACK)]
    return made


def _need(found: Tender) -> Station:
    row = need_row(found)
    return Station(lazy("Need"), DONE, (), (row.person.name,), row.at)


def _level(one: LevelNow, state: str) -> Station:
    names = tuple(each.person.name for each in one.decisions)
    at = one.decisions[-1].at if one.decisions else None
    done = steps.agreed(one.decisions) and not one.missing
    how = DONE if done else BACK if one.decisions and state == RETURNED else NOW if one.is_asked else AHEAD
    back = lazy("sent back") if how == BACK else ""
    return Station(lazy("Approval given"), how, (one.level.label,), names, at, detail=back)


def _by(role: str) -> tuple[Text, ...]:
    return (ROLES[role],)


def _notice(found: Tender) -> Station:
    rows = [one for one in found.versions if one.part == NOTICE]
    if not rows:
        return Station(lazy("Notice"), NOW if found.state == APPROVED else AHEAD)
    detail: Text = _("version %(n)s", n=len(rows)) if len(rows) > 1 else ""
    return Station(lazy("Notice"), DONE, (), (rows[0].person.name,), rows[0].at, detail=detail)


def _bids(found: Tender) -> Station:
    said = notice(found)
    if said is None or found.state in (NEED, RETURNED, APPROVED):
        return Station(lazy("Envelopes"), AHEAD)
    number: Text = _("%(n)s handed in", n=len(found.bids))
    state = NOW if found.state == NOTICE else DONE
    return Station(lazy("Envelopes"), state, at=said.deadline, detail=number)


def _opening(found: Tender) -> Station:
    label, opening = lazy("Opening"), sitting(found)
    if opening is None:
        postponed = sum(one.state == POSTPONED for one in found.openings)
        detail: Text = _("postponed %(n)s times", n=postponed) if postponed else ""
        return Station(label, BACK if postponed else AHEAD, _by("council"), detail=detail)
    there = _("%(n)s of %(all)s there", n=len(present(opening)), all=len(opening.seats))
    state = DONE if opening.state == CLOSED else NOW
    return Station(label, state, _by("council"), at=opening.decided_at, detail=there)


def _scores(found: Tender) -> Station:
    said, label = notice(found), lazy("Scores")
    if said is not None and not said.scored:
        return Station(label, DONE if found.award else AHEAD, detail=lazy("computed"))
    if found.state == SCORING:
        return Station(label, NOW, _by("council"), detail=str(_("%(n)s handed in", n=len(found.scores))))
    at = found.scores[-1].at if found.scores else None
    return Station(label, DONE if found.scores else AHEAD, _by("council"), at=at)


def _award(found: Tender) -> Station:
    one = found.award
    if one is None:
        return Station(lazy("Award"), AHEAD)
    if one.bid is None:
        return Station(lazy("Award"), BACK, (), (one.person.name,), one.at, detail=lazy("no award"))
    return Station(lazy("Award"), DONE, (), (one.person.name,), one.at, detail=one.bid.bidder)


def _contract(found: Tender) -> Station:
    one, label = found.contract, lazy("Contract")
    if one is None:
        return Station(label, NOW if found.state == AWARDED else AHEAD)
    over = school.today() > one.until
    detail: LazyString = lazy("ended on %(day)s") if over else lazy("in force until %(day)s")
    return Station(label, DONE, (), (one.person.name,), one.at, detail=str(detail) % {"day": one.until})


UNDER_WAY = (NEED, RETURNED, APPROVED, NOTICE, ROLL, READING, PROTOCOL, SCORING, AWARDED)
"""The states in which something is still to be done before the contract."""
