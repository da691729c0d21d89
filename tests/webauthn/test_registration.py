"""L3 section 7.1: what an honest registration gives, the credential's ID, and the steps' order.

The other steps are in files with the names of their subjects.
"""

from dataclasses import replace

import pytest

from shared.errors import MalformedRequest, Reason, RegistrationRejected
from shared.webauthn.attestation import AttestationType
from tests.authenticator import AAGUID, PackedSelf, RegistrationLies, base64url, cbor, keys
from tests.webauthn.relying_party import (
    ORIGIN,
    POLICY,
    asked_to_create,
    register,
    soft_authenticator,
)

SHORT = b"a short credential ID"
CREDENTIAL_LIES: dict[str, tuple[RegistrationLies, Reason]] = {
    "not-attested": (
        {"attested": False, "attested_data": b""},
        Reason.ATTESTED_CREDENTIAL_MISSING,
    ),
    "attested-without-flag": ({"attested": False}, Reason.AUTHENTICATOR_DATA_MALFORMED),
    "id-of-1024-bytes": (
        {"credential_id": bytes(1024), "id": SHORT, "raw_id": SHORT},
        Reason.CREDENTIAL_ID_LENGTH,
    ),
    "id-of-no-bytes": (
        {"credential_id": b"", "id": SHORT, "raw_id": SHORT},
        Reason.CREDENTIAL_ID_LENGTH,
    ),
    "id-length-65535": ({"credential_id_length": 65535}, Reason.AUTHENTICATOR_DATA_MALFORMED),
    "id-length-zero": ({"credential_id_length": 0}, Reason.AUTHENTICATOR_DATA_MALFORMED),
    "id-one-byte-shorter": ({"credential_id_length": 31}, Reason.AUTHENTICATOR_DATA_MALFORMED),
    "envelope-of-another": (
        {"id": SHORT, "raw_id": SHORT},
        Reason.CREDENTIAL_ID_MISMATCH,
    ),
    "envelope-longer": (
        {"credential_id": SHORT, "id": SHORT + b"\0", "raw_id": SHORT + b"\0"},
        Reason.CREDENTIAL_ID_MISMATCH,
    ),
    "envelope-shorter": (
        {"credential_id": SHORT, "id": SHORT[:-1], "raw_id": SHORT[:-1]},
        Reason.CREDENTIAL_ID_MISMATCH,
    ),
}
# All errors together, and the remaining ones after each correction in order
ORDER: list[tuple[str, object, Reason]] = [
    ("type", "webauthn.get", Reason.CLIENT_DATA_TYPE),
    ("challenge", bytes(32), Reason.CHALLENGE_MISMATCH),
    ("origin", "https://evil.example", Reason.ORIGIN_NOT_ALLOWED),
    ("cross_origin", True, Reason.CROSS_ORIGIN_NOT_ALLOWED),
    ("rp_id_hash", bytes(32), Reason.RP_ID_HASH_MISMATCH),
    ("user_present", False, Reason.USER_NOT_PRESENT),
    ("user_verified", False, Reason.USER_NOT_VERIFIED),
    ("backup_state", True, Reason.BACKUP_STATE_WITHOUT_ELIGIBILITY),
    ("raw_id", SHORT, Reason.CREDENTIAL_ID_MISMATCH),
    ("algorithm_claimed", keys.RS1, Reason.ALGORITHM_NOT_OFFERED),
    ("fmt", "unknown", Reason.ATTESTATION_FORMAT_UNKNOWN),
]


def refusal(lies: RegistrationLies) -> Reason:
    message = soft_authenticator().create(asked_to_create(), **lies)
    with pytest.raises(RegistrationRejected) as refused:
        register(message)
    return refused.value.reason


def test_accepts_registration() -> None:
    authenticator = soft_authenticator()
    verified = register(authenticator.create(asked_to_create()))
    assert verified.credential_id == authenticator.latest.id
    assert verified.public_key == cbor.encode(authenticator.latest.key.cose())
    assert verified.sign_count == 1
    assert verified.aaguid == AAGUID
    assert (verified.user_verified, verified.backup_eligible, verified.backup_state) == (
        True,
        False,
        False,
    )
    assert verified.attestation_format == "none"
    assert verified.attestation_type is AttestationType.NONE


@pytest.mark.parametrize("sign_count", [0, 1, 2**32 - 1])
def test_any_first_sign_count_is_accepted(sign_count: int) -> None:
    message = soft_authenticator().create(asked_to_create(), sign_count=sign_count)
    assert register(message).sign_count == sign_count


@pytest.mark.parametrize("length", [1, 16, 1023])
def test_accepts_credential_id_of_length(length: int) -> None:
    message = soft_authenticator().create(asked_to_create(), credential_id=b"i" * length)
    assert register(message).credential_id == b"i" * length


@pytest.mark.parametrize(("lies", "reason"), CREDENTIAL_LIES.values(), ids=CREDENTIAL_LIES)
def test_rejects_registration(lies: RegistrationLies, reason: Reason) -> None:
    assert refusal(lies) is reason


@pytest.mark.parametrize("length", [0, 1024, 1025, 65535])
def test_an_envelope_has_no_longer_id_than_a_credential(length: int) -> None:
    message = soft_authenticator().create(asked_to_create(), credential_id=b"i" * length)
    with pytest.raises(MalformedRequest, match=r"^id "):
        register(message)


@pytest.mark.parametrize("position", range(len(ORDER)))
def test_steps_are_taken_in_the_order_of_the_specification(position: int) -> None:
    lies: RegistrationLies = {}
    for name, lie, _ in ORDER[position:]:
        lies[name] = lie  # type: ignore[literal-required]  # all are keywords of create
    if "raw_id" in lies:
        lies["id"] = lies["raw_id"]
    assert refusal(lies) is ORDER[position][2]


def test_a_registration_without_any_lie_is_accepted() -> None:
    honest: RegistrationLies = {"origin": ORIGIN, "cross_origin": False, "fmt": "none"}
    assert register(soft_authenticator().create(asked_to_create(), **honest)).user_verified


def test_another_relying_party_has_other_credentials() -> None:
    policy = replace(POLICY, rp_id="example.com")
    with pytest.raises(RegistrationRejected) as refused:
        register(soft_authenticator().create(asked_to_create()), policy=policy)
    assert refused.value.reason is Reason.RP_ID_HASH_MISMATCH


def test_transports_and_attachment_do_not_affect_the_result() -> None:
    message = soft_authenticator().create(
        asked_to_create(),
        attachment="implanted",
        replace={"response.transports": ["telepathy"]},
        client_extension_results={"credProps": {"rk": "perhaps"}, "x": [1]},
        attestation=PackedSelf(),
    )
    assert register(message).attestation_type is AttestationType.SELF


def test_an_envelope_id_has_one_spelling() -> None:
    honest = soft_authenticator().create(asked_to_create(), credential_id=b"\xff" * 31)
    spelt = base64url.encode(b"\xff" * 31)
    for other in (spelt + "=", spelt[:-1] + "9", spelt.replace("_", "/"), spelt + "\n"):
        with pytest.raises(MalformedRequest):
            register({**honest, "id": other, "rawId": other})
