"""What a receipt has of the audit log: entries, the proof of each, and a checkpoint.

Nothing in it is trusted. An entry is the event of a gesture if its leaf says the same as the
gesture, and commits to what the authenticator signed.
"""

from collections.abc import Iterator, Sequence
from hashlib import sha256

from shared import base64url
from shared.audit.checkpoint import (
    Checkpoint,
    InvalidCheckpoint,
    Verifier,
    open_checkpoint,
    read_checkpoint,
)
from shared.audit.event import VERSION, Kind
from shared.audit.merkle import includes, leaf_hash
from shared.audit.statement import is_committed_to
from shared.audit.verification.reading import LoggedEvent, read_event
from shared.audit.verification.receipts.finding import Finding
from shared.audit.verification.receipts.receipt import Gesture, Receipt, SealedEntry
from shared.audit.verification.receipts.strict_json import LARGEST, read_object

type Named = tuple[str, str]
"""The name of a check, and what is wrong."""
_SIGNED = ("clientDataJSON", "authenticatorData", "signature")


def check_sealed(receipt: Receipt, *, origin: str, keys: Sequence[Verifier]) -> list[Finding]:
    """Without keys, the proofs are checked, and nothing has to be sealed. `origin` is the name of
    the log."""
    of_log = [*_wrong_note(receipt, origin, keys), *_wrong_together(receipt)]
    wrong = [Finding(about="log", check=check, text=text) for check, text in of_log]
    entries = receipt.sealed.entries if receipt.sealed else ()
    for number, entry in enumerate(entries, 1):
        about = f"log entry {number}"
        wrong += [
            Finding(about=about, check=check, text=text)
            for check, text in _wrong_entry(receipt, entry)
        ]
    return [*wrong, *(_missing(receipt) if keys else ())]


def sealed_events(receipt: Receipt) -> set[str]:
    """The IDs of the events that the receipt has entries of."""
    entries = receipt.sealed.entries if receipt.sealed else ()
    return {event.id for event in map(_read, entries) if event}


def _wrong_note(receipt: Receipt, origin: str, keys: Sequence[Verifier]) -> Iterator[Named]:
    claim = _claim(receipt)
    if receipt.sealed is None:
        return
    if claim is None:
        yield "checkpoint", "has no checkpoint that can be read"
    elif claim.origin != origin:
        yield "log-origin", f"has the checkpoint of another log: {claim.origin!a}"
    elif keys and not _is_trusted(receipt.sealed.note, keys):
        yield "log-signature", "has a checkpoint that none of the given keys has signed"


def _wrong_together(receipt: Receipt) -> Iterator[Named]:
    if receipt.sealed and len(sealed_events(receipt)) < len(receipt.sealed.entries):
        yield "events", "has an event twice, or one that cannot be read"
    if receipt.use is not None and receipt.status != "used":
        yield "use-status", "has an event of a use, and its status does not say so"


def _missing(receipt: Receipt) -> Iterator[Finding]:
    sealed = sealed_events(receipt)
    for number, gesture in enumerate(receipt.gestures, 1):
        if gesture.event not in sealed:
            yield _not_sealed(f"gesture {number}")
    if receipt.status == "used" and receipt.use not in sealed:
        yield _not_sealed("use")


def _not_sealed(about: str) -> Finding:
    text = "was not in the log yet: take the receipt again"
    return Finding(about=about, check="sealed", text=text, is_wrong=False)


def _wrong_entry(receipt: Receipt, sealed: SealedEntry) -> Iterator[Named]:
    claim, entry = _claim(receipt), sealed.entry
    if claim is not None and not includes(
        leaf_hash(entry.statement.leaf),
        index=entry.index,
        size=claim.size,
        proof=sealed.proof,
        root=claim.root,
    ):
        yield "inclusion", "is not in the log that the checkpoint signs"
    event = _read(sealed)
    if event is None:
        yield "event", "is no event"
        return
    gestures = [gesture for gesture in receipt.gestures if gesture.event == event.id]
    if event.id == receipt.use:
        if not _is_use(event, receipt):
            yield "event-of-use", "is another event than the use of this approval"
    elif not gestures:
        yield "event-of-receipt", "is the event of nothing in this receipt"
    elif not _is_event_of(gestures[0], event, receipt):
        yield "event-of-gesture", "says something else than its gesture"
    elif not _has_evidence_of(gestures[0], event):
        yield "evidence", "does not commit to what the authenticator of its gesture signed"


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
    version = event.leaf.get("v")
    return version == VERSION and version is not True and event.is_success(kind)


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
        return read_object(part.content.decode()) == expected
    except (ValueError, RecursionError):
        return False


def _claim(receipt: Receipt) -> Checkpoint | None:
    if receipt.sealed is None:
        return None
    try:
        claim = read_checkpoint(receipt.sealed.note)
    except InvalidCheckpoint:
        return None
    return claim if claim.size <= LARGEST else None


def _is_trusted(note: str, keys: Sequence[Verifier]) -> bool:
    try:
        open_checkpoint(note, keys)
    except InvalidCheckpoint:
        return False
    return True


def _read(sealed: SealedEntry) -> LoggedEvent | None:
    try:
        read_object(sealed.entry.statement.leaf.decode(), whole=True)
        return read_event(sealed.entry)
    except (ValueError, RecursionError):
        return None


def _digest(data: bytes) -> str:
    return base64url.encode(sha256(data).digest())
