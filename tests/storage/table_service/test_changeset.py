"""A transaction succeeded or failed only if its answer says so, line by line."""

import json
from collections.abc import Sequence

import pytest

from shared.storage.table_service.answer import Answer, Headers
from shared.storage.table_service.changeset import in_one_changeset
from shared.storage.table_service.changeset_answer import ChangesetInvalid, read_changeset
from shared.storage.table_service.requests import deleting, inserting, merging

ERROR = json.dumps({"odata.error": {"code": "EntityAlreadyExists", "message": {"value": "1:x"}}})


def done(number: int, *lines: str) -> str:
    """As the service answers to one of the requests."""
    headers = (f"Content-ID: {number}", "DataServiceVersion: 3.0;", *lines, 'ETag: W/"x"')
    return "HTTP/1.1 204 No Content\r\n" + "".join(f"{line}\r\n" for line in headers) + "\r\n"


FAILED = (
    "HTTP/1.1 409 Conflict\r\nContent-ID: 2\r\n"
    f"Content-Type: application/json;odata=minimalmetadata\r\n\r\n{ERROR}"
)


def changeset(*parts: str, boundary: str = "changesetresponse_1") -> str:
    head = "Content-Type: application/http\r\nContent-Transfer-Encoding: binary"
    lines = "".join(f"--{boundary}\r\n{head}\r\n\r\n{part}\r\n" for part in parts)
    return (
        f"--batchresponse_1\r\nContent-Type: multipart/mixed; boundary={boundary}\r\n\r\n"
        f"{lines}--{boundary}--\r\n--batchresponse_1--\r\n"
    )


def answer(content: str, content_type: str = "multipart/mixed; boundary=batchresponse_1") -> Answer:
    headers = Headers()
    headers["Content-Type"] = content_type
    return Answer(202, headers, content.encode())


BOTH = changeset(done(1), done(2))


def test_a_transaction_that_is_done_has_an_answer_to_each_request() -> None:
    answers = read_changeset(answer(BOTH), 2)
    assert [each.status_code for each in answers] == [204, 204]
    assert [each.headers["ETag"] for each in answers] == ['W/"x"', 'W/"x"']


def test_a_transaction_that_failed_has_the_answer_to_one_request() -> None:
    (failed,) = read_changeset(answer(changeset(FAILED)), 2)
    assert (failed.status_code, failed.content.strip().decode()) == (409, ERROR)


def test_a_missing_table_is_told_of_the_first_request() -> None:
    """The service gives no number to this one, but in its message."""
    error = '{"odata.error":{"code":"TableNotFound","message":{"lang":"en-US","value":"0:x\\ny"}}}'
    told = (
        "HTTP/1.1 404 Not Found\r\nX-Content-Type-Options: nosniff\r\nDataServiceVersion: 3.0;\r\n"
        f"Content-Type: application/json;odata=minimalmetadata;streaming=true\r\n\r\n{error}"
    )
    (failed,) = read_changeset(answer(changeset(told)), 2)
    assert (failed.status_code, failed.content.decode()) == (404, error)


def test_an_answer_needs_no_content_ids() -> None:
    without = changeset(done(1).replace("Content-ID: 1\r\n", ""), done(2))
    assert len(read_changeset(answer(without), 2)) == 2


def _cuts() -> list[str]:
    return [BOTH[:length] for length in range(len(BOTH) - len("\r\n"))]


WRONG: Sequence[str] = (
    "",
    changeset(),
    changeset(done(1)),
    changeset(done(1), done(2), done(3)),
    changeset(done(2), done(1)),
    changeset(done(1), done(1)),
    changeset(done(1), FAILED),
    changeset(FAILED, FAILED),
    changeset(done(1), done(2).replace("204 No Content", "200 OK")),
    changeset(done(1), done(2).replace("204", "304")),
    changeset(done(1), done(2).replace("204", "20")),
    changeset(done(1), done(2).replace("HTTP/1.1", "HTTP")),
    changeset(done(1), done(2) + done(2)),
    changeset(done(1), done(2)[:-2]),
    changeset(done(1), ""),
    changeset(done(1), "{}"),
    "x" + BOTH,
    BOTH + "x",
    BOTH + BOTH,
    BOTH.replace("--changesetresponse_1--", "--changesetresponse_1", 1),
    BOTH.replace("--changesetresponse_1\r\n", "--changesetresponse_2\r\n", 1),
    BOTH.replace("boundary=changesetresponse_1", "boundary=changesetresponse_2"),
    BOTH.replace("boundary=changesetresponse_1", "boundary="),
    BOTH.replace("multipart/mixed", "text/plain"),
    BOTH.replace("application/http", "text/plain", 1),
    BOTH.replace("\r\n", "\n"),
    changeset(done(1)) + changeset(done(2)),
    BOTH.replace("--batchresponse_1--", "--batchresponse_1\r\n\r\n\r\n--batchresponse_1--"),
)


@pytest.mark.parametrize("content", WRONG, ids=lambda content: repr(content[-60:]))
def test_another_answer_tells_nothing(content: str) -> None:
    with pytest.raises(ChangesetInvalid):
        read_changeset(answer(content), 2)


def test_a_cut_answer_tells_nothing() -> None:
    for content in _cuts():
        with pytest.raises(ChangesetInvalid):
            read_changeset(answer(content), 2)


@pytest.mark.parametrize(
    "content_type",
    ["", "application/json", "multipart/mixed", "multipart/mixed; boundary=other"],
)
def test_an_answer_of_another_type_tells_nothing(content_type: str) -> None:
    with pytest.raises(ChangesetInvalid):
        read_changeset(answer(BOTH, content_type), 2)


def test_a_request_cannot_contain_another_one() -> None:
    """Texts and keys are of strangers, and they may know how a changeset looks."""
    text = "\r\n--changeset_touchstone\r\n\r\nDELETE /x HTTP/1.1\r\n\r\n--changeset_touchstone--"
    row = {"PartitionKey": text, "RowKey": text, "Text": text}
    requests = [inserting("T", row), merging("T", row, "*"), deleting("T", text, text)]
    body = in_one_changeset("http://storage.test", requests).body
    lines = body.split(b"\r\n")
    assert lines.count(b"--changeset_touchstone") == len(requests)
    assert [line.split(b" ")[0] for line in lines if line.endswith(b" HTTP/1.1")] == [
        b"POST",
        b"PATCH",
        b"DELETE",
    ]
