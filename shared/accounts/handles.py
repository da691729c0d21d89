"""User handles, and the locator inside them, by which storage finds an account.

A user handle (L3 section 5.4.3, `user.id`) is 32 bytes: the account's locator, then 16 random
bytes. The locator is an HMAC of the username with which the account was created. So an account is
found in one read, by a typed name and by a returned handle alike, and the handle does not reveal
the name (L3 section 14.6.1 allows hashes salted with a private value). The random half makes each
handle unique: an account that is created again under an old name is another account.
"""

import hmac
from typing import NewType

from shared.accounts.names import Username

UserHandle = NewType("UserHandle", bytes)
AccountLocator = NewType("AccountLocator", bytes)

LOCATOR_BYTES = 16
HANDLE_BYTES = 32


def locate_username(username: Username, *, service_key: bytes) -> AccountLocator:
    message = b"account locator\0" + username.canonical.encode()
    return AccountLocator(hmac.digest(service_key, message, "sha256")[:LOCATOR_BYTES])


def new_handle(locator: AccountLocator, *, random: bytes) -> UserHandle:
    if len(locator) != LOCATOR_BYTES or len(random) != HANDLE_BYTES - LOCATOR_BYTES:
        raise ValueError("a user handle is a locator and 16 random bytes")
    return UserHandle(locator + random)


def parse_handle(data: bytes) -> UserHandle | None:
    """Return None for bytes that cannot be one of our handles."""
    return UserHandle(data) if len(data) == HANDLE_BYTES else None


def locate_handle(handle: UserHandle) -> AccountLocator:
    return AccountLocator(handle[:LOCATOR_BYTES])
