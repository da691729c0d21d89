"""Pages of the relying party's own origins may call it; no other page may read an answer."""

import pytest

from tests.api import Api

ALLOW = "Access-Control-Allow-Origin"


@pytest.fixture
def foreign(touchstone_url: str, request: pytest.FixtureRequest) -> str:
    pattern: str = request.param
    return pattern.format(
        origin=touchstone_url, port=touchstone_url.rpartition(":")[2], host="localhost"
    )


FOREIGN = [
    "https://evil.example",
    "null",
    "*",
    "{origin}0",
    "{origin}/",
    "{origin}.evil.example",
    "http://localhost",
    "https://localhost:{port}",
    "http://sub.localhost:{port}",
    "http://LOCALHOST:{port}",
    "http://127.0.0.1:{port}",
    "http://evil@localhost:{port}",
    "{origin}, https://evil.example",
]


@pytest.mark.parametrize("path", ["/health", "/me", "/.well-known/jwks.json", "/openapi.json"])
async def test_the_own_origin_may_read_answers_and_refusals(api: Api, path: str) -> None:
    reply = await api.send("GET", path, headers={"Origin": api.url})
    assert reply.headers[ALLOW] == api.url
    assert "Origin" in reply.headers["Vary"]
    assert "Access-Control-Allow-Credentials" not in reply.headers


@pytest.mark.parametrize("foreign", FOREIGN, indirect=True)
async def test_no_other_origin_may(api: Api, foreign: str) -> None:
    reply = await api.send("GET", "/health", headers={"Origin": foreign})
    assert (reply.status, reply.headers.get(ALLOW)) == (200, None)
    assert "Origin" in reply.headers["Vary"]
    preflight = await api.send("OPTIONS", "/me", headers=_preflight(foreign))
    assert not any(name.startswith("Access-Control") for name in preflight.headers)


async def test_the_own_origin_may_send_json_and_a_token(api: Api) -> None:
    for path in ("/register/begin", "/authenticate/finish", "/me", "/health"):
        reply = await api.send("OPTIONS", path, headers=_preflight(api.url))
        assert (reply.status, reply.raw) == (204, b"")
        assert reply.headers[ALLOW] == api.url
        assert reply.headers["Access-Control-Allow-Methods"] == "GET, POST"
        assert reply.headers["Access-Control-Allow-Headers"] == "Authorization, Content-Type"
        assert reply.headers["Access-Control-Max-Age"] == "600"


async def test_without_an_origin_an_answer_still_varies_by_it(api: Api) -> None:
    reply = await api.get("/health")
    assert ALLOW not in reply.headers
    assert reply.headers["Vary"] == "Origin"


async def test_pages_are_not_shared(api: Api) -> None:
    reply = await api.send("GET", "/", headers={"Origin": api.url})
    assert ALLOW not in reply.headers


def _preflight(origin: str) -> dict[str, str]:
    return {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
