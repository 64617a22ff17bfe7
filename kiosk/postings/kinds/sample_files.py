"""What is attached in the sample school: a contract of one page and a drawing, both made here."""

from io import BytesIO

from PIL import Image, ImageDraw

CONTRACT = (
    "课桌椅采购合同（示例）",
    "一、升降式课桌椅60套，每套185元，合计11100元，含安装。",
    "二、交货后由两名验收人当面清点，不合格的当场退回。",
    "三、保修三年，验收合格后付款。",
)
OBJECTS = (
    b"<</Type/Catalog/Pages 2 0 R>>",
    b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
    b"",
    b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UTF16-H/DescendantFonts[6 0 R]>>",
    b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/FontDescriptor 7 0 R"
    b"/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>>>",
    b"<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]/ItalicAngle 0"
    b"/Ascent 880/Descent -120/CapHeight 880/StemV 93>>",
)
"""The objects of the file; the fourth is what the page says."""


def contract() -> bytes:
    """A PDF of one page whose letters are those of the reader's machine."""
    lines = b"".join(
        b"/F1 %d Tf <%s> Tj 0 -36 Td " % (13 if number else 20, text.encode("utf-16-be").hex().encode())
        for number, text in enumerate(CONTRACT)
    )
    said = b"BT 60 760 Td " + lines + b"ET"
    file, places = b"%PDF-1.4\n", []
    for number, one in enumerate(OBJECTS, 1):
        places.append(len(file))
        body = one or b"<</Length %d>>stream\n%s\nendstream" % (len(said), said)
        file += b"%d 0 obj%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(OBJECTS) + 1
    head = b"xref\n0 %d\n0000000000 65535 f \n%s" % (count, table)
    return file + head + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (count, len(file))


def drawing() -> bytes:
    """A desk and its chair, in the colours of the house."""
    picture = Image.new("RGB", (960, 720), "#faf7f0")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 600, 960, 720), fill="#e3ddd0")
    wood, steel = "#d9a55b", "#56636d"
    draw.polygon([(150, 290), (570, 290), (640, 350), (90, 350)], fill=wood)
    draw.rectangle((90, 350, 640, 372), fill="#b98542")
    for left in (130, 582):
        draw.rectangle((left, 372, left + 20, 640), fill=steel)
        draw.rectangle((left - 40, 628, left + 60, 642), fill=steel)
    draw.rounded_rectangle((690, 240, 860, 370), 16, fill=wood)
    draw.rounded_rectangle((680, 450, 880, 476), 12, fill=wood)
    for left in (700, 842):
        draw.rectangle((left, 360, left + 16, 642), fill=steel)
    file = BytesIO()
    picture.save(file, "PNG", optimize=True)
    return file.getvalue()
