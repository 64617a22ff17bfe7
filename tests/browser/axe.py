"""Accessibility of a page as it stands in the browser, by axe."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

GRAVE = ("serious", "critical")


def grave_faults(page: Page) -> list[str]:
    """The serious and critical violations, one line each: the rule, what it says, where."""
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']} ({one['impact']}): {one['help']} — {[node['target'] for node in one['nodes'][:5]]}"
        for one in found
        if one["impact"] in GRAVE
    ]


def assert_accessible(page: Page) -> None:
    """No serious or critical violation on the page."""
    faults = grave_faults(page)
    assert not faults, f"{page.url}\n" + "\n".join(faults)
