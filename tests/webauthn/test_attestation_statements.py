"""Statements that differ from those of their makers, in every format."""

from collections.abc import Callable
from typing import Any, Literal

import pytest

from shared.errors import Reason, RegistrationRejected
from tests.authenticator import (
    AndroidKey,
    Apple,
    AttestationMaker,
    Authority,
    FidoU2f,
    NoAttestation,
    Packed,
    PackedSelf,
    RegistrationLies,
    Tpm,
    generate,
    keys,
)
from tests.webauthn.relying_party import asked_to_create, register, soft_authenticator

type Statement = dict[str, Any]
type Lie = Callable[[Statement], object]

ROOT = Authority.new_root()
MAKERS: dict[str, AttestationMaker] = {
    "packed-self": PackedSelf(),
    "packed": Packed(authority=ROOT),
    "fido-u2f": FidoU2f(authority=ROOT),
    "tpm": Tpm(authority=ROOT),
    "apple": Apple(authority=ROOT),
    "android-key": AndroidKey(authority=ROOT),
}
MEMBERS = {
    "packed-self": ("alg", "sig"),
    "packed": ("alg", "sig", "x5c"),
    "fido-u2f": ("sig", "x5c"),
    "tpm": ("ver", "alg", "sig", "x5c", "certInfo", "pubArea"),
    "apple": ("x5c",),
    "android-key": ("alg", "sig", "x5c"),
}
SIGNED = [name for name in MAKERS if name != "apple"]
SIGNATURES: dict[str, RegistrationLies] = {
    "empty": {"signature": b""},
    "zeros": {"signature": bytes(70)},
    "longer": {"signature": lambda honest: honest + b"\0"},
    "shorter": {"signature": lambda honest: honest[:-1]},
    "psychic": {"signature": bytes.fromhex("3006020100020100")},
    "of-another-key": {"sign_with": generate(keys.ES256)},
}
# Values that no authenticator sends, in place of any member
NONSENSE: tuple[object, ...] = (b"", "", 0, -7, True, [], {}, [b""], {0: b""}, "x" * 100, 2**63)


def replacing(member: str, value: object) -> Lie:
    return lambda honest: {**honest, member: value}


def without(member: str) -> Lie:
    return lambda honest: {k: v for k, v in honest.items() if k != member}


def refusal(lies: RegistrationLies, *, algorithm: int = keys.ES256) -> Reason:
    message = soft_authenticator(algorithm).create(asked_to_create(), **lies)
    with pytest.raises(RegistrationRejected) as refused:
        register(message)
    return refused.value.reason


@pytest.mark.parametrize("lies", SIGNATURES.values(), ids=SIGNATURES)
@pytest.mark.parametrize("name", SIGNED)
def test_rejects_signature(name: str, lies: RegistrationLies) -> None:
    assert refusal({**lies, "attestation": MAKERS[name]}) is Reason.ATTESTATION_INVALID


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("changed", ["auth_data", "client_data"])
def test_rejects_a_change_after_signing(
    name: str, changed: Literal["auth_data", "client_data"]
) -> None:
    lies: RegistrationLies = {"attestation": MAKERS[name], "changed_after_signing": changed}
    # U2F does not sign the flags or the counter
    if (name, changed) == ("fido-u2f", "auth_data"):
        message = soft_authenticator().create(asked_to_create(), **lies)
        assert register(message).attestation_format == "fido-u2f"
        return
    assert refusal(lies) is Reason.ATTESTATION_INVALID


@pytest.mark.parametrize(
    ("name", "member"), [(name, member) for name in MAKERS for member in MEMBERS[name]]
)
def test_rejects_statement_without(name: str, member: str) -> None:
    lies: RegistrationLies = {"attestation": MAKERS[name], "att_stmt": without(member)}
    assert refusal(lies) is Reason.ATTESTATION_INVALID


@pytest.mark.parametrize(
    ("name", "member"), [(name, member) for name in MAKERS for member in MEMBERS[name]]
)
def test_rejects_nonsense_in_place_of(name: str, member: str) -> None:
    for nonsense in NONSENSE:
        if (member, nonsense) == ("alg", keys.ES256):
            continue
        lie = replacing(member, nonsense)
        lies: RegistrationLies = {"attestation": MAKERS[name], "att_stmt": lie}
        assert refusal(lies) is Reason.ATTESTATION_INVALID


@pytest.mark.parametrize("name", MAKERS)
def test_rejects_statement_under_another_format(name: str) -> None:
    honest = "packed" if name == "packed-self" else name
    for fmt in ("packed", "fido-u2f", "tpm", "apple", "android-key", "android-safetynet", "none"):
        if fmt != honest:
            lies: RegistrationLies = {"attestation": MAKERS[name], "fmt": fmt}
            assert refusal(lies) is Reason.ATTESTATION_INVALID


@pytest.mark.parametrize(
    "fmt", ["", "None", "none ", "packed\0", "compound", "unknown", "PACKED", "../none", "x" * 1000]
)
def test_rejects_format(fmt: str) -> None:
    assert refusal({"fmt": fmt}) is Reason.ATTESTATION_FORMAT_UNKNOWN
    assert refusal({"fmt": fmt, "attestation": PackedSelf()}) is Reason.ATTESTATION_FORMAT_UNKNOWN


@pytest.mark.parametrize("statement", [{"x": 1}, {"sig": b""}, {"alg": -7, "x5c": []}, {1: 2}])
def test_a_statement_of_none_is_empty(statement: object) -> None:
    lies: RegistrationLies = {"attestation": NoAttestation(), "att_stmt": statement}
    assert refusal(lies) is Reason.ATTESTATION_INVALID


@pytest.mark.parametrize("x5c", [[], (), b"", "", 0, False, {}])
def test_an_empty_chain_does_not_make_self_attestation(x5c: object) -> None:
    lies: RegistrationLies = {"attestation": PackedSelf(), "att_stmt": replacing("x5c", x5c)}
    assert refusal(lies) is Reason.ATTESTATION_INVALID


@pytest.mark.parametrize("name", ["packed", "packed-self"])
def test_rejects_ecdaa(name: str) -> None:
    lie = replacing("ecdaaKeyId", b"key")
    lies: RegistrationLies = {"attestation": MAKERS[name], "att_stmt": lie}
    assert refusal(lies) is Reason.ATTESTATION_INVALID


@pytest.mark.parametrize("algorithm", [keys.ES384, keys.ES512])
def test_u2f_keys_are_on_p256(algorithm: int) -> None:
    """L3 section 8.6 step 4, though the statement itself is signed well."""
    lies: RegistrationLies = {"attestation": FidoU2f(authority=ROOT)}
    assert refusal(lies, algorithm=algorithm) is Reason.ATTESTATION_INVALID


@pytest.mark.parametrize("name", MAKERS)
def test_the_aaguid_is_the_attested_one(name: str) -> None:
    lies: RegistrationLies = {"attestation": MAKERS[name], "aaguid": b"another model..."}
    if name == "packed":
        assert refusal(lies) is Reason.ATTESTATION_INVALID
        return
    message = soft_authenticator().create(asked_to_create(), **lies)
    assert register(message).aaguid == b"another model..."
