"""Whether a log that is to be extended is the log that was signed. Pure.

Anyone who can write the stored rows may have changed them. The checkpoint shows it: it was signed
with a key that is kept elsewhere.
"""

from collections.abc import Iterable, Sequence

from shared.audit.checkpoint import Checkpoint, InvalidCheckpoint, Verifier, open_checkpoint
from shared.audit.log_entry import LogEntry
from shared.audit.merkle import Frontier, is_consistent, leaf_hash
from shared.audit.statement import Statement, is_committed_to


class Discontinuity(ValueError):
    """The text says in one line what is wrong."""


def check_head(
    note: str | None, frontier: Frontier, *, origin: str, verifiers: Iterable[Verifier]
) -> Checkpoint:
    """Return the checkpoint of the log's head. Raise Discontinuity unless a trusted key signed it
    for this log, and its tree is the frontier's."""
    if note is None:
        raise Discontinuity("the log has no checkpoint")
    checkpoint = check_note(note, "the log's checkpoint", origin=origin, verifiers=verifiers)
    if checkpoint.size != frontier.size:
        raise Discontinuity(
            f"the log's checkpoint is of {checkpoint.size} entries, its frontier of {frontier.size}"
        )
    if checkpoint.root != frontier.root:
        raise Discontinuity(f"the log's frontier differs from the signed one at {frontier.size}")
    return checkpoint


def check_note(note: str, what: str, *, origin: str, verifiers: Iterable[Verifier]) -> Checkpoint:
    """Raise Discontinuity unless a trusted key signed the note for this log."""
    try:
        checkpoint = open_checkpoint(note, verifiers)
    except InvalidCheckpoint as error:
        raise Discontinuity(f"{what} is not accepted: {error}") from error
    if checkpoint.origin != origin:
        raise Discontinuity(f"{what} is of another log")
    return checkpoint


def check_growth(old: Checkpoint, new: Checkpoint, proof: Sequence[bytes], *, seen: str) -> None:
    """Raise Discontinuity unless `new` extends `old`. `seen` says when `old` was seen.

    If `new` is no larger than `old`, the proof is empty.
    """
    if new.size < old.size:
        raise Discontinuity(f"the log has {new.size} entries, and had {old.size} {seen}")
    if not is_consistent(
        old=old.size, old_root=old.root, new=new.size, new_root=new.root, proof=proof
    ):
        raise Discontinuity(f"the log does not continue the {old.size} entries that it had {seen}")


def check_entries(
    entries: Sequence[LogEntry], before: Frontier, signed: Frontier, proof: Sequence[bytes]
) -> None:
    """Raise Discontinuity unless these are the entries that follow `before`. Their parts must be
    those that their leaves commit to, and the tree with them must be the beginning of the signed
    tree."""
    first, frontier = before.size, before.copy()
    for entry in entries:
        if entry.index == frontier.size and _has_own_parts(entry.statement):
            frontier.append(leaf_hash(entry.statement.leaf))
    whole = len(entries) == frontier.size - first > 0
    if not whole or not is_consistent(
        old=frontier.size,
        old_root=frontier.root,
        new=signed.size,
        new_root=signed.root,
        proof=proof,
    ):
        raise Discontinuity(f"the entries from {first} on differ from the signed ones")


def _has_own_parts(statement: Statement) -> bool:
    leaf = statement.read()
    parts = (("personal", statement.personal), ("evidence", statement.evidence))
    return all(part is None or is_committed_to(part, leaf, name) for name, part in parts)
