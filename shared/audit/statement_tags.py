"""Tags that show that a statement is the service's own, before it is sealed. Pure.

Statements that are not sealed yet are in tables that others may be able to write to. So each
statement has a tag, made with a key that is derived from a checkpoint key and is never in the
tables. An event that the service did not record has no valid tag. The tag also covers the row's
purpose and its keys, so a row cannot be moved elsewhere, and a notice cannot become an event.
"""

import hmac
from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared import base64url
from shared.audit.statement import Part, Statement, StatementKey

if TYPE_CHECKING:
    from shared.audit.checkpoint import CheckpointKey

_INFO = b"touchstone statement authentication v1"
_TITLE = b"touchstone statement v1"
_KEY_BYTES = 32
_ID_BYTES = 8


class Purpose(StrEnum):
    NOTICE = "notice"
    """A notice's places are where the event of the success may be stored."""
    EVENT = "event"
    """An event's place is where it is stored."""
    ENTRY = "entry"
    """An entry's place is its index."""
    ERASURE = "erasure"
    """A request to erase a person, which is no statement for the log. Its place is the person."""
    APPROVAL = "approval"
    """An approval, which is no statement for the log. Its place is its row."""


@lru_cache(maxsize=16)
def statement_key(key: "CheckpointKey") -> StatementKey:
    public = key.private.public_key().public_bytes_raw()
    kdf = HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=_INFO)
    secret = kdf.derive(key.private.private_bytes_raw())
    return StatementKey(sha256(public).digest()[:_ID_BYTES].hex(), secret)


def tag_of(statement: Statement, key: StatementKey, purpose: Purpose, *places: str) -> str:
    """Return the key's ID and an HMAC, as one text."""
    return f"{key.id}.{base64url.encode(_mac(statement, key, purpose, places))}"


def is_authentic(
    tag: str, statement: Statement, keys: Iterable[StatementKey], purpose: Purpose, *places: str
) -> bool:
    expected = (tag_of(statement, key, purpose, *places) for key in keys)
    return any(hmac.compare_digest(tag.encode(), each.encode()) for each in expected)


def _mac(statement: Statement, key: StatementKey, purpose: Purpose, places: Iterable[str]) -> bytes:
    """An HMAC over all fields. Each field follows its length, so that two fields cannot be mistaken
    for others."""
    mac = hmac.new(key.secret, digestmod=sha256)
    parts = (_digest(statement.personal), _digest(statement.evidence))
    named = [place.encode() for place in places]
    for each in (_TITLE, purpose.encode(), statement.leaf, *parts, *named):
        mac.update(len(each).to_bytes(8) + each)
    return mac.digest()


def _digest(part: Part | None) -> bytes:
    """Hash salt and content with the salt's length, as the commitment does not say where the salt
    ends."""
    if part is None:
        return b""
    return sha256(len(part.salt).to_bytes(8) + part.salt + part.content).digest()
