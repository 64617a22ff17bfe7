"""The grid of every kind with rows: saved by itself, pasted into, and never overwritten in silence."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kiosk.core.actor import SCHOOL
from kiosk.core.db import session, transaction
from kiosk.core.i18n import in_every_language
from kiosk.core.web import KioskApp
from kiosk.postings import queries, services
from kiosk.postings.grid import for_grid
from kiosk.postings.models import PostingDraft
from kiosk.postings.queries import Kind
from tests.attic.fees import FEES
from tests.attic.lost import LOST
from tests.conftest import actor, csrf
from tests.postings.conftest import SignIn
from tests.postings.test_files import of_kinds_with_rows
from tests.postings.test_kinds import begin, fields_of, rows_of


def send(client: FlaskClient, address: str, body: Any) -> TestResponse:
    """What the page's script sends."""
    return client.post(address, json=body, headers={"X-CSRFToken": csrf(client, "/office/postings/")})


@of_kinds_with_rows
def test_it_saves_itself_and_names_the_cells_that_are_wrong(inside: KioskApp, kind: Kind, of: SignIn) -> None:
    with transaction():
        draft = begin(kind)
    number, lin = draft.posting_id, of("lin")
    zhou = of("zhou" if kind.may(kind.drafts, actor("zhou"), SCHOOL) else "lin")  # another window will do
    address = f"/office/postings/{number}/draft.json"
    page = lin.get(f"/office/postings/{number}/draft").text
    assert f'data-draft="{address}"' in page
    assert all(f'name="row_{one.name}"' in page for one in kind.columns), "it works without a script"
    rows = rows_of(kind, "甲", "丙")
    body = {"revision": 1, "fields": fields_of(kind), "rows": [rows[0], {}, rows[1]], "reason": ""}
    answer = send(lin, address, body)
    assert (answer.status_code, answer.json) == (200, {"revision": 2, "errors": []})
    late = send(zhou, address, {**body, "rows": rows_of(kind, "乙")})
    assert (late.status_code, late.json["code"]) == (409, "stale")
    assert "丙" in late.json["title"], "what is stored now"
    for bad in ({**body, "rows": "x"}, {**body, "rows": [{"item": 1}]}, {**body, "fields": None}, []):
        assert send(lin, address, bad).status_code in (400, 422), bad
    session.remove()
    kept = queries.posting(number).draft
    assert kept
    assert queries.read(kind, {}, kept.rows).rows == queries.read(kind, {}, rows).rows


def test_an_empty_cell_is_not_asked_for_while_one_writes(inside: KioskApp, of: SignIn) -> None:
    with transaction():
        draft = begin(FEES)
    body = {"revision": 1, "fields": fields_of(FEES), "rows": [{}, {"item": "甲", "amount": "许多"}]}
    answer = send(of("lin"), f"/office/postings/{draft.posting_id}/draft.json", body)
    assert [error[:2] for error in answer.json["errors"]] == [[1, "amount"]]
    page = of("lin").get(f"/office/postings/{draft.posting_id}/draft").text
    assert 'data-sum="amount"' in page


def _with_bad_amounts() -> PostingDraft:
    one, other = rows_of(FEES, "甲", "乙")
    rows = [{**one, "amount": ""}, {**other, "amount": "许多"}]
    with transaction():
        draft = begin(FEES)
        return services.save_draft(
            by=actor("lin"), draft=draft, revision=draft.revision, fields=draft.fields, rows=rows
        )


def test_a_draft_opens_with_what_is_wrong_in_its_lines(inside: KioskApp, of: SignIn) -> None:
    page = of("lin").get(f"/office/postings/{_with_bad_amounts().posting_id}/draft").text
    marked = re.findall(r'aria-describedby="n-(\w+)-(\d)"', page)
    assert marked == [("amount", "0"), ("amount", "1")], "what an import left to be mended is marked"


def test_a_refused_draft_says_one_thing_of_being_saved(inside: KioskApp, of: SignIn) -> None:
    draft, lin = _with_bad_amounts(), of("lin")
    address = f"/office/postings/{draft.posting_id}/draft"
    token = csrf(lin, address)
    form = {"csrf_token": token, "revision": draft.revision, "then": "on", "row_item": "校服费"}
    page = lin.post(f"{address}?lang=en", data=form).text
    assert "Not posted yet" in page
    assert "Nothing was stored" not in page, "the form saves itself a moment later, and says so"
    assert re.search(r"data-save-state[^>]*>Not saved yet<", page)


def test_only_what_adds_up_is_added(inside: KioskApp) -> None:
    assert for_grid(queries.kind_of("fees"), [], "")["sums"] == {}, "standards of unlike fees are no sum"
    assert set(for_grid(queries.kind_of("agency-fees"), [], "")["sums"]) == {"received", "spent", "refunded"}


@of_kinds_with_rows
@pytest.mark.parametrize("language", [0, 1])
def test_a_pasted_table_is_taken_by_its_heads(
    inside: KioskApp, kind: Kind, language: int, of: SignIn
) -> None:
    heads = [in_every_language(one.label)[language] for one in reversed(kind.columns)]
    (row,) = rows_of(kind, "甲")
    cells = [row[one.name] for one in reversed(kind.columns)]
    rows = [["某校公示表"], heads, cells, ["合计", "9"]]
    said = send(
        of("lin"), f"/office/postings/paste/{kind.slug}", {"rows": rows, "first": kind.columns[0].name}
    )
    assert said.json["by_heads"] is True
    (texts,) = said.json["rows"]
    read = {one.name: queries.kept_cell(one, text) for one, text in zip(kind.columns, texts, strict=True)}
    assert queries.read(kind, {}, [read]).rows == queries.read(kind, {}, [row]).rows


def test_what_has_no_heads_goes_from_the_cell_on_and_sums_are_said(inside: KioskApp, of: SignIn) -> None:
    rows = [["12.5元", "30人"], ["１３", "x"], ["合计", "43"]]
    said = send(of("lin"), f"/office/postings/paste/{FEES.slug}", {"rows": rows, "first": "amount"}).json
    assert (said["rows"], said["by_heads"]) == ([["12.50", "30"], ["13.00", "x"]], False)
    assert "1 行" in said["says"]
    refused = send(of("lin"), f"/office/postings/paste/{FEES.slug}", {"rows": rows, "first": "nowhere"})
    assert refused.status_code == 422


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("3月2日", "2026-03-02"),
        ("12.31", "2025-12-31"),
        ("2026/3/9", "2026-03-09"),
        ("上周五", "上周五"),
        ("2月30日", "2月30日"),
        ("", ""),
    ],
)
def test_a_day_is_typed_as_people_write_it_and_without_a_year_the_nearest(
    inside: KioskApp, of: SignIn, typed: str, kept: str
) -> None:
    with transaction():
        draft = begin(LOST)
    body = {"revision": 1, "fields": {}, "rows": [{"found_on": typed, "thing": "伞"}]}
    answer = send(of("lin"), f"/office/postings/{draft.posting_id}/draft.json", body)
    assert len(answer.json["errors"]) == (kept == typed != "")
    session.expire_all()
    assert queries.posting(draft.posting_id).draft.rows[0]["found_on"] == kept  # type: ignore[union-attr]
    rows = [["", "日期", "失物"], ["1", typed, "伞"]]
    said = send(of("lin"), f"/office/postings/paste/{LOST.slug}", {"rows": rows, "first": "found_on"}).json
    assert said["rows"][0][0] == kept
