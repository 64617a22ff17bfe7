"""Pictures that people bring are drawn anew; what is none is refused."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from kiosk.core.pictures import NoPicture, TooLarge, square


def drawn(
    kind: str = "JPEG", size: tuple[int, int] = (600, 400), mode: str = "RGB", **options: object
) -> bytes:
    """A picture whose left half is red and whose right half is blue."""
    made, found = BytesIO(), Image.new("RGB", size, "red")
    found.paste("blue", (size[0] // 2, 0, *size))
    found.convert(mode).save(made, kind, **options)
    return made.getvalue()


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("JPEG", "RGB"),
        ("JPEG", "L"),
        ("JPEG", "CMYK"),
        ("PNG", "RGBA"),
        ("PNG", "P"),
        ("PNG", "1"),
        ("WEBP", "RGB"),
    ],
)
def test_it_becomes_a_small_square_jpeg(kind: str, mode: str) -> None:
    with Image.open(BytesIO(square(drawn(kind, mode=mode), 320))) as found:
        assert (found.format, found.size, found.mode) == ("JPEG", (320, 320), "RGB")


def test_place_time_and_comments_stay_behind() -> None:
    exif = Image.Exif()
    exif[0x010F] = "camera of somebody"
    exif[0x0112] = 6  # to be turned by a quarter
    exif.get_ifd(0x8825)[1] = "N"
    sent = drawn(exif=exif, comment=b"a secret note") + b"<script>behind the picture</script>"
    made = square(sent, 320)
    for secret in (b"camera", b"secret", b"script", b"Exif"):
        assert secret in sent
        assert secret not in made
    with Image.open(BytesIO(made)) as found:
        assert not found.getexif()
        top, bottom = found.getpixel((160, 20)), found.getpixel((160, 300))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert (top[0] > 200, bottom[2] > 200) == (True, True), "it stands upright"


def chunk(name: bytes, data: bytes) -> bytes:
    """A part of a PNG."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a\x01\x00\x01\x00",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7",
        b"\xff\xd8\xff\xe0" + b"\0" * 50,
        drawn()[:300],
        drawn("PNG")[:200],
        drawn("GIF"),
        drawn("BMP"),
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 10, 10, 8, 9, 0, 0, 0)),
    ],
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(NoPicture):
        square(data, 320)


def test_too_much_is_refused_before_it_is_unpacked() -> None:
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 5001, 5000, 8, 2, 0, 0, 0))
    bomb += chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    with pytest.raises(TooLarge):
        square(bomb, 320)
    with pytest.raises(TooLarge):
        square(drawn() + b"\0" * (5 * 2**20), 320)
