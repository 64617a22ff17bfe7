"""Tablets of 2018 are not updated: what their browsers do not read has something in its place."""

import pytest

from tests.stylesheets import FOLDER, faults

SHEETS = {path.name: path.read_text("utf-8") for path in sorted(FOLDER.glob("*.css"))}


def test_every_style_sheet_reads_well_in_a_browser_of_2018() -> None:
    assert faults(SHEETS) == []


@pytest.mark.parametrize(
    "planted",
    [
        ".x { font-size: max(1rem, 16px); }",
        "@media (max-width: 40rem) { .x { --size: min(2vw, 1vh); } }",
        "@supports (display: grid) { .x { width: clamp(1px, 2vw, 9px); } }",
        ".x { width: 9px; width: max(var(--y), 9px); }",
        ".x { display: flex; gap: 4px; }",
        ".x, .y { gap: 1rem 2rem; } .y { display: inline-flex; }",
        ".x { display: flex; justify-content: end; }",
        ".x { inset: 0; }",
        ".x { aspect-ratio: 1; }",
        ".x { margin-inline: 1px; }",
        ".x { height: 100dvh; }",
        ".x { color: color-mix(in srgb, red, blue); }",
        ".x { color: rgb(60 50 30 / 6%); }",
        ".x:has(b) { color: red; }",
        ":is(.x, .y) { color: red; }",
        ".x:not(.y, .z) { color: red; }",
        ".x:focus-visible { background: red; }",
        ".x { .y { color: red; } }",
        "@container (min-width: 1px) { .x { color: red; } }",
        "@media (width >= 40rem) { .x { color: red; } }",
        "@page a3 { size: A3; }",
        "@media (max-width: 26rem) { .x { color: red; }",
        ".x { color: red; } /* to be continued",
    ],
)
def test_what_is_too_new_is_found(planted: str) -> None:
    assert len(faults({"planted.css": planted})) >= 1


@pytest.mark.parametrize(
    "harmless",
    [
        ".x { width: 1rem; } @supports (width: min(1px, 2px)) { .x { width: min(1rem, 9px); } }",
        ".x { display: flex; gap: 4px; } @supports not (inset: 0) { .x > * { margin: 4px; } }",
        ".x { width: 9px; width: max(1rem, 9px); }",
        ".x { display: grid; gap: 4px; }",
        ".x { accent-color: red; }",
        ":focus-visible { outline: 1px solid red; }",
        ".x:focus:not(:focus-visible) { outline: none; }",
    ],
)
def test_what_has_something_in_its_place_is_left_alone(harmless: str) -> None:
    assert faults({"harmless.css": harmless}) == []
