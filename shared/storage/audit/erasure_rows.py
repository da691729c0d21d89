"""The row of a request for an erasure."""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from shared import base64url
from shared.accounts.handles import AccountLocator
from shared.audit.event import Actor, ActorType
from shared.audit.instants import write_instant
from shared.audit.statement import Statement, StatementKey, write_json
from shared.audit.statement_tags import Purpose, is_authentic
from shared.storage.audit.tagged import timestamp
from shared.storage.tables.row_keys import partition_key
from shared.storage.tables.rows import Row
from shared.storage.tables.table import version
from shared.storage.tables.values import read_instant

logger = logging.getLogger("touchstone.audit")


PARTITION = "erasures"


@dataclass(frozen=True, slots=True, kw_only=True)
class Administrator:
    """The administrator who requested or confirmed an erasure."""

    someone: Actor
    known_as: frozenset[str]
    """Digests of all names of that person."""
    by_new_key: bool = False
    """Then nobody is accepted as the second administrator, since others may have made the key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    id: str
    """The ID of the event that records the request."""
    person: AccountLocator
    username: str
    known_as: frozenset[str]
    """Digests of all names of the person whose events are meant."""
    requested_by: Administrator
    requested_at: datetime
    due_at: datetime
    """It is carried out from this time on. All times are by the clock of storage."""
    confirmed_by: Administrator | None = None
    confirmation: str = ""
    """The ID of the event that records the confirmation."""
    size: int | None = None
    """The number of entries of the log to go through; None until the erasure begins."""
    next: int = 0
    """All entries before this one are done."""
    entries: int = 0
    """The number of the person's entries whose personal part was removed."""
    named: int = 0
    """The number of entries that keep it, since the requester or the confirmer acted there."""
    key_id: str = field(default="", compare=False)
    """The ID of the key that tagged the row."""
    etag: str = ""
    written: datetime = field(default=datetime.min.replace(tzinfo=UTC), compare=False)
    """When the row was last written, by the service or by others, by the clock of storage."""

    @property
    def begun(self) -> bool:
        return self.size is not None


def row_keys(erasure: Erasure) -> dict[str, Any]:
    return {"PartitionKey": PARTITION, "RowKey": partition_key(erasure.person)}


def tagged(row: Mapping[str, Any]) -> Statement:
    """The contents of a row for its tag, with times as texts."""
    return Statement(
        leaf=write_json(
            {
                name: write_instant(value) if isinstance(value, datetime) else value
                for name, value in row.items()
            }
        )
    )


def erasure_row(erasure: Erasure) -> dict[str, Any]:
    begun = {} if erasure.size is None else {"Size": str(erasure.size)}
    return {
        **row_keys(erasure),
        "RequestId": erasure.id,
        "Username": erasure.username,
        "KnownAs": _write_names(erasure.known_as),
        "RequestedBy": _write_administrator(erasure.requested_by),
        "RequestedAt": erasure.requested_at,
        "DueAt": erasure.due_at,
        "ConfirmedBy": _write_administrator(erasure.confirmed_by),
        "Confirmation": erasure.confirmation,
        **begun,
        "Next": str(erasure.next),
        "Entries": str(erasure.entries),
        "Named": str(erasure.named),
    }


def read_ours(row: Row, keys: Sequence[StatementKey]) -> Erasure | None:
    """Return None for a row that we did not write, so that it does not block the others."""
    try:
        erasure, tag = _read(row), str(row["Tag"])
        if is_authentic(tag, tagged(erasure_row(erasure)), keys, Purpose.ERASURE, row["RowKey"]):
            return erasure
        raise ValueError("a request for an erasure that the service did not write")
    except (KeyError, ValueError, TypeError, AttributeError):
        logger.error("the audit log contradicts itself: a request for an erasure cannot be read")
        return None


def _read(row: Row) -> Erasure:
    requested_by = _read_administrator(row["RequestedBy"])
    if requested_by is None:
        raise ValueError("a request for an erasure that was not made")
    return Erasure(
        id=row["RequestId"],
        person=AccountLocator(base64url.decode(row["RowKey"])),
        username=row["Username"],
        known_as=_read_names(row["KnownAs"]),
        requested_by=requested_by,
        requested_at=read_instant(row["RequestedAt"]),
        due_at=read_instant(row["DueAt"]),
        confirmed_by=_read_administrator(row["ConfirmedBy"]),
        confirmation=row["Confirmation"],
        size=int(row["Size"]) if row.get("Size") else None,
        next=int(row["Next"]),
        entries=int(row["Entries"]),
        named=int(row["Named"]),
        key_id=str(row["Tag"]).partition(".")[0],
        etag=version(row),
        written=timestamp(row),
    )


def _write_administrator(administrator: Administrator | None) -> str:
    if administrator is None:
        return ""
    someone = administrator.someone
    return json.dumps(
        {
            "type": someone.standing.value,
            "id": someone.id,
            "name": someone.name,
            "knownAs": _write_names(administrator.known_as),
            "byNewKey": administrator.by_new_key,
        }
    )


def _read_administrator(text: str) -> Administrator | None:
    if not text:
        return None
    members = json.loads(text)
    someone = Actor(standing=ActorType(members["type"]), id=members["id"], name=members["name"])
    return Administrator(
        someone=someone,
        known_as=_read_names(members["knownAs"]),
        by_new_key=bool(members["byNewKey"]),
    )


def _write_names(names: frozenset[str]) -> str:
    return ",".join(sorted(names))


def _read_names(text: str) -> frozenset[str]:
    return frozenset(text.split(","))
