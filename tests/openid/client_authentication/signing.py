"""Keys of clients and platforms, and what they sign."""

from collections.abc import Mapping
from typing import Any

from shared.openid.client_authentication.client_keys import parse_client_keys
from shared.openid.clients.client import Federated
from shared.signed_tokens.key_set import KeySet, parse_keys
from tests.fakes.identity_provider import Signer

NOW = 1_796_000_000
ISSUER = "https://login.example.org"
TOKEN_ENDPOINT = f"{ISSUER}/token"
CLIENT_ID = "app"
SIGNER, OTHER = Signer("client"), Signer("other")
FEDERATED = Federated(
    issuer="https://platform.example", subject="repo:a/b:ref:refs/heads/main", audience=ISSUER
)


def claims(client_id: str = CLIENT_ID, **changes: object) -> dict[str, Any]:
    """Of an assertion. Claims that are None are left out."""
    return _without_none(
        {
            "iss": client_id,
            "sub": client_id,
            "aud": ISSUER,
            "exp": NOW + 60,
            "iat": NOW,
            "jti": "first",
            **changes,
        }
    )


def platform_claims(expected: Federated = FEDERATED, **changes: object) -> dict[str, Any]:
    return _without_none(
        {
            "iss": expected.issuer,
            "sub": expected.subject,
            "aud": expected.audience,
            "exp": NOW + 3600,
            "iat": NOW,
            **changes,
        }
    )


def client_keys(*signers: Signer) -> KeySet:
    return parse_client_keys(key_set(*signers))


def platform_keys(**members: object) -> KeySet:
    return parse_keys({"keys": [SIGNER.jwk(**members)]})


def key_set(*signers: Signer) -> Mapping[str, Any]:
    return {"keys": [signer.jwk() for signer in signers or (SIGNER,)]}


def _without_none(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}
