"""The canteen manager's morning through the pages; who may do what; what is asked before posting."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.auth.services import add_account
from kiosk.chain.models import ChainEntry
from kiosk.core.db import session, transaction
from kiosk.counters.services import add_canteen
from kiosk.persons.queries import called
from kiosk.postings.models import Posting, PostingDraft, PostingVersion
from kiosk.purchasing import queries, services
from kiosk.purchasing.checks import FIELDS
from kiosk.purchasing.models import Line
from kiosk.school.queries import today
from tests.conftest import PASSWORD, actor, canteen, csrf, sign_in

pytestmark = pytest.mark.usefixtures("signers")
ROOM = "/office/purchasing/"
PEOPLE = {"purchaser": "采购员", "custodian": "保管员", "receiver1": "验收员甲", "receiver2": "验收员乙"}
CABBAGE = {"item": "大白菜", "unit": "市斤", "quantity": "50", "unit_price": "2.5"}


@pytest.fixture
def chen(app: Flask, signed_in: Callable[[str], FlaskClient]) -> FlaskClient:
    """The canteen manager's browser."""
    return signed_in("chen")


@pytest.fixture
def buyer(app: Flask) -> FlaskClient:
    """A purchaser's browser: may write sheets, not post them."""
    with app.app_context(), transaction():
        add_account(by=actor("test"), username="buyer", password=PASSWORD, role="purchaser", name="采购员")
    return sign_in(app.test_client(), "buyer")


def start(browser: FlaskClient, day: date | None = None, begin: str = "sheet") -> str:
    """Begin a sheet; its address."""
    token = csrf(browser, ROOM + "sheets/new")
    form = {"csrf_token": token, "canteen": "k1", "day": str(day or date(2026, 3, 4)), "begin": begin}
    answer = browser.post(ROOM + "sheets/new", data=form)
    assert answer.status_code == 302, answer.text
    return answer.location


def typed(browser: FlaskClient, address: str, *rows: dict[str, str], **changes: Any) -> dict[str, Any]:
    """The form of the grid as a browser without JavaScript sends it."""
    page = browser.get(address).text
    revision = page.split('name="revision"')[1].split('value="')[1].split('"')[0]
    form: dict[str, Any] = {"csrf_token": csrf(browser, address), "revision": revision, **PEOPLE, **changes}
    for name in FIELDS:
        form[f"line_{name}"] = [row.get(name, "") for row in rows] or [""]
    return form


def read(address: str) -> str:
    """Where a sheet is read whose grid has this address."""
    return address.replace("purchasing/sheets", "postings")


def posted(app: Flask, *rows: dict[str, str], day: date) -> int:
    """A posted sheet's id."""
    with app.app_context(), transaction():
        draft = services.start_sheet(by=actor("chen"), canteen=canteen(), day=day)
        services.save_draft(by=actor("chen"), draft=draft, rows=rows, people=PEOPLE)
        return services.post_sheet(by=actor("chen"), draft=draft).posting_id


def test_a_morning_without_javascript(app: Flask, at_lunch: object, chen: FlaskClient) -> None:
    address = start(chen)
    form = typed(chen, address, CABBAGE, {}, {**CABBAGE, "item": "冬瓜", "quantity": "4"})
    answer = chen.post(address + "/post", data=form)
    assert (answer.status_code, answer.location) == (302, read(address))
    assert chen.get(address).location == read(address), "what was written there is read there"
    page = chen.get(read(address)).text
    assert "大白菜" in page
    assert "135.00" in page
    with app.app_context():
        assert session.query(Line).count() == 2


def test_today_says_what_is_missing(app: Flask, at_lunch: object, chen: FlaskClient) -> None:
    page = chen.get(ROOM).text
    assert "逾期" in page
    assert "填写今天的采购" in page
    address = start(chen, begin="nothing")
    assert address == "/office/postings/1"
    assert "未填写" not in chen.get(address).text, "nobody buys or receives nothing"
    page = chen.get(ROOM).text
    assert "没有采购" in page
    assert "填写今天的采购" not in page


def test_a_draft_continues_and_is_not_doubled(app: Flask, at_lunch: object, chen: FlaskClient) -> None:
    assert start(chen) == start(chen)
    with app.app_context():
        assert session.query(Posting).count() == 1


def test_errors_stand_in_their_cells_and_the_draft_is_kept(
    app: Flask, at_lunch: object, chen: FlaskClient
) -> None:
    address = start(chen)
    rows = [CABBAGE, {**CABBAGE, "item": "冬瓜", "quantity": "1_000"}, {"quantity": "3"}]
    answer = chen.post(address + "/post", data=typed(chen, address, *rows, receiver2="验收员甲"))
    assert answer.status_code == 422
    for place in ("n-quantity-1", "n-item-2", "n-unit_price-2"):
        assert f'aria-invalid="true" aria-describedby="{place}"' in answer.text
    assert "四个人不能相同" in answer.text
    assert 'id="receiver2-error"' in answer.text
    assert 'value="1_000"' in answer.text
    with app.app_context():
        assert session.query(PostingDraft).one().rows == rows
        assert session.query(PostingVersion).count() == 0


def test_a_jump_is_asked_about_once_and_never_blocked(
    app: Flask, at_lunch: object, chen: FlaskClient
) -> None:
    posted(app, CABBAGE, day=date(2026, 3, 3))
    address = start(chen)
    form = typed(chen, address, {**CABBAGE, "unit_price": "3.26"}, {"item": "冬瓜", "unit": "市斤"})
    answer = chen.post(address + "/post", data=form)
    assert answer.status_code == 200
    assert "单价 3.26 对吗？上次（3月3日）2.50，这次涨跌 +30%" in answer.text
    assert "不会公示：冬瓜" in answer.text
    key = answer.text.split('name="asked" value="')[1].split('"')[0]
    revision = answer.text.split('name="revision"')[1].split('value="')[1].split('"')[0]
    changed = {**form, "revision": revision, "asked": key, "line_unit_price": ["9", ""]}
    assert chen.post(address + "/post", data=changed).status_code == 200, "another doubt is asked about anew"
    form = typed(
        chen, address, {**CABBAGE, "unit_price": "3.26"}, {"item": "冬瓜", "unit": "市斤"}, asked=key
    )
    assert chen.post(address + "/post", data=form).status_code == 302
    with app.app_context():
        assert [line.item for line in session.query(Line).filter_by(unit_price=32_600)] == ["大白菜"]


def test_what_must_be_mended_comes_before_what_is_asked(
    app: Flask, at_lunch: object, chen: FlaskClient
) -> None:
    posted(app, CABBAGE, day=date(2026, 3, 3))
    address = start(chen)
    form = typed(chen, address, {**CABBAGE, "unit_price": "9"}, custodian=PEOPLE["purchaser"])
    answer = chen.post(address + "/post", data=form)
    assert answer.status_code == 422
    assert "必须是不同的人" in answer.text
    assert "请再看一眼" not in answer.text


def test_lines_that_stand_twice_are_asked_about(app: Flask, at_lunch: object, chen: FlaskClient) -> None:
    """A paste done twice would double the day in silence; another delivery of the same item is usual."""
    address = start(chen)
    again = {**CABBAGE, "quantity": "7"}
    answer = chen.post(address + "/post", data=typed(chen, address, CABBAGE, again, CABBAGE))
    assert answer.status_code == 200
    assert "内容完全相同的明细：大白菜。" in answer.text
    assert chen.post(address + "/post", data=typed(chen, address, CABBAGE, again)).status_code == 302


def test_a_unit_left_out_is_asked_about(app: Flask, at_lunch: object, chen: FlaskClient) -> None:
    """Without its unit a price is beside no other: a rise would look like a first purchase."""
    posted(app, CABBAGE, day=date(2026, 3, 3))
    address = start(chen)
    answer = chen.post(
        address + "/post", data=typed(chen, address, {**CABBAGE, "unit": "", "unit_price": "9"})
    )
    assert answer.status_code == 200
    assert "以前有单位、这次没有填，无法比较价格：大白菜。" in answer.text


def test_no_jump_no_question(app: Flask, at_lunch: object, chen: FlaskClient) -> None:
    posted(app, CABBAGE, day=date(2026, 3, 3))
    address = start(chen)
    answer = chen.post(address + "/post", data=typed(chen, address, {**CABBAGE, "unit_price": "3.25"}))
    assert answer.status_code == 302


def test_posting_twice_posts_once(app: Flask, at_lunch: object, chen: FlaskClient) -> None:
    address = start(chen)
    form = typed(chen, address, CABBAGE)
    assert [chen.post(address + "/post", data=form).status_code for _n in range(2)] == [302, 302]
    with app.app_context():
        assert session.query(Line).count() == 1


def test_copying_the_last_sheet_leaves_quantities_empty(
    app: Flask, at_lunch: object, chen: FlaskClient
) -> None:
    posted(app, {**CABBAGE, "supplier": "甲配送"}, day=date(2026, 3, 3))
    address = start(chen)
    assert chen.post(address + "/save", data=typed(chen, address, copy="1")).status_code == 302
    with app.app_context():
        [row] = session.query(PostingDraft).one().rows
        assert row == {"item": "大白菜", "unit": "市斤", "supplier": "甲配送"}
    assert 'placeholder="2.50"' in chen.get(address).text
    answer = chen.post(address + "/post", data=typed(chen, address, row))
    assert answer.status_code == 200
    assert "不会公示：大白菜" in answer.text


def test_the_grid_saves_itself(app: Flask, at_lunch: object, chen: FlaskClient) -> None:
    address = start(chen)
    token = csrf(chen, address)
    rows = [{**CABBAGE, "quantity": "x"}, {"item": "冬瓜", "quantity": "2"}]
    body = {"rows": rows, "people": {}, "revision": 0}
    answer = chen.post(address + "/draft", json=body, headers={"X-CSRFToken": token})
    assert answer.json == {"revision": 1, "total": 0, "errors": [[0, "quantity", "“x”不是数字。"]]}
    answer = chen.post(address + "/draft", json=body, headers={"X-CSRFToken": token})
    assert (answer.status_code, answer.json["code"]) == (409, "stale")
    assert chen.post(address + "/draft", json=body).status_code == 400, "not without the token"


def test_the_grid_saves_itself_again_and_again(app: Flask, at_lunch: object, chen: FlaskClient) -> None:
    address = start(chen)
    token = csrf(chen, address)
    for revision in range(22):
        rows = [{**CABBAGE, "quantity": str(revision + 1)}]
        body = {"rows": rows, "people": {}, "revision": revision}
        answer = chen.post(address + "/draft", json=body, headers={"X-CSRFToken": token})
        assert answer.status_code == 200, answer.text
    with app.app_context():
        traces = session.query(ChainEntry).filter_by(action="posting.drafted").count()
    assert traces == 1, "each twentieth"


@pytest.mark.once
@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        {"rows": [1], "people": {}, "revision": 0},
        {"rows": [{"item": 1}], "people": {}, "revision": 0},
        {"rows": [], "people": {}, "revision": "0"},
        {"rows": [{}] * 501, "people": {}, "revision": 0},
    ],
)
def test_a_malformed_draft_is_refused(app: Flask, at_lunch: object, chen: FlaskClient, body: object) -> None:
    address = start(chen)
    answer = chen.post(address + "/draft", json=body, headers={"X-CSRFToken": csrf(chen, address)})
    assert answer.status_code == 422


def test_two_windows_do_not_overwrite_each_other(app: Flask, at_lunch: object, chen: FlaskClient) -> None:
    address = start(chen)
    seen = typed(chen, address, CABBAGE)
    assert chen.post(address + "/save", data=typed(chen, address, CABBAGE, CABBAGE)).status_code == 302
    for door in ("/save", "/post"):
        answer = chen.post(address + door, data={**seen, "line_item": ["我的白菜"]})
        assert answer.status_code == 409
        assert 'value="我的白菜"' in answer.text, "what was typed is still there"
        assert "<ins>我的白菜</ins>" in answer.text, "beside what stands there now"
        assert "<ins>大白菜</ins>" in answer.text
    with app.app_context():
        assert len(session.query(PostingDraft).one().rows) == 2
    revision = answer.text.split('name="revision"')[1].split('value="')[1].split('"')[0]
    mine = {**seen, "line_item": ["我的白菜"], "revision": revision}
    assert chen.post(address + "/save", data=mine).status_code == 302, "and may take its place then"
    with app.app_context():
        assert [row["item"] for row in session.query(PostingDraft).one().rows] == ["我的白菜"]


def test_a_correction_shows_both_versions(app: Flask, at_lunch: object, chen: FlaskClient) -> None:
    number = posted(app, CABBAGE, {**CABBAGE, "item": "冬瓜"}, day=date(2026, 3, 4))
    address = f"{ROOM}sheets/{number}"
    answer = chen.post(read(address) + "/correct", data={"csrf_token": csrf(chen, read(address))})
    assert chen.get(answer.location).location == address
    assert chen.get(address + "/correction").location == address, "the address of 0.2.0"
    form = typed(chen, address, {**CABBAGE, "unit_price": "2.4"}, {**CABBAGE, "item": "南瓜"})
    refused = chen.post(address + "/post", data=form)
    assert refused.status_code == 422
    assert 'id="reason-error"' in refused.text
    form = typed(chen, address, {**CABBAGE, "unit_price": "2.4"}, {**CABBAGE, "item": "南瓜"})
    assert chen.post(address + "/post", data={**form, "reason": "单价抄错"}).status_code == 302
    page, inside = chen.get(f"/postings/{number}").text, chen.get(read(address)).text
    for shown in (
        "单价抄错",
        "<del>2.50</del> → <ins>2.40</ins>",
        "<del>冬瓜</del> → <ins>南瓜</ins>",
    ):
        assert shown in page, shown
        assert shown in inside, shown


def test_of_two_corrections_at_once_one_counts_and_the_other_is_told(
    app: Flask, at_lunch: object, chen: FlaskClient, signed_in: Callable[[str], FlaskClient]
) -> None:
    number, lin = posted(app, CABBAGE, day=date(2026, 3, 4)), signed_in("lin")
    address = f"{ROOM}sheets/{number}"
    chen.post(read(address) + "/correct", data={"csrf_token": csrf(chen, read(address))})
    hers = {**typed(lin, address, {**CABBAGE, "unit_price": "2.6"}), "reason": "单价抄错"}
    his = {**typed(chen, address, {**CABBAGE, "quantity": "40"}), "reason": "少送了"}
    assert lin.post(address + "/post", data=hers).status_code == 302
    assert lin.post(address + "/post", data=hers).location == read(address), "a second click"
    for door in ("/save", "/post"):
        told = chen.post(address + door, data=his)
        assert told.status_code == 200, "its draft is kept"
        for shown in ("林", 'value="40"', "少送了", "<ins>2.5</ins>", "<ins>2.60</ins>"):
            assert shown in told.text, shown
        assert chen.post(read(address) + "/discard", data=his).status_code == 302
    with app.app_context():
        versions = queries.posted_versions(queries.sheet_posting(number))
        assert [one.lines[0].unit_price for one in versions] == [26000, 25000]


def test_a_draft_is_discarded(app: Flask, at_lunch: object, chen: FlaskClient) -> None:
    address = start(chen)
    assert chen.post(read(address) + "/discard", data={"csrf_token": csrf(chen, address)}).status_code == 302
    assert chen.get(address).status_code == 404


@pytest.mark.once
@pytest.mark.parametrize(
    ("day", "code"), [("2026-03-06", 422), ("", 422), ("2026-13-40", 422), ("2026-03-05", 302)]
)
def test_a_day_to_come_is_refused_at_the_field(
    app: Flask, at_lunch: object, chen: FlaskClient, day: str, code: int
) -> None:
    token = csrf(chen, ROOM + "sheets/new")
    form = {"csrf_token": token, "canteen": "k1", "day": day, "begin": "sheet"}
    answer = chen.post(ROOM + "sheets/new", data=form)
    assert answer.status_code == code
    assert ("day-error" in answer.text) == (code == 422)


def test_nothing_bought_on_a_posted_day_is_refused_beside_the_day(app: Flask, chen: FlaskClient) -> None:
    posted(app, CABBAGE, day=date(2026, 3, 4))
    address = ROOM + "sheets/new?day=2026-03-04"
    form = {"canteen": "k1", "day": "2026-03-04", "begin": "nothing", "csrf_token": csrf(chen, address)}
    answer = chen.post(ROOM + "sheets/new", data=form)
    assert answer.status_code == 422
    assert 'id="day-error"' in answer.text


def test_nothing_bought_on_a_draft_with_lines_is_refused(
    app: Flask, at_lunch: object, chen: FlaskClient
) -> None:
    address = start(chen)
    answer = chen.post(address + "/post", data=typed(chen, address, CABBAGE, nothing="1"))
    assert answer.status_code == 409
    with app.app_context():
        assert queries.sheet_status(today())[0].state == "late"


def test_a_purchaser_writes_but_does_not_post(app: Flask, at_lunch: object, buyer: FlaskClient) -> None:
    address = start(buyer)
    form = typed(buyer, address, CABBAGE)
    assert f"{address}/post" not in buyer.get(address).text
    assert buyer.post(address + "/post", data=form).status_code == 403
    assert buyer.post(address + "/save", data=form).status_code == 302
    token = {"csrf_token": csrf(buyer, ROOM + "sheets/new")}
    nothing = {**token, "canteen": "k1", "day": "2026-03-03", "begin": "nothing"}
    assert buyer.post(ROOM + "sheets/new", data=nothing).status_code == 422


def test_who_may_only_look_sees_no_grid(
    app: Flask, at_lunch: object, chen: FlaskClient, signed_in: Callable[[str], FlaskClient]
) -> None:
    address = start(chen)
    wu = signed_in("wu")
    assert wu.get(address).location == read(address)
    page = wu.get(read(address))
    assert page.status_code == 200
    assert "data-grid" not in page.text
    assert wu.get(ROOM + "sheets/new").status_code == 403
    assert wu.get(ROOM).status_code == 200


@pytest.mark.once
@pytest.mark.parametrize("path", ["", "sheets/new", "sheets/1", "sheets/1/correction"])
def test_a_stranger_is_sent_to_sign_in(client: FlaskClient, path: str) -> None:
    answer = client.get(ROOM + path)
    assert answer.status_code == 302
    assert answer.location.startswith("/sign-in")


@pytest.mark.once
@pytest.mark.parametrize("path", ["sheets/9", "sheets/9/correction"])
def test_an_unknown_sheet_is_not_found(chen: FlaskClient, path: str) -> None:
    assert chen.get(ROOM + path).status_code == 404


def test_the_index_does_not_query_by_canteen(app: Flask, at_lunch: object, chen: FlaskClient) -> None:
    from sqlalchemy import event

    from kiosk.core.db import db

    def queries_for() -> int:
        seen: list[object] = []

        def listen(*arguments: object) -> None:
            seen.append(arguments[2])

        with app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", listen)
        try:
            assert chen.get(ROOM).status_code == 200
        finally:
            event.remove(engine, "before_cursor_execute", listen)
        return len(seen)

    posted(app, CABBAGE, day=date(2026, 3, 3))
    first = queries_for()
    with app.app_context(), transaction():
        for n in range(2, 5):
            add_canteen(by=actor("test"), code=f"k{n}", name=f"第{n}食堂", name_en="")
    for back in range(2, 6):
        posted(app, CABBAGE, day=date(2026, 3, 4) - timedelta(days=back))
    assert queries_for() == first


@pytest.mark.once
@pytest.mark.parametrize("page", ["", "sheets/new", "import"])
def test_without_a_canteen_nothing_is_asked_that_cannot_be_answered(
    app: Flask, chen: FlaskClient, page: str
) -> None:
    with app.app_context(), transaction():
        canteen().active = False
    text = chen.get(ROOM + page).text
    assert "还没有食堂" in text
    assert 'name="canteen"' not in text
    assert "补填其他日期" not in text


def pasted(client: FlaskClient, address: str, text: str, **more: Any) -> Any:
    """What the server says of a pasted text."""
    body = {"text": text, "first": "item", "columns": None, **more}
    return client.post(address + "/paste", json=body, headers={"X-CSRFToken": csrf(client, address)})


def test_a_paste_is_read_by_what_it_holds_and_takes_what_is_usual(
    app: Flask, at_lunch: object, chen: FlaskClient
) -> None:
    posted(app, {**CABBAGE, "specification": "一级", "supplier": "甲配送"}, day=date(2026, 3, 3))
    answer = pasted(chen, start(chen), "大白菜\t斤\t50\t2.5\t125\n冬瓜\t斤\t10\t2\t20\n").json
    assert [column["field"] for column in answer["columns"]] == [
        *("item", "unit", "quantity", "unit_price", "amount")
    ]
    first, second = answer["lines"]
    assert first["texts"]["unit"] == "斤"
    assert (first["texts"]["specification"], first["texts"]["supplier"]) == ("一级", "甲配送")
    assert set(first["adopted"]) >= {"specification", "supplier"}
    assert "supplier" not in second["texts"]
    with app.app_context():
        assert session.query(PostingDraft).one().rows == [], "nothing is kept"


def test_a_paste_takes_no_box_for_a_bottle(app: Flask, at_lunch: object, chen: FlaskClient) -> None:
    posted(
        app, {**CABBAGE, "item": "牛奶", "specification": "250毫升×24", "unit": "箱"}, day=date(2026, 3, 3)
    )
    answer = pasted(chen, start(chen), "品名\t单位\t数量\t单价\n牛奶\t瓶\t24\t2.5\n").json
    assert "specification" not in answer["lines"][0]["texts"]


def test_what_a_column_is_can_be_said(app: Flask, at_lunch: object, chen: FlaskClient) -> None:
    said = ["item", "unit", "unit_price", "quantity", ""]
    answer = pasted(chen, start(chen), "大白菜\t斤\t50\t2.5\t125\n", columns=said).json
    texts = answer["lines"][0]["texts"]
    assert (texts["quantity"], texts["unit_price"]) == ("2.5", "50")
    assert "amount" not in texts


def test_known_items_that_are_all_new_are_asked_about(
    app: Flask, at_lunch: object, chen: FlaskClient
) -> None:
    lines = [{**CABBAGE, "item": item} for item in ("大白菜", "冬瓜", "南瓜", "长茄")]
    posted(app, *lines, day=date(2026, 3, 3))
    address = start(chen)
    text = "".join(f"{line['item']}\t斤\t10\t2.5\n" for line in lines)
    wrong = pasted(chen, address, text, columns=["item", "specification", "quantity", "unit_price"]).json
    assert any("各列对应得对吗" in asked for asked in wrong["asks"])
    right = pasted(chen, address, text, columns=["item", "unit", "quantity", "unit_price"]).json
    assert not any("各列对应得对吗" in asked for asked in right["asks"])
    shifted = [{**line, "specification": "斤", "unit": "包"} for line in lines]
    answer = chen.post(address + "/post", data=typed(chen, address, *shifted))
    assert answer.status_code == 200, "posting asks, too"
    assert "各列对应得对吗" in answer.text


def test_a_paste_of_another_day_is_said(app: Flask, at_lunch: object, chen: FlaskClient) -> None:
    text = "日期\t品名\t数量\t单价\n2026-03-01\t冬瓜\t2\t3\n"
    assert any("2026-03-01" in asked for asked in pasted(chen, start(chen), text).json["asks"])


@pytest.mark.once
@pytest.mark.parametrize(
    "body",
    [
        *(None, [], {}, {"text": 1}, {"text": "a", "first": "day"}, {"text": "a", "columns": "item"}),
        {"text": "a", "columns": [1]},
        {"text": "a" * 500_001},
    ],
)
def test_a_malformed_paste_is_refused(app: Flask, at_lunch: object, chen: FlaskClient, body: object) -> None:
    address = start(chen)
    answer = chen.post(address + "/paste", json=body, headers={"X-CSRFToken": csrf(chen, address)})
    assert answer.status_code == 422


@pytest.mark.once
@pytest.mark.parametrize("columns", [["nonsense"], [], [""] * 3, ["item"] * 300])
def test_odd_columns_are_no_fault(app: Flask, at_lunch: object, chen: FlaskClient, columns: object) -> None:
    assert pasted(chen, start(chen), "大白菜\t斤\t50\n", columns=columns).status_code in (200, 422)


def test_a_mistyped_name_is_asked_about_before_it_becomes_a_person(
    app: Flask, at_lunch: object, chen: FlaskClient
) -> None:
    address = start(chen)
    form = typed(chen, address, CABBAGE, custodian="保官员")
    asked = chen.post(address + "/post", data=form)
    assert asked.status_code == 200
    assert "这些人员是新的：保官员（已有：保管员）。要新增吗？" in asked.text
    right = typed(chen, address, CABBAGE)
    assert chen.post(address + "/post", data=right).status_code == 302, "known names are not asked about"


def test_a_new_name_is_added_once_somebody_said_so(app: Flask, at_lunch: object, chen: FlaskClient) -> None:
    address = start(chen)
    asked = chen.post(address + "/post", data=typed(chen, address, CABBAGE, custodian="欧阳新人"))
    assert "这些人员是新的：欧阳新人。要新增吗？" in asked.text
    key = asked.text.split('name="asked" value="')[1].split('"')[0]
    form = typed(chen, address, CABBAGE, custodian="欧阳新人", asked=key)
    assert chen.post(address + "/post", data=form).status_code == 302
    with app.app_context():
        assert [person.name for person in called("欧阳新人")] == ["欧阳新人"]
