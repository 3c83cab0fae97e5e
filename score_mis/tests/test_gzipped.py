"""Pages are packed for browsers that take it, and lose nothing."""

import gzip

import brotli
import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from score_mis.lib.gzipped import LARGE, QuickGZipMiddleware, pack

LONG = "改进建议 and suggestions " * 200


def answer(response, accepts="gzip, br"):
    request = RequestFactory().get("/", headers={"Accept-Encoding": accepts})
    return QuickGZipMiddleware(lambda request: response)(request)


def test_a_page_is_packed_whole():
    page = answer(HttpResponse(LONG, headers={"ETag": '"one"'}))
    assert gzip.decompress(page.content).decode() == LONG
    assert page["Content-Encoding"] == "gzip"
    assert page["Content-Length"] == str(len(page.content))
    assert page["Vary"] == "Accept-Encoding"
    assert page["ETag"] == 'W/"one"'


@pytest.mark.parametrize("accepts", ["", "br", "identity"])
def test_a_browser_that_does_not_take_it_gets_the_page_as_it_is(accepts):
    page = answer(HttpResponse(LONG, headers={"ETag": '"one"'}), accepts)
    assert page.content.decode() == LONG
    assert "Content-Encoding" not in page
    assert page["Vary"] == "Accept-Encoding"
    assert page["ETag"] == '"one"'


def test_a_large_page_is_packed_closer_where_the_browser_takes_it():
    text = LONG * (LARGE // len(LONG) + 1)
    page = answer(HttpResponse(text, headers={"ETag": '"one"'}))
    assert brotli.decompress(page.content).decode() == text
    assert (page["Content-Encoding"], page["Content-Length"]) == ("br", str(len(page.content)))
    assert page["ETag"] == 'W/"one"'
    assert gzip.decompress(answer(HttpResponse(text), "gzip").content).decode() == text
    assert len({len(answer(HttpResponse(text))["X-Padding"]) for _turn in range(20)}) > 5


def test_what_is_short_or_packed_stays():
    assert answer(HttpResponse("short")).content == b"short"
    assert answer(HttpResponse(LONG, headers={"Content-Encoding": "br"})).content.decode() == LONG


def test_a_stream_is_packed_too():
    page = answer(StreamingHttpResponse([LONG.encode()]))
    assert gzip.decompress(b"".join(page.streaming_content)).decode() == LONG


def test_the_length_tells_nothing():
    lengths = {len(pack(LONG.encode(), 100)) for _turn in range(200)}
    assert len(lengths) > 20
