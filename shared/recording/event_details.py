"""The details that stories give for an event, and the options of this deployment."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self, TypedDict

from shared.accounts.records import CredentialRecord
from shared.audit.event import Actor, Deployment
from shared.audit.facts import CredentialFacts, Fact
from shared.recording.actors import Person, actor_of
from shared.recording.credential_facts import facts_of, facts_of_id
from shared.settings import Settings


class EventDetails(TypedDict, total=False):
    """Members of an event that stories fill in. The values are the stories' own objects."""

    actor: Actor | Person | None
    target: Actor | Person | None
    credential: CredentialFacts | CredentialRecord | bytes | None
    """The record; or only the ID, before the record is found."""
    credential_name: str | None
    origin: str | None
    session: bytes | None
    token: str | None
    access_pass: bytes | None
    facts: dict[str, Fact]
    evidence: Mapping[str, bytes | int]
    reason: str | None


def members_of(details: EventDetails) -> dict[str, Any]:
    """The details as members of an event."""
    members: dict[str, Any] = dict(details)
    if "actor" in details:
        members["actor"] = actor_of(details["actor"])
    if "target" in details:
        members["target"] = actor_of(details["target"])
    if "credential" in details:
        members["credential"] = _credential(details["credential"])
    return members


def _credential(given: CredentialFacts | CredentialRecord | bytes | None) -> CredentialFacts | None:
    if isinstance(given, CredentialRecord):
        return facts_of(given)
    return facts_of_id(given) if isinstance(given, bytes) else given


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingOptions:
    deployment: Deployment
    with_names: bool = True
    """Whether events have the names of people, or only IDs."""
    sample_one_in: int = 100
    """One of this many begun ceremonies is recorded. 0 records none."""

    @classmethod
    def of(cls, settings: Settings) -> Self:
        return cls(
            deployment=Deployment(rp_id=settings.policy.rp_id, tenant=settings.tokens.issuer),
            with_names=settings.audit.with_names,
            sample_one_in=settings.audit.sample_one_in,
        )
