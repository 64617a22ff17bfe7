"""Every pair of text and ground can be read: WCAG 2.2 asks for 4.5 : 1, and 3 : 1 for shapes."""

import re
from pathlib import Path

import pytest

TOKENS_FILE = Path(__file__).parents[1] / "static/css/tokens.css"
TOKENS = TOKENS_FILE.read_text("utf-8")
WHITE = {"#fff", "#ffffff"}
"""The ground of a QR code stays white in every theme."""
TEXT = [
    ("ink", "paper"),
    ("ink", "card"),
    ("ink", "wash"),
    ("ink-2", "paper"),
    ("ink-2", "card"),
    ("ink-2", "wash"),
    ("sea", "paper"),
    ("sea", "card"),
    ("sea", "wash"),
    ("sea-deep", "card"),
    ("on-sea", "sea"),
    ("on-sea", "sea-deep"),
    ("alert", "card"),
    ("alert", "alert-bg"),
    ("ink", "alert-bg"),
    ("ink-2", "alert-bg"),
    ("warn", "card"),
    ("warn", "warn-bg"),
    ("ink", "warn-bg"),
    ("ink-2", "warn-bg"),
    ("good", "good-bg"),
    ("ink", "good-bg"),
    ("ink-2", "good-bg"),
    ("ink-2", "line"),
    ("paper", "ink"),
    ("ink", "press"),
    ("ink", "shade"),
    ("ink-2", "shade"),
    ("night-ink", "night"),
    ("night-ink-2", "night"),
    ("on-sun", "sun"),
    ("on-l-end", "l5"),
    ("on-l", "l4"),
    ("on-l", "l3"),
    ("on-l", "l2"),
    ("on-l-end", "l1"),
]
SHAPES = [
    ("line-strong", "card"),
    ("line-strong", "paper"),
    ("live", "card"),
    *((f"face-{n}", "face-ink") for n in range(1, 6)),
]


def theme(selector: str) -> dict[str, str]:
    """The colours that a block of tokens.css sets."""
    block = TOKENS[TOKENS.index(selector) :]
    block = block[: block.index("}")]
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", block))


LIGHT = theme(":root {")
DARK = {**LIGHT, **theme(':root[data-theme="dark"]')}


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("front", "back", "least"), [(*pair, 4.5) for pair in TEXT] + [(*pair, 3.0) for pair in SHAPES]
)
def test_it_can_be_read(colours: dict[str, str], front: str, back: str, least: float) -> None:
    assert contrast(colours[front], colours[back]) >= least


def test_following_the_device_looks_like_dark() -> None:
    automatic = theme('  :root[data-theme="auto"]')
    assert automatic == theme(':root[data-theme="dark"]')


def test_colours_stand_in_tokens_only() -> None:
    own = {"tokens.css", "print.css"}
    styles = [path for path in TOKENS_FILE.parent.glob("*.css") if path.name not in own]
    strays = {
        f"{path.name}: {colour}"
        for path in styles
        for colour in re.findall(r"#[0-9a-f]{3,8}\b(?![^{}]*{)", path.read_text("utf-8"))
        if colour not in WHITE
    }
    assert strays == set()


def test_black_on_white_is_twenty_one() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
