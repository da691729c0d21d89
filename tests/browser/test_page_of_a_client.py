"""An application that is nothing but a page asks from its own origin, in a real browser."""

from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.visitor import Visitor
from tests.fakes.openid_client import VERIFIER, OpenIdClient
from tests.sessions.claims import claims_of

pytestmark = pytest.mark.asyncio(loop_scope="session")

ASK = """async ({ issuer, form }) => {
  const read = (response) => response.json();
  const found = await fetch(`${issuer}/.well-known/openid-configuration`).then(read);
  const body = new URLSearchParams(form);
  const tokens = await fetch(found.token_endpoint, { method: "POST", body }).then(read);
  const headers = { Authorization: `Bearer ${tokens.access_token}` };
  const profile = await fetch(found.userinfo_endpoint, { headers }).then(read);
  const account = await fetch(`${issuer}/me`, { headers }).then(read, () => "unreadable");
  return { tokens, profile, account };
}"""
ASK_FROM_ELSEWHERE = """([address, token]) => {
  const headers = { Authorization: `Bearer ${token}` };
  return fetch(address, { headers }).then(() => "read", () => "unreadable");
}"""


async def test_it_reads_its_tokens_and_the_profile_and_nothing_else(
    signed_in: Visitor, client: OpenIdClient, username: str
) -> None:
    page = signed_in.page
    await page.goto(client.address(signed_in.url, client_id="partner"))
    await signed_in.button("Allow").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("signed in")
    _, brought = client.brought[-1]
    form = {
        "grant_type": "authorization_code",
        "client_id": "partner",
        "code": brought["code"],
        "redirect_uri": client.redirect_uri,
        "code_verifier": VERIFIER,
    }
    signed_in.expected_complaints |= {"has been blocked by CORS policy", "net::ERR_FAILED"}
    asked: dict[str, Any] = await page.evaluate(ASK, {"issuer": signed_in.url, "form": form})
    assert claims_of(asked["tokens"]["id_token"])["aud"] == "partner"
    assert asked["profile"]["preferred_username"] == username
    assert asked["account"] == "unreadable"
    # Another origin, with the application's own token.
    await page.goto(f"http://localhost:{client.port}/callback")
    token = asked["tokens"]["access_token"]
    told = await page.evaluate(ASK_FROM_ELSEWHERE, [f"{signed_in.url}/userinfo", token])
    assert told == "unreadable"
