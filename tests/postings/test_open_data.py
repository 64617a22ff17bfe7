"""Open data of what is posted: told in words, fetched as the page says, the same twice, in little memory."""

import csv
import gc
import io
import re
import subprocess
import sys
from datetime import timedelta
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import pytest

from kiosk.core import clock
from kiosk.core.db import session, transaction
from kiosk.core.web import KioskApp
from kiosk.postings import queries, services
from kiosk.postings.kinds.notice import NOTICE
from kiosk.postings.models import Posting
from kiosk.postings.queries import Kind
from kiosk.school import queries as school
from tests.attic.fees import FEES
from tests.conftest import Server, actor
from tests.postings.test_attachments import attached, pdf, picture
from tests.postings.test_kinds import ATOM, begin, corrected, of_every_kind, posted, put_up, withdrawn


@of_every_kind
def test_its_columns_are_those_of_the_file_and_each_is_told(inside: KioskApp, kind: Kind) -> None:
    posted(kind)
    client = inside.test_client()
    page = client.get("/data/?lang=en").text.partition(f'id="{kind.slug}"')[2].partition("</form>")[0]
    told = re.findall(r'<th scope="row">(.*?)</th><td><code>(.*?)</code>', page)
    rows = client.get(f"/data/{kind.slug}.json").json[kind.slug]
    assert set(rows[0]) == {name for _label, name in told}
    table = client.get(f"/data/{kind.slug}.csv?lang=en").text.lstrip("\ufeff")
    heads = next(csv.reader(io.StringIO(table)))
    assert heads == [unescape(label) for label, _name in told]
    assert f"/data/{kind.slug}.csv" in page


@of_every_kind
def test_it_is_the_same_twice_and_read_again_only_when_it_changed(inside: KioskApp, kind: Kind) -> None:
    found, client = posted(kind), inside.test_client()
    for address in (f"/data/{kind.slug}.json", f"/data/{kind.slug}.csv", f"/feeds/{kind.slug}.atom"):
        once, again = client.get(address), client.get(address)
        assert once.data == again.data
        assert client.get(address, headers={"If-None-Match": once.headers["ETag"]}).status_code == 304
    assert once.status_code == 200
    data = client.get(f"/data/{kind.slug}.json")
    since = {"If-Modified-Since": data.headers["Last-Modified"]}
    assert client.get(f"/data/{kind.slug}.json", headers=since).status_code == 304
    with clock.moved_to(clock.now() + timedelta(hours=1)), transaction():
        draft = services.start_correction(by=actor("lin"), posting=found)
        draft.reason = "补充"
        put_up(draft)
    assert client.get(f"/data/{kind.slug}.json", headers=since).status_code == 200


def test_a_row_names_its_attachments_and_its_address(inside: KioskApp) -> None:
    with transaction():
        posting = put_up(attached(begin(NOTICE), ("依据.pdf", pdf()), ("图.jpg", picture()))).posting
    client = inside.test_client()
    (row,) = client.get("/data/notice.json").json["notice"]
    assert [one["name"] for one in row["attachments"]] == ["依据", "图"]
    path = row["attachments"][0]["url"].removeprefix(inside.instance.public_url or "")
    assert client.get(path).data == pdf()
    assert row["url"].endswith(f"/postings/{posting.id}")
    assert "依据 " in client.get("/data/notice.csv").text
    feed = ElementTree.fromstring(client.get("/feeds/notice.atom").data)
    links = [one.get("title") for one in feed.iterfind(".//a:link[@rel='enclosure']", ATOM)]
    assert links == ["依据", "图"]


def test_a_feed_is_read_page_by_page_and_misses_nothing(
    inside: KioskApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.postings.views.MOST_ENTRIES", 2)
    numbers = {corrected(NOTICE).id, withdrawn(NOTICE).id, *(posted(NOTICE).id for _ in range(3))}
    client, address, found, pages = inside.test_client(), "/feeds/notice.atom", [], []
    while address:
        root = ElementTree.fromstring(client.get(address).data)
        links = {one.get("rel"): one.get("href") for one in root.findall("a:link", ATOM)}
        assert (links["self"] or "").endswith(address)
        found += [one.get("href") for one in root.iterfind(".//a:entry/a:link[@rel='alternate']", ATOM)]
        found += [one.get("href") for one in root.iterfind(".//t:deleted-entry/a:link", ATOM)]
        pages.append(sorted(str(rel) for rel in links))
        address = (links.get("next") or "").removeprefix(inside.instance.public_url or "")
    assert sorted(int(str(one).rpartition("/")[2]) for one in found) == sorted(numbers)
    assert pages[1] == ["alternate", "first", "next", "previous", "self"]


def test_years_of_postings_are_read_some_at_a_time(inside: KioskApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["kiosk.postings.queries.posted"], "SEVERAL", 3)
    for _ in range(12):
        posted(NOTICE)
    session.remove()
    today, most, told = school.today(), 0, 0
    for _one in queries.each_of_days(NOTICE, today, today):
        gc.collect()
        told, most = (
            told + 1,
            max(most, sum(isinstance(row, Posting) for row in session.identity_map.values())),
        )
    assert told == 12
    assert most <= 6  # those that are read and those that are told


def _examples(page: str) -> dict[str, str]:
    found = re.findall(r'data-example="(\w+)"><code>(.*?)</code></pre>', page, re.DOTALL)
    return {name: unescape(text) for name, text in found}


@pytest.mark.once
def test_the_examples_of_the_page_run(server: Server, tmp_path: Path) -> None:
    import urllib.request

    page = urllib.request.urlopen(f"{server.url}/data/").read().decode()
    examples = _examples(page)
    subprocess.run(["sh", "-ec", examples["curl"]], cwd=tmp_path, check=True, timeout=60)
    assert (tmp_path / "purchases.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert (tmp_path / "purchases.json").read_bytes().startswith(b'{"from"')
    run = [sys.executable, "-c", examples["python"]]
    said = subprocess.run(run, cwd=tmp_path, check=True, timeout=60, capture_output=True, text=True).stdout
    assert re.fullmatch(r"\d+ [\d.]+\n", said)
    address = re.search(r'Web\.Contents\("(.*?)"\)', examples["excel"])
    assert address
    assert urllib.request.urlopen(address[1]).read().decode("utf-8-sig").split(",")[0] == "日期"


def test_the_first_and_the_last_day_of_all_can_be_asked_for(inside: KioskApp) -> None:
    client = inside.test_client()
    for span in ("to=0001-01-01", "from=9999-12-31&to=9999-12-31", "from=0001-01-01&to=9999-12-31"):
        assert client.get(f"/data/notice.json?{span}").json["notice"] == []
    for address in ("/postings/?month=9999-12", "/search?q=a&month=9999-12"):
        assert client.get(address).status_code == 200


def test_fees_have_a_line_number_beside_the_posting(inside: KioskApp) -> None:
    found = posted(FEES)
    rows = inside.test_client().get(f"/data/{FEES.slug}.json").json[FEES.slug]
    assert [(row["posting"], row["line"]) for row in rows] == [(found.id, 1), (found.id, 2)]
