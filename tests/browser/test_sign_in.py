import base64
import secrets

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.browser.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_user_signs_in_with_the_name(visitor: Visitor, username: str) -> None:
    await visitor.open()
    await visitor.register(username)
    await visitor.sign_in(username)
    await visitor.is_signed_in(username)


async def test_a_user_signs_in_without_a_name(visitor: Visitor, username: str) -> None:
    await visitor.open()
    await visitor.register(username)
    await visitor.reload()
    await visitor.page.get_by_role("radio", name="I have a passkey").check()
    await visitor.button("Sign in without a name").click()
    await visitor.is_signed_in(username)


async def test_a_passkey_that_the_server_does_not_know_is_refused_and_kept(
    visitor: Visitor,
) -> None:
    visitor.expected_complaints.add("status of 403 ")
    await visitor.open()
    await visitor.authenticator.put(stray_credential())
    await visitor.page.get_by_role("radio", name="I have a passkey").check()
    await visitor.button("Sign in without a name").click()
    await visitor.warns("That passkey was not accepted")
    assert len(await visitor.authenticator.credential_ids()) == 1


def stray_credential() -> dict[str, object]:
    key = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return {
        "credentialId": base64.b64encode(secrets.token_bytes(32)).decode(),
        "userHandle": base64.b64encode(secrets.token_bytes(32)).decode(),
        "privateKey": base64.b64encode(key).decode(),
        "isResidentCredential": True,
        "rpId": "localhost",
        "signCount": 1,
    }
