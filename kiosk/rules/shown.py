"""What pages of rooms below show of rules: consultations on the board, citations of cases and commitments."""

from datetime import date
from typing import Any

from kiosk.cases.models import Case
from kiosk.commitments.models import Commitment
from kiosk.core.web import account
from kiosk.core.web import actor as who
from kiosk.rules import queries, services
from kiosk.rules.models import Rule
from kiosk.rules.queries.markdown import shown as as_html
from kiosk.school import queries as school
from kiosk.steps.models import Approval

AT_SIGHT = 3


def on_board(day: date) -> dict[str, Any]:
    """What is in consultation, and what came into force lately."""
    found = queries.consultations(day)
    return {
        "found": [(one, queries.number_on(one)) for one in found[:AT_SIGHT]],
        "more": max(0, len(found) - AT_SIGHT),
    }


def of_case(case: Case) -> dict[str, Any]:
    """By what a case goes, for everybody."""
    return {"cited": queries.cited_by(f"case:{case.id}")}


def of_commitment(commitment: Commitment) -> dict[str, Any]:
    """By what a commitment goes, for everybody."""
    return {"cited": queries.cited_by(f"commitment:{commitment.id}")}


def in_office(subject: str) -> dict[str, Any]:
    """The same in the office, with what may be cited where one may."""
    may = account() is not None and services.may_cite(who(), subject)
    return {"cited": queries.cited_by(subject), "subject": subject, "offered": offered() if may else []}


def case_in_office(case: Case) -> dict[str, Any]:
    """By what a case goes, on its page in the office."""
    return in_office(f"case:{case.id}")


def commitment_in_office(commitment: Commitment) -> dict[str, Any]:
    """By what a commitment goes, on its page in the office."""
    return in_office(f"commitment:{commitment.id}")


def offered() -> list[tuple[Rule, list[tuple[str, str]]]]:
    """The articles in force, by rule: the value that names each, and what it is called."""
    today, found = school.today(), []
    for rule in queries.rules():
        version = queries.in_force(rule, today)
        if version is None:
            continue
        articles = [
            (f"{version.id}:{one.item.key}", one.called)
            for one in queries.items(version)
            if one.item.kind == queries.ARTICLE
        ]
        found.append((rule, articles))
    return found


def proposal(approval: Approval) -> dict[str, Any]:
    """What is decided about, if it is the text of a team's rule."""
    name, _colon, number = approval.subject.partition(":")
    rule = queries.rule(int(number)) if name == "rule" else None
    version = queries.on_its_way(rule) if rule else None
    before = queries.in_force(rule, school.today()) if rule else None
    return {
        "rule": rule,
        "version": version,
        "items": queries.items(version) if version else (),
        "before": before,
        "as_html": as_html,
    }


def data() -> dict[str, Any]:
    """That there is open data."""
    return {}
