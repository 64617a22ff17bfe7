"""QR codes: as a drawing for pages and prints, and as text for a terminal. Always dark on white."""

from base64 import b64encode
from functools import lru_cache

import qrcode
from markupsafe import Markup
from qrcode.constants import ERROR_CORRECT_M

QUIET_ZONE = 4
"""Empty modules around the code, as ISO/IEC 18004 asks for; without them readers fail."""

DARK, LIGHT = "#10191f", "#ffffff"


@lru_cache(maxsize=256)
def _rows(content: str) -> tuple[tuple[bool, ...], ...]:
    code = qrcode.QRCode(border=QUIET_ZONE, error_correction=ERROR_CORRECT_M)
    code.add_data(content)
    code.make(fit=True)
    return tuple(tuple(bool(module) for module in row) for row in code.get_matrix())


def _runs(row: tuple[bool, ...], y: int) -> str:
    """The dark runs of a row as pieces of an SVG path."""
    parts, start = [], None
    for x, dark in enumerate((*row, False)):
        if dark and start is None:
            start = x
        elif not dark and start is not None:
            parts.append(f"M{start} {y}h{x - start}v1h-{x - start}z")
            start = None
    return "".join(parts)


@lru_cache(maxsize=256)
def svg(content: str) -> Markup:
    """The content as an SVG element, 4 modules of quiet zone included; it takes the size its class gives it.

    One path in which the modules of a row are joined: a third of the size of a path for each module, which
    matters on a tablet that fetches a new code every half minute.
    """
    rows = _rows(content)
    side = len(rows)
    path = "".join(_runs(row, y) for y, row in enumerate(rows))
    return Markup(  # noqa: S704 - nothing in it comes from outside: numbers and constants
        f'<svg xmlns="http://www.w3.org/2000/svg" class="qr" viewBox="0 0 {side} {side}" '
        f'shape-rendering="crispEdges" aria-hidden="true" focusable="false">'
        f'<path fill="{LIGHT}" d="M0 0h{side}v{side}h-{side}z"/><path fill="{DARK}" d="{path}"/></svg>'
    )


def bits(content: str) -> tuple[int, str]:
    """The modules without their quiet zone: how many there are in a row, and all rows as bits in base64.

    A sixth of the drawing's size, for a script that draws it itself.
    """
    inner = [row[QUIET_ZONE:-QUIET_ZONE] for row in _rows(content)[QUIET_ZONE:-QUIET_ZONE]]
    text = "".join("1" if module else "0" for row in inner for module in row)
    whole = text.ljust(-(-len(text) // 8) * 8, "0")
    return len(inner), b64encode(int(whole, 2).to_bytes(len(whole) // 8, "big")).decode()


def terminal(content: str) -> str:
    """The content in half blocks, two rows a line, drawn so that a phone reads it from a dark terminal.

    Light modules are printed and dark ones left out; on a light terminal the code is inverted, which today's
    readers take as well.
    """
    rows = _rows(content)
    blank = (False,) * len(rows)
    pairs = [(rows[y], rows[y + 1] if y + 1 < len(rows) else blank) for y in range(0, len(rows), 2)]
    signs = {(False, False): "█", (False, True): "▀", (True, False): "▄", (True, True): " "}
    return "\n".join(
        "".join(signs[upper, lower] for upper, lower in zip(*pair, strict=True)) for pair in pairs
    )
