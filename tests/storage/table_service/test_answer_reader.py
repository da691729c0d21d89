"""Answers are read whole, and whatever is not exactly one answer is refused."""

import pytest

from shared.storage.table_service.answer_reader import (
    MAX_ANSWER,
    MAX_HEAD,
    AnswerInvalid,
    AnswerReader,
)

WHOLE = b'HTTP/1.1 200 OK\r\nETag: W/"1"\r\nContent-Length: 2\r\n\r\n{}'
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n"


@pytest.mark.parametrize("raw", [WHOLE, CHUNKED])
def test_an_answer_is_read_in_any_pieces(raw: bytes) -> None:
    for size in (1, 7, len(raw)):
        reader = AnswerReader()
        pieces = [raw[start : start + size] for start in range(0, len(raw), size)]
        assert [reader.feed(piece) for piece in pieces[:-1]] == [None] * (len(pieces) - 1)
        answer = reader.feed(pieces[-1])
        assert answer is not None
        assert (answer.status_code, answer.content) == (200, b"{}")
        assert reader.reusable


def test_headers_are_found_in_any_case() -> None:
    answer = AnswerReader().feed(WHOLE)
    assert answer is not None
    assert answer.headers["etag"] == answer.headers.get("ETAG") == 'W/"1"'
    assert "eTag" in answer.headers
    assert answer.headers.pop("ETag") == 'W/"1"'
    assert answer.headers.get("ETag", "none") == "none"


def test_answers_follow_each_other_on_a_connection() -> None:
    reader = AnswerReader()
    for _ in range(3):
        reader.start()
        assert not reader.reusable
        answer = reader.feed(WHOLE)
        assert answer is not None
        assert answer.headers == {"etag": 'W/"1"', "content-length": "2"}


@pytest.mark.parametrize(
    "raw",
    [WHOLE.replace(b"ETag", b"Connection: close\r\nETag"), WHOLE.replace(b"1.1", b"1.0")],
    ids=["closed", "HTTP/1.0"],
)
def test_a_connection_that_the_server_closes_is_not_used_again(raw: bytes) -> None:
    reader = AnswerReader()
    assert reader.feed(raw) is not None
    assert not reader.reusable


@pytest.mark.parametrize(
    "raw",
    [
        WHOLE + b"HTTP/1.1 200 OK\r\n",
        WHOLE + b"\x00",
        WHOLE + WHOLE,
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.1 101 Upgrade\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n",
        b"HTTP/1.1 204 No Content\r\n\r\n{}",
        WHOLE.replace(b"200", b"20x"),
        WHOLE.replace(b"HTTP/1.1", b"HTTP/2.1"),
        WHOLE.replace(b"ETag", b"E Tag"),
        WHOLE.replace(b"ETag:", b"ETag :"),
        WHOLE.replace(b"W/", b"W\r\n /"),
        WHOLE.replace(b"W/", b"W\x00/"),
        WHOLE.replace(b"\r\n", b"\n"),
        WHOLE.replace(b"2\r\n\r\n", b"2, 2\r\n\r\n"),
        WHOLE.replace(b"2\r\n\r\n", b"+2\r\n\r\n"),
        WHOLE.replace(b"2\r\n\r\n", b"99999999999999999999\r\n\r\n"),
        WHOLE.replace(b"ETag", b"Content-Length: 3\r\nETag"),
        CHUNKED.replace(b"Transfer", b"Content-Length: 2\r\nTransfer"),
        CHUNKED.replace(b"1\r\n{", b"-1\r\n{"),
        CHUNKED.replace(b"1\r\n{", b"fffffffffffffffff\r\n{"),
        CHUNKED.replace(b"{\r\n", b"{xx"),
        b"HTTP/1.1 200 OK\r\nLong: " + b"x" * MAX_HEAD,
        b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (2 * MAX_ANSWER) + b"x" * MAX_ANSWER,
    ],
    ids=lambda raw: repr(raw[:60]),
)
def test_what_is_not_one_answer_is_refused(raw: bytes) -> None:
    with pytest.raises(AnswerInvalid):
        AnswerReader().feed(raw)


def test_an_answer_without_a_length_never_ends() -> None:
    """Its end would be that of the connection, which may come early."""
    assert AnswerReader().feed(b"HTTP/1.1 200 OK\r\n\r\n{}") is None


def test_lines_of_a_header_are_one_value() -> None:
    answer = AnswerReader().feed(WHOLE.replace(b"ETag", b"vary: a\r\nVary: a\r\nVARY: b\r\nETag"))
    assert answer is not None
    assert answer.headers["Vary"] == "a, a, b"


def test_headers_after_the_body_are_ignored() -> None:
    """They might replace those before it."""
    answer = AnswerReader().feed(CHUNKED.replace(b"0\r\n", b'0\r\nETag: W/"2"\r\n'))
    assert answer is not None
    assert "ETag" not in answer.headers
