"""Signing in without a page: the browser gets the passkey and the cookies, over HTTP.

`test_registration.py` and `test_sign_in.py` do it with the page.
"""

import base64
from typing import Any

from cryptography.hazmat.primitives import serialization

from tests.authenticator import Credential, SoftAuthenticator
from tests.authenticator.keys import EcKey
from tests.browser.visitor import Visitor

CHROMIUM = bytes.fromhex("01020304050607080102030405060708")


async def arrive_signed_in(visitor: Visitor, username: str, *, key_name: str) -> None:
    """The page is not open yet."""
    key = await register(visitor, username, key_name=key_name)
    await sign_in(visitor, username, key)
    await give_passkey(visitor, key)


async def register(visitor: Visitor, username: str, *, key_name: str) -> SoftAuthenticator:
    key = like_the_browsers(visitor)
    created = key.create(await _begin(visitor, "register", {"username": username}))
    await _post(visitor, "register/finish", {"credential": created, "name": key_name})
    return key


async def sign_in(visitor: Visitor, username: str, key: SoftAuthenticator) -> dict[str, Any]:
    used = key.get(await _begin(visitor, "authenticate", {"username": username}))
    return await _post(visitor, "authenticate/finish", {"credential": used, "cookies": True})


async def give_passkey(visitor: Visitor, key: SoftAuthenticator) -> None:
    """The browser has it from now on."""
    await visitor.authenticator.put(for_the_browser(key.latest))


def like_the_browsers(visitor: Visitor) -> SoftAuthenticator:
    return SoftAuthenticator(
        rp_id="localhost",
        origin=visitor.url,
        aaguid=CHROMIUM,
        transports=("internal",),
        attachment="platform",
    )


def for_the_browser(credential: Credential) -> dict[str, object]:
    """As Chromium's debugging protocol wants it."""
    assert isinstance(credential.key, EcKey)
    private_key = credential.key.private_key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return {
        "credentialId": base64.b64encode(credential.id).decode(),
        "userHandle": base64.b64encode(credential.user_handle).decode(),
        "privateKey": base64.b64encode(private_key).decode(),
        "isResidentCredential": True,
        "rpId": "localhost",
        "signCount": credential.sign_count,
    }


async def _begin(visitor: Visitor, ceremony: str, body: dict[str, object]) -> dict[str, Any]:
    options: dict[str, Any] = (await _post(visitor, f"{ceremony}/begin", body))["publicKey"]
    return options


async def _post(visitor: Visitor, path: str, body: dict[str, object]) -> dict[str, Any]:
    answer = await visitor.page.context.request.post(
        f"{visitor.url}/{path}", headers={"Origin": visitor.url}, data=body
    )
    assert answer.ok, await answer.text()
    answered: dict[str, Any] = await answer.json()
    return answered
