"""A receipt as it was read. Nothing in it is trusted yet."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared import base64url
from shared.audit.log_entry import LogEntry, read_entry
from shared.audit.verification.reading import Malformed

VERSION = 1
_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, RecursionError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    attestation_object: bytes
    client_data_json: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Gesture:
    role: str
    user: str
    username: str
    at: str
    event: str
    nonce: bytes
    credential_id: bytes
    public_key: bytes
    client_data_json: bytes
    client_data: Mapping[str, Any]
    authenticator_data: bytes
    signature: bytes
    registration: Registration | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedEntry:
    entry: LogEntry
    proof: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    note: str
    """A checkpoint. Its signatures are not checked yet."""
    entries: tuple[SealedEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    statement: str
    members: Mapping[str, Any]
    """Of the statement."""
    status: str
    gestures: tuple[Gesture, ...]
    use: str | None
    """The ID of the event of its use."""
    sealed: Sealed | None
    """None if the log had none of the events yet."""

    @property
    def approval(self) -> str:
        return str(self.members["approval"])

    @property
    def asker(self) -> str:
        return str(self.members["asker"]["id"])

    @property
    def asker_name(self) -> str:
        return str(self.members["asker"]["username"])


def read_receipt(data: bytes) -> Receipt:
    """Raise Malformed for what is no receipt."""
    try:
        members = _object(data)
        if members["version"] != VERSION:
            raise ValueError("another version")
        return _read(members)
    except _UNREADABLE as error:
        raise Malformed from error


def _read(members: Mapping[str, Any]) -> Receipt:
    statement = members["statement"]
    receipt = Receipt(
        statement=statement,
        members=_object(statement.encode()),
        status=str(members["status"]),
        gestures=tuple(_gesture(each) for each in members["gestures"]),
        use=None if members.get("use") is None else str(members["use"]["event"]),
        sealed=None if members["checkpoint"] is None else _sealed(members["checkpoint"]),
    )
    if receipt.members["version"] != VERSION or not all(
        (receipt.approval, receipt.asker, receipt.asker_name)
    ):
        raise ValueError("another version of a statement")
    return receipt


def _gesture(members: Mapping[str, Any]) -> Gesture:
    client_data = base64url.decode(members["clientDataJSON"])
    registration = members["registration"]
    return Gesture(
        role=str(members["role"]),
        user=str(members["user"]["id"]),
        username=str(members["user"]["username"]),
        at=str(members["at"]),
        event=str(members["event"]),
        nonce=base64url.decode(members["nonce"]),
        credential_id=base64url.decode(members["credentialId"]),
        public_key=base64url.decode(members["publicKey"]),
        client_data_json=client_data,
        client_data=_object(client_data),
        authenticator_data=base64url.decode(members["authenticatorData"]),
        signature=base64url.decode(members["signature"]),
        registration=None if registration is None else _registration(registration),
    )


def _registration(members: Mapping[str, Any]) -> Registration:
    return Registration(
        attestation_object=base64url.decode(members["attestationObject"]),
        client_data_json=base64url.decode(members["clientDataJSON"]),
    )


def _sealed(members: Mapping[str, Any]) -> Sealed:
    note = members["note"]
    if not isinstance(note, str):
        raise TypeError("not a text")
    return Sealed(note=note, entries=tuple(_entry(each) for each in members["entries"]))


def _entry(members: Mapping[str, Any]) -> SealedEntry:
    proof = tuple(base64url.decode(each) for each in members["proof"])
    return SealedEntry(entry=read_entry(members), proof=proof)


def _object(data: bytes) -> dict[str, Any]:
    value = json.loads(data.decode(), object_pairs_hook=_once)
    if not isinstance(value, dict):
        raise TypeError("not an object")
    json.dumps(value, ensure_ascii=False).encode()  # raises an error for a lone surrogate
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Two readers must not see two messages in one text."""
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member occurs twice")
    return members
