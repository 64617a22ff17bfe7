"""The four people of a sheet in real Chromium: by three keys or a click those of the last sheet."""

from playwright.sync_api import Page, expect

from tests.browser.axe import assert_accessible
from tests.browser.test_grid import before, grid, keys
from tests.purchasing.test_services import PEOPLE

__all__ = ["before", "grid"]


def stand(grid: Page, people: dict[str, str]) -> None:
    """These stand in the fields, as soon as the page has put them there."""
    for role, name in people.items():
        expect(grid.locator(f"[name={role}]")).to_have_value(name)


def test_the_last_sheets_people_take_three_keys_and_are_shown(grid: Page) -> None:
    assert [grid.input_value(f"[name={role}]") for role in PEOPLE] == [""] * 4
    expect(grid.locator("[data-last-people-box]")).to_contain_text(" · ".join(PEOPLE.values()))
    keys(grid, "[Escape]", "[Tab]")
    expect(grid.locator("#people-proposals")).to_contain_text(" · ".join(PEOPLE.values()))
    keys(grid, "[Enter]")
    stand(grid, PEOPLE)
    expect(grid.locator("[data-people-said]")).to_contain_text("请核对")
    expect(grid.locator("[data-last-people-box]")).to_be_hidden()
    expect(grid.locator("[data-save-state]")).to_contain_text("已保存")
    assert_accessible(grid)


def test_walking_past_takes_nobody_over(grid: Page) -> None:
    keys(grid, "[Escape]", "[Tab]", "[Tab]", "[Tab]", "[Tab]", "[Tab]")
    assert [grid.input_value(f"[name={role}]") for role in PEOPLE] == [""] * 4


def test_one_click_takes_the_last_sheets_people_where_nobody_stands(grid: Page) -> None:
    grid.fill("[name=custodian]", "别人")
    grid.locator("[data-last-people]").click()
    stand(grid, {**PEOPLE, "custodian": "别人"})


def test_people_are_found_by_pinyin_and_stay_different(grid: Page) -> None:
    grid.focus("[name=purchaser]")
    keys(grid, "cgy", "[Enter]")
    expect(grid.locator("[name=purchaser]")).to_have_value(PEOPLE["purchaser"])
    keys(grid, "[ArrowDown]")
    expect(grid.locator("#people-proposals")).not_to_contain_text(PEOPLE["purchaser"])
    keys(grid, "baoguan", "[Enter]")
    expect(grid.locator("[name=custodian]")).to_have_value(PEOPLE["custodian"])
    expect(grid.locator("[name=receiver1]")).to_be_focused()
