"""Credentials that do not exist, for usernames that do not either.

Naming credentials only for known users would tell strangers who has an account (L3 section
14.6.2). A decoy is derived from the account's locator, so it is the same at each asking, and it
has the length and transports of a common authenticator's.
"""

import hmac
from dataclasses import replace
from datetime import UTC, datetime

from fido2 import cbor

from shared.accounts.handles import HANDLE_BYTES, AccountLocator, UserHandle
from shared.accounts.records import CredentialDescriptor, CredentialId, CredentialRecord

_SHAPES: tuple[tuple[int, tuple[str, ...]], ...] = (
    (16, ("hybrid", "internal")),
    (20, ("hybrid", "internal")),
    (32, ("internal",)),
    (48, ("nfc", "usb")),
    (64, ("usb",)),
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
    locator: AccountLocator, *, service_key: bytes
) -> tuple[CredentialDescriptor, ...]:
    shape = hmac.digest(service_key, b"decoy shape\0" + locator, "sha256")[0]
    length, transports = _SHAPES[shape % len(_SHAPES)]
    stream = hmac.digest(service_key, b"decoy\0" + locator, "sha512")
    identifier = CredentialId(stream[:length])
    return (CredentialDescriptor(id=identifier, transports=transports),)


def decoy_record(credential_id: bytes, *, owner: UserHandle | None) -> CredentialRecord:
    """A record to verify an unknown credential against, for the time that it takes."""
    handle = owner or _NOBODY.user_handle
    return replace(_NOBODY, id=CredentialId(credential_id), user_handle=handle)
