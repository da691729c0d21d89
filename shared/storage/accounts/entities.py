"""Account and link rows to values and back, and the keys of all rows of an account. Pure."""

from datetime import datetime
from typing import Any

from shared import base64url
from shared.accounts.group_texts import (
    parse_assigned_groups,
    parse_linked_groups,
    write_assigned_groups,
    write_linked_groups,
)
from shared.accounts.handles import UserHandle
from shared.accounts.records import Link, UserAccount
from shared.accounts.roles import Role
from shared.storage.tables.row_keys import digest_key
from shared.storage.tables.table import Entity
from shared.storage.tables.values import read_instant

ACCOUNT_ROW = "account"
_CREDENTIAL_PREFIX = "credential:"
_LINK_PREFIX = "link:"
SESSION_PREFIX = "session:"
NO_SESSIONS = f"RowKey lt '{SESSION_PREFIX}'"
"""The condition of a query for all other rows of an account. Sessions sort after them, as there may
be many, and events after sessions."""


def credential_row(credential_id: bytes) -> str:
    return _CREDENTIAL_PREFIX + digest_key(credential_id)


def credential_row_of(credential_hash: bytes) -> str:
    """`credential_hash` is the SHA-256 of the credential ID."""
    return _CREDENTIAL_PREFIX + base64url.encode(credential_hash)


def is_credential(row: Entity) -> bool:
    return str(row["RowKey"]).startswith(_CREDENTIAL_PREFIX)


def link_row(link: Link) -> str:
    return _LINK_PREFIX + base64url.encode(link.id)


def is_link(row: Entity) -> bool:
    return str(row["RowKey"]).startswith(_LINK_PREFIX)


def is_session(row: Entity) -> bool:
    return str(row["RowKey"]).startswith(SESSION_PREFIX)


def link_columns(link: Link) -> dict[str, Any]:
    return {
        "Subject": link.subject,
        "LinkedAt": link.added_at,
        "LinkedByKind": link.added_by_kind,
        "LinkedBy": link.added_by,
    }


def read_link(row: Entity) -> Link:
    return Link(
        subject=row["Subject"],
        added_at=read_instant(row["LinkedAt"]),
        added_by_kind=row["LinkedByKind"],
        added_by=row["LinkedBy"],
    )


def account_columns(account: UserAccount) -> dict[str, Any]:
    return {
        "UserHandle": bytes(account.handle),
        "Username": account.username,
        "DisplayName": account.display_name,
        "CreatedAt": account.created_at,
        "Roles": ",".join(sorted(account.roles)),
        "Suspended": account.suspended,
        "Subject": account.subject or "",
        # Empty texts from here on, since a merge cannot remove a column.
        "AwaitedSince": account.awaited_since.isoformat() if account.awaited_since else "",
        "ProviderGroups": write_linked_groups(account.linked_groups),
        "AssignedGroups": write_assigned_groups(account.assigned_groups),
    }


def repeated_columns(account: UserAccount) -> dict[str, Any]:
    """The columns that each credential's row repeats from its account."""
    return {
        "UserHandle": bytes(account.handle),
        "Username": account.username,
        "DisplayName": account.display_name,
        "Roles": ",".join(sorted(account.roles)),
        "AccountSuspended": account.suspended,
    }


def read_account(row: Entity) -> UserAccount:
    return UserAccount(
        handle=UserHandle(row["UserHandle"]),
        username=row["Username"],
        display_name=row["DisplayName"],
        created_at=read_instant(row["CreatedAt"]),
        roles=read_roles(row),
        suspended=row["Suspended"],
        subject=row["Subject"] or None,
        awaited_since=read_awaited_since(row),
        # Rows of earlier versions lack these columns.
        linked_groups=parse_linked_groups(row.get("ProviderGroups", "")),
        assigned_groups=parse_assigned_groups(row.get("AssignedGroups", "")),
    )


def read_awaited_since(row: Entity) -> datetime | None:
    """Rows of earlier versions lack this column."""
    since = row.get("AwaitedSince")
    return datetime.fromisoformat(since) if since else None


def read_roles(row: Entity) -> frozenset[Role]:
    return frozenset(Role(name) for name in row["Roles"].split(",") if name)
