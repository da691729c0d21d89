"""Apache by the profile FAPI 2.0: with a key instead of a secret, pushed requests and DPoP."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
import pytest_asyncio
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from playwright.async_api import expect

from tests.api import Json
from tests.browser.visitor import Visitor
from tests.counterparts.apache.apache import Apache
from tests.counterparts.apache.installation import NEWER_APACHE
from tests.counterparts.application import Application
from tests.counterparts.clock import Clock
from tests.counterparts.service import Service
from tests.counterparts.site import Site, sign_in

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def site(service: Service, folder: Path) -> AsyncIterator[Site]:
    application = Application()
    async with application.serving():
        site = Site(application=application)
        apache = Apache(packages=NEWER_APACHE, folder=folder, service=service, site=site)
        _make_key(apache)
        apache.write("secret.conf", "")
        async with apache.serving(*apache.configurations(), clock=Clock(folder / "clock")):
            client = apache.clients()[1]
            client["authentication"]["jwks"] = await _published_keys(apache)
            await service.add_client(client)
            yield site


def _make_key(apache: Apache) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    apache.write("key.pem", private.decode())
    apache.write("public.pem", public.decode())


async def _published_keys(apache: Apache) -> Json:
    address = f"https://127.0.0.1:{apache.site.port}/openid/callback?jwks=rsa"
    tls = apache.service.tls.client_context()
    async with aiohttp.ClientSession() as session, session.get(address, ssl=tls) as response:
        keys: Json = await response.json(content_type=None)
        return keys


async def test_a_person_signs_in_and_confirms_with_a_passkey(
    site: Site, visitor: Visitor, clock: Clock
) -> None:
    await visitor.open()
    await visitor.register(site.allowed)
    async with visitor.page.expect_request("**/authorize?*") as asked:
        await site.visit(visitor, "/reports/2026")
    brought = parse_qs(urlsplit((await asked.value).url).query)
    assert brought.keys() == {"client_id", "request_uri"}
    await sign_in(visitor)
    await site.shows(visitor, "Page /reports/2026")
    ((_, headers), *_) = site.application.requests
    assert headers["OIDC_CLAIM_preferred_username"] == site.allowed
    assert json.loads(headers["OIDC_userinfo_json"])["preferred_username"] == site.allowed

    clock.is_fast(301)
    await site.visit(visitor, "/payments/1")
    await expect(visitor.page.locator("#new-gesture")).to_be_visible()
    clock.is_fast(0)
    await visitor.button("Confirm with a passkey").click()
    await site.shows(visitor, "Page /payments/1")
