"""The sheets of slips as a printer gets them: three by eight on A4, each code readable from the paper."""

import io

import zxingcpp
from PIL import Image
from playwright.sync_api import Page

from tests.conftest import PASSWORD, Server

A4 = {"width": 794, "height": 1123}
MARGIN = 53
"""In CSS pixels, 96 to the inch: 14 mm of margin."""


HEIGHT = "one => one.getBoundingClientRect().height / 96 * 25.4"
"""In millimetres."""

FITS = """[...document.querySelectorAll('.slip')].every(
    one => one.scrollWidth <= one.clientWidth + 1 && one.scrollHeight <= one.clientHeight + 1)"""


def test_every_code_is_read_from_the_printed_sheet(server: Server, page: Page) -> None:
    page.goto(server.url + "/sign-in?next=/office/ratings/slips/")
    page.fill("[name=username]", "lin")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.check("[value=c1]")
    page.fill("[name=number]", "30")
    page.click("main [type=submit]")
    page.wait_for_selector(".slip")
    sheets = page.locator(".sheet.slips")
    assert [sheets.nth(place).locator(".slip").count() for place in range(2)] == [24, 6]
    page.emulate_media(media="print")
    page.set_viewport_size({"width": A4["width"] - 2 * MARGIN, "height": A4["height"]})
    assert sheets.first.evaluate("sheet => sheet.scrollHeight") <= A4["height"] - 2 * MARGIN, "one page"
    assert page.evaluate(FITS), "every line fits on its slip"
    assert {one.evaluate(HEIGHT) <= 31.1 for one in page.locator(".slip").all()} == {True}, "8 rows of 31 mm"
    with Image.open(io.BytesIO(sheets.first.screenshot())) as drawn:
        printed = drawn.convert("L").resize((2 * drawn.width, 2 * drawn.height), Image.Resampling.BILINEAR)
    found = {one.text for one in zxingcpp.read_barcodes(printed)}
    assert len(found) == 24
    assert all(one.startswith(f"{server.url}/r/") for one in found)
