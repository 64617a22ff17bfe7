"""Pictures that people bring: small, of a known kind, drawn anew, with nothing hidden in them."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from PIL import Image, ImageOps

from kiosk.core.errors import Invalid
from kiosk.core.i18n import lazy

MOST_BYTES = 5 * 2**20
MOST_PIXELS = 25_000_000
FORMATS = ("JPEG", "PNG", "WEBP")
QUALITY = 85


class TooLarge(Invalid):
    """More bytes or pixels than a picture may have."""

    message = lazy("A picture can have at most 5 MB and 25 million pixels.")


class NoPicture(Invalid):
    """Something else, whatever its name says; or a damaged one."""

    message = lazy("This picture cannot be read. Please use JPEG, PNG or WebP.")


def square(data: bytes, side: int) -> bytes:
    """The middle of a picture as a JPEG of `side` × `side` pixels, drawn anew from bare colours.

    What a file is says its content, not its name. Place, time and camera (EXIF), comments and whatever stands
    behind the picture stay behind. Raises TooLarge or NoPicture.
    """
    with _opened(data) as picture:
        picture.draft("RGB", (2 * side, 2 * side))
        ImageOps.exif_transpose(picture, in_place=True)
        return _encoded(ImageOps.fit(_plain(picture), (side, side), centering=(0.5, 0.4)))


def upright(data: bytes, side: int, most: int = MOST_BYTES) -> bytes:
    """A whole picture as a JPEG of at most `side` pixels each way, drawn anew as `square` does."""
    with _opened(data, most) as picture:
        picture.draft("RGB", (side, side))
        ImageOps.exif_transpose(picture, in_place=True)
        plain = _plain(picture)
        plain.thumbnail((side, side))
        return _encoded(plain)


@contextmanager
def _opened(data: bytes, most: int = MOST_BYTES) -> Iterator[Image.Image]:
    """The picture in the data. Raises TooLarge or NoPicture, whatever is done with it."""
    if len(data) > most:
        raise TooLarge
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise TooLarge
            yield picture
    except Invalid:
        raise
    except Exception as error:  # whatever a decoder stumbles over, it is no picture to us
        raise NoPicture from error


def _plain(picture: Image.Image) -> Image.Image:
    """In colours that can be made smaller."""
    return picture if picture.mode in ("RGB", "RGBA") else picture.convert("RGBA")


def _on_white(picture: Image.Image) -> Image.Image:
    """White where it was transparent."""
    ground = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(ground, picture.convert("RGBA")).convert("RGB")


def _encoded(picture: Image.Image) -> bytes:
    """The bare colours and nothing that came along with them."""
    file, plain = BytesIO(), _on_white(picture)
    bare = Image.frombytes("RGB", plain.size, plain.tobytes())
    bare.save(file, "JPEG", quality=QUALITY, optimize=True)
    return file.getvalue()
