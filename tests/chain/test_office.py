"""The record in words: pages, filters, and what verifying says."""

import ast
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from kiosk import manifests
from kiosk.cases.queries.standing import EFFECTS
from kiosk.chain.office import PAGE
from kiosk.chain.queries.words import subject_words
from kiosk.chain.services import append
from kiosk.core.db import db, transaction
from kiosk.kitchen.models import STEPS
from kiosk.stock.models import KINDS as STOCK
from tests.conftest import tamper

ROOT = Path(__file__).resolve().parents[2]


def add(app: Flask, count: int) -> None:
    with app.app_context(), transaction():
        for number in range(count):
            append(
                action="counter.changed",
                subject=f"counter:c{number % 2}",
                actor="chen",
                before={"name": "旧", "hours": [], "kind": "shop"},
                after={"name": f"新{number}", "hours": [["06:30", "08:00"]], "kind": "shop"},
            )


def numbers(page: str) -> list[int]:
    return [int(n) for n in re.findall(r'<td class="num">(\d+)</td>', page)]


def test_an_entry_is_told_with_what_it_changed(app: Flask, signed_in: Callable[[str], FlaskClient]) -> None:
    add(app, 1)
    page = signed_in("wu").get("/office/chain/?lang=en").text
    told = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    assert "Counter changed Counter c0" in told
    assert "Name: 旧 → 新0 Opening hours: 06:30–08:00" in told
    assert "Kind: Shop" not in told, "what stayed the same is not told"


def written(root: Path) -> set[str]:
    """Every action that the code records under a name written out."""
    found = set()
    for path in root.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func).rpartition(".")[2] in (
                "record",
                "append",
            ):
                first = [*call.args[:1], *(word.value for word in call.keywords if word.arg == "action")]
                texts = [one for place in first for one in ast.walk(place) if isinstance(one, ast.Constant)]
                found |= {one.value for one in texts if re.fullmatch(r"[a-z_]+\.[a-z_]+", str(one.value))}
    return found


def test_every_action_has_words_and_every_word_an_action() -> None:
    constants = {"ratings.sealed", "head.sent", "head.not_sent", "record.restored", "sign_in", "text.erased"}
    constants |= {"record.begun", "record.put_away", "step.approved", "step.returned"}
    constants |= {"commitment.made", "commitment.changed", "commitment.given_up"}
    constants |= {"dining.entered", "dining.amended"}
    constants |= {f"plan.{done}" for done in ("begun", "changed", "withdrawn", "closed")}
    constants |= {"dining.parents_registered", "dining.parents_cancelled"}
    constants |= {f"rule.{done}" for done in ("written", "added", "moved", "merged", "removed", "replaced")}
    constants |= {"rule.consulted", "rule.frozen", "rule.repeal_proposed", "rule.returned", "rule.withdrawn"}
    constants |= {f"payment.{done}" for done in ("asked", "changed", "paid", "entered")}
    constants |= {f"stock.{kind}" for kind in STOCK}
    constants |= {"message.sent", "message.given_up"}
    constants |= {"checklist.made", "checklist.changed", "checklist.given_up"}
    constants |= {"round_plan.made", "round_plan.changed", "round_plan.given_up"}
    constants |= {f"finding.{verb}" for verb in ("found", "mended", "still", "verified")}
    constants |= {f"food_sample.{verb}" for verb in STEPS} | {"control.week_signed", "control.month_signed"}
    constants |= {"duty.removed", "school-year.begun", "posting.posted", "posting.corrected"}
    constants |= {f"case.{verb}" for verb in EFFECTS} | {"sentence.said", "sentence.taken_back"}
    constants |= {f"tender.{one}" for one in ("needed", "need_changed", "noticed", "notice_changed")}
    constants |= {"tender.opening_started", "tender.postponed", "tender.renewed", "tender.ended"}
    earlier = {"staff.saved"}  # entries of version 0.2.0 have it, and of sheets before they were postings
    earlier |= {"sheet.started", "sheet.drafted", "sheet.discarded", "sheet.posted", "sheet.corrected"}
    earlier |= {"sheet.correction_started"}
    found = written(ROOT / "kiosk") | constants | earlier
    assert len(found) > 40
    assert found == {action for room in manifests() for action in room.words.actions}


def test_a_number_is_what_its_action_counts(app: Flask, signed_in: Callable[[str], FlaskClient]) -> None:
    decided = {"mark": "burst", "number": 12, "counted": True, "reason": "是课间"}
    closed = {"burst": {"c1": 4}}
    with app.app_context(), transaction():
        append(action="marks.decided", subject="counter:c1", actor="lin", after=decided)
        append(action="slips.printed", subject="counter:c1", actor="command line", after={"number": 30})
        append(action="meal.closed", subject="meal:2026-03-04/lunch", actor="kiosk", after=closed)
    client = signed_in("wu")
    for language, words in (
        ("zh", ("决定的评价数：12", "评价券张数：30", "命令行", "c1: 4")),
        ("en", ("Ratings decided: 12", "Slips: 30", "Command line", "c1: 4")),
    ):
        told = re.sub(r"<[^>]+>", "", client.get(f"/office/chain/?lang={language}").text)
        for word in words:
            assert word in told, word


def test_the_record_is_paged_and_filtered(app: Flask, signed_in: Callable[[str], FlaskClient]) -> None:
    client = signed_in("wu")
    add(app, PAGE + 5)
    first = client.get("/office/chain/").text
    shown = numbers(first)
    assert len(shown) == PAGE
    assert shown == sorted(shown, reverse=True)
    older = re.search(r'href="(/office/chain/\?before=\d+)"', first)
    assert older
    assert numbers(client.get(older[1]).text)[0] == shown[-1] - 1
    assert len(numbers(client.get("/office/chain/?subject=counter:c1").text)) == (PAGE + 5) // 2 + 1
    assert numbers(client.get("/office/chain/?kind=tablet").text) == []
    assert numbers(client.get("/office/chain/?kind=school").text) == [1], "a kind without a number"
    assert len(numbers(client.get("/office/chain/?actor=wu").text)) == 1, "the sign-in"


def test_verifying_says_what_is_wrong(app: Flask, signed_in: Callable[[str], FlaskClient]) -> None:
    client = signed_in("wu")
    assert "notice-good" in client.get("/office/chain/?verify=1").text
    add(app, 3)
    with app.app_context():
        tamper("UPDATE chain_entry SET body = replace(body, '新1', '新9')")
    page = client.get("/office/chain/?verify=1").text
    assert "notice-alert" in page
    assert "notice-good" not in page


@pytest.mark.parametrize(
    "query", ["before=x", "before=-1", "before=99999999999999999999", "kind=%25", "subject=%00"]
)
def test_an_odd_address_is_no_failure(signed_in: Callable[[str], FlaskClient], query: str) -> None:
    assert signed_in("wu").get(f"/office/chain/?{query}").status_code == 200


def test_a_long_record_takes_no_more_queries(app: Flask, signed_in: Callable[[str], FlaskClient]) -> None:
    client, heard = signed_in("wu"), []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *one: heard.append(one[2]))
    client.get("/office/chain/")
    short = len(heard)
    add(app, 20)
    heard.clear()
    client.get("/office/chain/")
    assert len(heard) == short


def test_every_action_that_is_recorded_has_words() -> None:
    """A code that is computed escapes this test; it would be shown as it is."""
    found: set[str] = set()
    for file in (ROOT / "kiosk").rglob("*.py"):
        found |= set(re.findall(r'\b(?:record\(\s*|action=)"([a-z_.]+)"', file.read_text(encoding="utf-8")))
    assert found - {action for room in manifests() for action in room.words.actions} == set()


def test_a_subject_nobody_knows_is_shown_as_it_is(context: Flask) -> None:
    assert subject_words("comet:7") == "comet 7"
