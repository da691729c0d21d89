"""The request as a function sees it."""

from __future__ import annotations

import uuid

import pytest

from devhost.process import HostProcess
from tests.devhost.client import ask

ID = "0f8fad5b-d9cb-469f-a165-70867728950e"
ECHO = f"/echo/{ID}"


def test_the_url_is_the_requested_one(host: HostProcess) -> None:
    heard = ask(f"{host.url}{ECHO}?a=1&b=%20").json()
    assert heard["method"] == "GET"
    assert heard["url"] == f"{host.url}{ECHO}?a=1&b=%20"
    assert heard["route"] == {"id": ID}


def test_a_query_without_a_value_is_dropped(host: HostProcess) -> None:
    heard = ask(f"{host.url}{ECHO}?a=1&b=&c&d=x%26y+z&a=2&A=3").json()
    assert heard["query"] == {"a": "1,2,3", "d": "x&y z"}


def test_header_names_are_lower_case_and_repeated_headers_are_joined(host: HostProcess) -> None:
    headers = [("X-One", "1"), ("x-ONE", "2"), ("X-Two", "3")]
    heard = ask(f"{host.url}{ECHO}", headers=headers).json()["headers"]
    assert heard["x-one"] == "1,2"
    assert heard["x-two"] == "3"
    assert not any(name != name.lower() for name in heard)


def test_the_body_arrives(host: HostProcess) -> None:
    heard = ask(f"{host.url}{ECHO}", method="POST", body='{"é": 1}'.encode()).json()
    assert heard["body"] == '{"é": 1}'


def test_a_chunked_body_is_lost_as_in_azure(host: HostProcess) -> None:
    assert ask(f"{host.url}{ECHO}", method="POST", body=[b"a", b"b"]).json()["body"] == ""


def test_a_compressed_body_is_passed_on_unchanged(host: HostProcess) -> None:
    headers = [("Content-Encoding", "gzip")]
    reply = ask(f"{host.url}{ECHO}", method="POST", headers=headers, body=b"not gzip")
    assert reply.json()["body"] == "not gzip"


def test_a_body_above_the_limit_of_the_host_is_refused(host: HostProcess) -> None:
    # Only the length is sent, and it is enough to be refused.
    headers = [("Content-Length", str(100 * 1024 * 1024 + 1))]
    reply = ask(f"{host.url}{ECHO}", method="POST", headers=headers)
    assert (reply.status, reply.body) == (413, b"")


def test_each_invocation_has_its_own_id(host: HostProcess) -> None:
    ids = {uuid.UUID(ask(f"{host.url}{ECHO}").json()["invocation"]) for _ in range(2)}
    assert len(ids) == 2


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/unknown"),
        ("GET", "/echo/no-guid"),
        ("PUT", ECHO),
        ("HEAD", ECHO),
        ("OPTIONS", ECHO),
        ("GET", "/.well-known/other"),
        ("GET", "/admin/functions"),
    ],
)
def test_an_unknown_route_and_a_wrong_method_are_not_found(
    host: HostProcess, method: str, path: str
) -> None:
    reply = ask(f"{host.url}{path}", method=method)
    assert (reply.status, reply.body) == (404, b"")


@pytest.mark.parametrize(
    ("path", "body"), [("/", b"the root"), ("/.well-known/thing", b"well known")]
)
def test_unusual_routes_are_served(host: HostProcess, path: str, body: bytes) -> None:
    reply = ask(f"{host.url}{path}")
    assert (reply.status, reply.body) == (200, body)


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1"])
def test_the_host_answers_to_its_name_and_to_its_address(host: HostProcess, name: str) -> None:
    assert ask(f"{host.url.replace('localhost', name)}/").status == 200
