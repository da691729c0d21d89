"""Which checkpoints are accepted, and which entries they prove.

A checkpoint is accepted if a trusted key has signed it and its root is the root of the entries. The
keys that the auditor gave are trusted. So is a key that a trusted key has introduced, in an event
under such a checkpoint. An event alone introduces no key, as it may be forged in the tables.
"""

from collections.abc import Iterable, Sequence

from shared.audit.checkpoint import (
    Checkpoint,
    InvalidCheckpoint,
    Verifier,
    open_checkpoint,
    read_verifier,
)
from shared.audit.event import Kind
from shared.audit.key_introduction import read_introduction
from shared.audit.verification.claims import read_claim
from shared.audit.verification.findings import FindingKind, Findings, Span, one
from shared.audit.verification.reading import LoggedEvent
from shared.audit.verification.tree import Tree

_CHECKPOINT_KEY = "checkpoint"

type _Introduced = tuple[int, Verifier, str]


class Checkpoints:
    def __init__(
        self, origin: str, tree: Tree, keys: Iterable[Verifier], findings: Findings
    ) -> None:
        self.origin = origin
        self.count = 0
        self.agreeing = 0
        """How many checkpoints are signed and have the root of the entries."""
        self.sealed = tree.first
        """The entries before this index agree with a signed checkpoint."""
        self.claimed = tree.first
        """The largest size that any checkpoint claims, signed or not."""
        self._tree = tree
        self._trusted = list(keys)
        self.has_keys = bool(self._trusted)
        self._findings = findings
        self._introduced: list[_Introduced] = []
        """New keys with the notes that introduce them, and the index of the entry that names
        each."""
        self._not_introduced: list[_Introduced] = []
        self._undecided: list[tuple[Checkpoint, str]] = []
        self._differing: list[int] = []

    def introduce(self, event: LoggedEvent) -> None:
        """Note a new key that is to sign checkpoints from this entry on. The tree already has the
        entry."""
        facts = event.members("facts")
        if not event.is_success(Kind.SIGNING_KEY_ROTATED) or facts.get("key") != _CHECKPOINT_KEY:
            return
        try:
            verifier = read_verifier(str(facts.get("verifier")))
            self._introduced.append((event.index, verifier, str(facts.get("introduction", ""))))
        except ValueError:
            text = "the key that it introduces is not valid"
            self._findings.add(FindingKind.ENTRY_MALFORMED, text, one(event.index))

    def take(self, note: str) -> None:
        """Raise Malformed if the note is not a checkpoint."""
        claim = read_claim(note)
        self.count += 1
        if claim.origin != self.origin:
            text = f"a checkpoint at {claim.size} entries is of {claim.origin!r}"
            self._findings.add(FindingKind.FOREIGN_CHECKPOINT, text)
        elif claim.size < self._tree.first:
            text = f"it has {claim.size} entries, all of them before this file"
            self._findings.add(FindingKind.CHECKPOINT_BEFORE, text)
        else:
            self.claimed = max(self.claimed, claim.size)
            if not self._decide(claim, note):
                self._undecided.append((claim, note))

    def is_trusted(self, claim: Checkpoint, note: str) -> bool:
        """With no key given, every checkpoint is treated as signed, and nothing is reported
        as proven."""
        if not self.has_keys:
            return True
        try:
            return open_checkpoint(note, self._trusted) == claim
        except InvalidCheckpoint:
            return False

    def _decide(self, claim: Checkpoint, note: str) -> bool:
        """Return False while entries or a trusted signature are missing."""
        root = self._tree.root(claim.size)
        if root is None or not self.is_trusted(claim, note):
            return False
        if root == claim.root:
            self._accept(claim.size)
        else:
            self._differing.append(claim.size)
        return True

    def _accept(self, size: int) -> None:
        self.agreeing += 1
        self.sealed = max(self.sealed, size)
        ready = [each for each in self._introduced if each[0] < size]
        self._introduced = [each for each in self._introduced if each[0] >= size]
        while ready:
            trusted = [each for each in ready if self._trust_introduced(each)]
            self._not_introduced += [each for each in ready if each not in trusted]
            # The key that introduces another may itself be introduced by a later entry.
            ready, self._not_introduced = (
                (self._not_introduced, []) if trusted else ([], self._not_introduced)
            )

    def _trust_introduced(self, introduced: _Introduced) -> bool:
        _, verifier, note = introduced
        try:
            known = read_introduction(note, origin=self.origin, trusted=self._trusted) == verifier
        except InvalidCheckpoint:
            return False
        if known:
            self._trusted.append(verifier)
        return known

    def settle(self, *, end: int) -> None:
        """Decide on the remaining checkpoints, as far as possible. `end` is the index after the
        last entry."""
        self._decide_rest()
        self._report_not_introduced()
        self._report_forks()
        self._report_difference()
        self._report_cut_off([each for each in self._undecided if self.is_trusted(*each)], end)
        self._report_untrusted([each for each in self._undecided if not self.is_trusted(*each)])

    def _decide_rest(self) -> None:
        """Each decision may make another checkpoint's key trusted, so repeat until nothing
        changes."""
        before = None
        while before != len(self._undecided):
            before = len(self._undecided)
            self._undecided = [each for each in self._undecided if not self._decide(*each)]

    def _report_untrusted(self, notes: Sequence[tuple[Checkpoint, str]]) -> None:
        if notes:
            sizes = [claim.size for claim, _ in notes]
            text = (
                f"no trusted key has signed {len(notes)}, at {min(sizes)} to {max(sizes)} entries"
            )
            entries = self._after_sealed(min(max(sizes), self._tree.size))
            self._findings.add(FindingKind.UNTRUSTED_CHECKPOINT, text, entries)

    def _report_cut_off(self, notes: Sequence[tuple[Checkpoint, str]], end: int) -> None:
        size = max((claim.size for claim, _ in notes), default=end)
        if size > end:
            text = f"a signed checkpoint has {size} entries, this file ends after {end}"
            self._findings.add(FindingKind.CUT_OFF, text, Span(first=end, last=size - 1))

    def _report_not_introduced(self) -> None:
        for index, verifier, _ in self._not_introduced:
            if self.has_keys and verifier not in self._trusted:
                text = f"no trusted key has introduced {verifier}"
                self._findings.add(FindingKind.KEY_NOT_INTRODUCED, text, one(index))

    def _report_forks(self) -> None:
        for size in self._differing:
            if self.agreeing and size <= self.sealed:
                text = f"a signed checkpoint at {size} entries has another root than these have"
                self._findings.add(FindingKind.FORKED, text)

    def _report_difference(self) -> None:
        """Report the smallest range of entries that certainly contains the change."""
        size = min(
            (size for size in self._differing if size > self.sealed or not self.agreeing),
            default=None,
        )
        if size is not None:
            agreed = f"it agrees at {self.sealed}" if self.agreeing else "it never agrees"
            text = (
                f"the root differs from that of the signed checkpoint at {size} entries; {agreed}"
            )
            self._findings.add(FindingKind.ROOT_DIFFERS, text, self._after_sealed(size))

    def _after_sealed(self, end: int) -> Span | None:
        return Span(first=self.sealed, last=end - 1) if end > self.sealed else None
