"""Layouts of public tables, each read by the kind that it is for; what cannot be read is said."""

import re

import pytest

from kiosk.core import tabular
from kiosk.core.db import transaction
from kiosk.core.errors import Invalid
from kiosk.core.web import KioskApp
from kiosk.postings import queries
from kiosk.postings.files import preview
from tests.postings.conftest import SignIn
from tests.postings.layouts import LAYOUTS
from tests.postings.test_files import book, read_in


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_public_layout_is_read(inside: KioskApp, name: str) -> None:
    layout = LAYOUTS[name]
    data = book(layout.rows, *layout.merged)
    found = preview(queries.kind_of(layout.kind), tabular.read(data, "公示表.xlsx"), period=layout.period)
    for column, texts in layout.read.items():
        assert [line.get(column, "") for line in found.texts] == texts, column
    said = " ".join(str(one.text) for one in found.remarks if not one.problem)
    assert [words for words in layout.said if words not in said] == [], said
    assert [(one.row, one.column) for one in found.problems] == list(layout.problems)
    assert found.fields == layout.fields
    totals = [one for one in found.remarks if "合计写的是" in str(one.text)]
    assert totals == [], "the totals are right, or are those of another part"


def test_what_a_row_for_each_market_leaves_open_is_asked(inside: KioskApp) -> None:
    kind = queries.kind_of("inquiry")
    head = ["品名", "市场", "价格"]
    many = [head, *(["鸡蛋", f"{n}号市场", 4] for n in range(5))]
    two = [[*head, "报价"], ["鸡蛋", "城南市场", 4, 5]]
    for rows, asked in ((many, "4号市场"), (two, "D 报价")):
        with pytest.raises(Invalid) as refused:
            preview(kind, tabular.read(book(rows), "询价.xlsx"))
        assert asked in str(refused.value)


def test_a_problem_in_a_row_that_became_part_of_a_line_is_shown(inside: KioskApp, of: SignIn) -> None:
    rows = [["品名", "市场", "价格"], ["土豆", "城南市场", 1.6], ["土豆", "联华超市", "缺货"]]
    with transaction():
        waiting = read_in(queries.kind_of("inquiry"), book(rows), "询价.xlsx")
    page = of("lin").get(f"/office/postings/files/{waiting.id}").text
    assert re.search(r'class="field-error">第 3 行[^<]*C[^<]*缺货', page)
