"""The purchase grid in real Chromium: pasted, taken back, typed with the keyboard alone, saved, posted."""

import csv
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from kiosk.core.db import transaction
from kiosk.purchasing import services
from kiosk.school.queries import today
from tests.browser.axe import assert_accessible
from tests.conftest import PASSWORD, SHARED_DATA, Server, actor, canteen
from tests.purchasing.test_services import CABBAGE, PEOPLE

EGGPLANT = {"item": "长茄", "item_class": "蔬菜类", "unit": "市斤", "quantity": "30", "unit_price": "3.6"}
RECEIPTS = SHARED_DATA / "school_ledger_2024-01_receipts.csv"


def receipts() -> list[list[str]]:
    """34 lines with their header: of the real ledger where it is at hand, else as many of the same kind."""
    if RECEIPTS.exists():
        with RECEIPTS.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.reader(file))
    header = ["日期", "单号", "类型", "食材名称", "计量单位", "数量", "单价", "金额"]
    line = ["2024-01-01", "R0101", "蔬菜类", "", "市斤", "20", "2.38", "47.6"]
    return [header, *([*line[:3], f"物{n}", *line[4:]] for n in range(34))]


def as_copied(rows: list[list[str]]) -> str:
    """What a spreadsheet puts on the clipboard: a title, the table, a total and who signed."""
    title, total = ["第一食堂 入库单"], ["合计", "", "", "", "", "", "", "1"]
    quoted = [[f'"{cell}\n"' if n == 5 else cell for n, cell in enumerate(row)] for row in rows]
    return (
        "\r\n".join("\t".join(row) for row in [title, *quoted, total, ["验收人：", "", "保管人："]]) + "\r\n"
    )


@pytest.fixture
def before(app: Flask) -> None:
    """Something was bought yesterday. Asked for before `server`."""
    with app.app_context(), transaction():
        draft = services.start_sheet(by=actor("chen"), canteen=canteen(), day=today() - timedelta(days=1))
        services.save_draft(by=actor("chen"), draft=draft, rows=[CABBAGE, EGGPLANT], people=PEOPLE)
        services.post_sheet(by=actor("chen"), draft=draft)


@pytest.fixture
def grid(before: None, server: Server, browser: Browser) -> Iterator[Page]:
    """Chen's browser at the empty grid of today."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, base_url=server.url)
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=server.url)
    page = context.new_page()
    page.goto("/sign-in?next=/office/purchasing/")
    page.fill("input[name=username]", "chen")
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.goto("/office/purchasing/sheets/new")
    page.locator('button[value="sheet"]').click()
    expect(page.locator("[data-grid].live")).to_be_visible()
    yield page
    context.close()


def paste(page: Page, text: str) -> None:
    """Put a text on the clipboard and press Ctrl+V, and wait until it was read."""
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+v")
    expect(page.locator("[data-grid][aria-busy]")).to_have_count(0)


def keys(page: Page, *names: str) -> None:
    """Type texts and press keys: a name in brackets is a key."""
    for name in names:
        if name.startswith("["):
            page.keyboard.press(name.strip("[]"))
        else:
            page.keyboard.type(name)


def cells(page: Page, field: str) -> list[str]:
    """What stands in a column, empty cells left out."""
    values: list[str] = page.locator(f'input[name="line_{field}"]').evaluate_all(
        "all => all.map(i => i.value)"
    )
    return [value for value in values if value]


def note(page: Page, field: str, row: int) -> str | None:
    """What is said in a cell."""
    found = page.locator(f"#n-{field}-{row}")
    return found.text_content() if found.count() else None


def fill_people(page: Page) -> None:
    """The four people."""
    for role, name in PEOPLE.items():
        page.fill(f"input[name={role}]", name)


def post(page: Page) -> None:
    """Post, and say yes to what is asked."""
    asked = page.locator("[data-asked] button")
    if not asked.count():
        page.locator("[data-post]").click()
        expect(asked.or_(page.locator(".notice-good"))).to_be_visible()
    if asked.count():
        asked.click()
    expect(page.locator(".notice-good")).to_contain_text("已公示")


def test_34_lines_are_pasted_taken_back_and_posted(grid: Page, server: Server) -> None:
    rows = receipts()
    total = f"{sum(round(float(row[7]) * 100) for row in rows[1:]) / 100:,.2f}"
    paste(grid, as_copied(rows))
    expect(grid.locator("[data-total]")).to_have_text(total)
    assert cells(grid, "item") == [row[3] for row in rows[1:]]
    keys(grid, "[Control+z]")
    expect(grid.locator("[data-total]")).to_have_text("0.00")
    assert cells(grid, "item") == []
    paste(grid, as_copied(rows))
    expect(grid.locator("[data-total]")).to_have_text(total)
    expect(grid.locator("[data-count]")).to_contain_text("34 行")
    fill_people(grid)
    post(grid)
    shown = grid.locator("table.ledger tbody td.name").all_text_contents()
    assert shown == [row[3] for row in rows[1:]]
    expect(grid.locator("tfoot")).to_contain_text(total)
    grid.goto("/")
    for name in (rows[1][3], rows[34][3]):
        assert name in grid.locator("main").inner_text()
    assert total in grid.locator("main").inner_text()


def test_two_lines_with_the_keyboard_alone(grid: Page) -> None:
    keys(grid, "cq")
    expect(grid.locator("#proposals [aria-selected=true]")).to_contain_text("长茄")
    keys(grid, "[Enter]", "12", "[Tab]", "[Space]", "[Enter]")
    keys(grid, "dabai", "[Tab]", "2.5", "[Tab]", "3", "[Enter]")
    assert cells(grid, "item") == ["长茄", "大白菜"]
    assert cells(grid, "unit") == ["市斤", "市斤"]
    assert cells(grid, "unit_price") == ["3.60", "3"]
    assert cells(grid, "item_class") == ["蔬菜类", "蔬菜类"]
    expect(grid.locator("[data-total]")).to_have_text("50.70")
    focused = grid.evaluate(
        "[document.activeElement.name, document.activeElement.closest('tr').sectionRowIndex]"
    )
    assert focused == ["line_item", 2], "after Enter one is at the next line's item"


def test_a_known_name_typed_whole_brings_what_is_usual(grid: Page) -> None:
    """As with an input method: no proposal is left to choose; without the unit no last price is found."""
    keys(grid, "长茄", "[Tab]")
    assert cells(grid, "unit") == ["市斤"]
    expect(grid.locator("td.c-last").first).to_have_text("3.60")
    expect(grid.locator("td.adopted")).not_to_have_count(0)
    keys(grid, "[Control+z]")
    assert cells(grid, "unit") == []
    assert cells(grid, "item") == [], "taken back in one step"


def test_to_post_at_once_is_not_to_leave(grid: Page) -> None:
    """Whoever posts before the draft saved itself is not asked by the browser whether to leave it."""
    asked: list[str] = []
    grid.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    fill_people(grid)
    grid.locator('input[name="line_item"]').first.click()
    keys(grid, "冬瓜", "[Tab]", "[Tab]", "市斤", "[Tab]", "3", "[Tab]", "2")
    grid.locator("[data-post]").click()
    expect(grid.locator(".notice-good")).to_contain_text("已公示")
    assert asked == []


def test_a_price_that_waits_in_grey_is_said_to_be_missing(grid: Page) -> None:
    keys(grid, "[Escape]", "[Shift+Tab]", "[Enter]")
    expect(grid.locator("[data-count]")).to_have_text("0 行 · 2 行未填")
    keys(grid, "5", "[Enter]", "6", "[Enter]")
    expect(grid.locator("[data-count]")).to_have_text("2 行 · 2 行缺单价")
    keys(grid, "[Escape]", "[Tab]", "[Enter]")
    grid.locator("[data-post]").click()
    expect(grid.locator("#notice")).to_contain_text("还没有公示")
    assert note(grid, "unit_price", 1) == "还没填。按空格键采用灰色的 3.60。"
    expect(grid.locator("[data-count]")).to_have_text("2 行 · 2 处待改")


def test_part_of_a_name_proposes_without_taking(grid: Page) -> None:
    keys(grid, "茄")
    expect(grid.locator("#proposals")).to_contain_text("长茄")
    keys(grid, "[Enter]")
    assert cells(grid, "item") == ["茄"], "a new item's name is not replaced"
    keys(grid, "[ArrowUp]", "茄", "[ArrowDown]", "[Enter]")
    assert cells(grid, "item") == ["长茄"]


def test_an_input_method_replaces_the_cell_and_keeps_its_keys(grid: Page) -> None:
    keys(grid, "南瓜", "[Enter]", "[ArrowUp]")
    method = grid.context.new_cdp_session(grid)
    method.send("Input.imeSetComposition", {"text": "changq", "selectionStart": 6, "selectionEnd": 6})
    expect(grid.locator("#proposals")).to_contain_text("长茄")
    enter = {"type": "rawKeyDown", "key": "Enter", "windowsVirtualKeyCode": 229}
    method.send("Input.dispatchKeyEvent", enter)
    assert grid.locator("#proposals").is_visible(), "the method's own keys are left to it"
    method.send("Input.insertText", {"text": "茄"})
    assert cells(grid, "item") == ["茄"]
    keys(grid, "[ArrowDown]", "[Enter]")
    assert cells(grid, "item") == ["长茄"]


def test_errors_stand_in_the_cell_and_go_away(grid: Page) -> None:
    keys(grid, "冬瓜", "[Tab]", "[Tab]", "市斤", "[Tab]", "1_000", "[Tab]", "0", "[Enter]")
    assert note(grid, "quantity", 0) == "“1_000”不是数字。"
    assert note(grid, "unit_price", 0) == "必须大于 0。"
    assert grid.locator('input[name="line_quantity"]').first.get_attribute("aria-invalid") == "true"
    expect(grid.locator("[data-count]")).to_contain_text("2 处待改")
    keys(
        grid,
        "[ArrowUp]",
        "[ArrowRight]",
        "[ArrowRight]",
        "[ArrowRight]",
        "3",
        "[Tab]",
        "2",
        "[Tab]",
        "7",
        "[Enter]",
    )
    assert note(grid, "quantity", 0) is None
    assert note(grid, "amount", 0) == "填的是 7，算出 6.00。"
    expect(grid.locator("[data-total]")).to_have_text("6.00")


def test_a_jump_is_said_in_the_cell(grid: Page) -> None:
    keys(grid, "cq", "[Enter]", "1", "[Tab]", "12", "[Enter]")
    assert "12.00 对吗" in (note(grid, "unit_price", 0) or "")
    expect(grid.locator("td.c-last").first).to_have_text("3.60 +233%")


def test_cells_are_worked_as_in_a_spreadsheet(grid: Page) -> None:
    paste(grid, "冬瓜\t\t市斤\t1\t2\n南瓜\t\t市斤\t3\t4\n")
    assert cells(grid, "item") == ["冬瓜", "南瓜"]
    keys(grid, "[F2]", "皮", "[Enter]")
    assert cells(grid, "item") == ["冬瓜皮", "南瓜"]
    keys(grid, "西", "[Escape]")
    assert cells(grid, "item") == ["冬瓜皮", "南瓜"], "Esc brings back what stood there"
    keys(grid, "[Control+Home]", "[Shift+ArrowDown]", "[Shift+End]", "[Control+c]")
    assert grid.evaluate("navigator.clipboard.readText()").startswith("冬瓜皮\t\t市斤\t1\t2\t")
    keys(grid, "[Delete]")
    assert cells(grid, "quantity") == []
    keys(grid, "[Control+z]")
    assert cells(grid, "quantity") == ["1", "3"]
    keys(grid, "[Control+y]")
    assert cells(grid, "quantity") == []
    keys(grid, "[Control+z]", "[Control+Home]", "[Shift+ArrowDown]", "[Shift+ArrowDown]", "[Control+d]")
    assert cells(grid, "item") == ["冬瓜皮"] * 3
    keys(grid, "[Control+z]", "[Control+z]", "[Control+z]")
    assert cells(grid, "item") == []


def test_the_draft_saves_itself_and_comes_back(grid: Page) -> None:
    keys(grid, "cq", "[Enter]", "12x", "[Tab]")
    fill_people(grid)
    expect(grid.locator("[data-save-state]")).to_contain_text("草稿已保存")
    grid.reload()
    assert cells(grid, "item") == ["长茄"]
    assert cells(grid, "quantity") == ["12x"]
    assert note(grid, "quantity", 0) == "“12x”不是数字。"
    assert grid.input_value("input[name=purchaser]") == "采购员"


def test_a_second_window_is_told_and_overwrites_nothing(grid: Page) -> None:
    other = grid.context.new_page()
    other.goto(grid.url)
    keys(grid, "冬瓜", "[Enter]")
    expect(grid.locator("[data-save-state]")).to_contain_text("草稿已保存")
    keys(other, "南瓜", "[Enter]")
    expect(other.locator("[data-trouble]")).to_contain_text("其间有人改过")
    assert cells(other, "item") == ["南瓜"]
    grid.reload()
    assert cells(grid, "item") == ["冬瓜"]


def test_the_last_sheet_is_copied_with_grey_prices(grid: Page) -> None:
    grid.locator("[data-copy]").click()
    expect(grid.locator('input[name="line_unit_price"]').first).to_have_attribute("placeholder", "2.50")
    assert cells(grid, "item") == ["大白菜", "长茄"]
    assert cells(grid, "quantity") == cells(grid, "unit_price") == []
    keys(grid, "20", "[Enter]")
    grid.locator('[data-tool="prices"]').click()
    assert cells(grid, "unit_price") == ["2.50"]
    fill_people(grid)
    grid.locator("[data-post]").click()
    expect(grid.locator("[data-asked]")).to_contain_text("不会公示：长茄")
    post(grid)


def test_axe_finds_nothing_serious(grid: Page) -> None:
    sheet = grid.url.split("?")[0]
    for theme, language in (("light", "zh"), ("dark", "zh"), ("light", "en"), ("dark", "en")):
        grid.context.add_cookies([{"name": "theme", "value": theme, "url": sheet}])
        for address in (
            "/office/purchasing/",
            "/office/purchasing/sheets/new",
            "/office/purchasing/sheets/1",
        ):
            grid.goto(f"{address}?lang={language}")
            assert_accessible(grid)
        grid.goto(f"{sheet}?lang={language}")
        assert_accessible(grid)
        keys(grid, "[Control+Home]", "[ArrowRight]", "[ArrowRight]", "[ArrowRight]", "y", "[Enter]")
        keys(grid, "[Control+Home]", "cq")
        expect(grid.locator("#proposals")).to_be_visible()
        assert_accessible(grid)
        grid.locator("[data-save]").click()
        expect(grid.locator(".notice-good")).to_be_visible()


def test_the_page_does_not_scroll_sideways(grid: Page) -> None:
    sheet = grid.url
    for width in (390, 1280):
        grid.set_viewport_size({"width": width, "height": 844})
        for address in ("/office/purchasing/", "/office/purchasing/sheets/1", sheet):
            grid.goto(address)
            assert grid.evaluate("document.documentElement.scrollWidth") <= width, address


def test_the_keyboard_is_not_trapped(grid: Page) -> None:
    inside = "document.querySelector('[data-grid] tbody').contains(document.activeElement)"
    keys(grid, "[Tab]")
    assert grid.evaluate(inside)
    keys(grid, "[Escape]", "[Tab]")
    assert not grid.evaluate(inside)
    keys(grid, "[Shift+Tab]", "[Shift+Tab]", "[Escape]", "[Shift+Tab]")
    assert not grid.evaluate(inside)


NUMBERS = [
    ("3。5", "3.5", None),
    ("１２．５", "12.5", None),
    ("=3*5", "15", None),
    ("＝（1.5+2）×2－0.5", "6.5", None),
    ("=10/4", "2.5", None),
    ("=0.1+0.2", "0.3", None),
    ("-4", "-4", "必须大于 0。"),
    ("0", "0", "必须大于 0。"),
    ("=2-5", "=2-5", "必须大于 0。"),
    ("=3*", "=3*", "“=3*”算不出来。"),
    ("=alert(1)", "=alert(1)", "“=alert(1)”算不出来。"),
    ("=1/0", "=1/0", "“=1/0”算不出来。"),
    ("1_000", "1_000", "“1_000”不是数字。"),
    ("12朵云", "12朵云", "“12朵云”不是数字。"),
    ("9999999", "9999999", "数字太大。"),
]


def test_numbers_are_understood_as_people_type_them(grid: Page) -> None:
    for row, (typed, _shown, _said) in enumerate(NUMBERS):
        keys(grid, f"物{row}", "[Tab]", "[Tab]", "斤", "[Tab]", typed, "[Enter]")
    assert cells(grid, "quantity") == [shown for _typed, shown, _said in NUMBERS]
    assert [note(grid, "quantity", row) for row in range(len(NUMBERS))] == [said for *_, said in NUMBERS]
    expect(grid.locator("[data-count]")).to_contain_text("15 行")
    expect(grid.locator("[data-count]")).to_contain_text("9 处待改")


def test_a_unit_behind_a_number_goes_where_units_stand(grid: Page) -> None:
    quantity = ("[ArrowRight]", "[ArrowRight]", "[ArrowRight]")
    keys(grid, "冬瓜", "[ArrowUp]", *quantity, "12斤", "[Tab]", "¥2.5元/市斤", "[Enter]")
    assert (cells(grid, "quantity"), cells(grid, "unit"), cells(grid, "unit_price")) == (
        ["12"],
        ["斤"],
        ["2.5"],
    )
    keys(grid, "[Control+Home]", *quantity, "3公斤", "[Enter]")
    assert cells(grid, "quantity") == ["3公斤"]
    assert note(grid, "quantity", 0) == "“3公斤”的单位与本行的单位（斤）不同。"
    keys(grid, "[Control+Home]", "[ArrowRight]", "[ArrowRight]", "10", "[Enter]")
    assert note(grid, "unit", 0) == "数字不能作单位。"


def test_undo_goes_on_after_a_post_that_was_refused(grid: Page) -> None:
    keys(grid, "冬瓜", "[Tab]", "[Tab]", "市斤", "[Tab]", "3", "[Tab]", "2", "[Enter]")
    keys(grid, "[ArrowUp]", "南瓜", "[Enter]")
    grid.locator("[data-post]").click()
    expect(grid.locator("#notice")).to_be_visible()
    grid.locator('[data-tool="undo"]').click()
    assert cells(grid, "item") == ["冬瓜"]
    grid.locator('[data-tool="undo"]').click()
    assert cells(grid, "unit_price") == []
    keys(grid, "[Control+y]", "[Control+y]")
    assert (cells(grid, "item"), cells(grid, "unit_price")) == (["南瓜"], ["2"])


def test_copying_the_last_sheet_can_be_taken_back(grid: Page) -> None:
    grid.locator("[data-copy]").click()
    expect(grid.locator("[data-count]")).to_contain_text("2 行未填")
    keys(grid, "[Control+z]")
    assert cells(grid, "item") == []


def test_an_input_methods_word_after_esc_stays_in_the_table(grid: Page) -> None:
    """After Esc, a word and Tab the next number goes into the next cell, not to a person."""
    inside = "document.querySelector('[data-grid] tbody').contains(document.activeElement)"
    method = grid.context.new_cdp_session(grid)
    process = {"type": "rawKeyDown", "key": "Process", "windowsVirtualKeyCode": 229}
    for row, key in enumerate(("Tab", "Enter", "Space")):
        for field in ("item", "unit", "quantity", "unit_price", "supplier"):
            cell = grid.locator(f'input[name="line_{field}"]').nth(row)
            cell.click()
            keys(grid, "[Escape]")
            method.send("Input.dispatchKeyEvent", process)
            method.send("Input.imeSetComposition", {"text": "nan", "selectionStart": 3, "selectionEnd": 3})
            method.send("Input.dispatchKeyEvent", {**process, "key": key})
            method.send("Input.insertText", {"text": "南瓜"})
            keys(grid, "[Tab]", "5")
            assert grid.evaluate(inside), f"{key} in {field}"
            assert cell.input_value() == "南瓜"
    assert grid.input_value("input[name=purchaser]") == ""


def test_a_click_or_a_word_after_esc_stays_in_the_table(grid: Page) -> None:
    inside = "document.querySelector('[data-grid] tbody').contains(document.activeElement)"
    keys(grid, "[Escape]")
    grid.locator('input[name="line_unit"]').nth(1).click()
    keys(grid, "[Tab]")
    assert grid.evaluate(inside), "a click between Esc and Tab"
    keys(grid, "[Escape]", "[Control+v]", "[Tab]")
    assert grid.evaluate(inside), "a paste between Esc and Tab"


def test_lines_are_sorted_filled_down_and_found(grid: Page) -> None:
    paste(grid, "南瓜\t\t市斤\t10\t2\n冬瓜\t\t市斤\t9\t3\n包菜\t\t市斤\t100\t1\n")
    expect(grid.locator("[data-total]")).to_have_text("147.00")
    for name in ("quantity", "item"):
        grid.locator(f'input[name="line_{name}"]').first.click()
        grid.locator('[data-tool="sort"]').click()
        if name == "quantity":
            assert cells(grid, "quantity") == ["9", "10", "100"], "by what numbers are worth"
    assert cells(grid, "item") == ["包菜", "冬瓜", "南瓜"], "by pinyin"
    grid.locator('[data-tool="sort"]').click()
    assert cells(grid, "item") == ["南瓜", "冬瓜", "包菜"], "once more turns it round"
    keys(grid, "[Control+z]", "[Control+z]", "[Control+z]")
    assert cells(grid, "item") == ["南瓜", "冬瓜", "包菜"]
    grid.locator('thead th[data-field="supplier"]').click()
    paste(grid, "甲配送\n乙配送\n丙配送\n")
    assert cells(grid, "supplier") == ["甲配送", "乙配送", "丙配送"], "a column goes where one is"
    grid.locator('thead th[data-field="supplier"]').click()
    keys(grid, "[Control+d]")
    assert cells(grid, "supplier") == ["甲配送"] * 3
    keys(grid, "[Control+f]", "包")
    expect(grid.locator("[data-found]")).to_have_text("1 / 1")
    keys(grid, "[Escape]")
    focused = grid.evaluate("[document.activeElement.name, document.activeElement.value]")
    assert focused == ["line_item", "包菜"]


def test_columns_that_a_canteen_never_uses_are_hidden_while_empty(grid: Page) -> None:
    shown = "all => all.filter(th => th.offsetWidth > 0).map(th => th.textContent.trim())"
    hidden = {"批号/生产日期", "保质期", "备注"}

    def heads() -> set[str]:
        return set(grid.locator("th[data-field]").evaluate_all(shown))

    assert not heads() & hidden
    keys(grid, "冬瓜", "[Tab]", "[End]")
    assert grid.evaluate("document.activeElement.name") == "line_item_class", "keys pass over what is hidden"
    keys(grid, "[Tab]")
    assert grid.evaluate("document.activeElement.closest('tr').sectionRowIndex") == 1
    grid.locator('[data-tool="columns"]').click()
    assert heads() >= hidden
    grid.locator('input[name="line_shelf_life"]').first.fill("7天")
    grid.locator('input[name="line_item"]').nth(1).click()
    expect(grid.locator("[data-save-state]")).to_contain_text("草稿已保存")
    grid.locator('[data-tool="columns"]').click()
    assert heads() & hidden == {"保质期"}, "what is filled in is never hidden"
    grid.reload()
    assert heads() & hidden == {"保质期"}, "and the choice is remembered"


@pytest.mark.parametrize("width", [1440, 1280, 390])
def test_a_cut_cell_says_so_and_shows_all_of_it_with_the_focus(grid: Page, width: int) -> None:
    grid.set_viewport_size({"width": width, "height": 844})
    keys(grid, "纯牛奶", "[Tab]", "250毫升×24", "[Tab]")
    cell = grid.locator('input[name="line_specification"]').first
    fits = "input => input.scrollWidth <= input.clientWidth + 1"
    assert cell.evaluate(fits), "the column is as wide as an ordinary text"
    long = "利乐砖装250毫升×24盒，常温保存，常温配送，每箱另附检验合格证明一份"
    keys(grid, "[Shift+Tab]", long)
    whole = grid.locator(".whole-text")
    expect(whole).to_have_text(long)
    frame = grid.locator(".grid-frame")
    goes_on = grid.locator(".grid-wrap").evaluate("w => w.scrollLeft + w.clientWidth < w.scrollWidth - 1")
    assert frame.evaluate("f => f.classList.contains('goes-on')") == goes_on, "an edge that cuts says so"
    keys(grid, "[Tab]")
    expect(whole).to_be_hidden()
    assert not cell.evaluate(fits)
    assert cell.evaluate("input => getComputedStyle(input).textOverflow") == "ellipsis"
    keys(grid, "[Shift+Tab]")
    expect(whole).to_have_text(long)
    box = whole.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width


ITEMS = [
    *("土豆", "黄瓜", "洋葱", "青椒", "芹菜", "菠菜", "冬瓜", "南瓜", "豆角", "茄子"),
    *("西红柿", "莴笋", "蒜苗", "韭菜", "香菜", "生姜", "胡萝卜", "白萝卜", "莲藕", "山药"),
]


def bare(*, first: int = 10) -> str:
    """20 lines as they are copied without their header: item, unit, quantity, price, amount."""
    return "".join(
        f"{item}\t斤\t{first + n}\t{2 + n / 10:.2f}\t{(first + n) * (2 + n / 10):.2f}\n"
        for n, item in enumerate(ITEMS)
    )


def assigned(page: Page) -> list[str]:
    """What the columns of the last paste were taken for."""
    values: list[str] = page.locator("[data-pasted-columns] select").evaluate_all(
        "all => all.map(s => s.value)"
    )
    return values


def test_rows_without_a_header_go_where_their_contents_belong(grid: Page) -> None:
    paste(grid, bare())
    assert assigned(grid) == ["item", "unit", "quantity", "unit_price", "amount"]
    assert cells(grid, "item") == ITEMS
    assert cells(grid, "unit") == ["斤"] * 20
    assert cells(grid, "quantity")[:3] == ["10", "11", "12"]
    assert cells(grid, "specification") == []
    total = sum(round((10 + n) * (2 + n / 10), 2) for n in range(20))
    expect(grid.locator("[data-total]")).to_have_text(f"{total:,.2f}")
    expect(grid.locator("[data-count]")).to_contain_text("20 行")
    expect(grid.locator("[data-count]")).not_to_contain_text("待改")
    grid.locator('[data-place="1"]').select_option("specification")
    expect(grid.locator("[data-grid][aria-busy]")).to_have_count(0)
    assert (cells(grid, "specification"), cells(grid, "unit")) == (["斤"] * 20, [])
    assert grid.evaluate("document.activeElement.dataset.place") == "1", "one goes on at the same choice"
    grid.locator("[data-pasted-undo]").click()
    assert cells(grid, "item") == []
    keys(grid, "[Control+z]", "[Control+z]")
    assert cells(grid, "unit") == ["斤"] * 20, "and every step of it can be taken back"
    keys(grid, "[Control+z]")
    assert cells(grid, "item") == []


def test_what_was_typed_into_a_paste_stays_when_a_column_changes(grid: Page) -> None:
    paste(grid, bare())
    keys(grid, "[Control+Home]", "马铃薯", "[Enter]")
    grid.locator('[data-place="4"]').select_option("")
    expect(grid.locator("[data-grid][aria-busy]")).to_have_count(0)
    assert cells(grid, "amount") == []
    assert cells(grid, "item") == ["马铃薯", *ITEMS[1:]]


def test_a_paste_takes_what_is_usual_and_shows_it(grid: Page) -> None:
    paste(grid, "长茄\t30\t6\n新菜\t2\t3\n大白菜\t10\t2.5\n")
    assert assigned(grid) == ["item", "quantity", "unit_price"]
    assert cells(grid, "unit") == ["市斤", "市斤"]
    unit = grid.locator('input[name="line_unit"]').first
    assert unit.evaluate("i => i.parentNode.classList.contains('adopted')")
    assert grid.locator("#adopted").text_content() == "沿用该品名上次采购的内容"
    assert unit.get_attribute("aria-describedby") == "adopted"
    assert "6.00 对吗" in (note(grid, "unit_price", 0) or ""), "so the price is compared"
    expect(grid.locator("[data-pasted-says]")).to_contain_text("2 行缺少的内容沿用了")
    grid.locator('[data-place="2"]').select_option("")
    expect(grid.locator("[data-grid][aria-busy]")).to_have_count(0)
    assert_accessible(grid)
    grid.locator('[data-place="2"]').select_option("unit_price")
    expect(grid.locator("[data-grid][aria-busy]")).to_have_count(0)
    unit.click()
    keys(grid, "公斤", "[Enter]")
    assert unit.get_attribute("aria-describedby") is None


def test_a_paste_that_cannot_be_read_yet_is_not_lost(grid: Page) -> None:
    grid.route("**/paste", lambda route: route.abort())
    paste(grid, bare())
    expect(grid.locator("[data-pasted-asks]")).to_contain_text("还没有粘贴")
    assert cells(grid, "item") == []
    grid.unroute("**/paste")
    grid.locator("[data-pasted-again]").click()
    expect(grid.locator("[data-count]")).to_contain_text("20 行")
    assert cells(grid, "item") == ITEMS


def test_a_column_is_pasted_into_the_column_that_was_chosen(grid: Page) -> None:
    paste(grid, bare())
    grid.locator('thead th[data-field="unit_price"]').click()
    paste(grid, "单价\n9.5\n8。5\n7.5元\n")
    assert cells(grid, "unit_price")[:4] == ["9.5", "8.5", "7.5", "2.30"]
    expect(grid.locator("[data-announce]")).to_contain_text("“单价”是列名")
    grid.locator('input[name="line_quantity"]').nth(1).click()
    paste(grid, "5\t6\n7\t8\n")
    assert cells(grid, "quantity")[:4] == ["10", "5", "7", "13"], "two columns go side by side from there"
    assert cells(grid, "unit_price")[:4] == ["9.5", "6", "8", "2.30"]


@pytest.fixture
def twenty(app: Flask) -> None:
    """Yesterday's sheet has 20 lines. Asked for before `grid`."""
    rows = [
        {"item": item, "unit": "市斤", "quantity": str(10 + n), "unit_price": "2.5", "supplier": "甲配送"}
        for n, item in enumerate(ITEMS)
    ]
    with app.app_context(), transaction():
        draft = services.start_sheet(by=actor("chen"), canteen=canteen(), day=today() - timedelta(days=1))
        services.save_draft(by=actor("chen"), draft=draft, rows=rows, people=PEOPLE)
        services.post_sheet(by=actor("chen"), draft=draft)


def test_a_usual_morning_takes_at_most_fifty_keys(before: None, twenty: None, grid: Page) -> None:
    """After the copy: 12 new quantities, 8 as last time, the last prices, the same people, posted."""
    grid.locator("[data-copy]").click()
    expect(grid.locator("[data-count]")).to_contain_text("20 行未填")
    grid.evaluate(
        "pressed = 0; for (const kind of ['keydown', 'click'])"
        " document.addEventListener(kind, event => { if (event.isTrusted) pressed += 1; }, true)"
    )
    for row in range(20):
        keys(grid, *(("[Space]",) if row % 5 in (1, 3) else (str(30 + row), "[Enter]")))
    grid.locator('[data-tool="prices"]').click()
    keys(grid, "[Escape]", "[Tab]", "[Enter]")
    assert {role: grid.input_value(f"[name={role}]") for role in PEOPLE} == PEOPLE
    expect(grid.locator("[data-count]")).to_have_text("20 行")
    pressed = grid.evaluate("pressed") + 1
    grid.locator("[data-post]").click()
    expect(grid.locator(".notice-good")).to_contain_text("已公示")
    assert grid.locator("table.ledger tbody td.name").count() == 20
    assert pressed <= 50, pressed
    assert pressed == 49, "the release notes say how many"
