"""What the client looked like that used a token: enough to see whether another one is the same.

Hashed, so that with the row alone nobody finds out who it is.
"""

import hmac

_PART = 12


def hash_looks(*, address: str, user_agent: str, service_key: bytes) -> bytes:
    return _hash("agent", user_agent, service_key) + _hash("address", address, service_key)


def is_other_client(looks: bytes, other: bytes) -> bool:
    """False if it is not known: an earlier version hashed both in one, and kept less of it."""
    return len(looks) == len(other) and looks != other


def is_other_agent(looks: bytes, other: bytes) -> bool:
    """As `is_other_client`, whatever the address."""
    return is_other_client(looks, other) and looks[:_PART] != other[:_PART]


def _hash(what: str, text: str, service_key: bytes) -> bytes:
    message = f"refreshed by\0{what}\0{text}"
    return hmac.digest(service_key, message.encode(), "sha256")[:_PART]
