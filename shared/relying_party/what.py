"""What stories say of an event, and how this deployment tells it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self, TypedDict

from shared.audit.event import CredentialFacts, Deployment, Fact, Someone
from shared.settings import Settings


class What(TypedDict, total=False):
    """Members of an event that stories fill in."""

    actor: Someone | None
    target: Someone | None
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
class Telling:
    """How events are told here."""

    deployment: Deployment
    with_names: bool = True
    """Whether events name people, or have IDs only."""
    begun_one_in: int = 100
    """Of how many begun ceremonies one is told; 0 for none."""

    @classmethod
    def of(cls, settings: Settings) -> Self:
        return cls(
            deployment=Deployment(rp_id=settings.policy.rp_id, tenant=settings.tokens.issuer),
            with_names=settings.audit.with_names,
            begun_one_in=settings.audit.begun_one_in,
        )
