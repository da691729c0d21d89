"""Rows in the form that is compared with the audit log, and the columns that this needs."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from shared import base64url
from shared.accounts.group_texts import state_of
from shared.audit.statement import Statement
from shared.crosscheck.known import NAMES
from shared.crosscheck.stored import Account, Beside, Credential, Link, Pass, Session, Stored
from shared.storage.access.profiles import TABLE as PROFILES
from shared.storage.access.profiles import is_set
from shared.storage.accounts.accounts import TABLE as ACCOUNTS
from shared.storage.accounts.entities import ACCOUNT_ROW, is_credential, is_session
from shared.storage.accounts.links import TABLE as LINKS
from shared.storage.accounts.passes import PASS_ROW
from shared.storage.audit.audit_outbox import Pending
from shared.storage.audit.audit_rows import DERIVED, derived
from shared.storage.audit.configuration_snapshot import TABLE as KNOWN
from shared.storage.audit.statements import (
    STATEMENT_COLUMNS,
    Partition,
    event_id_of,
    is_event_row,
    read_statement,
)
from shared.storage.audit.tagged import timestamp
from shared.storage.groups.definitions import TABLE as GROUPS
from shared.storage.openid.clients import TABLE as CLIENTS
from shared.storage.openid.clients import kept_in
from shared.storage.tables.row_keys import digest_key
from shared.storage.tables.rows import Row
from shared.storage.tables.table import Entity

_KEYS = ("PartitionKey", "RowKey", "Timestamp", *STATEMENT_COLUMNS)
COLUMNS: Mapping[str, tuple[str, ...]] = {
    ACCOUNTS: (
        *_KEYS,
        *("UserHandle", "Username", "Roles", "Suspended", "AccountSuspended", "Name", "PassId"),
        *("UsedAt", "Registered", "CredentialHash", "Rotations"),
        *("ProviderGroups", "AssignedGroups"),
    ),
    LINKS: (*_KEYS, "UserHandle"),
    CLIENTS: (*_KEYS, "Document", "Logo", "Secrets"),
    GROUPS: _KEYS,
    PROFILES: (*_KEYS, "Document"),
    KNOWN: (*_KEYS, "State"),
}
"""For each table with events beside its changes, the columns to read."""
LOG_COLUMNS = ("PartitionKey", "RowKey", "Timestamp", "Leaf", "Personal", *DERIVED)
_KNOWN = {digest_key(name.encode()): name for name in NAMES.values()}


def read_entry(row: Entity) -> tuple[dict[str, Any], dict[str, str]]:
    """The leaf and the personal part. Raises ValueError."""
    personal = row.get("Personal") or b"{}"
    return dict(json.loads(row["Leaf"])), dict(json.loads(personal))


def is_filed(row: Entity, leaf: Mapping[str, Any]) -> bool:
    """Whether the entry's search columns match its leaf."""
    return all(row.get(name) == value for name, value in derived(row["Leaf"], leaf).items())


def read_beside(table: str, row: Row) -> Pending | None:
    """The event beside a change; None for a tombstone. Raises KeyError, ValueError."""
    if row["Leaf"] == b"":
        return None
    place = Partition(table, row["PartitionKey"])
    statement = read_statement(row)
    return Pending(
        shard=statement.id[-1],
        id=event_id_of(row["RowKey"]),
        statement=statement,
        written=timestamp(row),
        tag=str(row.get("Tag", "")),
        places=(place,),
        found=place,
    )


def gather(table: str, row: Entity, stored: Stored) -> None:
    """Add the row to `stored`. Raises KeyError, TypeError for a row that we did not write."""
    key = str(row["RowKey"])
    if is_event_row(key):
        return
    if table == LINKS:
        link = Link(id=row["PartitionKey"], handle=_handle(row))
        stored.links[link.id] = link
    elif table == CLIENTS:
        stored.clients[key] = kept_in(row).state
    elif table == PROFILES:
        _gather_profile(key, row, stored)
    elif table == ACCOUNTS:
        _gather_account(key, row, stored)
    elif table == KNOWN and key in _KNOWN:
        stored.known[_KNOWN[key]] = dict(json.loads(row["State"]))


def _gather_profile(key: str, row: Entity, stored: Stored) -> None:
    if not is_set(key):
        document: str = row["Document"]
        stored.profiles[key] = base64url.encode(sha256(document.encode()).digest())


def _gather_account(key: str, row: Entity, stored: Stored) -> None:
    if key == ACCOUNT_ROW:
        account = Account(
            handle=_handle(row),
            name=row["Username"],
            roles=row["Roles"],
            groups=state_of(row.get("ProviderGroups") or "", row.get("AssignedGroups") or ""),
            suspended=row["Suspended"],
        )
        stored.accounts[account.handle] = account
    elif is_credential(row):
        credential = _credential(row)
        stored.credentials[credential.handle, credential.hash] = credential
    elif is_session(row):
        session = _session(row)
        stored.sessions[session.id] = session
    elif key == PASS_ROW:
        found = Pass(
            id=base64url.encode(row["PassId"]),
            handle=_handle(row),
            used=row.get("UsedAt") is not None,
            registered=row.get("Registered") or 0,
        )
        stored.passes[found.handle] = found


def _credential(row: Entity) -> Credential:
    return Credential(
        handle=_handle(row),
        hash=str(row["RowKey"]).partition(":")[2],
        name=row["Name"],
        roles=row["Roles"],
        suspended=row["Suspended"],
        account_suspended=row["AccountSuspended"],
    )


def _session(row: Entity) -> Session:
    return Session(
        id=str(row["RowKey"]).partition(":")[2],
        handle=_handle(row),
        credential=base64url.encode(row["CredentialHash"]),
        rotations=row["Rotations"],
    )


def _handle(row: Entity) -> str:
    return base64url.encode(row["UserHandle"])


def authentic_beside(beside: Pending | None, row: Row, table: str, **known: bool) -> Beside:
    """The row of an event, with its contents as far as they can be read."""
    statement: Statement | None = None if beside is None else beside.statement
    personal = {} if statement is None or statement.personal is None else statement.personal.read()
    return Beside(
        table=table,
        partition=row["PartitionKey"],
        event_id=event_id_of(row["RowKey"]),
        leaf=None if statement is None else statement.read(),
        personal=personal,
        **known,
    )
