"""Each lie changes only the part that it names."""

import json
from hashlib import sha256
from typing import Any

import pytest
from fido2.webauthn import AuthenticatorData

from tests.authenticator import AssertionLies, SoftAuthenticator, base64url, keys
from tests.authenticator_test.relying_party import ORIGIN, RelyingParty

FLAG = AuthenticatorData.FLAG


def auth_data_of(response: dict[str, Any]) -> AuthenticatorData:
    return AuthenticatorData(base64url.decode(response["response"]["authenticatorData"]))


def client_data_of(response: dict[str, Any]) -> bytes:
    return base64url.decode(response["response"]["clientDataJSON"])


@pytest.fixture
def registered(relying_party: RelyingParty, authenticator: SoftAuthenticator) -> RelyingParty:
    relying_party.register(authenticator.create(relying_party.creation_options()))
    return relying_party


@pytest.mark.parametrize(
    ("lie", "expected"),
    [
        ({"type": "payment.get"}, {"type": "payment.get"}),
        ({"challenge": b"\xfb"}, {"challenge": "-w"}),
        ({"challenge": 7}, {"challenge": 7}),
        ({"origin": "https://evil.example"}, {"origin": "https://evil.example"}),
        ({"cross_origin": True}, {"crossOrigin": True}),
        ({"top_origin": "https://top.example"}, {"topOrigin": "https://top.example"}),
        ({"client_data_extra": {"x": [1]}}, {"x": [1]}),
    ],
)
def test_only_the_named_member_of_client_data_changes(
    registered: RelyingParty,
    authenticator: SoftAuthenticator,
    lie: AssertionLies,
    expected: dict[str, Any],
) -> None:
    options = registered.request_options()
    honest = json.loads(client_data_of(authenticator.get(options)))
    assert json.loads(client_data_of(authenticator.get(options, **lie))) == honest | expected


def test_client_data_may_lack_or_repeat_members(
    registered: RelyingParty, authenticator: SoftAuthenticator
) -> None:
    client_data = client_data_of(
        authenticator.get(
            registered.request_options(),
            client_data_omit=("challenge", "crossOrigin"),
            duplicate_client_data_member=("origin", "https://evil.example"),
        )
    )
    evil, honest = '"origin":"https://evil.example"', f'"origin":"{ORIGIN}"'
    assert client_data.decode() == f'{{{evil},"type":"webauthn.get",{honest}}}'


def test_client_data_may_be_in_another_encoding(
    registered: RelyingParty, authenticator: SoftAuthenticator
) -> None:
    response = authenticator.get(registered.request_options(), client_data_encoding="utf-16")
    assert json.loads(client_data_of(response).decode("utf-16"))["origin"] == ORIGIN


@pytest.mark.parametrize(
    ("lie", "flags"),
    [
        ({}, FLAG.UP | FLAG.UV),
        ({"user_present": False}, FLAG.UV),
        ({"user_verified": False}, FLAG.UP),
        ({"backup_eligible": True}, FLAG.UP | FLAG.UV | FLAG.BE),
        ({"backup_state": True}, FLAG.UP | FLAG.UV | FLAG.BS),
        ({"extensions": {"x": True}}, FLAG.UP | FLAG.UV | FLAG.ED),
        ({"reserved_flags": 0x22}, FLAG.UP | FLAG.UV | 0x22),
    ],
)
def test_only_the_named_flag_changes(
    registered: RelyingParty, authenticator: SoftAuthenticator, lie: AssertionLies, flags: int
) -> None:
    assert auth_data_of(authenticator.get(registered.request_options(), **lie)).flags == flags


@pytest.mark.parametrize("lie", [{"attested": True}, {"extension_flag": True}])
def test_a_flag_can_be_set_without_its_data(
    registered: RelyingParty, authenticator: SoftAuthenticator, lie: AssertionLies
) -> None:
    response = authenticator.get(registered.request_options(), **lie)
    assert len(base64url.decode(response["response"]["authenticatorData"])) == 37


def test_authenticator_data_has_the_lie(
    registered: RelyingParty, authenticator: SoftAuthenticator
) -> None:
    response = authenticator.get(
        registered.request_options(),
        rp_id_hash=sha256(b"evil.example").digest(),
        sign_count=4_000_000_000,
        auth_data_suffix=b"\x00",
    )
    auth_data = base64url.decode(response["response"]["authenticatorData"])
    assert auth_data[:32] == sha256(b"evil.example").digest()
    assert auth_data[33:] == (4_000_000_000).to_bytes(4) + b"\x00"


def test_a_lie_can_be_a_function_of_the_honest_bytes(
    registered: RelyingParty, authenticator: SoftAuthenticator
) -> None:
    response = authenticator.get(
        registered.request_options(),
        auth_data=lambda honest: honest[:36],
        client_data=lambda honest: b"\xef\xbb\xbf" + honest,
    )
    assert len(base64url.decode(response["response"]["authenticatorData"])) == 36
    assert client_data_of(response).startswith(b"\xef\xbb\xbf{")


def test_the_lie_is_signed(registered: RelyingParty, authenticator: SoftAuthenticator) -> None:
    options = registered.request_options()
    lies: AssertionLies = {"sign_count": 0, "cross_origin": True, "extensions": {"x": 1}}
    assert registered.authenticate(authenticator.get(options, **lies))


@pytest.mark.parametrize(
    "lie",
    [
        {"signature": b""},
        {"signature": lambda honest: honest + b"\x00"},
        {"sign_with": keys.generate(keys.ES256)},
        {"changed_after_signing": "auth_data"},
        {"changed_after_signing": "client_data"},
    ],
    ids=["raw", "longer", "other-key", "auth-data-changed", "client-data-changed"],
)
def test_a_wrong_signature_changes_nothing_else(
    registered: RelyingParty, authenticator: SoftAuthenticator, lie: AssertionLies
) -> None:
    with pytest.raises(ValueError, match="Invalid signature"):
        registered.authenticate(authenticator.get(registered.request_options(), **lie))


def test_the_envelope_has_the_lie(
    registered: RelyingParty, authenticator: SoftAuthenticator
) -> None:
    honest = authenticator.get(registered.request_options())
    lying = authenticator.get(
        registered.request_options(),
        id="!",
        raw_id=b"raw",
        envelope_type="password",
        user_handle=b"someone else",
        omit=("response.clientDataJSON", "authenticatorAttachment"),
        replace={"response.signature": 5, "response.authenticatorData": None},
    )
    assert lying == {
        "id": "!",
        "rawId": base64url.encode(b"raw"),
        "type": "password",
        "clientExtensionResults": honest["clientExtensionResults"],
        "response": {
            "authenticatorData": None,
            "signature": 5,
            "userHandle": base64url.encode(b"someone else"),
        },
    }


def test_a_user_handle_can_be_withheld(
    registered: RelyingParty, authenticator: SoftAuthenticator
) -> None:
    response = authenticator.get(registered.request_options(), user_handle=None)
    assert "userHandle" not in response["response"]
