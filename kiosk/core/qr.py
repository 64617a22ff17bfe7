"""QR codes as SVG and as text, cached by content: dark on white, with the quiet zone of four modules."""

import io
from functools import lru_cache

import qrcode
from markupsafe import Markup
from qrcode.image.svg import SvgPathImage

BORDER = 4
"""Modules of white around the code; ISO/IEC 18004 asks for four, and phones fail with less."""


def _code(text: str) -> qrcode.QRCode:
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=BORDER)
    code.add_data(text)
    code.make(fit=True)
    return code


@lru_cache(maxsize=256)
def svg(text: str) -> Markup:
    """The code as an inline SVG that fills its box; decorative for screen readers: say the text beside it."""
    code = _code(text)
    code.make_image(image_factory=SvgPathImage).save(raw := io.BytesIO())
    drawn = raw.getvalue().decode()
    path = drawn[drawn.index(' d="') + 4 :].split('"', 1)[0]
    size = code.modules_count + 2 * BORDER
    return Markup(  # noqa: S704 - digits and path letters of our own making
        f'<svg class="qr" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" aria-hidden="true" '
        f'shape-rendering="crispEdges"><path fill="#ffffff" d="M0 0h{size}v{size}H0z"/>'
        f'<path fill="#000000" d="{path}"/></svg>'
    )


def terminal(text: str) -> str:
    """The code in half blocks for a terminal, whatever its colours: two rows of modules in one line."""
    rows = _code(text).get_matrix()
    rows += [[False] * len(rows[0])] * (len(rows) % 2)
    dots = {(True, True): " ", (True, False): "▄", (False, True): "▀", (False, False): "█"}
    lines = [
        "".join(dots[pair] for pair in zip(*two, strict=True))
        for two in zip(rows[::2], rows[1::2], strict=True)
    ]
    return "\n".join(f"\033[97;40m{line}\033[0m" for line in lines)
