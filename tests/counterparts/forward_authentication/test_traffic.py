"""What pages do besides being opened: each passes, for whoever is signed in and for nobody else."""

from collections.abc import Mapping

import pytest

from tests.browser.visitor import Visitor
from tests.counterparts.forward_authentication import client
from tests.counterparts.forward_authentication.application import STREAMED
from tests.counterparts.forward_authentication.conftest import BOB
from tests.counterparts.forward_authentication.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")

CONVERSE = """
() => new Promise((resolve, reject) => {
  const socket = new WebSocket("/websocket");
  socket.onopen = () => socket.send("hello");
  socket.onmessage = (message) => resolve(message.data);
  socket.onerror = () => resolve("refused");
})
"""
UPLOAD = """
async (length) => {
  const response = await fetch("/upload", {method: "POST", body: new Uint8Array(length)});
  return [response.status, await response.text()];
}
"""
HEAD = """
async () => {
  const response = await fetch("/page", {method: "HEAD"});
  return [response.status, await response.text()];
}
"""
STREAM = """
() => new Promise((resolve) => {
  const source = new EventSource("/stream");
  source.onmessage = (message) => { source.close(); resolve(message.data); };
})
"""
CALL = """
(address) => fetch(address, {method: "PUT", credentials: "include"}).then(
  (response) => response.status, (error) => "refused")
"""


async def test_a_websocket(site: Site, bob: Visitor) -> None:
    await site.sign_in(bob)
    assert await bob.page.evaluate(CONVERSE) == "You said: hello"
    assert site.received[-1].headers["X-Auth-User"] == BOB


async def test_no_websocket_for_who_is_not_signed_in(
    site: Site, cookies: Mapping[tuple[str, str], str]
) -> None:
    upgrade = (
        ("Connection", "Upgrade"),
        ("Upgrade", "websocket"),
        ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
    )
    assert (await client.send(site.place, "/websocket", *upgrade)).status == 401
    assert site.received == []


@pytest.mark.parametrize("length", [0, 5_000_000])
async def test_an_upload(site: Site, bob: Visitor, length: int) -> None:
    await site.sign_in(bob)
    status, text = await bob.page.evaluate(UPLOAD, length)
    assert (status, f"{length} bytes" in text) == (200, True)
    assert len(site.received[-1].body) == length


async def test_the_service_gets_no_upload(site: Site) -> None:
    answer = await client.send(site.place, "/upload", method="POST", body=b"x" * 100_000)
    assert (answer.status, site.received) == (401, [])


async def test_head(site: Site, bob: Visitor) -> None:
    await site.sign_in(bob)
    assert await bob.page.evaluate(HEAD) == [200, ""]
    assert site.received[-1].method == "HEAD"


async def test_head_of_who_is_not_signed_in(site: Site) -> None:
    answer = await client.send(site.place, "/page", ("Accept", "text/html"), method="HEAD")
    assert (answer.status, site.received) == (401, [])


async def test_a_stream_is_not_held_back(site: Site, bob: Visitor) -> None:
    """The second event is sent when the first one has arrived."""
    await site.sign_in(bob)
    site.application.first_was_read.clear()
    assert await bob.page.evaluate(STREAM) == STREAMED[0]
    site.application.first_was_read.set()


async def test_the_question_of_a_browser_before_it_calls_another_site(
    site: Site, sites: Mapping[str, Site], bob: Visitor
) -> None:
    """It has no cookie. Neither has the call itself here, as the cookie is not for other sites."""
    (other, *_) = (each for each in sites.values() if each is not site)
    await other.sign_in(bob)
    site.received.clear()
    bob.expected_complaints |= {"CORS policy", "net::ERR_FAILED"}
    assert await bob.page.evaluate(CALL, f"{site.place.url}/api") == "refused"
    assert [(each.method, each.path) for each in site.received] == [("OPTIONS", "/api")]
    assert site.received[0].headers.get("X-Auth-User", "") == ""

    assert await bob.page.evaluate(CALL, f"{site.place.url}/page") == "refused"
    assert len(site.received) == 1


async def test_only_that_question_passes_without_a_session(site: Site) -> None:
    origin = ("Origin", "https://elsewhere.example")
    asked = ("Access-Control-Request-Method", "PUT")
    assert (await client.send(site.place, "/api", origin, method="OPTIONS")).status == 401
    assert (await client.send(site.place, "/api", asked, method="OPTIONS")).status == 401
    assert (await client.send(site.place, "/api", origin, asked, method="PUT")).status == 401
    assert (await client.send(site.place, "/page", origin, asked, method="OPTIONS")).status == 401
    assert site.received == []
    assert (await client.send(site.place, "/api", origin, asked, method="OPTIONS")).status == 204
