"""An entry as a row of `Touchstone_CL`, our own table in Log Analytics."""

from collections.abc import Mapping
from typing import Any

from shared import base64url
from shared.audit.log_entry import LogEntry
from shared.audit.merkle import leaf_hash

SCHEMA_VERSION = "1.1"
"""The first number grows when a column changes its meaning or is removed, the second when one is
added."""

COLUMNS: Mapping[str, str] = {
    "TimeGenerated": "datetime",
    "HappenedAt": "datetime",
    "EventUid": "string",
    "LogIndex": "long",
    "LeafHash": "string",
    "SchemaVersion": "string",
    "EventKind": "string",
    "EventOutcome": "string",
    "Reason": "string",
    "ActorType": "string",
    "ActorId": "string",
    "ActorName": "string",
    "TargetType": "string",
    "TargetId": "string",
    "TargetName": "string",
    "CredentialHash": "string",
    "CredentialName": "string",
    "Aaguid": "string",
    "PublicKeyHash": "string",
    "AttestationFormat": "string",
    "AttestationType": "string",
    "SignCount": "long",
    "UserVerified": "boolean",
    "BackupEligible": "boolean",
    "BackupState": "boolean",
    "Origin": "string",
    "RpId": "string",
    "Tenant": "string",
    "SessionId": "string",
    "TokenId": "string",
    "PassId": "string",
    "SrcIpAddr": "string",
    "HttpUserAgent": "string",
    "InvocationId": "string",
    "TraceId": "string",
    "Facts": "dynamic",
}
"""Every column, with its type as data collection rules name it."""


def touchstone_row(entry: LogEntry) -> dict[str, Any]:
    """Columns without a value are left out. The evidence is in the log only."""
    event = entry.statement.read()
    personal = entry.statement.personal
    row = {
        "TimeGenerated": event["at"],
        # Azure replaces TimeGenerated if the row arrives more than two days later.
        "HappenedAt": event["at"],
        "EventUid": event["id"],
        "LogIndex": entry.index,
        "LeafHash": base64url.encode(leaf_hash(entry.statement.leaf)),
        "SchemaVersion": SCHEMA_VERSION,
        "EventKind": event["kind"],
        "EventOutcome": event["outcome"],
        "Reason": event.get("reason"),
        **_people(event, personal.read() if personal else {}),
        **_credential(event.get("credential", {})),
        "Origin": event.get("origin"),
        "RpId": event["rpId"],
        "Tenant": event["tenant"],
        "SessionId": event.get("session"),
        "TokenId": event.get("token"),
        "PassId": event.get("pass"),
        "InvocationId": event.get("invocation"),
        "TraceId": event.get("trace"),
        "Facts": event.get("facts"),
    }
    return {name: value for name, value in row.items() if value is not None}


def _people(event: Mapping[str, Any], personal: Mapping[str, str]) -> dict[str, str | None]:
    actor, target = event.get("actor", {}), event.get("target", {})
    return {
        "ActorType": actor.get("type"),
        "ActorId": actor.get("id"),
        "ActorName": personal.get("actorName"),
        "TargetType": target.get("type"),
        "TargetId": target.get("id"),
        "TargetName": personal.get("targetName"),
        "CredentialName": personal.get("credentialName"),
        "SrcIpAddr": personal.get("address"),
        "HttpUserAgent": personal.get("userAgent"),
    }


def _credential(credential: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "CredentialHash": credential.get("hash"),
        "Aaguid": aaguid_text(credential.get("aaguid")),
        "PublicKeyHash": credential.get("publicKeyHash"),
        "AttestationFormat": credential.get("attestationFormat"),
        "AttestationType": credential.get("attestationType"),
        "SignCount": credential.get("signCount"),
        "UserVerified": credential.get("uv"),
        "BackupEligible": credential.get("be"),
        "BackupState": credential.get("bs"),
    }


def aaguid_text(encoded: str | None) -> str | None:
    """Format the AAGUID in the usual form of a UUID."""
    if encoded is None:
        return None
    text = base64url.decode(encoded).hex()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
