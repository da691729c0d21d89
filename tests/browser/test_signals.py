"""Authenticators get signals about the passkeys of the signed-in user, and of no other."""

from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")

NOTE_SIGNALS = """
window.signals = [];
for (const name of ["AllAcceptedCredentials", "CurrentUserDetails", "UnknownCredential"]) {
  PublicKeyCredential[`signal${name}`] = async (options) => signals.push([name, options]);
}
"""


async def signals(visitor: Visitor, *, at_least: int) -> list[tuple[str, dict[str, Any]]]:
    await visitor.page.wait_for_function("count => signals.length >= count", arg=at_least)
    noted: list[tuple[str, dict[str, Any]]] = await visitor.page.evaluate("() => signals.splice(0)")
    return noted


async def test_the_page_signals_the_accepted_passkeys_and_the_current_names(
    visitor: Visitor, username: str
) -> None:
    await visitor.page.add_init_script(NOTE_SIGNALS)
    await visitor.open()
    await visitor.register(username, key_name="Work laptop")
    assert await signals(visitor, at_least=0) == []
    await visitor.sign_in(username)
    await visitor.is_signed_in(username)
    accepted, details = dict(await signals(visitor, at_least=2)).values()
    first, user_id = accepted["allAcceptedCredentialIds"], accepted["userId"]
    assert len(first) == 1
    owner = {"rpId": "localhost", "userId": user_id}
    assert accepted == owner | {"allAcceptedCredentialIds": first}
    assert details == owner | {"name": username, "displayName": username}

    await visitor.take_another_authenticator()
    await visitor.add_another("Blue key")
    await expect(visitor.keys).to_have_count(2)
    accepted = dict(await signals(visitor, at_least=2))["AllAcceptedCredentials"]
    (added,) = set(accepted["allAcceptedCredentialIds"]) - set(first)

    await visitor.remove("Blue key")
    await visitor.answer("Remove it")
    await expect(visitor.keys).to_have_count(1)
    after = dict(await signals(visitor, at_least=3))
    assert after["UnknownCredential"] == {"rpId": "localhost", "credentialId": added}
    assert after["AllAcceptedCredentials"]["allAcceptedCredentialIds"] == first


async def test_the_page_works_in_a_browser_without_signals(visitor: Visitor, username: str) -> None:
    await visitor.page.add_init_script(
        "for (const name of Object.getOwnPropertyNames(PublicKeyCredential))"
        "  if (name.startsWith('signal')) delete PublicKeyCredential[name];"
    )
    await visitor.open()
    await visitor.register(username)
    await visitor.sign_in(username)
    await visitor.is_signed_in(username)
    await expect(visitor.keys).to_have_count(1)
