"""Entries in the Open Cybersecurity Schema Framework 1.x (https://schema.ocsf.io).

Sign-ins are Authentication (3002), changes to accounts and credentials are Account Change (3001),
and all other events are Entity Management (3004).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.audit.event import Kind
from shared.audit.instants import milliseconds, read_instant
from shared.audit.log_entry import LogEntry
from shared.audit.schemas.asim import PRODUCT, logon_of
from shared.audit.schemas.touchstone_row import touchstone_row

VERSION = "1.5.0"
_IAM = 3
_ACCOUNT_CHANGE, _AUTHENTICATION, _ENTITY = 3001, 3002, 3004
_OTHER = 99
_WEBAUTHN_FACTOR = 10


@dataclass(frozen=True, slots=True)
class Activity:
    class_uid: int
    activity_id: int


MAPPING: Mapping[Kind, Activity] = {
    Kind.REGISTRATION_BEGUN: Activity(_ACCOUNT_CHANGE, _OTHER),
    Kind.AUTHENTICATION_BEGUN: Activity(_AUTHENTICATION, 6),
    Kind.AUTHENTICATION: Activity(_AUTHENTICATION, 1),
    Kind.EXTERNAL_MFA: Activity(_AUTHENTICATION, 1),
    Kind.PASS_REDEEMED: Activity(_AUTHENTICATION, 1),
    Kind.TOKEN_REFRESHED: Activity(_AUTHENTICATION, _OTHER),
    Kind.TOKEN_REUSED: Activity(_AUTHENTICATION, _OTHER),
    Kind.SESSION_ENDED: Activity(_AUTHENTICATION, 2),
    Kind.AUTHORIZATION_GRANTED: Activity(_AUTHENTICATION, 1),
    Kind.CODE_REDEEMED: Activity(_AUTHENTICATION, _OTHER),
    Kind.CODE_REUSED: Activity(_AUTHENTICATION, _OTHER),
    Kind.DEVICE_APPROVED: Activity(_AUTHENTICATION, 1),
    Kind.DEVICE_REJECTED: Activity(_AUTHENTICATION, _OTHER),
    Kind.DEVICE_REDEEMED: Activity(_AUTHENTICATION, _OTHER),
    Kind.CLIENT_ACCESS_ENDED: Activity(_AUTHENTICATION, 2),
    Kind.CLIENT_NOT_TOLD: Activity(_ENTITY, _OTHER),
    Kind.CONSENT_GIVEN: Activity(_ACCOUNT_CHANGE, _OTHER),
    Kind.CONSENT_WITHDRAWN: Activity(_ACCOUNT_CHANGE, _OTHER),
    Kind.ACCESS_GRANTED: Activity(_AUTHENTICATION, _OTHER),
    Kind.CERTIFICATE_ISSUED: Activity(_AUTHENTICATION, _OTHER),
    Kind.REGISTRATION: Activity(_ACCOUNT_CHANGE, 10),
    Kind.CREDENTIAL_RENAMED: Activity(_ACCOUNT_CHANGE, _OTHER),
    Kind.CREDENTIAL_REMOVED: Activity(_ACCOUNT_CHANGE, 11),
    Kind.CREDENTIAL_SUSPENDED: Activity(_ACCOUNT_CHANGE, 11),
    Kind.CREDENTIAL_RESUMED: Activity(_ACCOUNT_CHANGE, 10),
    Kind.SIGN_COUNT_REGRESSION: Activity(_ACCOUNT_CHANGE, _OTHER),
    Kind.SIGN_COUNT_UNCHANGED: Activity(_ACCOUNT_CHANGE, _OTHER),
    Kind.BACKUP_ELIGIBILITY_APPEARED: Activity(_ACCOUNT_CHANGE, _OTHER),
    Kind.BACKUP_ELIGIBILITY_VANISHED: Activity(_ACCOUNT_CHANGE, _OTHER),
    Kind.BACKUP_STATE_CHANGED: Activity(_ACCOUNT_CHANGE, _OTHER),
    Kind.ACCOUNT_CREATED: Activity(_ACCOUNT_CHANGE, 1),
    Kind.ACCOUNT_REMOVED: Activity(_ACCOUNT_CHANGE, 6),
    Kind.ACCOUNT_SUSPENDED: Activity(_ACCOUNT_CHANGE, 5),
    Kind.ACCOUNT_RESUMED: Activity(_ACCOUNT_CHANGE, 2),
    Kind.ACCOUNT_LINKED: Activity(_ACCOUNT_CHANGE, _OTHER),
    Kind.ACCOUNT_UNLINKED: Activity(_ACCOUNT_CHANGE, _OTHER),
    Kind.ACCOUNT_GROUPS_CHANGED: Activity(_ACCOUNT_CHANGE, _OTHER),
    Kind.ACCOUNT_READ: Activity(_ENTITY, 2),
    Kind.PASS_ISSUED: Activity(_ACCOUNT_CHANGE, 4),
    Kind.PASS_DELETED: Activity(_ACCOUNT_CHANGE, _OTHER),
    Kind.PASS_READ: Activity(_ENTITY, 2),
    Kind.GROUP_CREATED: Activity(_ENTITY, 1),
    Kind.GROUP_REMOVED: Activity(_ENTITY, 4),
    Kind.GROUP_MEMBER_ADDED: Activity(_ACCOUNT_CHANGE, _OTHER),
    Kind.GROUP_MEMBER_REMOVED: Activity(_ACCOUNT_CHANGE, _OTHER),
    Kind.GROUP_READ: Activity(_ENTITY, 2),
    Kind.APPROVAL_REQUESTED: Activity(_ENTITY, 1),
    Kind.APPROVAL_GIVEN: Activity(_ENTITY, 3),
    Kind.APPROVAL_REFUSED: Activity(_ENTITY, 3),
    Kind.APPROVAL_WITHDRAWN: Activity(_ENTITY, 4),
    Kind.APPROVAL_USED: Activity(_ENTITY, _OTHER),
    Kind.RESTORE_STARTED: Activity(_ENTITY, _OTHER),
    Kind.RESTORE_ENDED: Activity(_ENTITY, _OTHER),
    Kind.APPROVAL_NOT_TOLD: Activity(_ENTITY, _OTHER),
    Kind.RATE_LIMIT_HIT: Activity(_ENTITY, _OTHER),
    Kind.POLICY_CHANGED: Activity(_ENTITY, 3),
    Kind.CLIENT_CREATED: Activity(_ENTITY, 1),
    Kind.CLIENT_CHANGED: Activity(_ENTITY, 3),
    Kind.CLIENT_REMOVED: Activity(_ENTITY, 4),
    Kind.CLIENT_SECRET_ADDED: Activity(_ENTITY, 3),
    Kind.CLIENT_SECRET_REMOVED: Activity(_ENTITY, 3),
    Kind.CLIENT_REFUSED: Activity(_ENTITY, _OTHER),
    Kind.PROFILE_CREATED: Activity(_ENTITY, 1),
    Kind.PROFILE_CHANGED: Activity(_ENTITY, 3),
    Kind.PROFILE_REMOVED: Activity(_ENTITY, 4),
    Kind.SIGNING_KEY_ROTATED: Activity(_ENTITY, 3),
    Kind.OPERATOR_TOKEN_USED: Activity(_ENTITY, _OTHER),
    Kind.AUDIT_READ: Activity(_ENTITY, 2),
    Kind.ERASURE_REQUESTED: Activity(_ENTITY, 1),
    Kind.ERASURE_CONFIRMED: Activity(_ENTITY, 3),
    Kind.ERASURE_WITHDRAWN: Activity(_ENTITY, 4),
    Kind.PERSON_ERASED: Activity(_ENTITY, 4),
}
_STATUS = {"success": 1, "failure": 2, "attempted": 0}
_SEVERITY_INFORMATIONAL, _SEVERITY_LOW = 1, 2


def ocsf_event(entry: LogEntry) -> dict[str, Any]:
    row = touchstone_row(entry)
    activity = MAPPING[Kind(row["EventKind"])]
    event = _common(row, activity) | _by_class(row, activity)
    return {name: value for name, value in event.items() if value is not None}


def _common(row: Mapping[str, Any], activity: Activity) -> dict[str, Any]:
    failed = row["EventOutcome"] == "failure"
    return {
        "category_uid": _IAM,
        "class_uid": activity.class_uid,
        "activity_id": activity.activity_id,
        "type_uid": activity.class_uid * 100 + activity.activity_id,
        "time": milliseconds(read_instant(row["HappenedAt"])),
        "severity_id": _SEVERITY_LOW if failed else _SEVERITY_INFORMATIONAL,
        "status_id": _STATUS[row["EventOutcome"]],
        "status_detail": row.get("Reason"),
        "metadata": {
            "version": VERSION,
            "uid": row["EventUid"],
            "event_code": row["EventKind"],
            "correlation_uid": row.get("TraceId"),
            "product": {"name": PRODUCT, "vendor_name": PRODUCT},
        },
        "src_endpoint": {"ip": row["SrcIpAddr"]} if "SrcIpAddr" in row else None,
        "unmapped": {name: row[name] for name in ("LogIndex", "LeafHash", "Facts") if name in row},
    }


def _by_class(row: Mapping[str, Any], activity: Activity) -> dict[str, Any]:
    if activity.class_uid == _ENTITY:
        entity = {"type": row["EventKind"], "name": row["RpId"]}
        return {"entity": entity, "actor": {"user": _user(row, "Actor")}}
    user, (_, protocol) = _user(row, "Target"), logon_of(row["EventKind"])
    if activity.class_uid == _ACCOUNT_CHANGE:
        return {"user": user, "actor": {"user": _user(row, "Actor")}}
    return {
        "user": user,
        "service": {"name": row["RpId"]},
        "auth_protocol_id": _OTHER,
        "auth_protocol": protocol,
        "auth_factors": [{"factor_type_id": _WEBAUTHN_FACTOR}] if "UserVerified" in row else None,
        "is_mfa": row.get("UserVerified"),
        "session": {"uid": row["SessionId"]} if "SessionId" in row else None,
    }


def _user(row: Mapping[str, Any], who: str) -> dict[str, str]:
    """OCSF requires an ID or a name, and a user in every event."""
    uid, name = row.get(f"{who}Id", "anonymous"), row.get(f"{who}Name")
    return {"uid": uid} | ({"name": name} if name else {})
