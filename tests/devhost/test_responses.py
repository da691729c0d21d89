"""A function's answer as a client sees it."""

from __future__ import annotations

import re

import pytest

from devhost.process import HostProcess
from tests.devhost.client import ask


def test_a_function_without_an_output_has_no_content(host: HostProcess) -> None:
    reply = ask(f"{host.url}/answers/nothing")
    assert (reply.status, reply.body) == (204, b"")


def test_none_instead_of_a_response_is_an_error(host: HostProcess) -> None:
    reply = ask(f"{host.url}/answers/none")
    assert (reply.status, reply.body) == (500, b"")


def test_an_exception_is_shown_only_in_the_log(host: HostProcess) -> None:
    reply = ask(f"{host.url}/answers/failure")
    assert (reply.status, reply.body) == (500, b"")
    host.child.wait_for("RuntimeError: this went wrong")


def test_a_function_that_is_not_async_runs_in_a_thread(host: HostProcess) -> None:
    assert ask(f"{host.url}/answers/thread").body.startswith(b"ThreadPoolExecutor")


def test_cookies_keep_their_attributes(host: HostProcess) -> None:
    reply = ask(f"{host.url}/answers/cookies")
    assert reply.status == 201
    assert reply.all("Set-Cookie") == [
        "__Host-a=1; max-age=60; path=/; secure; samesite=strict; httponly",
        "b=x%3D%2Fy; path=/",
    ]


def test_headers_of_the_function_override_those_of_host_json(host: HostProcess) -> None:
    reply = ask(f"{host.url}/answers/headers")
    assert reply.all("X-Custom-A") == ["from host.json"]
    assert reply.all("X-Custom-B") == ["from the app"]
    assert reply.all("Cache-Control") == ["no-store"]


@pytest.mark.parametrize("path", ["/unknown", "/answers/failure", "/answers/none", "/keyed"])
def test_the_headers_of_host_json_are_on_every_response(host: HostProcess, path: str) -> None:
    assert ask(f"{host.url}{path}").all("X-Custom-A") == ["from host.json"]


def test_no_header_names_the_host_software(host: HostProcess) -> None:
    assert not ask(f"{host.url}/").all("Server")


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/keyed", [], 401),
        ("/keyed?code=wrong", [], 401),
        ("/keyed", [("x-functions-key", "wrong")], 401),
        ("/keyed?code=the%20key", [], 200),
        ("/keyed", [("x-functions-key", "the key")], 200),
    ],
)
def test_a_function_that_is_not_anonymous_needs_the_key(
    host: HostProcess, path: str, headers: list[tuple[str, str]], status: int
) -> None:
    assert ask(f"{host.url}{path}", headers=headers).status == status


def test_a_request_is_one_line_of_log_without_its_secrets(host: HostProcess) -> None:
    path = "/answers/nothing/%0Anot-a-line"
    ask(f"{host.url}{path}?token=s3cret", headers=[("X-Token", "s3cret")])
    line = host.child.wait_for("not-a-line")
    assert re.fullmatch(rf"\d\d:\d\d:\d\d GET {re.escape(path)} 404 \d+\.\d ms\n", line.string)
    assert "s3cret" not in host.child.output


def test_log_lines_of_the_app_are_shown_and_those_of_the_sdk_are_not(host: HostProcess) -> None:
    ask(f"{host.url}/answers/log")
    host.child.wait_for(r"^\d\d:\d\d:\d\d INFO sample: said at INFO$")
    host.child.wait_for("GET /answers/log 200")
    assert "chatter" not in host.child.output


def test_an_answer_that_cannot_be_sent_is_an_error(host: HostProcess) -> None:
    reply = ask(f"{host.url}/answers/unsendable")
    assert (reply.status, reply.body) == (500, b"")
    host.child.wait_for("GET /answers/unsendable 500")
