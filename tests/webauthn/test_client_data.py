"""L3 section 7.1 steps 5 to 11 and section 7.2 steps 8 to 14, except the origin."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from shared import base64url
from shared.errors import AuthenticationRejected, Reason, RegistrationRejected
from shared.webauthn.policy import CeremonyPolicy
from tests.webauthn.relying_party import (
    CHALLENGE,
    POLICY,
    Registered,
    asked_to_create,
    register,
    saying,
    soft_authenticator,
)

type Lie = Callable[[bytes], bytes]

TOP = "https://top.example"
EMBEDDED = replace(POLICY, top_origins=(TOP, "https://other.example"))
LIES: dict[str, tuple[Lie, Reason]] = {
    "type-empty-of-meaning": (saying(type="webauthn"), Reason.CLIENT_DATA_TYPE),
    "type-of-payment": (saying(type="payment.get"), Reason.CLIENT_DATA_TYPE),
    "type-of-u2f": (
        saying(type="navigator.id.finishEnrollment"),
        Reason.CLIENT_DATA_TYPE,
    ),
    "type-in-upper-case": (saying(type="WEBAUTHN.CREATE"), Reason.CLIENT_DATA_TYPE),
    "type-with-space": (saying(type="webauthn.create "), Reason.CLIENT_DATA_TYPE),
    "type-get-with-newline": (saying(type="webauthn.get\n"), Reason.CLIENT_DATA_TYPE),
    "challenge-of-another": (
        saying(challenge=base64url.encode(bytes(32))),
        Reason.CHALLENGE_MISMATCH,
    ),
    "challenge-cut": (
        saying(challenge=base64url.encode(CHALLENGE[:-1])),
        Reason.CHALLENGE_MISMATCH,
    ),
    "challenge-one-byte": (saying(challenge="AA"), Reason.CHALLENGE_MISMATCH),
    "challenge-longer": (
        saying(challenge=base64url.encode(CHALLENGE + b"\0")),
        Reason.CHALLENGE_MISMATCH,
    ),
    "challenge-encoded-twice": (
        saying(challenge=base64url.encode(base64url.encode(CHALLENGE).encode())),
        Reason.CHALLENGE_MISMATCH,
    ),
    "challenge-as-hex": (saying(challenge=CHALLENGE.hex()), Reason.CHALLENGE_MISMATCH),
    "cross-origin": (saying(crossOrigin=True), Reason.CROSS_ORIGIN_NOT_ALLOWED),
    "cross-origin-in-a-page": (
        saying(crossOrigin=True, topOrigin=TOP),
        Reason.CROSS_ORIGIN_NOT_ALLOWED,
    ),
    "top-origin-alone": (saying(topOrigin=TOP), Reason.TOP_ORIGIN_NOT_ALLOWED),
    "top-origin-without-cross-origin": (
        lambda honest: json.dumps(
            {k: v for k, v in json.loads(honest).items() if k != "crossOrigin"} | {"topOrigin": TOP}
        ).encode(),
        Reason.TOP_ORIGIN_NOT_ALLOWED,
    ),
}
EMBEDDED_LIES: dict[str, tuple[Lie, Reason]] = {
    "no-top-origin": (saying(crossOrigin=True), Reason.TOP_ORIGIN_NOT_ALLOWED),
    "foreign-top-origin": (
        saying(crossOrigin=True, topOrigin="https://evil.example"),
        Reason.TOP_ORIGIN_NOT_ALLOWED,
    ),
    "top-origin-with-slash": (
        saying(crossOrigin=True, topOrigin=TOP + "/"),
        Reason.TOP_ORIGIN_NOT_ALLOWED,
    ),
    "our-own-origin": (
        saying(crossOrigin=True, topOrigin=POLICY.origins[0]),
        Reason.TOP_ORIGIN_NOT_ALLOWED,
    ),
    "top-origin-without-cross-origin": (
        saying(crossOrigin=False, topOrigin=TOP),
        Reason.TOP_ORIGIN_NOT_ALLOWED,
    ),
    "top-origin-as-origin": (
        saying(crossOrigin=True, topOrigin=TOP, origin=TOP),
        Reason.ORIGIN_NOT_ALLOWED,
    ),
}


def refusal_of_registration(lie: Lie) -> Reason:
    with pytest.raises(RegistrationRejected) as refused:
        register(soft_authenticator().create(asked_to_create(), client_data=lie))
    return refused.value.reason


def refusal_of_assertion(alice: Registered, lie: Lie) -> Reason:
    with pytest.raises(AuthenticationRejected) as refused:
        alice.authenticate(alice.sign(client_data=lie))
    return refused.value.reason


@pytest.mark.parametrize(("lie", "reason"), LIES.values(), ids=LIES)
def test_rejects_registration(lie: Lie, reason: Reason) -> None:
    assert refusal_of_registration(lie) is reason


@pytest.mark.parametrize(("lie", "reason"), LIES.values(), ids=LIES)
def test_rejects_assertion(alice: Registered, lie: Lie, reason: Reason) -> None:
    assert refusal_of_assertion(alice, lie) is reason


def test_client_data_of_the_other_ceremony_is_refused(alice: Registered) -> None:
    assert refusal_of_registration(saying(type="webauthn.get")) is Reason.CLIENT_DATA_TYPE
    assert refusal_of_assertion(alice, saying(type="webauthn.create")) is Reason.CLIENT_DATA_TYPE


@pytest.mark.parametrize(("lie", "reason"), EMBEDDED_LIES.values(), ids=EMBEDDED_LIES)
def test_rejects_embedding(alice: Registered, lie: Lie, reason: Reason) -> None:
    message = soft_authenticator().create(asked_to_create(), client_data=lie)
    with pytest.raises(RegistrationRejected) as registration:
        register(message, policy=EMBEDDED)
    with pytest.raises(AuthenticationRejected) as authentication:
        alice.authenticate(alice.sign(client_data=lie), policy=EMBEDDED)
    assert registration.value.reason is authentication.value.reason is reason


@pytest.mark.parametrize(
    "tolerated",
    [
        saying(),
        saying(x={"y": [1, None, "z"]}),
        saying(tokenBinding={"status": "supported"}),
        saying(other_keys_can_be_added_here="do not compare clientDataJSON against a template"),
        lambda honest: honest.replace(b',"crossOrigin":false', b""),
        lambda honest: honest.replace(b'":', b'" : '),
        lambda honest: honest.replace(b"example", b"\\u0065xample"),
    ],
    ids=["in-ascii", "unknown", "token-binding", "grease", "level-1", "spaced", "escaped"],
)
def test_accepts_client_data_of_each_kind_of_client(alice: Registered, tolerated: Lie) -> None:
    message = soft_authenticator().create(asked_to_create(), client_data=tolerated)
    assert register(message).user_verified
    assert alice.authenticate(alice.sign(client_data=tolerated)).user_verified


@pytest.mark.parametrize("top_origin", EMBEDDED.top_origins)
def test_accepts_a_configured_embedding_page(alice: Registered, top_origin: str) -> None:
    embedded = saying(crossOrigin=True, topOrigin=top_origin)
    message = soft_authenticator().create(asked_to_create(), client_data=embedded)
    assert register(message, policy=EMBEDDED).user_verified
    assert alice.authenticate(alice.sign(client_data=embedded), policy=EMBEDDED).user_verified


UNSTATED = replace(POLICY, unstated_top_origin=True)


@pytest.mark.parametrize("policy", [UNSTATED, replace(EMBEDDED, unstated_top_origin=True)])
def test_a_policy_may_accept_clients_that_do_not_name_the_page(
    alice: Registered, policy: CeremonyPolicy
) -> None:
    embedded = saying(crossOrigin=True)
    message = soft_authenticator().create(asked_to_create(), client_data=embedded)
    assert register(message, policy=policy).user_verified
    assert alice.authenticate(alice.sign(client_data=embedded), policy=policy).user_verified
    for foreign in (
        saying(crossOrigin=True, topOrigin="https://evil.example"),
        saying(crossOrigin=False, topOrigin=TOP),
    ):
        with pytest.raises(AuthenticationRejected) as refused:
            alice.authenticate(alice.sign(client_data=foreign), policy=policy)
        assert refused.value.reason is Reason.TOP_ORIGIN_NOT_ALLOWED


def test_a_page_that_may_be_embedded_need_not_be(alice: Registered) -> None:
    assert alice.authenticate(alice.sign(), policy=EMBEDDED).user_verified
