"""The credential record of L3 section 4, and the user account that owns it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import NewType

from shared.accounts.handles import UserHandle
from shared.accounts.roles import Role

CredentialId = NewType("CredentialId", bytes)


@dataclass(frozen=True, slots=True, kw_only=True)
class UserAccount:
    handle: UserHandle
    username: str
    display_name: str
    created_at: datetime
    roles: frozenset[Role] = frozenset()
    """Kept for accounts that no identity provider vouches for; else its token has them."""
    suspended: bool = False
    subject: str | None = None
    """Of the identity provider's user that the account was made for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialDescriptor:
    """What options name a credential by (L3 section 5.8.3)."""

    id: CredentialId
    transports: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AttestationEvidence:
    """What the authenticator sent at registration, byte for byte, to be verified again later."""

    attestation_object: bytes
    client_data_json: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialRecord:
    """It repeats its account's names, roles and suspension, so that a sign-in reads one row."""

    id: CredentialId
    user_handle: UserHandle
    username: str
    display_name: str
    name: str
    public_key: bytes
    """COSE_Key, CBOR-encoded."""
    sign_count: int
    aaguid: bytes
    transports: tuple[str, ...]
    uv_initialized: bool
    backup_eligible: bool
    backup_state: bool
    attestation_format: str
    attestation_type: str
    created_at: datetime
    last_used_at: datetime
    roles: frozenset[Role] = frozenset()
    """The account's."""
    suspended: bool = False
    account_suspended: bool = False

    @property
    def usable(self) -> bool:
        return not (self.suspended or self.account_suspended)

    @property
    def descriptor(self) -> CredentialDescriptor:
        return CredentialDescriptor(id=self.id, transports=self.transports)

    def used(
        self,
        *,
        sign_count: int,
        user_verified: bool,
        backup_eligible: bool,
        backup_state: bool,
        at: datetime,
    ) -> "CredentialRecord":
        """The record after an assertion (L3 section 7.2, step 24).

        A sign count never falls, and `last_used_at` is kept to the day, so that a sign-in that
        changes nothing else returns an equal record and need not be written.
        """
        return replace(
            self,
            sign_count=max(self.sign_count, sign_count),
            uv_initialized=self.uv_initialized or user_verified,
            backup_eligible=backup_eligible,
            backup_state=backup_state,
            last_used_at=at if at.date() != self.last_used_at.date() else self.last_used_at,
        )
