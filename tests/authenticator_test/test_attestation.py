"""Honest statements satisfy fido2's verifier of their format."""

import pytest

from tests.authenticator import (
    Apple,
    AttestationMaker,
    Authority,
    FidoU2f,
    NoAttestation,
    Packed,
    PackedSelf,
    Tpm,
    keys,
)
from tests.authenticator_test.relying_party import (
    RelyingParty,
    attesting,
    statement_of,
    verify_statement,
)

ROOT = Authority.new_root()
INTERMEDIATE = ROOT.intermediate()
HONEST = {
    "none": NoAttestation(),
    "packed-self": PackedSelf(),
    "packed": Packed(authority=ROOT),
    "packed-below-intermediate": Packed(authority=INTERMEDIATE),
    "packed-rsa": Packed(authority=ROOT, algorithm=keys.RS256),
    "fido-u2f": FidoU2f(authority=ROOT),
    "tpm": Tpm(authority=ROOT),
    "tpm-rsa-identity-key": Tpm(authority=ROOT, algorithm=keys.RS256),
    "tpm-sha-1-identity-key": Tpm(authority=ROOT, algorithm=keys.RS1),
    "apple": Apple(authority=INTERMEDIATE),
}


@pytest.fixture
def relying_party() -> RelyingParty:
    return RelyingParty(algorithms=[keys.ES256, keys.RS256], verify_attestation=verify_statement)


@pytest.mark.parametrize("maker", HONEST.values(), ids=HONEST)
def test_each_format_registers_and_authenticates(
    relying_party: RelyingParty, maker: AttestationMaker
) -> None:
    authenticator = attesting(maker)
    relying_party.register(authenticator.create(relying_party.creation_options()))
    assert relying_party.authenticate(authenticator.get(relying_party.request_options()))


@pytest.mark.parametrize("maker", [Tpm(authority=ROOT), Apple(authority=ROOT), PackedSelf()])
def test_formats_bound_to_the_credential_take_rsa_too(
    relying_party: RelyingParty, maker: AttestationMaker
) -> None:
    authenticator = attesting(maker, algorithm=keys.RS256)
    relying_party.register(authenticator.create(relying_party.creation_options()))
    assert relying_party.authenticate(authenticator.get(relying_party.request_options()))


def test_u2f_has_no_aaguid(relying_party: RelyingParty) -> None:
    authenticator = attesting(FidoU2f(authority=ROOT))
    registered = relying_party.register(authenticator.create(relying_party.creation_options()))
    assert registered.credential_data is not None
    assert registered.credential_data.aaguid == bytes(16)


def test_no_attestation_is_made_without_a_request() -> None:
    relying_party = RelyingParty()
    response = attesting(Packed(authority=ROOT)).create(relying_party.creation_options())
    assert statement_of(response).fmt == "none"
