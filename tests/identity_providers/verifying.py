"""Calls of `verify` with a token, and the reason of a refusal."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest

from shared.errors import TokenInvalid
from shared.identity_providers.identity import ProviderIdentity, VerifiedToken
from shared.identity_providers.provider import Provider
from shared.identity_providers.token_verification import verify
from shared.signed_tokens.claims import Untrusted
from shared.signed_tokens.key_set import KeySet, parse_keys
from shared.signed_tokens.signed_token import read_token
from tests.fakes.identity_provider import Signer
from tests.identity_providers.claims import NOW

SIGNER = Signer("first")
KEYS = parse_keys({"keys": [SIGNER.jwk()]})


def accept(
    provider: Provider,
    claims: Mapping[str, Any],
    *,
    keys: KeySet = KEYS,
    now: datetime = NOW,
    header: Mapping[str, object] | None = None,
) -> VerifiedToken:
    return verify(read_token(SIGNER.sign(claims, header=header)), provider, keys, now)


def identity(provider: Provider, claims: Mapping[str, Any]) -> ProviderIdentity:
    verified = accept(provider, claims)
    assert isinstance(verified.groups, frozenset)
    return verified.identity(groups=verified.groups)


def refusal(
    provider: Provider,
    claims: Mapping[str, Any],
    *,
    now: datetime = NOW,
    header: Mapping[str, object] | None = None,
) -> str:
    return refusal_of(SIGNER.sign(claims, header=header), provider, now=now)


def refusal_of(
    compact: str, provider: Provider, *, keys: KeySet = KEYS, now: datetime = NOW
) -> str:
    with pytest.raises((TokenInvalid, Untrusted)) as raised:
        verify(read_token(compact), provider, keys, now)
    cause = raised.value if isinstance(raised.value, Untrusted) else raised.value.__cause__
    assert isinstance(cause, Untrusted)
    return str(cause)
