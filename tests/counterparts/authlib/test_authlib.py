"""People sign in to an application with Authlib, and its tokens open an API with Authlib."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import expect

from devhost.process import Child
from tests.api import Api
from tests.authenticator import SoftAuthenticator
from tests.browser.visitor import Visitor
from tests.counterparts.authlib.installation import AUTHLIB
from tests.counterparts.documents import blocks
from tests.counterparts.installation import check_installed
from tests.counterparts.service import APPLICATION, Service, TlsFront
from tests.sessions.claims import claims_of

pytestmark = pytest.mark.asyncio(loop_scope="session")

PAGE, AUDIENCE = "authlib.md", "https://api.example.com"
SERVE = Path(__file__).with_name("serve.py")


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    url: str
    application: str
    """Its address without TLS, for what only a test asks."""
    api: str

    async def shows(self, visitor: Visitor, username: str) -> None:
        heading = visitor.page.get_by_role("heading", level=1)
        await expect(heading).to_have_text(f"Hello {username}")

    async def token(self) -> dict[str, Any]:
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{self.application}/tokens") as reply,
        ):
            (token,) = json.loads(await reply.text())
            found: dict[str, Any] = token
            return found

    async def let_tokens_expire(self) -> None:
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{self.application}/let-tokens-expire") as reply,
        ):
            assert reply.status == 200

    async def ask_api(self, token: str | None) -> tuple[int, dict[str, Any]]:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{self.api}/orders", headers=headers) as reply,
        ):
            return reply.status, await reply.json()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def site(service: Service, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    check_installed(AUTHLIB)
    folder = tmp_path_factory.mktemp("authlib")
    async with TlsFront(tls=service.tls) as front:
        url = f"https://{APPLICATION}:{front.port}"
        names = {"https://app.example.com": url}
        (client,) = blocks(PAGE, "json", names)
        secret = await service.add_client(json.loads(client), secret=True)
        names["https://login.example.com"] = service.issuer
        for name, code in zip(("application", "api"), blocks(PAGE, "python", names), strict=True):
            (folder / f"{name}.py").write_text(code)
        settings = {
            "SESSION_KEY": "a key of this test",
            "CLIENT_SECRET": secret,
            "REQUESTS_CA_BUNDLE": str(service.tls.authority),
        }
        command = (str(AUTHLIB.program("python")), str(SERVE))
        child = Child(command, environment=os.environ | settings, directory=folder)
        try:
            ready = await asyncio.to_thread(child.wait_for, r"ready on (\d+) (\d+)")
            front.backend_port = int(ready[1])
            application, api = (f"http://127.0.0.1:{port}" for port in ready.groups())
            yield Site(url=url, application=application, api=api)
        finally:
            await asyncio.to_thread(child.stop)
            print(child.output)  # pytest shows it if a test fails


async def test_a_person_signs_in_and_the_application_goes_on_for_them(
    site: Site, service: Service, registered: Visitor, username: str
) -> None:
    visited: list[str] = []
    registered.page.on("request", lambda request: visited.append(request.url))
    await registered.page.goto(site.url)
    await expect(registered.page.locator("#client")).to_contain_text("Orders")
    await registered.button("Sign in with a passkey").click()
    await site.shows(registered, username)
    (asked,) = (parse_qs(urlsplit(url).query) for url in visited if "/authorize?" in url)
    assert asked["code_challenge_method"] == ["S256"]

    token = await site.token()
    claims = claims_of(token["access_token"])
    assert claims["aud"] == [AUDIENCE, f"{service.issuer}/userinfo"]
    # Authlib has verified the ID token.
    assert token["userinfo"]["sub"] == claims["sub"]
    assert (token["userinfo"]["aud"], token["userinfo"]["acr"]) == ("orders", "phr")
    assert await site.ask_api(token["access_token"]) == (200, {"ordersOf": claims["sub"]})

    await site.let_tokens_expire()
    await registered.page.goto(site.url)
    await site.shows(registered, username)
    later = await site.token()
    assert later["refresh_token"] != token["refresh_token"]
    assert later["access_token"] != token["access_token"]
    assert await site.ask_api(later["access_token"]) == (200, {"ordersOf": claims["sub"]})

    await registered.button("Sign out").click()
    await expect(registered.page.get_by_role("heading", level=1)).to_have_text("Signed out")
    # Nobody is signed in here any more.
    await registered.page.goto(site.url)
    await expect(registered.button("Sign in with a passkey")).to_be_visible()


async def test_the_api_refuses_tokens_that_are_for_something_else(
    site: Site, service: Service, username: str
) -> None:
    key = SoftAuthenticator(rp_id="localhost", origin=service.issuer)
    async with Api(service.host.url) as api:
        await api.register(key, username)
        other = (await api.sign_in(key, username))["access_token"]
    assert claims_of(other)["aud"] != AUDIENCE
    assert (await site.ask_api(other))[0] == 401
    assert (await site.ask_api(None))[0] == 401
