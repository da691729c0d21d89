from typing import Any

import pytest
from fido2.webauthn import AuthenticatorData

from tests.authenticator import (
    InvalidStateError,
    NotAllowedError,
    NotSupportedError,
    SecurityError,
    SoftAuthenticator,
    base64url,
    keys,
)
from tests.authenticator_test.relying_party import ORIGIN, RP_ID, RelyingParty

ALGORITHMS = [
    keys.ES256,
    keys.ES384,
    keys.ES512,
    keys.ES256K,
    keys.EDDSA,
    keys.ED448,
    keys.RS256,
    keys.PS256,
    keys.RS1,
    keys.ML_DSA_44,
    keys.ML_DSA_65,
    keys.ML_DSA_87,
]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_each_algorithm_registers_and_authenticates(algorithm: int) -> None:
    relying_party = RelyingParty(algorithms=[algorithm])
    authenticator = SoftAuthenticator(rp_id=RP_ID, origin=ORIGIN, algorithm=algorithm)

    registered = relying_party.register(authenticator.create(relying_party.creation_options()))
    used = relying_party.authenticate(authenticator.get(relying_party.request_options()))

    assert used == registered.credential_data
    assert used.public_key[3] == algorithm


def test_a_preferred_algorithm_that_is_not_offered_is_not_used() -> None:
    relying_party = RelyingParty(algorithms=[-8, -7])
    authenticator = SoftAuthenticator(rp_id=RP_ID, origin=ORIGIN, algorithm=keys.RS256)
    response = authenticator.create(relying_party.creation_options())
    assert response["response"]["publicKeyAlgorithm"] == keys.EDDSA


def test_a_registration_has_the_members_a_browser_sends(
    relying_party: RelyingParty, authenticator: SoftAuthenticator
) -> None:
    response = authenticator.create(relying_party.creation_options())
    assert response.keys() == {
        "id",
        "rawId",
        "type",
        "authenticatorAttachment",
        "clientExtensionResults",
        "response",
    }
    assert response["response"].keys() == {
        "clientDataJSON",
        "authenticatorData",
        "transports",
        "publicKey",
        "publicKeyAlgorithm",
        "attestationObject",
    }


def test_a_user_handle_comes_with_discoverable_credentials_only(
    relying_party: RelyingParty, authenticator: SoftAuthenticator
) -> None:
    options = relying_party.creation_options()
    relying_party.register(authenticator.create(options))
    relying_party.register(authenticator.create({**options, "authenticatorSelection": {}}))
    discoverable, second_factor = authenticator.credentials.values()
    request = relying_party.request_options()

    with_handle = authenticator.get(request, credential=discoverable)
    without_handle = authenticator.get(request, credential=second_factor)

    assert base64url.decode(with_handle["response"]["userHandle"]) == b"user handle"
    assert "userHandle" not in without_handle["response"]


def test_counters_grow_and_a_clone_has_its_own_counter(
    relying_party: RelyingParty, authenticator: SoftAuthenticator
) -> None:
    relying_party.register(authenticator.create(relying_party.creation_options()))
    clone = authenticator.clone()
    used = [
        authenticator.get(relying_party.request_options()),
        authenticator.get(relying_party.request_options()),
        clone.get(relying_party.request_options()),
    ]
    counts = [
        AuthenticatorData(base64url.decode(response["response"]["authenticatorData"])).counter
        for response in used
    ]
    assert counts == [2, 3, 2]
    assert relying_party.authenticate(used[-1])


def test_a_step_of_zero_keeps_the_counter_at_zero(relying_party: RelyingParty) -> None:
    authenticator = SoftAuthenticator(rp_id=RP_ID, origin=ORIGIN, sign_count_step=0)
    registered = relying_party.register(authenticator.create(relying_party.creation_options()))
    assert registered.counter == 0


def test_an_excluded_credential_is_not_made_again(
    relying_party: RelyingParty, authenticator: SoftAuthenticator
) -> None:
    relying_party.register(authenticator.create(relying_party.creation_options()))
    with pytest.raises(InvalidStateError):
        authenticator.create(relying_party.creation_options())


def test_an_authenticator_without_a_credential_cannot_sign(
    relying_party: RelyingParty, authenticator: SoftAuthenticator
) -> None:
    with pytest.raises(NotAllowedError):
        authenticator.get(relying_party.request_options())


def test_an_authenticator_without_user_verification_cannot_verify(
    relying_party: RelyingParty,
) -> None:
    authenticator = SoftAuthenticator(rp_id=RP_ID, origin=ORIGIN, user_verification=False)
    with pytest.raises(NotAllowedError):
        authenticator.create(relying_party.creation_options())


def test_unknown_algorithms_are_not_supported(authenticator: SoftAuthenticator) -> None:
    relying_party = RelyingParty(algorithms=[-999])
    with pytest.raises(NotSupportedError):
        authenticator.create(relying_party.creation_options())


def test_another_rp_id_is_a_security_error(relying_party: RelyingParty) -> None:
    authenticator = SoftAuthenticator(rp_id="evil.example", origin="https://evil.example")
    with pytest.raises(SecurityError):
        authenticator.create(relying_party.creation_options())


def test_an_unknown_lie_is_refused(
    relying_party: RelyingParty, authenticator: SoftAuthenticator
) -> None:
    misspelt: dict[str, Any] = {"crossorigin": True}
    with pytest.raises(TypeError, match="crossorigin"):
        authenticator.create(relying_party.creation_options(), **misspelt)
