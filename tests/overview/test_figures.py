"""Figures as files: the own counters' for a period, another's never, and nothing in them is run."""

from collections.abc import Callable, Iterator
from datetime import datetime
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from kiosk.auth.services import add_account
from kiosk.cases import services as casework
from kiosk.commitments.services import promise
from kiosk.core.actor import Place
from kiosk.core.clock import moved_to
from kiosk.core.db import session, transaction
from kiosk.counters.services import add_canteen, add_counter
from kiosk.ratings import services
from kiosk.school.queries import today
from kiosk.school.services import switch
from tests.conftest import PASSWORD, actor, counter, sign_in
from tests.ratings.conftest import tap

__all__ = ["tap"]
KINDS = ("ratings", "cases", "commitments")
FORMULA = "=HYPERLINK(1)"


@pytest.fixture
def contractor(context: Flask, at_lunch: datetime) -> Iterator[FlaskClient]:
    """Who manages k1 alone; k2 is another's."""
    with moved_to(at_lunch):
        with transaction():
            for name in ("cases", "commitments"):
                switch(by=actor("test"), name=name, on=True)
            other = add_canteen(by=actor("test"), code="k9", name="别家食堂")
            add_counter(by=actor("test"), code="x9", name="别家窗口", kind="canteen", canteen=other)
            add_account(
                by=actor("test"),
                username="bao",
                password=PASSWORD,
                role="canteen_manager",
                name="包",
                at=Place(canteen="k1"),
            )
            promise(by=actor("lin"), place=counter(), since=today(), values={"answer": 3})
            for code in ("c1", "x9"):
                case = casework.open_case(
                    by=actor("test"), kind="complaint", subject=f"counter:{code}", text=f"{FORMULA}原话不外传"
                )
                casework.release(by=actor("lin"), case=case, text=f"{FORMULA}*")
        yield sign_in(context.test_client(), "bao")


def test_whoever_runs_a_canteen_fetches_the_own_and_never_anothers(
    contractor: FlaskClient, tap: Callable[..., services.Outcome]
) -> None:
    tap(5, seconds=0)
    tap(1, seconds=60)
    tap(5, seconds=90, code="x9")
    session.rollback()
    page = contractor.get("/office/figures/").text
    assert "canteen:k1" in page or "canteen%3Ak1" in page
    assert "别家" not in page
    assert "<strong>Canteen One</strong>" in contractor.get("/office/figures/?lang=en").text
    contractor.get("/office/figures/?lang=zh")
    for kind in KINDS:
        for form in ("csv", "xlsx"):
            for place in ("canteen:k9", "counter:x9"):
                assert contractor.get(f"/office/figures/{place}/{kind}.{form}").status_code == 403
            assert contractor.get(f"/office/figures/canteen:none/{kind}.{form}").status_code == 404
    for place in ("canteen:k1", "counter:c1"):
        told = contractor.get(f"/office/figures/{place}/ratings.csv").data.decode("utf-8-sig")
        assert told.splitlines()[1:] == ["2026-03-04,c1,面食,2,1,0,0,0,1"]
        told = contractor.get(f"/office/figures/{place}/cases.csv").data.decode("utf-8-sig")
        assert "'" + FORMULA in told
        assert "原话不外传" not in told
        assert "别家" not in told
        told = contractor.get(f"/office/figures/{place}/commitments.csv").data.decode("utf-8-sig")
        assert len(told.splitlines()) == 2
    book = load_workbook(BytesIO(contractor.get("/office/figures/canteen:k1/cases.xlsx").data))
    cells = [cell for row in book.active.iter_rows() for cell in row]  # type: ignore[union-attr]
    assert all(cell.data_type != "f" for cell in cells)
    empty = contractor.get("/office/figures/canteen:k1/ratings.csv?from=2026-01-01&to=2026-01-02")
    assert len(empty.data.decode("utf-8-sig").splitlines()) == 1
    assert contractor.get("/office/figures/canteen:k1/ratings.csv?from=x").status_code == 400
