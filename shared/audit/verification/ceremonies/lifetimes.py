"""The times at which each credential was registered and removed, if the log proves them."""

from shared.audit.verification.ceremonies.credential import Moment
from shared.audit.verification.findings import FindingKind, Findings, one


class Lifetimes:
    def __init__(self) -> None:
        self._registered: dict[str, Moment] = {}
        """The last registration."""
        self._again: dict[str, list[Moment]] = {}
        """All registrations after the first."""
        self._removals: dict[str, list[Moment]] = {}
        self._removed: dict[str, Moment] = {}
        """The removals of credentials that were not registered again since."""

    def register(self, name: str, when: Moment) -> None:
        self._removed.pop(name, None)
        if name in self._registered:
            self._again.setdefault(name, []).append(when)
        self._registered[name] = when

    def remove(self, name: str, when: Moment) -> None:
        self._removals.setdefault(name, []).append(when)
        if name not in self._again or when.id > self._registered[name].id:
            self._removed[name] = when

    def was_removed_before(self, name: str, when: Moment) -> bool:
        removed = self._removed.get(name)
        return removed is not None and when.is_after(removed)

    def report(self, findings: Findings) -> None:
        """Call it after all events: a removal may be sealed after the next registration."""
        for name, registrations in self._again.items():
            for number, when in enumerate(registrations, 1):
                removals = self._removals.get(name, ())
                if len([each for each in removals if not each.is_after(when)]) < number:
                    text = "the credential had been registered before, and not removed"
                    findings.add(FindingKind.REGISTERED_AGAIN, text, one(when.index))
