from typing import Any

import pytest

from shared.openid.client_authentication.platform_token import verify_platform_token
from shared.signed_tokens.claims import Untrusted
from shared.signed_tokens.signed_token import read_token
from tests.openid.client_authentication.signing import (
    FEDERATED,
    NOW,
    OTHER,
    SIGNER,
    platform_claims,
    platform_keys,
)

DAY = 86_400


def verify(compact: str, *, now: float = NOW, **key_members: object) -> None:
    keys = platform_keys(**key_members)
    verify_platform_token(read_token(compact), FEDERATED, keys=keys, now=now)


@pytest.mark.parametrize("header", [{}, {"typ": None}, {"typ": "at+jwt"}])
def test_a_token_of_the_platform_is_accepted_again_and_again(header: dict[str, Any]) -> None:
    compact = SIGNER.sign(platform_claims(), header=header)
    for now in (NOW, NOW + 1, NOW + 3600):
        verify(compact, now=now)


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://other.example"},
        {"iss": f"{FEDERATED.issuer}/"},
        {"sub": f"{FEDERATED.subject}x"},
        {"sub": FEDERATED.subject.upper()},
        {"sub": None},
        {"aud": "https://other.example"},
        {"aud": [FEDERATED.audience, "https://other.example"]},
        {"aud": None},
        {"exp": NOW - 60},
        {"exp": None},
        {"exp": NOW + DAY + 61},
        {"iat": None},
        {"iat": NOW + 61},
        {"nbf": NOW + 61},
        {"cnf": {"jkt": "a"}},
    ],
)
def test_a_token_with_a_wrong_claim_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(Untrusted):
        verify(SIGNER.sign(platform_claims(**changes)))


def test_an_audience_may_be_a_list_of_one() -> None:
    verify(SIGNER.sign(platform_claims(aud=[FEDERATED.audience], exp=NOW + DAY)))


@pytest.mark.parametrize("kind", ["dpop+jwt", "logout+jwt", "client-authentication+jwt"])
def test_another_kind_of_token_is_refused(kind: str) -> None:
    with pytest.raises(Untrusted, match="typ"):
        verify(SIGNER.sign(platform_claims(), header={"typ": kind}))


def test_a_key_of_somebody_else_is_refused() -> None:
    for compact in (
        OTHER.sign(platform_claims()),
        OTHER.sign(platform_claims(), header={"kid": SIGNER.key_id}),
    ):
        with pytest.raises(Untrusted):
            verify(compact)


def test_a_key_may_be_for_one_issuer() -> None:
    compact = SIGNER.sign(platform_claims())
    verify(compact, issuer=FEDERATED.issuer)
    verify(compact, issuer="https://platform.example/{tenantid}/v2.0")
    with pytest.raises(Untrusted, match="key"):
        verify(compact, issuer="https://platform.example/other-tenant/v2.0")
