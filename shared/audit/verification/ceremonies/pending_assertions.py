"""Sign-ins whose key is not known yet."""

from collections.abc import Sequence

from shared.audit.verification.reading import LoggedEvent

LIMIT = 10_000


class PendingAssertions[E]:
    """Holds at most `LIMIT` events with their evidence until their credential's registration is
    read."""

    def __init__(self) -> None:
        self._held: dict[str, list[tuple[LoggedEvent, E]]] = {}
        self._count = 0

    def put(
        self, credential: str, event: LoggedEvent, evidence: E
    ) -> Sequence[tuple[LoggedEvent, E]]:
        """Return the events that must not wait any longer."""
        self._held.setdefault(credential, []).append((event, evidence))
        self._count += 1
        return self.take(next(iter(self._held))) if self._count > LIMIT else ()

    def take(self, credential: str) -> Sequence[tuple[LoggedEvent, E]]:
        taken = self._held.pop(credential, [])
        self._count -= len(taken)
        return taken

    def take_all(self) -> Sequence[tuple[LoggedEvent, E]]:
        return [each for credential in list(self._held) for each in self.take(credential)]
