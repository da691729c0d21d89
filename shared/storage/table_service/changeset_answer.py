"""Reads the answer to a transaction: that of each of its requests, or of the one that failed.

Every line has to be as it is in such an answer. Anything else is a lost answer, as a wrong guess
would take a failed transaction for one that was done. Pure.
"""

import re

import httptools

from shared.storage.table_service.answer import Answer, Headers

_BOUNDARY = re.compile(r"multipart/mixed; ?boundary=\"?([0-9A-Za-z'()+_,./:=?-]{1,70})\"?")
_LINES = re.compile(rb"[!-~]+:[ -~]*(?:\r\n[!-~]+:[ -~]*)*")


class ChangesetInvalid(ValueError):
    """It does not tell what became of the transaction."""


def read_changeset(answer: Answer, number: int) -> list[Answer]:
    """Return the answers of all requests in their order, or only that of the failed one."""
    try:
        batch = _parts(answer.content, _boundary(answer.headers))
        (headers, content), *more = batch
        changeset = [] if more else _parts(content, _boundary(headers))
    except ValueError as error:
        raise ChangesetInvalid("no changeset") from error
    answers = [_read_part(headers, content) for headers, content in changeset]
    if not (_all_done(answers, number) or _one_failed(answers)):
        raise ChangesetInvalid("not the answers of this transaction")
    return answers


def _all_done(answers: list[Answer], number: int) -> bool:
    return len(answers) == number and all(
        _succeeded(answer) and answer.headers.get("Content-ID", str(place)) == str(place)
        for place, answer in enumerate(answers, 1)
    )


def _one_failed(answers: list[Answer]) -> bool:
    return len(answers) == 1 and not _succeeded(answers[0])


def _succeeded(answer: Answer) -> bool:
    return answer.status_code in (201, 204)


def _boundary(headers: Headers) -> str:
    found = _BOUNDARY.fullmatch(headers.get("Content-Type", ""))
    if found is None:
        raise ValueError("no boundary")
    return found[1]


def _parts(content: bytes, boundary: str) -> list[tuple[Headers, bytes]]:
    """The parts of a multipart body, which has nothing before its first and after its last one."""
    first, *parts, last = (b"\r\n" + content).split(f"\r\n--{boundary}".encode())
    if first or not parts or last not in (b"--", b"--\r\n"):
        raise ValueError("not a whole body")
    return [_part(part) for part in parts]


def _part(part: bytes) -> tuple[Headers, bytes]:
    start, head, content = part[:2], *part[2:].partition(b"\r\n\r\n")[::2]
    if start != b"\r\n" or not _LINES.fullmatch(head):
        raise ValueError("no headers")
    headers = Headers()
    for line in head.decode().split("\r\n"):
        name, _, value = line.partition(":")
        headers.add(name, value.strip())
    return headers, content


class _PartReader:
    """Of an answer whose end is that of its part."""

    def __init__(self) -> None:
        self.headers, self.body = Headers(), list[bytes]()
        self.parser = httptools.HttpResponseParser(self)
        self.status = self.begun = 0

    def on_message_begin(self) -> None:
        self.begun += 1

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.add(name.decode("latin-1"), value.decode("latin-1"))

    def on_headers_complete(self) -> None:
        self.status = self.parser.get_status_code()

    def on_body(self, data: bytes) -> None:
        self.body.append(data)


def _read_part(headers: Headers, content: bytes) -> Answer:
    if headers.get("Content-Type") != "application/http":
        raise ChangesetInvalid("a part without an answer")
    reader = _PartReader()
    try:
        reader.parser.feed_data(content)
    except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
        raise ChangesetInvalid("a part that is not HTTP") from error
    if reader.begun != 1 or not reader.status:
        raise ChangesetInvalid("a part that is not one answer")
    return Answer(reader.status, reader.headers, b"".join(reader.body))
