"""Attachments of postings: what is taken, what is refused, who sees it, and how it goes."""

import io
import os
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image, PngImagePlugin
from sqlalchemy import text

from kiosk.attachments import services as attachments
from kiosk.attachments.models import Attachment
from kiosk.attachments.queries import recount
from kiosk.chain import queries as chain
from kiosk.core import clock, uploads
from kiosk.core.db import session, transaction
from kiosk.core.documents import recognised
from kiosk.core.errors import Invalid
from kiosk.core.web import KioskApp
from kiosk.operation import audit, forgetting
from kiosk.postings import queries, services
from kiosk.postings.kinds.notice import NOTICE
from kiosk.postings.models import Posting, PostingDraft
from kiosk.postings.queries import Kind
from kiosk.setup.moving import back_up
from tests.attic.fees import FEES
from tests.conftest import actor, csrf, tamper
from tests.postings.conftest import SignIn
from tests.postings.test_kinds import approve, begin, fields_of, of_every_kind, put_up

PLACE = b"GPS 39.9042"


def pdf(words: str = "规程", *, head: bytes = b"", tail: bytes = b"", encrypted: bool = False) -> bytes:
    body = b"%PDF-1.4\n" + head + f"1 0 obj<</Type/Catalog/Title({words})>>endobj\n".encode()
    locked = b"/Encrypt 9 0 R" if encrypted else b""
    start = len(body)
    end = b"xref\n0 1\n0000000000 65535 f \ntrailer<</Size 2/Root 1 0 R" + locked + b">>\n"
    return body + end + b"startxref\n%d\n%%%%EOF\n" % start + tail


def picture(form: str = "JPEG", size: tuple[int, int] = (640, 480), tail: bytes = b"") -> bytes:
    file, exif = io.BytesIO(), Image.Exif()
    exif[0x010E] = PLACE.decode()
    Image.linear_gradient("L").resize(size).convert("RGB").save(file, form, exif=exif)
    return file.getvalue() + tail


def packed(content: bytes = b"x") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.txt", content)
    return file.getvalue()


def bomb() -> bytes:
    """A picture of 400 million pixels in some kilobytes."""
    file = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(file, "PNG", optimize=True)
    return file.getvalue()


def wordy() -> bytes:
    """A small picture with a text of 60 MB, packed."""
    file, words = io.BytesIO(), PngImagePlugin.PngInfo()
    words.add_text("Comment", "a" * 60_000_000, zip=True)
    Image.new("1", (8, 8)).save(file, "PNG", pnginfo=words)
    return file.getvalue()


def given(
    number: int, client: FlaskClient, *files: tuple[str, bytes], then: str = "attach", **more: Any
) -> Any:
    """Send files with the form of a draft that stands on the page."""
    address = f"/office/postings/{number}/attachments"
    sent = {"csrf_token": csrf(client, address), "then": then, **more}
    sent["files"] = [(io.BytesIO(data), name) for name, data in files]
    return client.post(address, data=sent, follow_redirects=True)


def attached(draft: PostingDraft, *files: tuple[str, bytes]) -> PostingDraft:
    for name, data in files:
        services.attach_file(by=actor("lin"), draft=draft, document=recognised(data), file_name=name)
    return draft


def draft_of(number: int) -> PostingDraft:
    session.rollback()
    session.expire_all()
    found = queries.posting(number).draft
    assert found
    return found


def names(number: int) -> list[str]:
    return [one.name for one in queries.of_draft(draft_of(number))]


@of_every_kind
def test_what_is_attached_is_posted_with_it_and_handed_out_in_a_sandbox(
    inside: KioskApp, kind: Kind, of: SignIn
) -> None:
    with transaction():
        draft = begin(kind)
    number, lin = draft.posting_id, of("lin")
    shown = given(number, lin, ("../发票 3月.pdf", pdf()), ("IMG\u202e_1.png", picture("PNG")))
    assert shown.status_code == 200
    assert names(number) == ["发票 3月", "IMG_1"]
    before = queries.of_draft(draft_of(number))[0].number
    stranger = inside.test_client()
    assert stranger.get(f"/postings/{number}/attachments/{before}").status_code == 404
    assert lin.get(f"/office/postings/{number}/attachments/{before}").data == pdf()
    with transaction():
        version = queries.version(put_up(draft_of(number)))
    paper, photo = version.attachments
    one = stranger.get(f"/postings/{number}/attachments/{paper.number}")
    assert (one.status_code, one.data, one.mimetype) == (200, pdf(), "application/pdf")
    assert one.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert one.headers["X-Content-Type-Options"] == "nosniff"
    assert one.headers["Content-Disposition"].startswith(
        "attachment; filename=\"file.pdf\"; filename*=UTF-8''%E5%8F%91"
    )
    drawn = stranger.get(f"/postings/{number}/attachments/{photo.number}")
    small = stranger.get(f"/postings/{number}/attachments/{photo.number}?small=1")
    assert PLACE not in drawn.data
    with Image.open(io.BytesIO(drawn.data)) as large, Image.open(io.BytesIO(small.data)) as thumbnail:
        assert (large.format, large.size, dict(large.getexif())) == ("JPEG", (640, 480), {})
        assert max(thumbnail.size) == 360
    page = stranger.get(f"/postings/{number}").text
    assert "发票 3月" in page
    assert f"/postings/{number}/attachments/{photo.number}?small=1" in page
    told = stranger.get(f"/postings/{number}", headers={"Accept": "application/json"}).json["attachments"]
    assert [(one["name"], one["type"], one["sha256"]) for one in told] == [
        ("发票 3月", "application/pdf", uploads.digest_of(pdf())),
        ("IMG_1", "image/jpeg", uploads.digest_of(drawn.data)),
    ]
    assert uploads.digest_of(pdf()) in version.row.content
    assert chain.verify().findings == []


REFUSED = {
    "a page called PDF": b"<!DOCTYPE html><script>alert(1)</script>",
    "a page with a PDF in it": b"<html><!-- " + pdf(),
    "a PDF with a script before its objects": pdf(head=b"%<script>alert(1)</script>\n"),
    "a PDF cut off": pdf()[:-20],
    "a PDF with an archive behind it": pdf(tail=packed()),
    "a PDF with a page behind it": pdf(tail=b"<html><script>alert(1)</script>"),
    "a locked PDF": pdf(encrypted=True),
    "a drawing called PNG": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "an archive": packed(),
    "a program": b"MZ\x90\x00" + b"\0" * 200,
    "nothing": b"",
    "a picture cut off": picture()[:900],
    "a picture of too many pixels": bomb(),
    "a picture with a packed text": wordy(),
    "a picture of ten megabytes": picture(tail=b"\0" * 10 * 2**20),
}


@pytest.mark.once
@pytest.mark.parametrize("data", REFUSED.values(), ids=REFUSED)
def test_what_lies_about_itself_is_refused_with_words(data: bytes) -> None:
    with pytest.raises(Invalid) as refusal:
        recognised(data)
    assert len(str(refusal.value)) > 10


@pytest.mark.once
def test_what_hides_behind_a_picture_does_not_come_along() -> None:
    kept, media_type = recognised(picture(tail=packed(b"<script>")))
    assert media_type == "image/jpeg"
    assert b"PK\x03\x04" not in kept
    assert b"script" not in kept


def test_a_refused_file_is_said_and_the_others_are_kept(inside: KioskApp, of: SignIn) -> None:
    with transaction():
        number = begin(NOTICE).posting_id
    lin = of("lin")
    shown = given(number, lin, ("好.pdf", pdf()), ("坏.pdf", b"<html>"), ("又一份.pdf", pdf()))
    assert names(number) == ["好"]
    assert "坏.pdf" in shown.text
    assert "notice-alert" in shown.text


def test_it_is_named_and_ordered_with_buttons_alone(inside: KioskApp, of: SignIn) -> None:
    with transaction():
        draft = attached(begin(NOTICE), ("甲.pdf", pdf("甲")), ("乙.pdf", pdf("乙")), ("丙.pdf", pdf("丙")))
        number = draft.posting_id
    lin, one = of("lin"), [one.number for one in queries.of_draft(draft_of(number))]
    form = {
        "attachments_shown": "1",
        "attachment": [str(it) for it in one],
        "attachment_name": ["甲", "二", "丙"],
    }
    given(number, lin, then=f"up:{one[2]}", **form)
    assert names(number) == ["甲", "丙", "二"]
    form["attachment"] = [str(it.number) for it in queries.of_draft(draft_of(number))]
    form["attachment_name"] = ["甲", "丙", "二"]
    given(number, lin, then=f"remove:{one[0]}", **form)
    assert names(number) == ["丙", "二"]
    again = given(number, lin, then="keep", **form)
    assert again.status_code == 409  # somebody else's page: what it has is gone
    attachments.tidy()
    assert chain.verify().findings == []


def test_a_draft_written_in_the_browser_brings_its_files_along(inside: KioskApp, of: SignIn) -> None:
    lin, address = of("lin"), f"/office/postings/new/{FEES.slug}"
    page = {
        **fields_of(FEES),
        "csrf_token": csrf(lin, address),
        "period": "2026-03-18",
        "place": "canteen:k1",
    }
    sent = lin.post(address, data={**page, "then": "attach", "files": [(io.BytesIO(pdf()), "依据.pdf")]})
    assert sent.status_code == 302
    number = int(sent.location.split("/")[3])
    assert sent.location.endswith(f"/office/postings/{number}/draft#attachments")
    assert names(number) == ["依据"]
    bad = {**page, "csrf_token": csrf(lin, address), "revision": draft_of(number).revision, "then": "on"}
    refused = lin.post(
        f"/office/postings/{number}/draft", data={**bad, "files": [(io.BytesIO(b"<html>"), "坏.pdf")]}
    )
    assert refused.status_code == 422
    assert "坏.pdf" in refused.text
    assert not queries.posting(number).versions


def test_a_correction_shows_which_attachment_came_and_which_went(inside: KioskApp, of: SignIn) -> None:
    with transaction():
        posting = put_up(attached(begin(NOTICE), ("旧.pdf", pdf("旧")), ("不变.pdf", pdf("不变")))).posting
        old = queries.version(posting.versions[0]).attachments
        draft = services.start_correction(by=actor("lin"), posting=posting)
        services.arrange(by=actor("lin"), draft=draft, wanted=[(old[1].number, "不变")])
        attached(draft, ("新.pdf", pdf("新")))
        draft.reason = "换了附件"
        put_up(draft)
    page = inside.test_client().get(f"/postings/{posting.id}").text
    change = page.partition('class="differences"')[2].partition("</ul>")[0]
    assert "<del>旧</del> → <ins>—</ins>" in change
    assert "<del>—</del> → <ins>新</ins>" in change
    assert "不变" not in change
    was = inside.test_client().get(f"/postings/{posting.id}/attachments/{old[0].number}")
    assert was.data == pdf("旧")  # the version that had it can still be read


def test_an_attachment_changed_while_it_waits_is_decided_about_anew(inside: KioskApp) -> None:
    with transaction():
        draft = begin(NOTICE)
        services.propose(by=actor("lin"), draft=draft)
        first = draft.proposed
        attached(draft, ("补.pdf", pdf()))
        assert draft.proposed != first
        approve("zhou", draft.posting)
    assert queries.version(queries.posting(draft.posting_id).versions[0]).attachments[0].name == "补"


def test_what_is_withdrawn_hands_out_nothing(inside: KioskApp, of: SignIn) -> None:
    with transaction():
        posting = put_up(attached(begin(NOTICE), ("旧.pdf", pdf()))).posting
        one = queries.version(posting.versions[0]).attachments[0].number
        services.withdraw(by=actor("zhou"), posting=posting, reason="写错了学校")
    gone = inside.test_client().get(f"/postings/{posting.id}/attachments/{one}")
    assert gone.status_code == 410
    assert "写错了学校" in gone.text


def _erasable() -> tuple[Posting, queries.Attached, str]:
    """A posting with a photo that shows a child, and the backup in which it is."""
    with transaction():
        posting = put_up(attached(begin(NOTICE), ("小明.jpg", picture()), ("规程.pdf", pdf()))).posting
        one = queries.version(posting.versions[0]).attachments[0]
    return posting, one, one.digest


def test_a_photo_of_a_child_is_erased_for_good_and_the_record_stays_whole(
    inside: KioskApp, of: SignIn
) -> None:
    posting, one, digest = _erasable()
    number = posting.id
    folder = inside.instance.folder
    back_up(inside.instance)
    copy = uploads.place(folder / "backups" / "uploads", digest)
    assert copy.exists()
    page = of("lin").get(f"/office/postings/{number}").text
    assert f"/{one.of_seq}/erase" in page
    everybody = inside.test_client()
    known = {"If-Modified-Since": everybody.get("/data/notice.json").headers["Last-Modified"]}
    with clock.moved_to(clock.now() + timedelta(minutes=1)), transaction():
        forgetting.erase(by=actor("lin"), selection=forgetting.find(entry=one.of_seq), reason="家长要求")
    assert "小明" not in everybody.get("/data/notice.json", headers=known).text
    assert everybody.get("/data/notice.json", headers=known).status_code == 200
    assert everybody.get(f"/postings/{number}/attachments/{one.number}?small=1").status_code == 410
    assert attachments.let_go()
    assert not uploads.place(uploads.folder(), digest).exists()
    assert not copy.exists()
    assert everybody.get(f"/postings/{number}/attachments/{one.number}").status_code == 410
    shown = everybody.get(f"/postings/{number}").text
    assert "小明" not in shown
    assert "规程" in shown
    assert chain.verify().findings == []
    with transaction():
        draft = services.start_correction(by=actor("lin"), posting=queries.posting(number))
        assert [one.name for one in queries.of_draft(draft)] == ["规程"]


def test_a_photo_goes_under_every_name_that_it_had_in_its_posting(inside: KioskApp) -> None:
    posting, one, digest = _erasable()
    number = posting.id
    with transaction():
        draft = services.start_correction(by=actor("lin"), posting=queries.posting(number))
        paper = queries.of_draft(draft)[1].number
        services.arrange(by=actor("lin"), draft=draft, wanted=[(one.number, "合影"), (paper, "规程")])
        draft.reason = "改名"
        other = queries.version(put_up(draft)).attachments[0]
    with transaction():
        forgetting.erase(by=actor("lin"), selection=forgetting.find(entry=one.of_seq), reason="家长要求")
    assert attachments.let_go()
    assert not attachments.let_go()
    everybody = inside.test_client()
    assert everybody.get(f"/postings/{number}/attachments/{other.number}").status_code == 410
    assert not uploads.place(uploads.folder(), digest).exists()
    assert chain.verify().findings == []


def test_a_draft_that_is_thrown_away_leaves_no_file(inside: KioskApp) -> None:
    with transaction():
        draft = attached(begin(NOTICE), ("甲.pdf", pdf()))
        services.discard(by=actor("lin"), draft=draft)
    assert not session.query(Attachment).count()
    for path in uploads.files(uploads.folder()):
        os.utime(path, (0, 0))
    attachments.tidy()
    assert list(uploads.files(uploads.folder())) == []


@pytest.mark.parametrize("how", ["missing", "altered"])
def test_the_check_names_a_file_that_is_missing_or_altered(inside: KioskApp, how: str) -> None:
    _posting, one, digest = _erasable()
    path: Path = uploads.place(uploads.folder(), digest)
    path.unlink() if how == "missing" else path.write_bytes(b"other")
    (problem,) = audit.check().problems
    assert digest in problem
    assert str(one.number) in problem


def test_the_check_names_an_attachment_that_hides_behind_another_text(inside: KioskApp) -> None:
    _posting, one, _digest = _erasable()
    tamper(f"UPDATE attachment SET text_hash = 'x' WHERE id = {one.number}")
    (problem,) = audit.check().problems
    assert f"attachment {one.number}: altered (text_hash)" in problem


def test_the_check_names_a_row_that_is_gone(inside: KioskApp) -> None:
    _erasable()
    tamper("DELETE FROM attachment")
    assert len(list(recount())) == 2
    assert session.scalar(text("SELECT count(*) FROM attachment")) == 0
