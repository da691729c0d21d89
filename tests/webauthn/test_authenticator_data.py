"""L3 section 6.1; section 7.1 steps 14 to 17 and section 7.2 steps 15 to 18."""

from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest

from shared.errors import AuthenticationRejected, Reason, RegistrationRejected
from shared.webauthn.options import demand_user
from shared.webauthn.policy import UserVerification
from tests.authenticator import RegistrationLies, cbor
from tests.authenticator.malformed import MALFORMED_ITEMS
from tests.webauthn.relying_party import (
    ORIGIN,
    POLICY,
    RP_ID,
    Registered,
    asked_to_create,
    register,
    soft_authenticator,
)

# These lies mean the same in both ceremonies, so their keywords are of both.
LIES: dict[str, tuple[dict[str, Any], Reason]] = {
    "rp-id-hash-of-another": (
        {"rp_id_hash": sha256(b"evil.example").digest()},
        Reason.RP_ID_HASH_MISMATCH,
    ),
    "rp-id-hash-of-the-origin": (
        {"rp_id_hash": sha256(ORIGIN.encode()).digest()},
        Reason.RP_ID_HASH_MISMATCH,
    ),
    "rp-id-hash-zero": ({"rp_id_hash": bytes(32)}, Reason.RP_ID_HASH_MISMATCH),
    "rp-id-in-upper-case": (
        {"rp_id_hash": sha256(RP_ID.upper().encode()).digest()},
        Reason.RP_ID_HASH_MISMATCH,
    ),
    "user-not-present": ({"user_present": False}, Reason.USER_NOT_PRESENT),
    "user-verified-but-not-present": (
        {"user_present": False, "user_verified": True},
        Reason.USER_NOT_PRESENT,
    ),
    "user-not-verified": ({"user_verified": False}, Reason.USER_NOT_VERIFIED),
    "backed-up-but-not-eligible": (
        {"backup_state": True, "backup_eligible": False},
        Reason.BACKUP_STATE_WITHOUT_ELIGIBILITY,
    ),
    "no-flag-but-reserved-ones": (
        {"user_present": False, "user_verified": False, "reserved_flags": 0x22},
        Reason.USER_NOT_PRESENT,
    ),
    "empty": ({"auth_data": b""}, Reason.AUTHENTICATOR_DATA_MALFORMED),
    "36-bytes": ({"auth_data": lambda d: d[:36]}, Reason.AUTHENTICATOR_DATA_MALFORMED),
    "one-byte-left": ({"auth_data_suffix": b"\0"}, Reason.AUTHENTICATOR_DATA_MALFORMED),
    "cbor-left": ({"auth_data_suffix": b"\xa0"}, Reason.AUTHENTICATOR_DATA_MALFORMED),
    "extensions-promised": ({"extension_flag": True}, Reason.AUTHENTICATOR_DATA_MALFORMED),
    "extensions-unannounced": (
        {"extensions": {"x": True}, "extension_flag": False},
        Reason.AUTHENTICATOR_DATA_MALFORMED,
    ),
    "extensions-as-list": ({"extensions": [1]}, Reason.AUTHENTICATOR_DATA_MALFORMED),
    "extensions-as-text": ({"extensions": "x"}, Reason.AUTHENTICATOR_DATA_MALFORMED),
    "extensions-as-bytes": ({"extensions": b"\xa0"}, Reason.AUTHENTICATOR_DATA_MALFORMED),
    "extensions-null": ({"extensions": None}, Reason.AUTHENTICATOR_DATA_MALFORMED),
    "extensions-twice": (
        {"extensions": {"x": True}, "auth_data_suffix": cbor.encode({"x": True})},
        Reason.AUTHENTICATOR_DATA_MALFORMED,
    ),
    "extensions-deep": (
        {"extensions": {"x": cbor.Raw(cbor.nested(200))}},
        Reason.AUTHENTICATOR_DATA_MALFORMED,
    ),
    "extensions-with-float": ({"extensions": {"x": 1.5}}, Reason.AUTHENTICATOR_DATA_MALFORMED),
    **{
        f"extensions-{name}": (
            {"extensions": cbor.Raw(item)},
            Reason.AUTHENTICATOR_DATA_MALFORMED,
        )
        for name, item in MALFORMED_ITEMS.items()
    },
    "attested-data-promised": (
        {"attested": True, "attested_data": b""},
        Reason.AUTHENTICATOR_DATA_MALFORMED,
    ),
    "attested-data-cut-in-aaguid": (
        {"attested": True, "attested_data": bytes(8)},
        Reason.AUTHENTICATOR_DATA_MALFORMED,
    ),
    "attested-data-cut-in-length": (
        {"attested": True, "attested_data": bytes(17)},
        Reason.AUTHENTICATOR_DATA_MALFORMED,
    ),
    "attested-data-without-key": (
        {"attested": True, "attested_data": bytes(16) + b"\0\4idid"},
        Reason.AUTHENTICATOR_DATA_MALFORMED,
    ),
    "attested-data-with-text-as-key": (
        {"attested": True, "attested_data": bytes(16) + b"\0\4idid\x63key"},
        Reason.AUTHENTICATOR_DATA_MALFORMED,
    ),
    "attested-data-id-too-long-for-it": (
        {"attested": True, "attested_data": bytes(16) + b"\xff\xffidid"},
        Reason.AUTHENTICATOR_DATA_MALFORMED,
    ),
}
TOLERATED: dict[str, dict[str, Any]] = {
    "reserved-flags": {"reserved_flags": 0x22},
    "no-extension": {"extensions": {}},
    "unknown-extension": {"extensions": {"x": {"y": [b"z", -1, True]}}},
    "several-extensions": {"extensions": {"credProtect": 2, "hmac-secret": True, 1: 0}},
    "backup-eligible": {"backup_eligible": True},
    "backed-up": {"backup_eligible": True, "backup_state": True},
    "greatest-sign-count": {"sign_count": 2**32 - 1},
}


@pytest.mark.parametrize(("lies", "reason"), LIES.values(), ids=LIES)
def test_rejects_registration(lies: RegistrationLies, reason: Reason) -> None:
    message = soft_authenticator().create(asked_to_create(), **lies)
    with pytest.raises(RegistrationRejected) as refused:
        register(message)
    assert refused.value.reason is reason


@pytest.mark.parametrize(
    ("lies", "reason"),
    [pytest.param(*row, id=name) for name, row in LIES.items() if name != "empty"],
)
def test_rejects_assertion(alice: Registered, lies: dict[str, Any], reason: Reason) -> None:
    with pytest.raises(AuthenticationRejected) as refused:
        alice.authenticate(alice.sign(**lies))
    assert refused.value.reason is reason


@pytest.mark.parametrize("tolerated", TOLERATED.values(), ids=TOLERATED)
def test_accepts_registration(tolerated: RegistrationLies) -> None:
    verified = register(soft_authenticator().create(asked_to_create(), **tolerated))
    assert verified.backup_eligible is tolerated.get("backup_eligible", False)
    assert verified.backup_state is tolerated.get("backup_state", False)
    assert verified.sign_count == tolerated.get("sign_count", 1)


@pytest.mark.parametrize("tolerated", TOLERATED.values(), ids=TOLERATED)
def test_accepts_assertion(alice: Registered, tolerated: dict[str, Any]) -> None:
    verified = alice.authenticate(alice.sign(**tolerated))
    assert verified.backup_eligible is tolerated.get("backup_eligible", False)
    assert verified.backup_state is tolerated.get("backup_state", False)
    assert verified.sign_count == tolerated.get("sign_count", 2)


@pytest.mark.parametrize("wish", [UserVerification.PREFERRED, UserVerification.DISCOURAGED])
def test_user_verification_is_checked_only_where_required(
    alice: Registered, wish: UserVerification
) -> None:
    policy = replace(POLICY, user_verification=wish)
    message = soft_authenticator().create(asked_to_create(policy), user_verified=False)
    assert not register(message, policy=policy).user_verified
    signed = alice.sign(policy=policy, user_verified=False)
    assert not alice.authenticate(signed, policy=policy).user_verified


@pytest.mark.parametrize("wish", UserVerification)
def test_a_sign_in_may_demand_user_verification(alice: Registered, wish: UserVerification) -> None:
    policy = demand_user(replace(POLICY, user_verification=wish))
    assert policy == POLICY
    assert alice.authenticate(alice.sign(), policy=policy).user_verified
    with pytest.raises(AuthenticationRejected) as refused:
        alice.authenticate(alice.sign(user_verified=False), policy=policy)
    assert refused.value.reason is Reason.USER_NOT_VERIFIED


def test_only_the_data_of_the_authenticator_is_used() -> None:
    """Browsers repeat parts of the attestation object outside it; those are not signed."""
    message = soft_authenticator().create(
        asked_to_create(),
        user_verified=False,
        replace={
            "response.authenticatorData": b"\xff" * 37,
            "response.publicKey": b"key",
            "response.publicKeyAlgorithm": -7,
        },
    )
    with pytest.raises(RegistrationRejected) as refused:
        register(message)
    assert refused.value.reason is Reason.USER_NOT_VERIFIED
