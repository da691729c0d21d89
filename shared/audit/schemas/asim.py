"""Entries in Microsoft's Advanced Security Information Model, for the tables of Sentinel.

Three schemas: Authentication 0.1.4, UserManagement 0.1.2 and AuditEvent 0.1
(https://learn.microsoft.com/azure/sentinel/normalization-about-schemas). Events for the begin of a
ceremony are samples, and ASIM has no type for them; only `Touchstone_CL` has them.

Columns are named as in the tables, which lack some fields of the schemas: Azure would drop them. So
an event's ID is in `EventOriginalUid`. Microsoft's parsers add `EventUid`, `Dvc` and `EventSchema`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from shared.audit.event import Kind
from shared.audit.log_entry import LogEntry
from shared.audit.schemas.asim_results import RESULTS, result_details, severity
from shared.audit.schemas.asim_users import user_columns
from shared.audit.schemas.touchstone_row import touchstone_row

PRODUCT = "Touchstone"


class Stream(StrEnum):
    """Named after the schema of its table."""

    AUTHENTICATION = "Authentication"
    USER_MANAGEMENT = "UserManagement"
    AUDIT = "AuditEvent"


VERSIONS = {Stream.AUTHENTICATION: "0.1.4", Stream.USER_MANAGEMENT: "0.1.2", Stream.AUDIT: "0.1"}


@dataclass(frozen=True, slots=True)
class Mapped:
    stream: Stream
    event_type: str
    subject: str = ""
    """Which property of a user was changed, or which object was accessed."""


_AUTHENTICATION, _USERS, _AUDIT = Stream.AUTHENTICATION, Stream.USER_MANAGEMENT, Stream.AUDIT
MAPPING: Mapping[Kind, Mapped | None] = {
    Kind.REGISTRATION_BEGUN: None,
    Kind.AUTHENTICATION_BEGUN: None,
    Kind.AUTHENTICATION: Mapped(_AUTHENTICATION, "Logon"),
    Kind.EXTERNAL_MFA: Mapped(_AUTHENTICATION, "Logon"),
    Kind.PASS_REDEEMED: Mapped(_AUTHENTICATION, "Logon"),
    Kind.TOKEN_REFRESHED: Mapped(_AUTHENTICATION, "Logon"),
    Kind.TOKEN_REUSED: Mapped(_AUTHENTICATION, "Logon"),
    Kind.SESSION_ENDED: Mapped(_AUTHENTICATION, "Logoff"),
    Kind.AUTHORIZATION_GRANTED: Mapped(_AUTHENTICATION, "Logon"),
    Kind.CODE_REDEEMED: Mapped(_AUTHENTICATION, "Logon"),
    Kind.CODE_REUSED: Mapped(_AUTHENTICATION, "Logon"),
    Kind.DEVICE_APPROVED: Mapped(_AUTHENTICATION, "Logon"),
    Kind.DEVICE_REJECTED: Mapped(_AUTHENTICATION, "Logon"),
    Kind.DEVICE_REDEEMED: Mapped(_AUTHENTICATION, "Logon"),
    Kind.CLIENT_ACCESS_ENDED: Mapped(_AUTHENTICATION, "Logoff"),
    Kind.CLIENT_NOT_TOLD: Mapped(_AUDIT, "Other", "Client"),
    Kind.CONSENT_GIVEN: Mapped(_USERS, "UserModified", "Consent"),
    Kind.CONSENT_WITHDRAWN: Mapped(_USERS, "UserModified", "Consent"),
    Kind.REGISTRATION: Mapped(_USERS, "UserModified", "Credential"),
    Kind.CREDENTIAL_RENAMED: Mapped(_USERS, "UserModified", "CredentialName"),
    Kind.CREDENTIAL_REMOVED: Mapped(_USERS, "UserModified", "Credential"),
    Kind.CREDENTIAL_SUSPENDED: Mapped(_USERS, "UserModified", "CredentialState"),
    Kind.CREDENTIAL_RESUMED: Mapped(_USERS, "UserModified", "CredentialState"),
    Kind.SIGN_COUNT_REGRESSION: Mapped(_USERS, "UserModified", "CredentialSignCount"),
    Kind.SIGN_COUNT_UNCHANGED: Mapped(_USERS, "UserModified", "CredentialSignCount"),
    Kind.BACKUP_ELIGIBILITY_APPEARED: Mapped(_USERS, "UserModified", "CredentialBackup"),
    Kind.BACKUP_ELIGIBILITY_VANISHED: Mapped(_USERS, "UserModified", "CredentialBackup"),
    Kind.BACKUP_STATE_CHANGED: Mapped(_USERS, "UserModified", "CredentialBackup"),
    Kind.ACCOUNT_CREATED: Mapped(_USERS, "UserCreated"),
    Kind.ACCOUNT_REMOVED: Mapped(_USERS, "UserDeleted"),
    Kind.ACCOUNT_SUSPENDED: Mapped(_USERS, "UserDisabled"),
    Kind.ACCOUNT_RESUMED: Mapped(_USERS, "UserEnabled"),
    Kind.ACCOUNT_LINKED: Mapped(_USERS, "UserModified", "Link"),
    Kind.ACCOUNT_UNLINKED: Mapped(_USERS, "UserModified", "Link"),
    Kind.ACCOUNT_GROUPS_CHANGED: Mapped(_USERS, "UserModified", "Groups"),
    Kind.ACCOUNT_READ: Mapped(_USERS, "UserRead"),
    Kind.PASS_ISSUED: Mapped(_USERS, "PasswordReset"),
    Kind.PASS_DELETED: Mapped(_USERS, "UserModified", "AccessPass"),
    Kind.PASS_READ: Mapped(_USERS, "UserRead"),
    Kind.RATE_LIMIT_HIT: Mapped(_AUDIT, "Other", "Rate limit"),
    Kind.POLICY_CHANGED: Mapped(_AUDIT, "Set", "Policy"),
    Kind.CLIENT_CREATED: Mapped(_AUDIT, "Create", "Client"),
    Kind.CLIENT_CHANGED: Mapped(_AUDIT, "Set", "Client"),
    Kind.CLIENT_REMOVED: Mapped(_AUDIT, "Delete", "Client"),
    Kind.CLIENT_SECRET_ADDED: Mapped(_AUDIT, "Create", "Client's secret"),
    Kind.CLIENT_SECRET_REMOVED: Mapped(_AUDIT, "Delete", "Client's secret"),
    Kind.CLIENT_REFUSED: Mapped(_AUDIT, "Other", "Client"),
    Kind.SIGNING_KEY_ROTATED: Mapped(_AUDIT, "Set", "Signing key"),
    Kind.OPERATOR_TOKEN_USED: Mapped(_AUDIT, "Execute", "Operator's token"),
    Kind.AUDIT_READ: Mapped(_AUDIT, "Read", "Audit log"),
    Kind.ERASURE_REQUESTED: Mapped(_AUDIT, "Create", "Erasure request"),
    Kind.ERASURE_CONFIRMED: Mapped(_AUDIT, "Execute", "Erasure request"),
    Kind.ERASURE_WITHDRAWN: Mapped(_AUDIT, "Delete", "Erasure request"),
    Kind.PERSON_ERASED: Mapped(_AUDIT, "Clear", "Audit log"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AsimRecord:
    stream: Stream
    columns: dict[str, Any]


def asim_record(entry: LogEntry) -> AsimRecord | None:
    row = touchstone_row(entry)
    mapped = MAPPING[Kind(row["EventKind"])]
    if mapped is None:
        return None
    columns = _common(row, mapped) | _SPECIFIC[mapped.stream](row, mapped)
    given = {name: value for name, value in columns.items() if value is not None}
    return AsimRecord(stream=mapped.stream, columns=given)


def _common(row: Mapping[str, Any], mapped: Mapped) -> dict[str, Any]:
    at, reason = row["HappenedAt"], row.get("Reason")
    return {
        "TimeGenerated": row["TimeGenerated"],
        "EventStartTime": at,
        "EventEndTime": at,
        "EventCount": 1,
        "EventType": mapped.event_type,
        "EventResult": RESULTS[row["EventOutcome"]],
        "EventResultDetails": result_details(mapped.stream, reason),
        "EventSeverity": severity(
            Kind(row["EventKind"]), row["EventOutcome"], row.get("Facts", {})
        ),
        "EventOriginalUid": row["EventUid"],
        "EventOriginalType": row["EventKind"],
        "EventOriginalResultDetails": reason,
        "EventVendor": PRODUCT,
        "EventProduct": PRODUCT,
        "EventSchemaVersion": VERSIONS[mapped.stream],
        "DvcHostname": PRODUCT,
        "SrcIpAddr": row.get("SrcIpAddr"),
        "HttpUserAgent": row.get("HttpUserAgent"),
        "AdditionalFields": _additional(row),
    }


_BY_KEY, _BY_PASS = ("Passwordless", "WebAuthn"), ("Other", "Access pass")
_ADDITIONAL = (
    *("LogIndex", "LeafHash", "CredentialHash", "Aaguid", "SignCount", "UserVerified"),
    *("BackupEligible", "BackupState", "AttestationFormat", "AttestationType", "Origin", "RpId"),
    *("TokenId", "PassId", "InvocationId", "TraceId", "Facts"),
)


def _additional(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in _ADDITIONAL if name in row}


def logon_of(kind: str) -> tuple[str, str]:
    """The logon method and protocol. An access pass is typed, and proves possession of no key."""
    return _BY_PASS if kind == Kind.PASS_REDEEMED else _BY_KEY


def _authentication(row: Mapping[str, Any], _mapped: Mapped) -> dict[str, Any]:
    method, protocol = logon_of(row["EventKind"])
    return {
        "LogonMethod": method,
        "LogonProtocol": protocol,
        "TargetAppName": row["RpId"],
        "TargetAppType": "Service",
        "TargetSessionId": row.get("SessionId"),
        **user_columns(row, "Target"),
        **user_columns(row, "Actor"),
    }


def _user_management(row: Mapping[str, Any], mapped: Mapped) -> dict[str, Any]:
    return {
        # Of the three tables, only this one has the column.
        "EventSchema": mapped.stream.value,
        "EventSubType": mapped.subject or None,
        **user_columns(row, "Target"),
        **user_columns(row, "Actor", required=True),
    }


def _audit(row: Mapping[str, Any], mapped: Mapped) -> dict[str, Any]:
    return {
        "Operation": row["EventKind"],
        "Object": mapped.subject,
        "ObjectType": "Policy Rule" if mapped.event_type in ("Set", "Other") else "Cloud Resource",
        "TargetAppName": row["RpId"],
        "TargetAppType": "Service",
        **user_columns(row, "Actor"),
    }


_SPECIFIC = {
    Stream.AUTHENTICATION: _authentication,
    Stream.USER_MANAGEMENT: _user_management,
    Stream.AUDIT: _audit,
}
