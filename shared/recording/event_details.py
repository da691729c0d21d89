"""What stories say of an event, and how this deployment tells it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self, TypedDict

from shared.audit.event import Actor, CredentialFacts, Deployment, Fact
from shared.settings import Settings


class EventDetails(TypedDict, total=False):
    """Members of an event that stories fill in."""

    actor: Actor | None
    target: Actor | None
    credential: CredentialFacts | None
    credential_name: str | None
    origin: str | None
    session: bytes | None
    token: str | None
    access_pass: bytes | None
    facts: dict[str, Fact]
    evidence: Mapping[str, bytes | int]
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingOptions:
    """How events are told here."""

    deployment: Deployment
    with_names: bool = True
    """Whether events name people, or have IDs only."""
    sample_one_in: int = 100
    """Of how many begun ceremonies one is told; 0 for none."""

    @classmethod
    def of(cls, settings: Settings) -> Self:
        return cls(
            deployment=Deployment(rp_id=settings.policy.rp_id, tenant=settings.tokens.issuer),
            with_names=settings.audit.with_names,
            sample_one_in=settings.audit.sample_one_in,
        )
