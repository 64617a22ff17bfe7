"""Lists with versions; what is found has a case, which ends once somebody else has seen it mended."""

from dataclasses import replace
from uuid import UUID

import pytest

from kiosk.cases import queries as cases
from kiosk.cases import services as casework
from kiosk.cases.models import CLOSED, MENDED, MISTAKEN, WORK
from kiosk.core.db import session, transaction
from kiosk.core.errors import Conflict, Forbidden, Invalid
from kiosk.inspections import checks, queries, services
from kiosk.inspections.models import Checked, ChecklistVersion, Finding
from kiosk.inspections.queries import ROUND
from kiosk.inspections.services import Answer, MendedIt, OtherContent, fill
from kiosk.school.queries import today
from tests.conftest import actor, tamper
from tests.inspections.conftest import LINES

ONE = UUID("01890000-0000-7000-8000-000000000001")
WET = Answer("finding", words="龙头下面积水，地滑")


def walk(version: ChecklistVersion, **given: Answer) -> services.Filled:
    """Lin goes through the list at the hot-water room."""
    answers = {"l1": Answer(), "l2": Answer(), "l3": Answer(tenths=30)} | given
    with transaction():
        return fill(by=actor("lin"), version=version, subject="canteen:k1", day=today(), answers=answers)


def found(version: ChecklistVersion) -> Finding:
    """Water on the floor."""
    checked = walk(version, l1=WET).checked
    (one,) = queries.findings_of([checked.id])[checked.id]
    return one


def test_a_changed_list_is_a_version_and_what_was_filled_in_keeps_its_own(version: ChecklistVersion) -> None:
    old = walk(version).checked
    lines = [replace(version.read[0], text="地面干燥"), LINES[1]]
    with transaction():
        new = services.change_checklist(
            by=actor("lin"), checklist=version.checklist, use=ROUND, name=version.name, lines=lines
        )
    assert (new.version, [line.key for line in new.read]) == (2, ["l1", "l4"])
    assert session.get_one(Checked, old.id).version.read[0].text == "地面无积水"
    with pytest.raises(Forbidden):
        services.make_checklist(by=actor("chen"), use=ROUND, name="x", lines=LINES)


def test_every_line_is_answered_and_a_finding_has_words(version: ChecklistVersion) -> None:
    for answer, field in ((Answer("finding"), "l1"), (Answer("perhaps"), "l1"), (Answer(tenths=5), "l1")):
        with pytest.raises(Invalid) as refused:
            walk(version, l1=answer)
        assert refused.value.field == field
    assert session.query(Checked).count() == 0


def test_a_number_out_of_bounds_is_found_without_a_word(version: ChecklistVersion) -> None:
    checked = walk(version, l3=Answer(tenths=80)).checked
    (one,) = queries.findings_of([checked.id])[checked.id]
    assert queries.words_of([one])[one.id].startswith("等候时间：8")


def test_sent_twice_it_is_one_and_with_other_content_refused(version: ChecklistVersion) -> None:
    given = {"by": actor("lin"), "version": version, "subject": "canteen:k1", "day": today(), "id": ONE}
    moment = version.set_at
    times = {"begun_at": moment, "ended_at": moment}
    clean = services.nothing_found(version)
    with transaction():
        assert fill(answers=clean, **times, **given).is_new
    with transaction():
        assert not fill(answers=clean, **times, **given).is_new
    with pytest.raises(OtherContent):
        fill(answers={**clean, "l1": WET}, **times, **given)
    assert session.query(Checked).count() == 1


def test_whoever_mended_it_does_not_verify_and_the_case_ends_with_who_does(version: ChecklistVersion) -> None:
    finding = found(version)
    case = queries.case_of(finding)
    assert case
    assert (case.kind, case.subject) == ("finding", "canteen:k1")
    with transaction():
        casework.offer(by=actor("lin"), case=case, to=actor("chen").person, note="食堂的事")
        casework.accept(by=actor("chen"), case=case)
        casework.answer(by=actor("chen"), case=case, text="已经拖干并更换垫圈。", outcome=MENDED)
        casework.tell(by=actor("chen"), case=case, note="当面告诉了巡查人")
    assert queries.standing(finding) == "mended"
    with pytest.raises(casework.Held):
        casework.close(by=actor("chen"), case=case)
    with pytest.raises(MendedIt):
        services.verify(by=actor("chen"), finding=finding)
    with transaction():
        services.verify(by=actor("lin"), finding=finding)
    assert (case.state, queries.standing(finding)) == (CLOSED, "seen")
    with pytest.raises(Conflict):
        services.still(by=actor("chen"), finding=finding)
    assert queries.open_findings() == []


def test_only_who_is_to_mend_it_says_so_and_its_owner_does_not_verify(version: ChecklistVersion) -> None:
    finding = found(version)
    case = queries.case_of(finding)
    assert case
    with pytest.raises(services.NotYours):  # the council sees it and has nothing to mend there
        services.mend(by=actor("xu"), finding=finding, text="我看已经好了。")
    with transaction():
        casework.offer(by=actor("lin"), case=case, to=actor("chen").person, note="食堂的事")
        casework.accept(by=actor("chen"), case=case)
        services.mend(by=actor("gao"), finding=finding, text="总务处派人修好了。")
    for who in ("gao", "chen"):  # who mended it, and whose it is
        with pytest.raises(MendedIt):
            services.verify(by=actor(who), finding=finding)
    with transaction():
        services.verify(by=actor("lin"), finding=finding)
    assert queries.standing(finding) == "seen"


def test_still_so_opens_the_case_again_and_then_a_new_one(version: ChecklistVersion) -> None:
    finding = found(version)
    first = queries.case_of(finding)
    assert first
    owner = actor("lin")
    for again in (False, True):
        with transaction():
            casework.answer(by=owner, case=first, text="已经修好了。", outcome=MENDED)
        with transaction():
            services.still(by=actor("chen"), finding=finding)
        assert (first.state == WORK) is not again
    later = queries.case_of(finding)
    assert later
    assert later.again_of_id == first.id
    with transaction():
        services.verify(by=actor("chen"), finding=finding)
    assert later.state == CLOSED


def test_the_recount_names_an_answer_that_was_changed(version: ChecklistVersion) -> None:
    walk(version, l1=WET)
    assert list(checks.recount()) == []
    tamper("UPDATE checked_line SET state = 'ok' WHERE state = 'finding'")
    assert [(one.kind, one.problem, one.detail) for one in checks.recount()] == [
        ("checked", "altered", "answers")
    ]


def test_that_it_was_none_is_decided_by_somebody_else_and_ends_it(version: ChecklistVersion) -> None:
    finding = found(version)
    case = queries.case_of(finding)
    assert case
    with transaction():
        casework.decide(by=actor("xu"), case=case, text="那是刚拖过的地，不是漏水。", outcome=MISTAKEN)
    assert (queries.standing(finding), queries.open_findings(), cases.held(case)) == ("void", [], None)
