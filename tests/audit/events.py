"""Events of every kind, with all members of an event."""

import os
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

from shared.audit.event import Actor, ActorType, Deployment, Event, Kind, Outcome, Source
from shared.audit.event_id import new_event_id
from shared.audit.facts import CredentialFacts
from shared.audit.log_entry import LogEntry
from shared.audit.statement import make_statement

AT = datetime(2031, 5, 17, 12, 0, 0, 123456, tzinfo=UTC)
ALICE = Actor(standing=ActorType.USER, id="A" * 43, name="alice@example.com")
ADMINISTRATOR = Actor(standing=ActorType.APPLICATION, id="https://idp.example backend")
SECRET = b"a signature that no row may hold"


def event(kind: Kind = Kind.AUTHENTICATION, **members: object) -> Event:
    usual = Event(
        id=new_event_id(AT, sequence=0, random=os.urandom(8)),
        at=AT,
        kind=kind,
        outcome=Outcome.SUCCESS,
        deployment=Deployment(rp_id="touchstone.example", tenant="https://touchstone.example"),
        source=Source(address="192.0.2.7", user_agent="agent", invocation="i", trace="ab" * 16),
        actor=ADMINISTRATOR,
        target=ALICE,
        credential=CredentialFacts(
            hash=bytes(32),
            aaguid=bytes(range(16)),
            public_key_hash=bytes(32),
            attestation_format="packed",
            attestation_type="self",
            sign_count=7,
            user_verified=True,
            backup_eligible=False,
            backup_state=False,
        ),
        credential_name="Blue key",
        origin="https://touchstone.example",
        session=bytes(16),
        token="token-id",
        access_pass=bytes(16),
        facts={"founding": True},
        evidence={"signature": SECRET},
    )
    return replace(usual, **cast("dict[str, Any]", members))


def bare_event(kind: Kind) -> Event:
    """An event with its required members only."""
    return event(
        kind,
        source=Source(),
        actor=None,
        target=None,
        credential=None,
        credential_name=None,
        origin=None,
        session=None,
        token=None,
        access_pass=None,
        facts={},
        evidence={},
    )


def entry(event: Event, index: int = 0) -> LogEntry:
    return LogEntry(index=index, statement=make_statement(event, random=os.urandom))
