"""Decoys: credentials that do not exist, for usernames without an account.

If options named credentials only for known users, strangers could find out who has an account (L3
section 14.6.2). Decoys are derived from the account's locator, so they are the same each time.
Their number and their authenticators follow the frequencies among real people: most have one, some
have several. They are in the order in which storage would list them.
"""

import hmac
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

from fido2 import cbor

from shared import base64url
from shared.accounts.handles import HANDLE_BYTES, AccountLocator, UserHandle
from shared.accounts.records import CredentialDescriptor, CredentialId, CredentialRecord

type _Weighted[T] = Sequence[tuple[int, T]]
"""Each value with its share of 256."""

_NUMBERS: _Weighted[int] = ((160, 1), (64, 2), (22, 3), (7, 4), (3, 5))
_SHAPES: _Weighted[tuple[int, tuple[str, ...]]] = (
    (72, (20, ("hybrid", "internal"))),  # iCloud Keychain
    (64, (16, ("hybrid", "internal"))),  # Google Password Manager, 1Password
    (40, (32, ("internal",))),  # Windows Hello, Touch ID in Chrome
    (16, (16, ("internal",))),  # Bitwarden and others in the browser
    (28, (48, ("nfc", "usb"))),  # security keys that hold passkeys
    (12, (64, ("nfc", "usb"))),  # security keys that hold none
    (12, (64, ("usb",))),
    (8, (32, ("hybrid", "internal"))),
    (4, (32, ())),  # of a client that reports none
)

_EPOCH = datetime.fromtimestamp(0, UTC)
_SOME_ES256_KEY = {
    1: 2,
    3: -7,
    -1: 1,
    -2: bytes.fromhex("45c7c7975a84f2978f8a3a02475ec4445dfaefd8262019dab11d6d3c81c86fe5"),
    -3: bytes.fromhex("bc5529859601c426fa280208eb1723fb3addae39b2ff8e486507bd29d2420e64"),
}
_NOBODY = CredentialRecord(
    id=CredentialId(b""),
    user_handle=UserHandle(bytes(HANDLE_BYTES)),
    username="",
    display_name="",
    name="",
    public_key=cbor.encode(_SOME_ES256_KEY),
    sign_count=0,
    aaguid=bytes(16),
    transports=(),
    uv_initialized=False,
    backup_eligible=False,
    backup_state=False,
    attestation_format="none",
    attestation_type="none",
    created_at=_EPOCH,
    last_used_at=_EPOCH,
)


def decoy_credentials(
    locator: AccountLocator, *, service_key: bytes, most: int
) -> tuple[CredentialDescriptor, ...]:
    """Return decoys, at most as many as an account may have credentials."""
    number = _draw(_NUMBERS, hmac.digest(service_key, b"decoys\0" + locator, "sha256"))
    decoys = (_decoy(locator, each, service_key) for each in range(min(number, most)))
    return tuple(sorted(decoys, key=lambda decoy: base64url.encode(sha256(decoy.id).digest())))


def _decoy(locator: AccountLocator, number: int, service_key: bytes) -> CredentialDescriptor:
    name = bytes([number]) + locator
    shape = hmac.digest(service_key, b"decoy shape\0" + name, "sha256")
    length, transports = _draw(_SHAPES, shape)
    stream = hmac.digest(service_key, b"decoy\0" + name, "sha512")
    return CredentialDescriptor(id=CredentialId(stream[:length]), transports=transports)


def _draw[T](choices: _Weighted[T], digest: bytes) -> T:
    left = digest[0]
    for share, choice in choices:
        if left < share:
            return choice
        left -= share
    raise AssertionError("the shares are 256 together")


def decoy_record(credential_id: bytes, *, owner: UserHandle | None) -> CredentialRecord:
    """A record to verify an unknown credential against, so that the answer takes the same time."""
    handle = owner or _NOBODY.user_handle
    return replace(_NOBODY, id=CredentialId(credential_id), user_handle=handle)
