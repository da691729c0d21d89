"""A receipt as it was read. Nothing in it is trusted yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared import base64url
from shared.audit.log_entry import LogEntry, read_entry
from shared.audit.verification.reading import Malformed
from shared.audit.verification.receipts.strict_json import read_object

VERSION = 1
MOST_BYTES = 4_000_000
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
        if len(data) > MOST_BYTES:
            raise ValueError("too large")
        return _read(read_object(data.decode(), whole=True))
    except _UNREADABLE as error:
        raise Malformed from error


def _read(members: Mapping[str, Any]) -> Receipt:
    statement = _text(members, "statement")
    use, checkpoint = members.get("use"), members["checkpoint"]
    receipt = Receipt(
        statement=statement,
        members=read_object(statement),
        status=_text(members, "status"),
        gestures=tuple(map(_gesture, _list(members, "gestures"))),
        use=None if use is None else _text(use, "event"),
        sealed=None if checkpoint is None else _sealed(checkpoint),
    )
    asker = receipt.members["asker"]
    named = (_text(receipt.members, "approval"), _text(asker, "id"), _text(asker, "username"))
    versions = (members["version"], receipt.members["version"])
    if not all(named) or any(each != VERSION or each is True for each in versions):
        raise ValueError("another version")
    return receipt


def _gesture(members: Mapping[str, Any]) -> Gesture:
    client_data = _bytes(members, "clientDataJSON")
    registration = members["registration"]
    return Gesture(
        role=_text(members, "role"),
        user=_text(members["user"], "id"),
        username=_text(members["user"], "username"),
        at=_text(members, "at"),
        event=_text(members, "event"),
        nonce=_bytes(members, "nonce"),
        credential_id=_bytes(members, "credentialId"),
        public_key=_bytes(members, "publicKey"),
        client_data_json=client_data,
        client_data=read_object(client_data.decode()),
        authenticator_data=_bytes(members, "authenticatorData"),
        signature=_bytes(members, "signature"),
        registration=None if registration is None else _registration(registration),
    )


def _registration(members: Mapping[str, Any]) -> Registration:
    return Registration(
        attestation_object=_bytes(members, "attestationObject"),
        client_data_json=_bytes(members, "clientDataJSON"),
    )


def _sealed(members: Mapping[str, Any]) -> Sealed:
    entries = tuple(map(_entry, _list(members, "entries")))
    return Sealed(note=_text(members, "note"), entries=entries)


def _entry(members: Mapping[str, Any]) -> SealedEntry:
    proof = tuple(map(base64url.decode, _list(members, "proof")))
    return SealedEntry(entry=read_entry(members), proof=proof)


def _text(members: Mapping[str, Any], name: str) -> str:
    return _of(str, members[name])


def _bytes(members: Mapping[str, Any], name: str) -> bytes:
    return base64url.decode(_text(members, name))


def _list(members: Mapping[str, Any], name: str) -> list[Any]:
    return _of(list, members[name])


def _of[T](kind: type[T], value: object) -> T:
    """A number is no text, whatever it could be written as."""
    if not isinstance(value, kind):
        raise TypeError(f"not a {kind.__name__}")
    return value
