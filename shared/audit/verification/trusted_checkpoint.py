"""A checkpoint that the auditor kept from before: the log must extend it."""

from dataclasses import dataclass

from shared.audit.checkpoint import Checkpoint
from shared.audit.verification.checkpoints import Checkpoints
from shared.audit.verification.claims import read_claim
from shared.audit.verification.findings import FindingKind, Span
from shared.audit.verification.tree import Tree

type Change = tuple[FindingKind, str, Span | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedCheckpoint:
    claim: Checkpoint
    note: str

    def find_change(self, checkpoints: Checkpoints, tree: Tree, *, end: int) -> Change | None:
        """`end` is the index after the last entry of the file."""
        size, text = self.claim.size, f"the kept checkpoint has {self.claim.size} entries"
        if self.claim.origin != checkpoints.origin:
            text = f"the kept one is of {self.claim.origin!r}"
            return FindingKind.FOREIGN_CHECKPOINT, text, None
        if not checkpoints.is_trusted(self.claim, self.note):
            return FindingKind.UNTRUSTED_CHECKPOINT, "no trusted key has signed the kept one", None
        if size > end:
            entries = Span(first=end, last=size - 1)
            return FindingKind.ROLLED_BACK, f"{text}, this file ends after {end}", entries
        root = tree.root(size)
        if root is None:
            return FindingKind.SEEN_NOT_COMPARABLE, f"{text}, and not all of them are here", None
        if root != self.claim.root:
            return FindingKind.REWRITTEN, f"{text}, and another root", Span(first=0, last=size - 1)
        return None


def read_kept(note: str) -> TrustedCheckpoint:
    """Raise Malformed if the note is no checkpoint."""
    return TrustedCheckpoint(claim=read_claim(note), note=note)
