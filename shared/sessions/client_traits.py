"""Traits of the client that used a token, to see whether the next request is from another one.

They are hashed with a key, so the row alone does not show who it is.
"""

import hmac

_PART = 12


def hash_looks(*, address: str, user_agent: str, service_key: bytes) -> bytes:
    return _hash("agent", user_agent, service_key) + _hash("address", address, service_key)


def is_other_client(looks: bytes, other: bytes) -> bool:
    """False if that is not known: `looks` are empty before the first refresh."""
    return len(looks) == len(other) and looks != other


def is_other_agent(looks: bytes, other: bytes) -> bool:
    """Like `is_other_client`, but ignores the address."""
    return is_other_client(looks, other) and looks[:_PART] != other[:_PART]


def _hash(what: str, text: str, service_key: bytes) -> bytes:
    message = f"refreshed by\0{what}\0{text}"
    return hmac.digest(service_key, message.encode(), "sha256")[:_PART]
