"""The app itself answers every path and every method; nothing is left to the host."""

import itertools
import json

import pytest

from tests.api import Api, Reply

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "PURGE")
UNKNOWN = (
    "/nowhere",
    "/users/a/b/c/d",
    "/credentials/a/b",
    "/assets",
    "/assets/home.js",
    "/.well-known/nothing",
    "/users/a%2Fb",
    "/%2Fme",
)


def _methods(api: Api) -> dict[str, set[str]]:
    """By path, as the description has them."""
    paths: dict[str, set[str]] = {}
    for method, path in api.description.operations:
        paths.setdefault(path, set()).update({method, "HEAD"} if method == "GET" else {method})
    return paths


async def _send(api: Api, method: str, path: str) -> Reply:
    return await api.send(method, path.replace("{", "").replace("}", ""))


async def test_the_refusal_of_a_method_lists_the_allowed_methods(api: Api) -> None:
    described = _methods(api)
    tried = 0
    for path, method in itertools.product(sorted(described), METHODS):
        if method in described[path]:
            continue
        reply = await _send(api, method, path)
        assert reply.status == 405, (method, path)
        assert reply.headers["Allow"] == ", ".join(sorted(described[path] | {"OPTIONS"}))
        assert reply.headers["Content-Type"] == "application/problem+json"
        assert method == "HEAD" or reply.problem == "method-not-allowed", (method, path)
        tried += 1
    assert tried > 100


async def test_options_lists_the_methods_of_a_path(api: Api) -> None:
    for path, methods in _methods(api).items():
        reply = await _send(api, "OPTIONS", path)
        assert (reply.status, reply.raw) == (204, b"")
        assert reply.headers["Allow"] == ", ".join(sorted(methods | {"OPTIONS"}))


async def test_head_is_get_without_a_body(api: Api) -> None:
    """Without a token most are refused: that is an answer like any other."""
    for path, methods in sorted(_methods(api).items()):
        if "GET" not in methods:
            continue
        got, head = await _send(api, "GET", path), await _send(api, "HEAD", path)
        assert (head.status, head.raw) == (got.status, b""), path
        assert _headers(head) == _headers(got), path
        # None, or the one that GET has: "0" would say that GET has no body.
        assert head.headers.get("Content-Length") in (None, got.headers["Content-Length"]), path


def _headers(reply: Reply) -> dict[str, str]:
    return {
        name: value
        for name, value in reply.headers.items()
        if name not in ("Date", "Content-Length")
    }


@pytest.mark.parametrize("path", UNKNOWN)
async def test_an_unknown_path_is_a_problem(api: Api, path: str) -> None:
    for method in METHODS:
        reply = await api.send(method, path)
        assert (reply.status, reply.headers["Cache-Control"]) == (404, "no-store"), method
        assert reply.headers["Content-Type"] == "application/problem+json"
        assert method == "HEAD" or reply.problem == "not-found", method


@pytest.mark.parametrize(
    "path", ["/users%2Fa", "/users%2Fa%2Fcredentials", "/assets%2Fhome%2Fhome.js"]
)
async def test_a_path_with_an_encoded_slash_reaches_no_function(api: Api, path: str) -> None:
    reply = await api.get(path)
    assert (reply.status, reply.problem) == (404, "not-found")


@pytest.mark.parametrize("path", ["/ME", "/me/", "/Users/x/SUSPEND/", "/HEALTH"])
async def test_every_spelling_of_a_path_that_the_host_accepts_is_known(api: Api, path: str) -> None:
    assert (await api.send("PUT", path)).status == 405


async def test_a_refusal_does_not_repeat_the_path_or_the_body(api: Api) -> None:
    for path in ("/secret-in-a-path", "/me"):
        reply = await api.send("PUT", path, json={"secret": "in a body"})
        assert "secret" not in json.dumps(reply.json)
