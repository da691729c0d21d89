"""L3 section 7.1 step 20; a key that cannot verify, or that anyone can forge, is not stored."""

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from shared.errors import Reason, RegistrationRejected
from shared.webauthn import algorithms
from shared.webauthn.algorithms import NAMES, supported
from tests.authenticator import RegistrationLies, cbor, cose, generate, keys
from tests.webauthn.relying_party import (
    POLICY,
    asked_to_create,
    register,
    registered,
    soft_authenticator,
)

type Key = dict[int, Any]

# fido2 does not accept these as keys
NO_KEYS = ("algorithm-zero", "missing-algorithm", "empty-key")
NOT_OFFERED = ("unknown-algorithm", "algorithm-as-text", "rs1", "hs256")
UNUSABLE = {
    name: make for name, make in cose.DISHONEST_KEYS.items() if name not in (*NO_KEYS, *NOT_OFFERED)
}
ED25519_PRIME = 2**255 - 19
ED25519_ORDER_8 = bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")
ED448_PRIME = 2**448 - 2**224 - 1


def with_sign(point: bytes) -> bytes:
    return point[:-1] + bytes([point[-1] | 0x80])


def ed25519(y: int) -> bytes:
    return y.to_bytes(32, "little")


def ed448(y: int) -> bytes:
    return y.to_bytes(57, "little")


SMALL_ORDER = {
    "1": ed25519(1),
    "1-unreduced": ed25519(ED25519_PRIME + 1),
    "1-signed": with_sign(ed25519(1)),
    "2": ed25519(ED25519_PRIME - 1),
    "4": ed25519(0),
    "4-unreduced": ed25519(ED25519_PRIME),
    "4-signed": with_sign(ed25519(0)),
    "8": ED25519_ORDER_8,
    "8-signed": with_sign(ED25519_ORDER_8),
    "8-negative": ed25519(ED25519_PRIME - int.from_bytes(ED25519_ORDER_8, "little")),
}
NO_POINT = ed25519(2)
ED448_SMALL_ORDER = {
    "1": ed448(1),
    "2": ed448(ED448_PRIME - 1),
    "4": ed448(0),
    "4-signed": with_sign(ed448(0)),
}


# Valid points if the length of an encoding is ignored
ED25519_BASE = bytes.fromhex("58" + "66" * 31)
MISSIZED = {
    "longer": ED25519_BASE + b"\0",
    "shorter": bytes([3]) + bytes(30),
}


def refusal(key: Key | bytes) -> Reason:
    message = soft_authenticator().create(asked_to_create(), public_key=key)
    with pytest.raises(RegistrationRejected) as refused:
        register(message)
    return refused.value.reason


@pytest.mark.parametrize("make", UNUSABLE.values(), ids=UNUSABLE)
def test_rejects_unusable_key(make: Callable[[], Key]) -> None:
    assert refusal(make()) is Reason.PUBLIC_KEY_UNUSABLE


@pytest.mark.parametrize("name", NOT_OFFERED)
def test_rejects_algorithm(name: str) -> None:
    assert refusal(cose.DISHONEST_KEYS[name]()) is Reason.ALGORITHM_NOT_OFFERED


@pytest.mark.parametrize("name", NO_KEYS)
def test_rejects_a_malformed_key(name: str) -> None:
    assert refusal(cose.DISHONEST_KEYS[name]()) is Reason.AUTHENTICATOR_DATA_MALFORMED


@pytest.mark.parametrize("point", SMALL_ORDER.values(), ids=SMALL_ORDER)
def test_rejects_ed25519_point_of_order(point: bytes) -> None:
    assert refusal(cose.ed25519_key(x=point)) is Reason.PUBLIC_KEY_UNUSABLE


@pytest.mark.parametrize("point", MISSIZED.values(), ids=MISSIZED)
def test_rejects_ed25519_point_of_another_size(point: bytes) -> None:
    assert refusal(cose.ed25519_key(x=point)) is Reason.PUBLIC_KEY_UNUSABLE


@pytest.mark.parametrize("point", ED448_SMALL_ORDER.values(), ids=ED448_SMALL_ORDER)
def test_rejects_ed448_point_of_order(point: bytes) -> None:
    key = generate(keys.ED448).cose() | {-2: point}
    assert refusal(key) is Reason.PUBLIC_KEY_UNUSABLE


def test_rejects_ed25519_key_that_is_not_a_point() -> None:
    assert refusal(cose.ed25519_key(x=NO_POINT)) is Reason.PUBLIC_KEY_UNUSABLE


@pytest.mark.parametrize(
    "lies",
    [
        {"alg": True},
        {"alg": [keys.ES256]},
        {"alg": {1: 1}},
        {"alg": b"ES256"},
        {"alg": -keys.ES256},
        {"alg": keys.ES256K},
        {"alg": keys.RS384},
        {"alg": 2**63},
    ],
    ids=str,
)
def test_an_algorithm_is_one_of_those_offered(lies: dict[str, Any]) -> None:
    assert refusal(cose.ec_key(**lies)) is Reason.ALGORITHM_NOT_OFFERED


@pytest.mark.parametrize(
    "lies",
    [
        *[{"kty": value} for value in (True, "EC2", 1, b"\x02")],
        *[{"crv": value} for value in (True, "P-256", 0, [1])],
        *[{"y": value} for value in (False, 5, [bytes(32)], {1: bytes(32)})],
    ],
    ids=str,
)
def test_parameters_have_their_types(lies: dict[str, Any]) -> None:
    assert refusal(cose.ec_key(**lies)) is Reason.PUBLIC_KEY_UNUSABLE


@pytest.mark.parametrize(
    ("bits", "exponent"),
    [(2047, 65537), (8200, 65537), (2048, 65535), (2048, 3), (4096, 2**65 + 1)],
)
def test_rsa_parameters_have_limits(bits: int, exponent: int) -> None:
    modulus = (1 << bits - 1) + 1
    key = cose.rsa_key(
        n=modulus.to_bytes((bits + 7) // 8), e=exponent.to_bytes((exponent.bit_length() + 7) // 8)
    )
    assert refusal(key) is Reason.PUBLIC_KEY_UNUSABLE


def test_rejects_a_coordinate_with_zeros_before_it() -> None:
    key = generate(keys.ES512).cose()
    assert refusal(key | {cose.X: bytes(1) + key[cose.X]}) is Reason.PUBLIC_KEY_UNUSABLE


@pytest.mark.parametrize("name", ["RS256", "PS256", "PS384", "PS512"])
@pytest.mark.parametrize("label", [cose.N, cose.E], ids=["modulus", "exponent"])
@pytest.mark.parametrize("zeros", [1, 3000])
def test_rejects_an_rsa_number_with_zeros_before_it(name: str, label: int, zeros: int) -> None:
    """RFC 8230 section 4: in as few octets as possible."""
    key = generate(NAMES[name]).cose()
    assert refusal(key | {label: bytes(zeros) + key[label]}) is Reason.PUBLIC_KEY_UNUSABLE


@pytest.mark.parametrize("bits", [3072, 4096])
def test_accepts_a_longer_rsa_key(bits: int) -> None:
    key = keys.RsaKey(keys.RS256, keys.large_rsa(bits))
    message = soft_authenticator().create(asked_to_create(), key=key)
    assert register(message).user_verified


@pytest.mark.parametrize(
    "spoiled",
    [b"", b"\xff\xff", b"\x80", b"\x00", b"\xa1\x01\x02", b"\xa0\xa0", b"key"],
    ids=bytes.hex,
)
def test_rejects_bytes_in_place_of_a_key(spoiled: bytes) -> None:
    assert refusal(spoiled) is Reason.AUTHENTICATOR_DATA_MALFORMED


@pytest.mark.parametrize("name", NAMES)
def test_accepts_algorithm(name: str) -> None:
    """Registered, stored, and used to sign in."""
    alice = registered(soft_authenticator(NAMES[name]))
    assert alice.authenticator.latest.key.algorithm == NAMES[name]
    assert alice.authenticate(alice.sign()).sign_count == 2


@pytest.mark.parametrize("name", NAMES)
def test_an_algorithm_that_is_not_offered_is_refused(name: str) -> None:
    others = tuple(algorithm for algorithm in POLICY.algorithms if algorithm != NAMES[name])
    message = soft_authenticator(NAMES[name]).create(asked_to_create())
    with pytest.raises(RegistrationRejected) as refused:
        register(message, policy=replace(POLICY, algorithms=others))
    assert refused.value.reason is Reason.ALGORITHM_NOT_OFFERED


def test_all_algorithms_are_supported_here() -> None:
    assert supported() == set(NAMES.values())


@pytest.mark.parametrize("backend", [object(), SimpleNamespace(mldsa_supported=lambda: False)])
def test_without_ml_dsa_the_others_are_still_supported(
    monkeypatch: pytest.MonkeyPatch, backend: object
) -> None:
    """As with cryptography before version 47, and with OpenSSL before version 3.5."""
    monkeypatch.setattr(algorithms, "default_backend", lambda: backend)
    ml_dsa = {number for name, number in NAMES.items() if name.startswith("ML-DSA")}
    assert supported() == set(NAMES.values()) - ml_dsa


@pytest.mark.parametrize("lies", [{"algorithm_claimed": keys.RS256}, {"algorithm_claimed": -8}])
def test_a_key_of_another_algorithm_is_refused(lies: RegistrationLies) -> None:
    message = soft_authenticator().create(asked_to_create(), **lies)
    with pytest.raises(RegistrationRejected) as refused:
        register(message)
    assert refused.value.reason is Reason.PUBLIC_KEY_UNUSABLE


def test_a_key_is_stored_in_canonical_cbor() -> None:
    key = generate(keys.ES256)
    backwards = cbor.Pairs(list(reversed(key.cose().items()))).encoded()
    verified = register(soft_authenticator().create(asked_to_create(), public_key=backwards))
    assert verified.public_key == cbor.encode(key.cose())


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("extra", [{2: b"kid"}, {4: [2]}, {-4: "x" * 5000}, {"note": 1}], ids=str)
def test_a_key_has_no_members_but_those_of_its_type(name: str, extra: dict[Any, Any]) -> None:
    """L3 section 6.5.1: alg, and what the key type requires."""
    key: dict[Any, Any] = generate(NAMES[name]).cose() | extra
    assert refusal(key) is Reason.PUBLIC_KEY_UNUSABLE


def test_a_map_with_thousands_of_members_is_refused() -> None:
    key = generate(keys.ES256).cose() | dict.fromkeys(range(1000, 4700), 0)
    assert refusal(key) is Reason.AUTHENTICATOR_DATA_MALFORMED
