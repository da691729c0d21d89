"""The answer to every wrong body is a problem that does not repeat the body."""

import gzip
import json

import pytest

from tests.api import Api, Reply

ENDPOINTS = ("/register/begin", "/register/finish", "/authenticate/begin", "/authenticate/finish")
JSON = {"Content-Type": "application/json"}
CANARY = "canary"

BODIES: dict[str, bytes] = {
    "none": b"",
    "spaces": b" \r\n\t",
    "null": b"null",
    "number": b"17",
    "string": b'"canary"',
    "array": b'["canary"]',
    "cut-short": b'{"canary": "canary',
    "two-objects": b'{}{"canary": 1}',
    "trailing-comma": b'{"canary": 1,}',
    "single-quotes": b"{'canary': 1}",
    "comment": b'{} // "canary"',
    "form": b"username=canary",
    "xml": b"<canary/>",
    "unknown-member": b'{"canary": 1}',
    "prototype": b'{"__proto__": {"canary": 1}}',
    "duplicate-member": b'{"username": "canary", "username": "canary"}',
    "duplicate-inside": b'{"credential": {"id": "canary", "id": "canary"}}',
    "deep-arrays": b'{"username":' + b"[" * 30_000 + b"]" * 30_000 + b"}",
    "deep-objects": b'{"credential":' * 4_000 + b"1" + b"}" * 4_000,
    "deep-and-large": b"[" * 200_000,
    "long-number": b'{"username":' + b"9" * 10_000 + b"}",
    "long-fraction": b'{"username":0.' + b"9" * 10_000 + b"}",
    "long-exponent": b'{"username":1e' + b"9" * 10_000 + b"}",
    "nan": b'{"username": NaN}',
    "infinity": b'{"username": -Infinity}',
    "lone-surrogate": b'{"username": "canary\\ud800"}',
    "surrogate-name": b'{"\\udfff": "canary"}',
    "nul": b'{"username": "canary\\u0000"}',
    "not-utf-8": b'{"username": "canary\xff"}',
    "overlong-utf-8": b'{"username": "canary\xc0\xaf"}',
    "encoded-surrogate": b'{"username": "canary\xed\xa0\x80"}',
    "byte-order-mark": b'\xef\xbb\xbf{"username": "canary"}',
    "utf-16": '{"username": "canary"}'.encode("utf-16"),
    "utf-32": '{"username": "canary"}'.encode("utf-32"),
    "binary": bytes(range(256)),
    "eight-megabytes": b'{"username": "' + b"canary" * 1_400_000 + b'"}',
    "too-large-by-one": b'{"username": "' + b"c" * (64 * 1024 - 15) + b'"}',
    "many-members": json.dumps({f"canary{number}": 1 for number in range(3_000)}).encode(),
}
TOO_LARGE = {"deep-and-large", "eight-megabytes", "too-large-by-one"}


def _is_refused(reply: Reply, *, status: int, slug: str) -> None:
    assert (reply.status, reply.problem) == (status, slug)
    assert CANARY not in reply.raw.decode()


@pytest.mark.parametrize("path", ENDPOINTS)
@pytest.mark.parametrize("name", BODIES)
async def test_a_body_that_the_api_does_not_describe_is_refused(
    api: Api, path: str, name: str
) -> None:
    reply = await api.send("POST", path, data=BODIES[name], headers=JSON)
    if name in TOO_LARGE:
        _is_refused(reply, status=413, slug="content-too-large")
    else:
        _is_refused(reply, status=400, slug="malformed-request")


@pytest.mark.parametrize("path", ENDPOINTS)
@pytest.mark.parametrize(
    "media_type",
    ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", "*/*", "canary"],
)
async def test_a_body_of_another_media_type_is_not_read(
    api: Api, path: str, media_type: str
) -> None:
    reply = await api.send("POST", path, data=b'{"canary', headers={"Content-Type": media_type})
    _is_refused(reply, status=415, slug="unsupported-media-type")


@pytest.mark.parametrize(
    "media_type",
    ["application/json; charset=utf-8", "APPLICATION/JSON", " application/json ;x=y"],
)
async def test_the_media_type_of_json_may_have_any_spelling(api: Api, media_type: str) -> None:
    headers = {"Content-Type": media_type}
    reply = await api.send("POST", "/authenticate/begin", data=b"{}", headers=headers)
    assert reply.status == 200


@pytest.mark.parametrize("path", ENDPOINTS)
async def test_compressed_bodies_are_not_unpacked(api: Api, path: str) -> None:
    bomb = gzip.compress(b'{"username": "canary"}' + b" " * 4_000_000)
    headers = JSON | {"Content-Encoding": "gzip"}
    reply = await api.send("POST", path, data=bomb, headers=headers)
    _is_refused(reply, status=400, slug="malformed-request")


@pytest.mark.parametrize("path", ENDPOINTS)
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "QUERY"])
async def test_no_other_method_is_answered(api: Api, path: str, method: str) -> None:
    reply = await api.send(method, path, data=b'{"username": "canary"}', headers=JSON)
    assert reply.status in {404, 405}
    assert CANARY not in reply.raw.decode()
