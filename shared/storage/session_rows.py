"""The row of a session, in the partition of its account."""

from collections.abc import Callable, Sequence
from typing import Any

from shared import base64url
from shared.accounts.handles import AccountLocator, UserHandle, locate_handle
from shared.sessions.binding import Binding
from shared.sessions.client_grant import read_grant, write_grant
from shared.sessions.client_use import ClientUse, read_uses, write_uses
from shared.sessions.session import Session, SignIn
from shared.storage.accounts.entities import SESSION_PREFIX
from shared.storage.tables.row_keys import partition_key
from shared.storage.tables.rows import Row
from shared.storage.tables.values import read_instant

SESSION_COLUMNS = (
    *("PartitionKey", "RowKey", "Binding", "ClientGrant", "Clients", "UserHandle"),
    *("CredentialHash", "UserVerified", "SignedInAt", "UserAgent", "ExpiresAt", "IdleExpiresAt"),
    *("Current", "Rotations", "RotatedAt", "RefreshedBy", "Issue", "UsedIssue"),
)


def keys_of(locator: AccountLocator, session_id: bytes) -> dict[str, Any]:
    row_key = SESSION_PREFIX + base64url.encode(session_id)
    return {"PartitionKey": partition_key(locator), "RowKey": row_key}


def session_keys(session: Session) -> dict[str, Any]:
    return keys_of(locate_handle(session.sign_in.user_handle), session.id)


def session_columns(session: Session) -> dict[str, Any]:
    """Without the clients, which change apart from the rest."""
    grant = {} if session.grant is None else {"ClientGrant": write_grant(session.grant)}
    return grant | {
        "UserHandle": bytes(session.sign_in.user_handle),
        "CredentialHash": session.sign_in.credential_hash,
        "UserVerified": session.sign_in.user_verified,
        "SignedInAt": session.sign_in.at,
        "UserAgent": session.user_agent,
        "Binding": session.binding.name,
        "ExpiresAt": session.expires_at,
        "IdleExpiresAt": session.idle_expires_at,
        "Current": session.current,
        "Rotations": session.rotations,
        "RotatedAt": session.rotated_at,
        "RefreshedBy": session.refreshed_by,
        "Issue": session.issue,
        "UsedIssue": session.used_issue,
    }


def client_columns(clients: Sequence[ClientUse]) -> dict[str, Any]:
    return {"Clients": write_uses(clients)}


def read_session(row: Row) -> Session:
    handle = UserHandle(row["UserHandle"])
    if row["PartitionKey"] != partition_key(locate_handle(handle)):
        raise row.unreadable("UserHandle", "is of another account")
    return Session(
        id=row.key_bytes("RowKey", behind=SESSION_PREFIX),
        sign_in=SignIn(
            user_handle=handle,
            credential_hash=row["CredentialHash"],
            user_verified=row["UserVerified"],
            at=read_instant(row["SignedInAt"]),
        ),
        user_agent=row["UserAgent"],
        expires_at=read_instant(row["ExpiresAt"]),
        idle_expires_at=read_instant(row["IdleExpiresAt"]),
        current=row["Current"],
        rotations=row["Rotations"],
        rotated_at=read_instant(row["RotatedAt"]),
        issue=row["Issue"],
        used_issue=row["UsedIssue"],
        refreshed_by=row["RefreshedBy"],
        binding=Binding(row["Binding"]),
        clients=_read(row, "Clients", read_uses) if "Clients" in row else (),
        grant=_read(row, "ClientGrant", read_grant) if "ClientGrant" in row else None,
    )


def _read[T](row: Row, column: str, read: Callable[[str], T]) -> T:
    try:
        return read(row[column])
    except (ValueError, TypeError, OverflowError) as error:
        raise row.unreadable(column, "is not what it should be") from error
