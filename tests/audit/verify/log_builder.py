"""A real log, with real keys and a software authenticator, and ways to falsify it."""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Literal, TypedDict, Unpack

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fido2 import cbor
from fido2.webauthn import AuthenticatorData

from shared import base64url
from shared.audit.checkpoint import Checkpoint, CheckpointKey, sign_checkpoint
from shared.audit.event import Deployment, Event, Kind, Outcome, Source
from shared.audit.event_id import EVENT_ID_RANDOM_BYTES, new_event_id
from shared.audit.facts import CredentialFacts, Fact
from shared.audit.key_introduction import introduce
from shared.audit.log_entry import LogEntry, log_line
from shared.audit.merkle import Frontier, leaf_hash
from shared.audit.statement import Part, Statement, make_statement, write_json
from tests.audit.verify.people import ORIGIN, RP_ID, Person, decoded, registered_facts, shown_facts
from tests.authenticator import AssertionLies, RegistrationLies

LOG = "touchstone.example/log"
BEGIN = datetime(2031, 5, 17, 12, 0, 0, tzinfo=UTC)
APART = timedelta(minutes=6)
"""Long enough that one is later than another with any tolerated clock."""
_DEPLOYMENT = Deployment(rp_id=RP_ID, tenant=ORIGIN)


class EventDetails(TypedDict, total=False):
    reason: str
    origin: str
    credential: CredentialFacts
    facts: Mapping[str, Fact]
    evidence: dict[str, bytes]


type PartName = Literal["personal", "evidence"]
type Change = Callable[[dict[str, Any]], None]


def new_key() -> CheckpointKey:
    return CheckpointKey(Ed25519PrivateKey.generate())


def vkey(key: CheckpointKey, origin: str = LOG) -> str:
    return str(key.verifier(origin))


@dataclass(frozen=True)
class Seal:
    """A checkpoint is at this size, signed by these keys."""

    size: int
    keys: tuple[CheckpointKey, ...]
    origin: str = LOG


class Log:
    """Statements and where they are sealed; `lines` writes them as an exported file."""

    def __init__(self, key: CheckpointKey) -> None:
        self.key = key
        self.statements: list[Statement] = []
        self.seals: list[Seal] = []

    def copy(self) -> "Log":
        copied = Log(self.key)
        copied.statements, copied.seals = list(self.statements), list(self.seals)
        return copied

    # Events

    def add(
        self,
        kind: Kind,
        outcome: Outcome = Outcome.SUCCESS,
        *,
        person: Person | None = None,
        at: int | None = None,
        **what: Unpack[EventDetails],
    ) -> int:
        """Return the index. `at` counts minutes; without it, entries are `APART`."""
        index = len(self.statements)
        moment = BEGIN + (APART * index if at is None else timedelta(minutes=at))
        someone = person.someone if person else None
        event = Event(
            id=new_event_id(moment, sequence=index, random=os.urandom(EVENT_ID_RANDOM_BYTES)),
            at=moment,
            kind=kind,
            outcome=outcome,
            deployment=_DEPLOYMENT,
            source=Source(address="192.0.2.1" if person else None),
            actor=someone,
            target=someone,
            **what,
        )
        self.statements.append(make_statement(event, random=os.urandom))
        return index

    def register(self, person: Person, **lies: Unpack[RegistrationLies]) -> int:
        options = {
            "rp": {"id": RP_ID},
            "user": {"id": base64url.encode(person.handle)},
            "challenge": base64url.encode(os.urandom(32)),
            "pubKeyCredParams": [{"type": "public-key", "alg": -7}],
        }
        evidence = decoded(
            person.authenticator.create(options, **lies), "clientDataJSON", "attestationObject"
        )
        return self.add(
            Kind.REGISTRATION,
            person=person,
            origin=ORIGIN,
            credential=registered_facts(evidence["attestationObject"]),
            evidence=evidence,
        )

    def sign_in(
        self,
        person: Person,
        credential: bytes,
        *,
        at: int | None = None,
        **lies: Unpack[AssertionLies],
    ) -> int:
        options = {"rpId": RP_ID, "challenge": base64url.encode(os.urandom(32))}
        response = person.authenticator.get(options, credential=credential, **lies)
        evidence = decoded(response, "clientDataJSON", "authenticatorData", "signature")
        data = AuthenticatorData(evidence["authenticatorData"])
        held = person.authenticator.credentials[credential]
        facts = replace(
            shown_facts(credential, data),
            public_key_hash=sha256(cbor.encode(held.key.cose())).digest(),
        )
        return self.add(
            Kind.AUTHENTICATION,
            person=person,
            at=at,
            origin=ORIGIN,
            credential=facts,
            evidence=evidence,
        )

    def remove(self, person: Person, credential: bytes) -> int:
        facts = CredentialFacts(hash=sha256(credential).digest())
        return self.add(Kind.CREDENTIAL_REMOVED, person=person, credential=facts)

    def rotate(self, key: CheckpointKey, *, by: CheckpointKey | None = None) -> int:
        """The key that signed so far introduces the new one."""
        note = introduce(key, origin=LOG, by=[by or self.key])
        facts = {"key": "checkpoint", "verifier": vkey(key), "introduction": note}
        return self.add(Kind.SIGNING_KEY_ROTATED, facts=facts)

    def seal(self, *keys: CheckpointKey) -> None:
        self.seals.append(Seal(len(self.statements), keys or (self.key,)))

    # Forgeries

    def change_leaf(self, index: int, change: Change) -> None:
        leaf = self.statements[index].read()
        change(leaf)
        self.statements[index] = replace(self.statements[index], leaf=write_json(leaf))

    def change_part(self, index: int, name: PartName, change: Change, *, commit: bool) -> None:
        """With `commit` the leaf commits to what the part has become."""
        part = getattr(self.statements[index], name)
        members = part.read()
        change(members)
        changed = Part(salt=part.salt, content=write_json(members))
        self._replace_part(index, name, changed)
        if commit:
            commitment = base64url.encode(changed.commitment)
            self.change_leaf(index, lambda leaf: leaf.update({name: commitment}))

    def erase(self, index: int, name: PartName) -> None:
        self._replace_part(index, name, None)

    def _replace_part(self, index: int, name: PartName, part: Part | None) -> None:
        statement = self.statements[index]
        match name:
            case "personal":
                self.statements[index] = replace(statement, personal=part)
            case "evidence":
                self.statements[index] = replace(statement, evidence=part)

    def evidence(self, index: int) -> dict[str, str]:
        part = self.statements[index].evidence
        assert part is not None
        return part.read()

    # Export

    def note(self, seal: Seal) -> str:
        root = self.frontier(seal.size).root
        checkpoint = Checkpoint(origin=seal.origin, size=seal.size, root=root)
        return sign_checkpoint(checkpoint, seal.keys)

    def notes(self) -> list[str]:
        return [self.note(seal) for seal in self.seals]

    def frontier(self, size: int) -> Frontier:
        frontier = Frontier()
        for statement in self.statements[:size]:
            frontier.append(leaf_hash(statement.leaf))
        return frontier

    def entry(self, index: int) -> bytes:
        return line({"entry": LogEntry(index=index, statement=self.statements[index]).describe()})

    def lines(self, *, first: int = 0, notes: Sequence[str] | None = None) -> list[bytes]:
        """Each checkpoint right after its last entry; `notes` instead of honest ones."""
        at = dict(zip(self.seals, self.notes() if notes is None else notes, strict=True))
        written = [line(log_line(LOG, first=first, frontier=self.frontier(first).hashes))]
        for index in range(first, len(self.statements)):
            written.append(self.entry(index))
            written += [
                line({"checkpoint": note}) for seal, note in at.items() if seal.size == index + 1
            ]
        return written


def line(members: dict[str, Any]) -> bytes:
    return json.dumps(members).encode() + b"\n"
