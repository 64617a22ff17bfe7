"""Text comes gzipped to those who take it, and means the same."""

import gzip

import pytest
from flask.testing import FlaskClient

GZIP = {"Accept-Encoding": "gzip"}


@pytest.mark.parametrize("address", ["/", "/static/css/components.css", "/data/purchases.json"])
def test_what_comes_smaller_means_the_same(client: FlaskClient, address: str) -> None:
    plain, small = client.get(address), client.get(address, headers=GZIP)
    assert "Accept-Encoding" in small.headers["Vary"]
    assert "Content-Encoding" not in plain.headers
    if small.headers.get("Content-Encoding") == "gzip":
        assert gzip.decompress(small.data) == plain.data
        assert len(small.data) < len(plain.data)
        assert int(small.headers["Content-Length"]) == len(small.data)
    else:
        assert len(plain.data) < 500


def test_pages_and_style_sheets_are_small(client: FlaskClient) -> None:
    for address in ("/", "/static/css/components.css"):
        assert client.get(address, headers=GZIP).headers["Content-Encoding"] == "gzip"


def test_a_page_with_a_form_is_not_compressed_over_https(client: FlaskClient) -> None:
    over_https = client.get("/sign-in", headers=GZIP, base_url="https://localhost")
    assert "Content-Encoding" not in over_https.headers
    assert client.get("/sign-in", headers=GZIP).headers["Content-Encoding"] == "gzip"


def test_a_copy_that_is_still_good_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get("/static/css/components.css", headers=GZIP)
    again = client.get("/static/css/components.css", headers={**GZIP, "If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
