"""The credential record of L3 section 4, and the user account that owns it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import NewType

from shared.accounts.groups import LinkedGroup
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
    """Stored for accounts without an identity provider; otherwise the provider's token has the
    roles."""
    suspended: bool = False
    subject: str | None = None
    """The identity provider's user for whom the account was made."""
    awaited_since: datetime | None = None
    """When a first credential was last requested. None once the account has had one, and for
    accounts that need no request, such as those of an identity provider's users."""
    linked_groups: frozenset[LinkedGroup] = frozenset()
    """As the identity providers said at the last sign-in of each linked user there."""
    assigned_groups: frozenset[str] = frozenset()
    """The groups that administrators put the account into."""

    @property
    def provider_groups(self) -> frozenset[str]:
        return frozenset(group.name for group in self.linked_groups)

    @property
    def groups(self) -> frozenset[str]:
        """All groups. Read them when they are used: no session and no access token has them."""
        return self.assigned_groups | self.provider_groups


def hash_subject(subject: str) -> bytes:
    return sha256(subject.encode()).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Links an identity provider's user to an account."""

    subject: str
    """Issuer and subject, with a space between."""
    added_at: datetime
    added_by_kind: str
    """The type of the actor, as in events."""
    added_by: str

    @property
    def id(self) -> bytes:
        return hash_subject(self.subject)


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialDescriptor:
    """How options name a credential (L3 section 5.8.3)."""

    id: CredentialId
    transports: tuple[str, ...]


class Oddity(StrEnum):
    """An irregularity of sign-ins that were accepted. It is reported once."""

    SIGN_COUNTS_APART = "sign-counts-apart"
    """A copy of a synced passkey has its own count."""
    SIGN_COUNT_UNCHANGED = "sign-count-unchanged"
    """The count did not grow at the last sign-in. If it falls later, a sign-in may be refused."""
    BACKUP_ELIGIBILITY_APPEARED = "backup-eligibility-appeared"
    BACKUP_ELIGIBILITY_VANISHED = "backup-eligibility-vanished"


@dataclass(frozen=True, slots=True, kw_only=True)
class AttestationEvidence:
    """What the authenticator sent at registration, byte for byte, so that it can be verified
    again."""

    attestation_object: bytes
    client_data_json: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialRecord:
    """The record repeats its account's names, roles and suspension, so that a sign-in reads one
    row."""

    id: CredentialId
    user_handle: UserHandle
    username: str
    display_name: str
    name: str
    public_key: bytes
    """COSE_Key, CBOR-encoded."""
    sign_count: int
    """The greatest count seen so far."""
    aaguid: bytes
    transports: tuple[str, ...]
    uv_initialized: bool
    backup_eligible: bool
    """As the authenticator reported at registration."""
    backup_state: bool
    """As the authenticator reported at the last sign-in."""
    attestation_format: str
    attestation_type: str
    created_at: datetime
    last_used_at: datetime
    roles: frozenset[Role] = frozenset()
    """The roles of the account."""
    suspended: bool = False
    account_suspended: bool = False
    counted_at: datetime | None = None
    """When the sign count last grew; None if it never grew since registration."""
    oddities: frozenset[Oddity] = frozenset()

    @property
    def synced(self) -> bool:
        """Whether the credential may have copies, each with its own sign count."""
        return self.backup_eligible or Oddity.BACKUP_ELIGIBILITY_APPEARED in self.oddities

    @property
    def warnings(self) -> list[Oddity]:
        """What the owner should know. Copies of a synced passkey that count apart are normal. So is
        a count that does not grow, once the credential is known to be synced."""
        means_nothing = {Oddity.SIGN_COUNTS_APART}
        if self.synced:
            means_nothing.add(Oddity.SIGN_COUNT_UNCHANGED)
        return sorted(self.oddities - means_nothing)

    @property
    def is_active(self) -> bool:
        return not (self.suspended or self.account_suspended)

    @property
    def descriptor(self) -> CredentialDescriptor:
        return CredentialDescriptor(id=self.id, transports=self.transports)

    def used(
        self,
        *,
        sign_count: int,
        user_verified: bool,
        backup_state: bool,
        odd: Iterable[Oddity] = (),
        at: datetime,
    ) -> "CredentialRecord":
        """Return the record after an assertion (L3 section 7.2, step 24).

        A sign count never falls, and `last_used_at` is kept to the day. So a sign-in that changes
        nothing else returns an equal record, which need not be written.
        """
        grew = sign_count > self.sign_count
        over = {Oddity.SIGN_COUNT_UNCHANGED} if grew else set[Oddity]()
        return replace(
            self,
            sign_count=max(self.sign_count, sign_count),
            counted_at=at if grew else self.counted_at,
            oddities=(self.oddities - over).union(odd),
            uv_initialized=self.uv_initialized or user_verified,
            backup_state=backup_state,
            last_used_at=at if at.date() != self.last_used_at.date() else self.last_used_at,
        )
