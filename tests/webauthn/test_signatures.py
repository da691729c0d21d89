"""L3 section 7.2 steps 20 to 22: the signature and the counter under it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

from shared.accounts.records import Oddity
from shared.errors import AuthenticationRejected, ConcurrentUse, MalformedRequest, Reason
from shared.webauthn.algorithms import NAMES
from shared.webauthn.credential_changes import CLOCK_SKEW, Observation
from shared.webauthn.policy import CeremonyPolicy, SignCountPolicy
from tests.authenticator import AssertionLies, generate, keys
from tests.authenticator.lies import Rewrite
from tests.webauthn.relying_party import (
    EXPIRY,
    POLICY,
    Registered,
    registered,
    soft_authenticator,
)

REPORT = replace(POLICY, sign_count=SignCountPolicy.REPORT)
STRICT = replace(POLICY, sign_count=SignCountPolicy.STRICT)
BEGAN_AT = datetime.fromtimestamp(EXPIRY - POLICY.lifetime_seconds, UTC)
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def as_raw(signature: bytes) -> bytes:
    r, s = decode_dss_signature(signature)
    return r.to_bytes(32) + s.to_bytes(32)


def with_scalar_added(signature: bytes) -> bytes:
    r, s = decode_dss_signature(signature)
    return encode_dss_signature(r, s + P256_ORDER)


SIGNATURES: dict[str, Rewrite] = {
    "one-byte": b"\0",
    "zeros": bytes(71),
    "psychic": bytes.fromhex("3006020100020100"),
    "order-and-order": encode_dss_signature(P256_ORDER, P256_ORDER),
    "one-and-one": encode_dss_signature(1, 1),
    "unreduced": with_scalar_added,
    "raw": as_raw,
    "longer": lambda honest: honest + b"\0",
    "shorter": lambda honest: honest[:-1],
    "twice": lambda honest: honest * 2,
    "reversed": lambda honest: honest[::-1],
    "other-algorithm": generate(keys.EDDSA).sign(b"message"),
    "of-another-message": generate(keys.ES256).sign(b"message"),
}
LIES: dict[str, AssertionLies] = {
    **{name: {"signature": rewrite} for name, rewrite in SIGNATURES.items()},
    "other-key": {"sign_with": generate(keys.ES256)},
    "other-key-greatest-count": {"sign_with": generate(keys.ES256), "sign_count": 2**32 - 1},
    "authenticator-data-changed": {"changed_after_signing": "auth_data"},
    "client-data-changed": {"changed_after_signing": "client_data"},
}


@pytest.mark.parametrize("lies", LIES.values(), ids=LIES)
def test_rejects_assertion(alice: Registered, lies: AssertionLies) -> None:
    with pytest.raises(AuthenticationRejected) as refused:
        alice.authenticate(alice.sign(**lies))
    assert refused.value.reason is Reason.SIGNATURE_INVALID


@pytest.mark.parametrize("name", NAMES)
def test_rejects_signature_of_another_key_and_of_no_form(name: str) -> None:
    alice = registered(soft_authenticator(NAMES[name]))
    forged: list[AssertionLies] = [
        {"sign_with": generate(NAMES[name])},
        {"signature": lambda honest: bytes(len(honest))},
        {"signature": lambda honest: honest[:-1]},
        {"signature": lambda honest: honest + b"\0"},
        {"signature": b"\xff"},
    ]
    for lies in forged:
        with pytest.raises(AuthenticationRejected) as refused:
            alice.authenticate(alice.sign(**lies))
        assert refused.value.reason is Reason.SIGNATURE_INVALID


def test_a_signature_of_another_ceremony_does_not_fit(alice: Registered) -> None:
    """Two honest assertions for one challenge: neither is valid with the other's signature."""
    first, second = alice.sign(), alice.sign()
    first["response"]["signature"] = second["response"]["signature"]
    with pytest.raises(AuthenticationRejected) as refused:
        alice.authenticate(first)
    assert refused.value.reason is Reason.SIGNATURE_INVALID


@pytest.mark.parametrize("length", [0, 8193])
def test_a_signature_has_a_size_limit(alice: Registered, length: int) -> None:
    with pytest.raises(MalformedRequest, match=r"response\.signature"):
        alice.authenticate(alice.sign(signature=bytes(length)))


def counted(stored: int) -> Registered:
    alice = registered(soft_authenticator())
    return replace(alice, record=replace(alice.record, sign_count=stored))


@pytest.mark.parametrize(
    ("stored", "sent"),
    [(0, 0), (0, 1), (1, 2), (1, 1000), (0, 2**32 - 1), (2**32 - 2, 2**32 - 1)],
)
def test_accepts_sign_count(stored: int, sent: int) -> None:
    alice = counted(stored)
    for policy in (POLICY, REPORT, STRICT):
        verified = alice.authenticate(alice.sign(sign_count=sent), policy=policy)
        assert verified.sign_count == sent
        assert verified.observations == ()


def refusal(alice: Registered, sent: int, policy: CeremonyPolicy, **lies: bool) -> Reason:
    with pytest.raises(AuthenticationRejected) as refused:
        alice.authenticate(alice.sign(sign_count=sent, **lies), policy=policy)  # type: ignore[arg-type]
    return refused.value.reason


@pytest.mark.parametrize(
    ("stored", "sent"), [(1, 0), (2, 1), (1000, 0), (1000, 999), (2**32 - 1, 0)]
)
def test_a_sign_count_that_fell_is_refused_or_reported(stored: int, sent: int) -> None:
    alice = counted(stored)
    for policy in (POLICY, STRICT):
        assert refusal(alice, sent, policy) is Reason.SIGN_COUNT_REGRESSION
    verified = alice.authenticate(alice.sign(sign_count=sent), policy=REPORT)
    assert verified.observations == (Observation.SIGN_COUNT_REGRESSION,)
    assert verified.sign_count == sent


@pytest.mark.parametrize("count", [1, 1000, 2**32 - 1])
def test_a_sign_count_that_stays_is_reported_once_unless_policy_is_strict(count: int) -> None:
    """Some keys always send the same count."""
    alice = counted(count)
    assert refusal(alice, count, STRICT) is Reason.SIGN_COUNT_REGRESSION
    for policy in (POLICY, REPORT):
        verified = alice.authenticate(alice.sign(sign_count=count), policy=policy)
        assert verified.observations == (Observation.SIGN_COUNT_UNCHANGED,)
        assert verified.odd == [Oddity.SIGN_COUNT_UNCHANGED]
        again = replace(alice, record=replace(alice.record, oddities=frozenset(verified.odd)))
        verified = again.authenticate(alice.sign(sign_count=count), policy=policy)
        assert verified.observations == ()


@pytest.mark.parametrize(("stored", "sent"), [(51, 0), (51, 50), (2, 1)])
def test_copies_of_a_synced_passkey_have_separate_counts(stored: int, sent: int) -> None:
    alice = counted(stored)
    appeared = frozenset({Oddity.BACKUP_ELIGIBILITY_APPEARED})
    for changes, eligible in (
        ({"backup_eligible": True}, True),
        ({"backup_eligible": True}, False),
        ({"oddities": appeared}, False),
        ({}, True),
    ):
        synced = replace(alice, record=replace(alice.record, **changes))
        for policy in (POLICY, REPORT):
            signed = synced.sign(sign_count=sent, backup_eligible=eligible)
            verified = synced.authenticate(signed, policy=policy)
            assert Observation.SIGN_COUNTS_APART in verified.observations
            odd = frozenset(verified.odd) | synced.record.oddities
            again = replace(synced, record=replace(synced.record, oddities=odd))
            assert again.authenticate(signed, policy=policy).observations == ()
        reason = refusal(synced, sent, STRICT, backup_eligible=eligible)
        assert reason is Reason.SIGN_COUNT_REGRESSION


@pytest.mark.parametrize("policy", [POLICY, REPORT])
def test_a_count_of_a_synced_passkey_may_come_twice(policy: CeremonyPolicy) -> None:
    """From two copies. It gives no warning of a later fall, which would also be accepted."""
    alice = counted(51)
    for changes in (
        {"backup_eligible": True},
        {"oddities": frozenset({Oddity.BACKUP_ELIGIBILITY_APPEARED})},
    ):
        synced = replace(alice, record=replace(alice.record, **changes))
        signed = synced.sign(sign_count=51, backup_eligible=True)
        assert synced.authenticate(signed, policy=policy).observations == ()


@pytest.mark.parametrize("policy", [POLICY, REPORT, STRICT], ids=["refuse", "report", "strict"])
def test_answers_out_of_order_are_not_a_clone(policy: CeremonyPolicy) -> None:
    """The other sign-in ended after this one was begun."""
    alice = counted(12)
    for counted_at in (BEGAN_AT, BEGAN_AT + timedelta(seconds=200), BEGAN_AT - CLOCK_SKEW):
        later = replace(alice, record=replace(alice.record, counted_at=counted_at))
        with pytest.raises(ConcurrentUse):
            later.authenticate(later.sign(sign_count=11), policy=policy)


def test_a_lower_count_is_refused_three_seconds_after_the_other_use() -> None:
    """All instances use one clock."""
    alice, shortly = counted(12), BEGAN_AT - timedelta(seconds=3)
    later = replace(alice, record=replace(alice.record, counted_at=shortly))
    assert refusal(later, 11, POLICY) is Reason.SIGN_COUNT_REGRESSION


def test_a_lower_count_is_refused_just_beyond_the_clock_skew() -> None:
    alice, shortly = counted(12), BEGAN_AT - CLOCK_SKEW - timedelta(seconds=1)
    later = replace(alice, record=replace(alice.record, counted_at=shortly))
    assert refusal(later, 11, POLICY) is Reason.SIGN_COUNT_REGRESSION


def test_a_report_only_policy_refuses_a_wrong_signature() -> None:
    alice = counted(5)
    with pytest.raises(AuthenticationRejected) as refused:
        alice.authenticate(alice.sign(sign_count=5, signature=b"forged"), policy=REPORT)
    assert refused.value.reason is Reason.SIGNATURE_INVALID


def test_a_clone_is_noticed_when_either_is_used_again(alice: Registered) -> None:
    clone = replace(alice, authenticator=alice.authenticator.clone())
    for _ in range(2):
        used = alice.authenticate(alice.sign())
    after = replace(clone, record=replace(alice.record, sign_count=used.sign_count))
    with pytest.raises(AuthenticationRejected) as refused:
        after.authenticate(clone.sign())
    assert refused.value.reason is Reason.SIGN_COUNT_REGRESSION


def test_an_authenticator_without_a_counter_is_accepted() -> None:
    alice = registered(soft_authenticator(counting=False))
    assert alice.record.sign_count == 0
    assert alice.authenticate(alice.sign()).sign_count == 0
