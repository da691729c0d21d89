"""Entries in Microsoft's Advanced Security Information Model, for the tables of Sentinel.

Three schemas: Authentication 0.1.4, UserManagement 0.1.2 and AuditEvent 0.1
(https://learn.microsoft.com/azure/sentinel/normalization-about-schemas). Events for the begin of a
ceremony are samples, and ASIM has no type for them; only `Touchstone_CL` has them.

Columns are named as in the tables, which lack some fields of the schemas: Azure would drop them. So
an event's ID is in `EventOriginalUid`. Microsoft's parsers add `EventUid`, `Dvc` and `EventSchema`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.audit.event import Kind
from shared.audit.log_entry import LogEntry
from shared.audit.schemas.asim_mapping import MAPPING, VERSIONS, Mapped, Stream
from shared.audit.schemas.asim_results import RESULTS, result_details, severity
from shared.audit.schemas.asim_users import user_columns
from shared.audit.schemas.touchstone_row import touchstone_row

PRODUCT = "Touchstone"


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
