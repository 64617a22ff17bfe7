"""Accessibility of a page as it stands in the browser, by axe."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RUN = """async (rules) => {
  const fading = document.getAnimations().filter((one) => one instanceof CSSTransition);
  await Promise.allSettled(fading.map((one) => one.finished));
  const only = rules.length ? { runOnly: rules } : {};
  const found = await axe.run({ resultTypes: ["violations"], ...only });
  const grave = found.violations.filter((one) => ["serious", "critical"].includes(one.impact));
  return grave.map((one) => ({ ...one, nodes: one.nodes.slice(0, 5).map((node) => node.target) }));
}"""
"""Brings the serious and critical violations out of the browser, and not all that axe knows of the page.

Colours that fade from one theme to the other have arrived by then."""
COLOURS = ("color-contrast", "link-in-text-block")
"""The rules whose answer a theme can change: a theme has colours of its own and nothing else."""


def grave_faults(page: Page, *, themes: bool = False) -> list[str]:
    """The serious and critical violations, one line each: the rule, what it says, where.

    With `themes` also those that the dark theme adds, looked at on the same page.
    """
    page.evaluate(Axe().axe_script)
    found: list[dict[str, Any]] = page.evaluate(RUN, [])
    if themes:
        page.emulate_media(color_scheme="dark")
        found += page.evaluate(RUN, COLOURS)
        page.emulate_media(color_scheme="light")
    return [f"{one['id']} ({one['impact']}): {one['help']} — {one['nodes']}" for one in found]


def assert_accessible(page: Page, *, themes: bool = False) -> None:
    """No serious or critical violation on the page; with `themes`, neither light nor dark."""
    faults = grave_faults(page, themes=themes)
    assert not faults, f"{page.url}\n" + "\n".join(faults)
