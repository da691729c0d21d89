"""An assertion's response members, honest but for the lies told."""

from hashlib import sha256
from typing import Any

from tests.authenticator import authenticator_data, client_data
from tests.authenticator.authenticator_data import AuthenticatorState
from tests.authenticator.credentials import Credential
from tests.authenticator.lies import AssertionLies, rewritten


def respond(
    credential: Credential, state: AuthenticatorState, *, collected: bytes, lies: AssertionLies
) -> dict[str, Any]:
    auth_data = authenticator_data.write(state, b"", lies)
    signature = _signature(credential, auth_data + sha256(collected).digest(), lies)
    match lies.get("changed_after_signing"):
        case "auth_data":
            auth_data = authenticator_data.changed(auth_data)
        case "client_data":
            collected = client_data.changed(collected)
    members = {
        "clientDataJSON": collected,
        "authenticatorData": auth_data,
        "signature": signature,
    }
    user_handle = lies.get("user_handle", _user_handle(credential))
    return members if user_handle is None else members | {"userHandle": user_handle}


def _signature(credential: Credential, message: bytes, lies: AssertionLies) -> bytes:
    signature = lies.get("sign_with", credential.key).sign(message)
    return rewritten(signature, lies.get("signature"))


def _user_handle(credential: Credential) -> bytes | None:
    return credential.user_handle if credential.discoverable else None
