"""An access profile: one thing that people may ask for, who may, and what it takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from enum import StrEnum
from typing import Any

from shared.access.postgresql.database import Database
from shared.accounts.roles import Role


class Kind(StrEnum):
    AZURE_SQL = "azure-sql"
    AZURE_POSTGRESQL = "azure-postgresql"
    AZURE_RESOURCE_MANAGER = "azure-resource-manager"
    AZURE_STORAGE = "azure-storage"
    ENTRA_TOKEN = "entra-token"  # noqa: S105  the name of a kind
    """An Entra token for any scope."""
    AZURE_BACKUP_RESTORE = "azure-backup-restore"
    POSTGRESQL_CERTIFICATE = "postgresql-certificate"
    """A client certificate for PostgreSQL."""
    POSTGRESQL_OAUTH = "postgresql-oauth"
    """A token of ours for PostgreSQL 18."""
    CUSTOM = "custom"
    """An action of a client's own. No credential comes out, a receipt does."""
    WEB = "web"
    """Pages behind a proxy that asks for each request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntraIdentity:
    """An identity that accepts our assertions."""

    tenant: str
    """A GUID."""
    client_id: str
    """The GUID of a managed identity, of an application, or of the blueprint of agents."""
    per_person: bool
    """The subject is `profile:<name>:<sub>`, not `profile:<name>`."""
    agent: str | None
    """The GUID of an agent identity, whose token a token of the blueprint gets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntraAccess:
    identity: EntraIdentity
    scope: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupRestore:
    identity: EntraIdentity
    vault: str
    """The ID of the vault in Azure Resource Manager."""
    items: tuple[str, ...]
    """Names of protected items. Empty: all."""
    recovery_types: frozenset[str]
    targets: tuple[str, ...]
    """IDs of the resource groups that a restore may write to."""
    resource_guard: tuple[str, ...]
    """Requests of a Resource Guard, which are passed on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresqlCertificate:
    database: Database


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresqlOauth:
    database: Database
    resource: str
    """The audience of its tokens, which no other profile has."""
    scope: str
    """By which it is asked for. No other profile has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomAction:
    schema: Mapping[str, Any]
    """The JSON Schema of the details."""
    template: Mapping[str, str]
    """What the person reads, by language. `{amount}` stands for that member of the details."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebAccess:
    host: str
    """In lower case, with the port if it is not that of the scheme."""
    path_prefix: str
    """Decoded. It has no slash at its end, unless it is nothing but one."""
    methods: frozenset[str]
    """With HEAD where there is GET. Empty: all."""
    preflights: bool
    """A CORS preflight, which has no cookie, gets through to the application."""


type Parameters = (
    EntraAccess | BackupRestore | PostgresqlCertificate | PostgresqlOauth | CustomAction | WebAccess
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """One of users, roles and groups is enough to be in it. If all are empty, nobody is."""

    users: frozenset[str]
    """Usernames in their canonical spelling."""
    roles: frozenset[Role]
    groups: frozenset[str]
    clients: frozenset[str]
    """By which clients it may be asked for. Empty: any. A client alone admits nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demands:
    gesture_age: timedelta | None
    """The gesture must not be older."""
    bound_gesture: bool
    """Whoever asks makes a gesture for this action alone."""
    user_verification: bool
    device_bound: bool
    """The credential cannot be synced."""
    attested: bool
    """A trusted anchor vouches for the authenticator."""
    models: frozenset[str]
    """AAGUIDs in lower case. Empty: any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approvers:
    number: int
    who: Audience


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeWindow:
    days: frozenset[int]
    """On which it begins. 0 is Monday."""
    begins: time
    ends: time
    """On the next day, unless it is later than the begin."""
    time_zone: str
    """Its name in the IANA database."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    name: str
    """A part of the subject that Entra compares, so it has no colon and no capital letter."""
    title: str
    description: str | None
    kind: Kind
    parameters: Parameters
    who: Audience
    """Who may ask."""
    demands: Demands
    """Of the gesture of whoever asks. Each approver's has to meet those on the credential."""
    approvers: Approvers
    reason_required: bool
    windows: tuple[TimeWindow, ...]
    """Empty: always."""
    lifetime: timedelta
    """Of the result."""
    approval_lifetime: timedelta
    """How long an approval may wait for its decisions."""
    webhooks: tuple[str, ...]
    """Addresses that are told."""
    from_settings: bool
    """Administrators cannot change it."""

    @property
    def needs_approval(self) -> bool:
        """A reason is part of what is signed, so it needs a gesture for it too."""
        always = self.kind in (Kind.AZURE_BACKUP_RESTORE, Kind.CUSTOM) or self.reason_required
        return always or self.approvers.number > 0 or self.demands.bound_gesture

    @property
    def asker_confirms(self) -> bool:
        """Whoever asks makes a gesture for this action, and somebody has to. The demands are those
        of that gesture, so the sign-in before it does not matter."""
        return self.needs_approval and (self.demands.bound_gesture or self.approvers.number == 0)
