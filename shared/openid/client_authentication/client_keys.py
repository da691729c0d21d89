"""The keys of a client, which it publishes or an administrator gave."""

from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from shared.signed_tokens.key_set import KeySet, VerificationKey, read_key
from shared.signed_tokens.signed_token import SignedToken

_MOST_KEYS = 20
_MOST_RSA_BITS = 4096
_MOST_RSA_EXPONENT = 2**32
_UNNAMED = ""


def parse_client_keys(document: Mapping[str, Any]) -> KeySet:
    """Read the keys that can verify an assertion, and ignore the others. A key may have no ID.

    Raise ValueError if the document is not a JWK Set.
    """
    members = document.get("keys")
    if not isinstance(members, list) or len(members) > _MOST_KEYS:
        raise ValueError(f"not a JWK Set of at most {_MOST_KEYS} keys")
    keys: dict[str, VerificationKey] = {}
    for member in members:
        key = read_key(member)
        if key is not None and _is_cheap(key):
            key_id = member.get("kid", _UNNAMED)
            keys.setdefault(key_id if isinstance(key_id, str) else _UNNAMED, key)
    return keys


def _is_cheap(key: VerificationKey) -> bool:
    """Anybody may publish a key whose use takes a second."""
    public_key = key.public_key
    if not isinstance(public_key, RSAPublicKey):
        return True
    exponent = public_key.public_numbers().e
    return public_key.key_size <= _MOST_RSA_BITS and exponent <= _MOST_RSA_EXPONENT


def is_known(key_id: str, keys: KeySet) -> bool:
    """Whether a newer version of the set could not tell more about the key."""
    return key_id in keys or (bool(keys) and key_id == _UNNAMED)


def key_for(token: SignedToken, keys: KeySet) -> KeySet:
    """The key that the token names. Where the token or the key has no name, it is the only one."""
    found = keys.get(token.key_id)
    if found is None and len(keys) == 1 and _UNNAMED in (token.key_id, *keys):
        (found,) = keys.values()
    return {} if found is None else {token.key_id: found}
