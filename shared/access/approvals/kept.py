"""The state of an approval as the text of its row, without the statement."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shared import base64url
from shared.access.approvals.approval import Approval, Asker, Gesture, Part, Refusal, Status
from shared.accounts.handles import UserHandle


def write_state(approval: Approval) -> str:
    asker = approval.asker
    members = {
        "profile": approval.profile,
        "asker": [
            base64url.encode(asker.handle),
            asker.username,
            None if asker.session is None else base64url.encode(asker.session),
            asker.thumbprint,
            asker.client,
            sorted(map(base64url.encode, asker.keys)),
        ],
        "approvers": approval.approvers,
        "bound": approval.bound_gesture,
        "created": approval.created_at.isoformat(),
        "expires": approval.expires_at.isoformat(),
        "webhooks": approval.webhooks,
        "status": approval.status.value,
        "gestures": [_write_gesture(each) for each in approval.gestures],
        "refusal": approval.refusal and _write_refusal(approval.refusal),
        "decided": _write(approval.decided_at),
        "used": _write(approval.used_at),
        "use": approval.use,
    }
    return json.dumps(members, separators=(",", ":"), ensure_ascii=False)


def read_state(approval_id: str, statement: str, state: str) -> Approval:
    """What `write_state` wrote. Raise ValueError, KeyError or TypeError for anything else."""
    members: Mapping[str, Any] = json.loads(state)
    return Approval(
        id=approval_id,
        statement=statement,
        profile=members["profile"],
        asker=_read_asker(*members["asker"]),
        approvers=members["approvers"],
        bound_gesture=members["bound"],
        created_at=datetime.fromisoformat(members["created"]),
        expires_at=datetime.fromisoformat(members["expires"]),
        webhooks=members["webhooks"],
        status=Status(members["status"]),
        gestures=tuple(map(_read_gesture, members["gestures"])),
        refusal=None if members["refusal"] is None else _read_refusal(members["refusal"]),
        decided_at=_read(members["decided"]),
        used_at=_read(members["used"]),
        use=members["use"],
    )


def _read_asker(
    handle: str,
    username: str,
    session: str | None,
    thumbprint: str | None,
    client: str | None,
    keys: list[str],
) -> Asker:
    return Asker(
        handle=UserHandle(base64url.decode(handle)),
        username=username,
        session=None if session is None else base64url.decode(session),
        thumbprint=thumbprint,
        client=client,
        keys=frozenset(map(base64url.decode, keys)),
    )


def _write_gesture(gesture: Gesture) -> dict[str, str]:
    return {
        "part": gesture.part.value,
        "by": base64url.encode(gesture.by),
        "username": gesture.username,
        "credential": base64url.encode(gesture.credential),
        "key": base64url.encode(gesture.key),
        "at": gesture.at.isoformat(),
        "event": gesture.event,
        "proof": base64url.encode(gesture.proof),
    }


def _read_gesture(members: Mapping[str, str]) -> Gesture:
    return Gesture(
        part=Part(members["part"]),
        by=UserHandle(base64url.decode(members["by"])),
        username=members["username"],
        credential=base64url.decode(members["credential"]),
        key=base64url.decode(members["key"]),
        at=datetime.fromisoformat(members["at"]),
        event=members["event"],
        proof=base64url.decode(members["proof"]),
    )


def _write_refusal(refusal: Refusal) -> list[str | None]:
    at = refusal.at.isoformat()
    return [base64url.encode(refusal.by), refusal.username, refusal.reason, at]


def _read_refusal(members: list[Any]) -> Refusal:
    by, username, reason, at = members
    return Refusal(
        by=UserHandle(base64url.decode(by)),
        username=username,
        reason=reason,
        at=datetime.fromisoformat(at),
    )


def _write(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _read(at: str | None) -> datetime | None:
    return None if at is None else datetime.fromisoformat(at)
