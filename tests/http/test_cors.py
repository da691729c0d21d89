"""Pages of the relying party's own origins may call it; no other page may read an answer."""

import pytest

from tests.api import Api

ALLOW = "Access-Control-Allow-Origin"
CREDENTIALS = "Access-Control-Allow-Credentials"


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


PUBLIC = ["/.well-known/jwks.json", "/.well-known/openid-configuration", "/openapi.json"]
EXPOSED = "DPoP-Nonce, ETag, Location, RateLimit, RateLimit-Policy, Retry-After, WWW-Authenticate"


@pytest.mark.parametrize("path", ["/health", "/me", "/nowhere"])
async def test_the_own_origin_may_read_answers_and_refusals(api: Api, path: str) -> None:
    reply = await api.send("GET", path, headers={"Origin": api.url})
    assert reply.headers[ALLOW] == api.url
    assert reply.headers["Access-Control-Expose-Headers"] == EXPOSED
    assert "Origin" in reply.headers["Vary"]
    assert CREDENTIALS not in reply.headers


@pytest.mark.parametrize("path", PUBLIC)
@pytest.mark.parametrize("origin", ["{own}", "https://evil.example", None])
async def test_public_answers_can_be_read_from_every_origin(
    api: Api, path: str, origin: str | None
) -> None:
    """The same answer for all, as caches keep it."""
    headers = {"Origin": origin.format(own=api.url)} if origin else {}
    reply = await api.send("GET", path, headers=headers)
    assert (reply.headers[ALLOW], reply.headers.get("Vary")) == ("*", None)
    assert CREDENTIALS not in reply.headers


async def test_no_other_origin_may_send_cookies(api: Api) -> None:
    """No answer at all says that a page may send its visitor's cookies along."""
    for method, path in sorted(api.description.operations):
        for sent in (method, "OPTIONS"):
            reply = await api.send(sent, path, headers=_preflight(api.url))
            assert CREDENTIALS not in reply.headers, (sent, path)


@pytest.mark.parametrize("foreign", FOREIGN, indirect=True)
async def test_no_other_origin_may_read_an_answer(api: Api, foreign: str) -> None:
    reply = await api.send("GET", "/health", headers={"Origin": foreign})
    assert (reply.status, reply.headers.get(ALLOW)) == (200, None)
    assert "Origin" in reply.headers["Vary"]
    preflight = await api.send("OPTIONS", "/me", headers=_preflight(foreign))
    assert not any(name.startswith("Access-Control") for name in preflight.headers)


async def test_the_own_origin_may_use_every_method_with_a_token(api: Api) -> None:
    for path in ("/register/begin", "/authenticate/finish", "/me", "/health"):
        reply = await api.send("OPTIONS", path, headers=_preflight(api.url))
        assert (reply.status, reply.raw) == (204, b"")
        assert reply.headers[ALLOW] == api.url
        assert reply.headers["Access-Control-Allow-Methods"] == (
            "GET, HEAD, POST, PUT, PATCH, DELETE"
        )
        assert reply.headers["Access-Control-Allow-Headers"] == (
            "Authorization, Content-Type, DPoP, If-Match"
        )
        assert reply.headers["Access-Control-Max-Age"] == "600"


async def test_an_answer_without_an_origin_varies_by_origin(api: Api) -> None:
    reply = await api.get("/health")
    assert ALLOW not in reply.headers
    assert reply.headers["Vary"] == "Origin"


async def test_pages_cannot_be_read_by_another_origin(api: Api) -> None:
    reply = await api.send("GET", "/", headers={"Origin": "https://evil.example"})
    assert ALLOW not in reply.headers


def _preflight(origin: str) -> dict[str, str]:
    return {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
