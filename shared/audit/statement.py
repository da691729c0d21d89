"""An event as it is hashed and kept: a leaf, and the parts that the leaf commits to.

The leaf is JSON with sorted members and no spaces. For each part it has SHA-256 over a salt of 16
random bytes and the part's own bytes. Anyone who has a part and its salt can prove that it belongs
to the leaf. Once both are deleted, the hash reveals nothing about them, even to someone who guesses
the content. The leaf, and so the whole tree, stays unchanged.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from shared import base64url
from shared.audit.event import Event

SALT_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    salt: bytes
    content: bytes
    """A JSON object of texts. A text that was too long to keep is replaced by its length in
    bytes."""

    @property
    def commitment(self) -> bytes:
        return sha256(self.salt + self.content).digest()

    def read(self) -> dict[str, Any]:
        return dict(json.loads(self.content))


@dataclass(frozen=True, slots=True)
class StatementKey:
    """A key of the service that makes the statements; see `shared.audit.statement_tags`."""

    id: str
    secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    leaf: bytes
    personal: Part | None = None
    evidence: Part | None = None
    key: StatementKey | None = field(default=None, compare=False, repr=False)
    """The key that makes tags for the statement until it is stored."""

    def read(self) -> dict[str, Any]:
        """Return the public members. Raise ValueError if the leaf is not JSON."""
        return dict(json.loads(self.leaf))

    @property
    def id(self) -> str:
        return str(self.read()["id"])

    def is_of_bytes(self) -> bool:
        """Whether leaf and parts are bytes, and so can be hashed: a stored row may hold texts or
        numbers."""
        parts = (part for part in (self.personal, self.evidence) if part)
        fields = (self.leaf, *(field for part in parts for field in (part.salt, part.content)))
        return all(isinstance(field, bytes) for field in fields)

    def without_person(self) -> "Statement":
        return replace(self, personal=None)


def make_statement(
    event: Event, *, random: Callable[[int], bytes], key: StatementKey | None = None
) -> Statement:
    personal = _part(event.personal(), random)
    evidence = _part(event.proofs(), random)
    committed = {"personal": personal, "evidence": evidence}
    commitments = {
        name: base64url.encode(part.commitment) for name, part in committed.items() if part
    }
    leaf = write_json(event.public() | commitments)
    return Statement(leaf=leaf, personal=personal, evidence=evidence, key=key)


def is_committed_to(part: Part, leaf: Mapping[str, Any], name: str) -> bool:
    """Whether the leaf's public members commit to this part under `name`."""
    claimed = leaf.get(name)
    return isinstance(claimed, str) and claimed == base64url.encode(part.commitment)


def write_json(value: Mapping[str, Any]) -> bytes:
    """Write equal values in one spelling."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _part(members: Mapping[str, str | int], random: Callable[[int], bytes]) -> Part | None:
    if not members:
        return None
    return Part(salt=random(SALT_BYTES), content=write_json(members))
