"""Before an answer is verified, only the claim of its challenge and its event are written.

A refused request of an attacker must not change flags, counters or accounts.
"""

import pytest

from shared.errors import CeremonyRejected
from tests.authenticator import AssertionLies, RegistrationLies, SoftAuthenticator, generate, keys
from tests.harness.service_harness import ServiceHarness
from tests.storage_transport import RecordingTransport

CLAIM = "transact AuditOutbox"
RECORD = "replace AuditOutbox"
OTHER_KEY = generate(keys.ES256)

ASSERTION_LIES: dict[str, AssertionLies] = {
    "type": {"type": "webauthn.create"},
    "origin": {"origin": "https://evil.example"},
    "cross-origin": {"cross_origin": True},
    "top-origin": {"top_origin": "https://evil.example"},
    "rp-id": {"rp_id_hash": bytes(32)},
    "user-not-present": {"user_present": False},
    "user-not-verified": {"user_verified": False},
    "backup-state": {"backup_state": True},
    "handle": {"user_handle": bytes(32)},
    "signature": {"signature": b"nonsense"},
    "other-key-and-largest-count": {"sign_with": OTHER_KEY, "sign_count": 2**32 - 1},
    "flags-after-signing": {"changed_after_signing": "auth_data"},
    "client-data-after-signing": {"changed_after_signing": "client_data"},
    "count": {"sign_count": 0},
}

REGISTRATION_LIES: dict[str, RegistrationLies] = {
    "type": {"type": "webauthn.get"},
    "origin": {"origin": "https://evil.example"},
    "rp-id": {"rp_id_hash": bytes(32)},
    "user-not-present": {"user_present": False},
    "user-not-verified": {"user_verified": False},
    "algorithm": {"algorithm_claimed": -999},
    "unusable-key": {"public_key": {1: 2, 3: -7, -1: 1, -2: bytes(32), -3: bytes(32)}},
    "other-id": {"id": bytes(32), "raw_id": bytes(32)},
    "no-credential": {"attested": False, "attested_data": b""},
    "attestation": {"fmt": "unheard-of"},
    "not-cbor": {"attestation_object": b"\xff"},
}


@pytest.mark.parametrize("lies", ASSERTION_LIES.values(), ids=ASSERTION_LIES.keys())
async def test_a_refused_assertion_writes_nothing(
    party: ServiceHarness,
    transport: RecordingTransport,
    alices: SoftAuthenticator,
    lies: AssertionLies,
) -> None:
    registered = await party.register(alices, "alice")
    assertion = alices.get(await party.begin_authentication(), **lies)
    transport.forget()
    with pytest.raises(CeremonyRejected):
        await party.finish_authentication(assertion)
    assert _changes(transport) == [CLAIM]
    signed_in = (await party.sign_in(alices)).record
    assert signed_in.sign_count == registered.sign_count + 2
    assert signed_in.backup_eligible is registered.backup_eligible


@pytest.mark.parametrize("lies", REGISTRATION_LIES.values(), ids=REGISTRATION_LIES.keys())
async def test_a_refused_registration_writes_nothing(
    party: ServiceHarness,
    transport: RecordingTransport,
    alices: SoftAuthenticator,
    lies: RegistrationLies,
) -> None:
    response = alices.create(await party.begin_registration("alice"), **lies)
    transport.forget()
    with pytest.raises(CeremonyRejected):
        await party.finish_registration(response)
    assert _changes(transport) == [CLAIM]
    await party.register(alices, "alice")


async def test_an_assertion_of_an_unknown_credential_writes_nothing(
    party: ServiceHarness, transport: RecordingTransport, mallorys: SoftAuthenticator
) -> None:
    mallorys.create(await party.begin_registration("mallory"))
    assertion = mallorys.get(await party.begin_authentication())
    transport.forget()
    with pytest.raises(CeremonyRejected):
        await party.finish_authentication(assertion)
    assert _changes(transport) == [CLAIM]


async def test_a_begin_writes_only_its_challenge(
    party: ServiceHarness, transport: RecordingTransport
) -> None:
    await party.begin_authentication("alice")
    await party.begin_registration("alice")
    assert transport.writes == ["insert AuditOutbox"] * 2


def _changes(transport: RecordingTransport) -> list[str]:
    """What is written, but for counters and the record of it: that somebody failed is no state of
    an account."""
    others = (name for name in transport.writes if name != RECORD)
    return [name for name in others if not name.endswith(" RateLimits")]
