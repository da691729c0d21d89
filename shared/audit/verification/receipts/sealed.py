"""What a receipt has of the audit log: entries, the proof of each, and a checkpoint.

Nothing in it is trusted. An entry is the event of a gesture if its leaf says the same as the
gesture, and commits to what the authenticator signed.
"""

import json
from collections.abc import Iterator, Sequence
from hashlib import sha256

from shared import base64url
from shared.audit.checkpoint import Checkpoint, InvalidCheckpoint, Verifier, open_checkpoint
from shared.audit.event import VERSION, Kind
from shared.audit.merkle import includes, leaf_hash
from shared.audit.statement import is_committed_to
from shared.audit.verification.claims import read_claim
from shared.audit.verification.reading import LoggedEvent, Malformed, read_event
from shared.audit.verification.receipts.finding import Finding
from shared.audit.verification.receipts.receipt import Gesture, Receipt, SealedEntry

_SIGNED = ("clientDataJSON", "authenticatorData", "signature")


def check_sealed(receipt: Receipt, *, origin: str, keys: Sequence[Verifier]) -> list[Finding]:
    """Without keys, the proofs are checked, and nothing has to be sealed. `origin` is the name of
    the log."""
    wrong = [Finding(about="log", text=text) for text in _wrong_note(receipt, origin, keys)]
    wrong += [Finding(about="log", text=text) for text in _wrong_together(receipt)]
    entries = receipt.sealed.entries if receipt.sealed else ()
    for number, entry in enumerate(entries, 1):
        about = f"log entry {number}"
        wrong += [Finding(about=about, text=text) for text in _wrong_entry(receipt, entry)]
    return [*wrong, *(_missing(receipt) if keys else ())]


def sealed_events(receipt: Receipt) -> set[str]:
    """The IDs of the events that the receipt has entries of."""
    entries = receipt.sealed.entries if receipt.sealed else ()
    return {event.id for event in map(_read, entries) if event}


def _wrong_note(receipt: Receipt, origin: str, keys: Sequence[Verifier]) -> Iterator[str]:
    claim = _claim(receipt)
    if receipt.sealed is None:
        return
    if claim is None:
        yield "has no checkpoint that can be read"
    elif claim.origin != origin:
        yield f"has the checkpoint of another log: {claim.origin!a}"
    elif keys and not _is_trusted(receipt.sealed.note, keys):
        yield "has a checkpoint that none of the given keys has signed"


def _wrong_together(receipt: Receipt) -> Iterator[str]:
    if receipt.sealed and len(sealed_events(receipt)) < len(receipt.sealed.entries):
        yield "has an event twice, or one that cannot be read"
    if receipt.use is not None and receipt.status != "used":
        yield "has an event of a use, and its status does not say so"


def _missing(receipt: Receipt) -> Iterator[Finding]:
    sealed = sealed_events(receipt)
    for number, gesture in enumerate(receipt.gestures, 1):
        if gesture.event not in sealed:
            yield _not_sealed(f"gesture {number}")
    if receipt.status == "used" and receipt.use not in sealed:
        yield _not_sealed("use")


def _not_sealed(about: str) -> Finding:
    text = "was not in the log yet: take the receipt again"
    return Finding(about=about, text=text, is_wrong=False)


def _wrong_entry(receipt: Receipt, sealed: SealedEntry) -> Iterator[str]:
    claim, entry = _claim(receipt), sealed.entry
    if claim is not None and not includes(
        leaf_hash(entry.statement.leaf),
        index=entry.index,
        size=claim.size,
        proof=sealed.proof,
        root=claim.root,
    ):
        yield "is not in the log that the checkpoint signs"
    event = _read(sealed)
    if event is None:
        yield "is no event"
        return
    gestures = [gesture for gesture in receipt.gestures if gesture.event == event.id]
    if event.id == receipt.use:
        if not _is_use(event, receipt):
            yield "is another event than the use of this approval"
    elif not gestures:
        yield "is the event of nothing in this receipt"
    elif not _is_event_of(gestures[0], event, receipt):
        yield "says something else than its gesture"
    elif not _has_evidence_of(gestures[0], event):
        yield "does not commit to what the authenticator of its gesture signed"


def _is_use(event: LoggedEvent, receipt: Receipt) -> bool:
    return (
        _is_success(event, Kind.APPROVAL_USED)
        and _is_about(event, receipt)
        and event.members("actor").get("id") == receipt.asker
    )


def _is_event_of(gesture: Gesture, event: LoggedEvent, receipt: Receipt) -> bool:
    return (
        _is_success(event, Kind.APPROVAL_GIVEN)
        and _is_about(event, receipt)
        and event.members("facts").get("part") == gesture.role
        and event.account == gesture.user
        and event.credential.get("hash") == _digest(gesture.credential_id)
        and event.credential.get("publicKeyHash") == _digest(gesture.public_key)
    )


def _is_success(event: LoggedEvent, kind: Kind) -> bool:
    return event.leaf.get("v") == VERSION and event.is_success(kind)


def _is_about(event: LoggedEvent, receipt: Receipt) -> bool:
    facts = event.members("facts")
    stated = (receipt.approval, _digest(receipt.statement.encode()))
    return (facts.get("approval"), facts.get("statement")) == stated


def _has_evidence_of(gesture: Gesture, event: LoggedEvent) -> bool:
    part = event.entry.statement.evidence
    if part is None or not is_committed_to(part, event.leaf, "evidence"):
        return False
    signed = (gesture.client_data_json, gesture.authenticator_data, gesture.signature)
    expected = dict(zip(_SIGNED, map(base64url.encode, signed), strict=True))
    try:
        return bool(json.loads(part.content) == expected)
    except (ValueError, RecursionError):
        return False


def _claim(receipt: Receipt) -> Checkpoint | None:
    if receipt.sealed is None:
        return None
    try:
        return read_claim(receipt.sealed.note)
    except Malformed:
        return None


def _is_trusted(note: str, keys: Sequence[Verifier]) -> bool:
    try:
        open_checkpoint(note, keys)
    except InvalidCheckpoint:
        return False
    return True


def _read(sealed: SealedEntry) -> LoggedEvent | None:
    try:
        return read_event(sealed.entry)
    except Malformed:
        return None


def _digest(data: bytes) -> str:
    return base64url.encode(sha256(data).digest())
