"""A restore as it is kept: sealed, so that whoever can write rows can make the broker do nothing.

The seal is for one approval: the record of one is not that of another.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from shared import base64url
from shared.access.profiles.profile import EntraIdentity
from shared.access.restores.action import Action, read_action
from shared.access.restores.answers import Failure
from shared.access.restores.restore import Restore, Status
from shared.accounts.handles import UserHandle
from shared.sealed import open_sealed, seal

KEPT_FOR = timedelta(days=120)
_INSTANTS = ("intended_at", "due_at", "posted_at", "ended_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What was approved, and by which identity it is done. It never changes, so a restore is
    followed to its end even if its profile is changed or removed after it began."""

    profile: str
    profile_state: str
    asker: UserHandle
    details: Mapping[str, Any]
    identity: EntraIdentity
    guard_requests: tuple[str, ...]
    approvers: tuple[UserHandle, ...] = ()

    @property
    def action(self) -> Action:
        return read_action(self.details)


@dataclass(frozen=True, slots=True)
class Record:
    order: Order
    restore: Restore


def seal_record(record: Record, *, random: bytes, sealing_key: bytes) -> str:
    ends = record.restore.intended_at + KEPT_FOR
    return seal(
        _kind(record.restore.id),
        json.dumps(_write(record), separators=(",", ":")).encode(),
        expires_at=int(ends.timestamp()),
        random=random,
        sealing_key=sealing_key,
    )


def open_record(
    sealed: str, approval: str, *, now: datetime, sealing_keys: Iterable[bytes]
) -> Record:
    """Raise SealInvalid if it is not ours, or that of another approval."""
    opened = open_sealed(
        _kind(approval), sealed, now=int(now.timestamp()), sealing_keys=sealing_keys
    )
    members = json.loads(opened.content)
    return Record(_read_order(members["order"]), _read_restore(members["restore"]))


def _kind(approval: str) -> str:
    return f"restore {approval}"


def _write(record: Record) -> dict[str, Any]:
    order = asdict(record.order) | {
        "asker": base64url.encode(record.order.asker),
        "approvers": [base64url.encode(each) for each in record.order.approvers],
    }
    restore = asdict(record.restore)
    for name in _INSTANTS:
        restore[name] = None if restore[name] is None else restore[name].isoformat()
    return {"order": order, "restore": restore}


def _read_order(members: dict[str, Any]) -> Order:
    return Order(
        **members
        | {
            "asker": UserHandle(base64url.decode(members["asker"])),
            "identity": EntraIdentity(**members["identity"]),
            "guard_requests": tuple(members["guard_requests"]),
            "approvers": tuple(
                UserHandle(base64url.decode(each)) for each in members.get("approvers", ())
            ),
        }
    )


def _read_restore(members: dict[str, Any]) -> Restore:
    failure = members["failure"]
    instants = {name: _read_instant(members[name]) for name in _INSTANTS}
    return Restore(
        **members
        | instants
        | {
            "status": Status(members["status"]),
            "failure": None if failure is None else Failure(**failure),
        }
    )


def _read_instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).astimezone(UTC)
