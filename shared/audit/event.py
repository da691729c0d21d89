"""The events of the audit log, one for each decision. `docs/audit.md` has the table of all kinds.

An event has three parts. The public part never changes and is hashed as it is. Personal data and
evidence are kept beside it, and the public part commits to them (`shared.audit.statement`). So the
data of a person can be erased, and all proofs stay valid.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from shared import base64url
from shared.audit.facts import CredentialFacts, Fact, optional_base64url
from shared.audit.instants import write_instant
from shared.audit.kind import Kind

__all__ = ["VERSION", "Actor", "ActorType", "Deployment", "Event", "Kind", "Outcome", "Source"]

VERSION = 1


class Outcome(StrEnum):
    SUCCESS = "success"
    FAILURE = "failure"
    ATTEMPTED = "attempted"
    """The attempt has no known outcome: it changed nothing, or its process stopped."""


class ActorType(StrEnum):
    """The type of an actor or target."""

    USER = "user"
    """The user of one of our accounts. The ID is the user handle, or only its first part, the
    locator."""
    PROVIDER_USER = "provider-user"
    APPLICATION = "application"
    OPERATOR = "operator"
    """Somebody with a right on the vault. The ID is the version of the secret that they wrote: the
    vault's own log says who did."""
    SERVICE = "service"
    """Touchstone itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    standing: ActorType
    id: str
    name: str | None = None
    """Personal data."""

    def without_name(self) -> "Actor":
        return replace(self, name=None)

    def describe(self) -> dict[str, str]:
        return {"type": self.standing.value, "id": self.id}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The request that an event comes from."""

    address: str | None = None
    """Personal data."""
    user_agent: str | None = None
    """Personal data."""
    invocation: str | None = None
    """The Functions host's ID of the call: the `instance` of a problem, and in every log line."""
    trace: str | None = None
    """W3C trace context: the trace ID, 32 hexadecimal digits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """The relying party that records the event."""

    rp_id: str
    tenant: str
    """The issuer of its tokens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    id: str
    """A UUID of version 7, in its usual form."""
    at: datetime
    kind: Kind
    outcome: Outcome
    deployment: Deployment
    source: Source = Source()
    reason: str | None = None
    """The reason of a refusal, in one word of ours. The answer to the caller may be less exact."""
    actor: Actor | None = None
    target: Actor | None = None
    """The owner of the account that the event changed or concerns."""
    credential: CredentialFacts | None = None
    credential_name: str | None = None
    """Personal data."""
    origin: str | None = None
    """The origin of the page that ran the ceremony, from the signed client data."""
    session: bytes | None = None
    token: str | None = None
    """The `jti` of the token that was issued."""
    access_pass: bytes | None = None
    """The ID of the access pass, not the pass."""
    facts: Mapping[str, Fact] = field(default_factory=dict)
    """The members that only this kind has. They are not personal data."""
    evidence: Mapping[str, bytes | int] = field(default_factory=dict)
    """The authenticator's data by its WebAuthn names, byte for byte. If data was not verified and
    is too large, only its SHA-256 and its length."""

    def public(self) -> dict[str, Any]:
        members: dict[str, Any] = {
            "v": VERSION,
            "id": self.id,
            "at": write_instant(self.at),
            "kind": self.kind.value,
            "outcome": self.outcome.value,
            "reason": self.reason,
            "actor": self.actor.describe() if self.actor else None,
            "target": self.target.describe() if self.target else None,
            "credential": self.credential.describe() if self.credential else None,
            "origin": self.origin,
            "session": optional_base64url(self.session),
            "token": self.token,
            "pass": optional_base64url(self.access_pass),
            "facts": dict(self.facts) or None,
            "rpId": self.deployment.rp_id,
            "tenant": self.deployment.tenant,
            "invocation": self.source.invocation,
            "trace": self.source.trace,
        }
        return {name: member for name, member in members.items() if member is not None}

    def personal(self) -> dict[str, str]:
        members = {
            "actorName": self.actor.name if self.actor else None,
            "targetName": self.target.name if self.target else None,
            "address": self.source.address,
            "userAgent": self.source.user_agent,
            "credentialName": self.credential_name,
        }
        return {name: member for name, member in members.items() if member}

    def proofs(self) -> dict[str, str | int]:
        return {
            name: data if isinstance(data, int) else base64url.encode(data)
            for name, data in self.evidence.items()
        }
