"""Tags by which the service knows its own statements again, before they are sealed. Pure.

What waits to be sealed lies in tables that others may be able to write to. So each statement has a
tag, made with a key that follows from a checkpoint key and is nowhere in the tables: an event that
the service did not tell has none. The tag also covers what the row is for and where it stands, so
that no row can be moved to another place, or a notice be made an event.
"""

import hmac
from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared import base64url
from shared.audit.checkpoint import CheckpointKey
from shared.audit.statement import Part, Statement, StatementKey

_INFO = b"touchstone statement authentication v1"
_TITLE = b"touchstone statement v1"
_KEY_BYTES = 32
_ID_BYTES = 8


class Purpose(StrEnum):
    NOTICE = "notice"
    """Its places are where the event of the success may stand."""
    EVENT = "event"
    """Its place is where it stands."""
    ENTRY = "entry"
    """Its place is the number that it was given."""
    ERASURE = "erasure"
    """No statement for the log, but a request to erase a person; its place is the person."""


@lru_cache(maxsize=16)
def statement_key(key: CheckpointKey) -> StatementKey:
    public = key.private.public_key().public_bytes_raw()
    kdf = HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=_INFO)
    secret = kdf.derive(key.private.private_bytes_raw())
    return StatementKey(sha256(public).digest()[:_ID_BYTES].hex(), secret)


def tag_of(statement: Statement, key: StatementKey, purpose: Purpose, *places: str) -> str:
    """In one word: the key's ID, and an HMAC."""
    return f"{key.id}.{base64url.encode(_mac(statement, key, purpose, places))}"


def is_authentic(
    tag: str, statement: Statement, keys: Iterable[StatementKey], purpose: Purpose, *places: str
) -> bool:
    expected = (tag_of(statement, key, purpose, *places) for key in keys)
    return any(hmac.compare_digest(tag.encode(), each.encode()) for each in expected)


def _mac(statement: Statement, key: StatementKey, purpose: Purpose, places: Iterable[str]) -> bytes:
    """Over fields of which each has its length before it, so that none runs into the next."""
    mac = hmac.new(key.secret, digestmod=sha256)
    parts = (_digest(statement.personal), _digest(statement.evidence))
    named = [place.encode() for place in places]
    for each in (_TITLE, purpose.encode(), statement.leaf, *parts, *named):
        mac.update(len(each).to_bytes(8) + each)
    return mac.digest()


def _digest(part: Part | None) -> bytes:
    """Of salt and content apart, as the commitment does not say where one ends."""
    if part is None:
        return b""
    return sha256(len(part.salt).to_bytes(8) + part.salt + part.content).digest()
