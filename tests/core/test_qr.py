"""QR codes are read back from their pixels, as a phone does it."""

import re
from base64 import b64decode

import pytest
import zxingcpp
from PIL import Image

from kiosk.core import qr

ADDRESS = "http://192.168.1.10:8000/q/c3?t=AbCdEfGhIjKlMn"


def draw(markup: str, scale: int) -> Image.Image:
    """Draw the runs of the path: the only shapes `qr.svg` makes."""
    side = int(re.search(r'viewBox="0 0 (\d+) \1"', markup)[1])  # type: ignore[index]
    image = Image.new("L", (side, side), 255)
    dark = markup.split('<path fill="' + qr.DARK)[1]
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", dark):
        for step in range(int(width)):
            image.putpixel((int(x) + step, int(y)), 0)
    return image.resize((side * scale, side * scale), Image.Resampling.NEAREST)


@pytest.mark.parametrize("content", [ADDRESS, "https://k.test/q/a?p=x", "第三食堂 " * 10])
def test_a_code_is_read_back_from_its_pixels(content: str) -> None:
    """What was put in comes out."""
    (found,) = zxingcpp.read_barcodes(draw(qr.svg(content), 3))
    assert found.text == content


def test_the_quiet_zone_is_four_modules_on_white() -> None:
    """No dark run begins before the fourth column or row."""
    markup = qr.svg(ADDRESS)
    side = int(re.search(r'viewBox="0 0 (\d+)', markup)[1])  # type: ignore[index]
    runs = [tuple(map(int, run)) for run in re.findall(r"M(\d+) (\d+)h(\d+)v1", markup)]
    assert min(x for x, _, _ in runs) == 4
    assert min(y for _, y, _ in runs) == 4
    assert max(x + width for x, _, width in runs) == side - 4
    assert 'fill="#ffffff"' in markup
    assert "style" not in markup


def test_the_same_content_is_drawn_once() -> None:
    """Cached by content: the very same object comes back."""
    assert qr.svg(ADDRESS) is qr.svg(ADDRESS)


def test_the_terminals_code_is_read_back() -> None:
    """Half blocks hold two modules; light ones are printed, so a dark terminal shows them light."""
    lines = qr.terminal(ADDRESS).split("\n")
    image = Image.new("L", (len(lines[0]), 2 * len(lines)), 0)
    for y, line in enumerate(lines):
        for x, sign in enumerate(line):
            image.putpixel((x, 2 * y), 255 if sign in "█▀" else 0)
            image.putpixel((x, 2 * y + 1), 255 if sign in "█▄" else 0)
    big = image.resize((image.width * 4, image.height * 4), Image.Resampling.NEAREST)
    (found,) = zxingcpp.read_barcodes(big)
    assert found.text == ADDRESS


def test_the_bits_are_the_modules() -> None:
    """What a script draws from the bits is the same code."""
    side, text = qr.bits(ADDRESS)
    modules = "".join(f"{byte:08b}" for byte in b64decode(text))
    image = Image.new("L", (side + 8, side + 8), 255)
    for number, module in enumerate(modules[: side * side]):
        if module == "1":
            image.putpixel((number % side + 4, number // side + 4), 0)
    (found,) = zxingcpp.read_barcodes(
        image.resize((image.width * 3, image.height * 3), Image.Resampling.NEAREST)
    )
    assert found.text == ADDRESS
