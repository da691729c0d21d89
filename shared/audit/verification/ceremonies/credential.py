"""A credential as the log shows it so far, and which of two events is later.

Two events are compared by their places in the log and by their IDs, which the clocks of instances
made. Events of about the same moment may be sealed in the other order, and a clock may be wrong. So
only an event that is later by both, and by minutes, counts as later.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from shared.audit.event_id import told_at
from shared.audit.verification.ceremonies.attested import PublicKey
from shared.audit.verification.reading import LoggedEvent

_NEVER = datetime.max.replace(tzinfo=UTC)
CLOCKS_DIFFER = timedelta(minutes=5)
"""Two clocks that are 90 seconds off each way, and a request of a minute."""


@dataclass(frozen=True, slots=True)
class Moment:
    index: int
    id: str

    def is_after(self, other: "Moment") -> bool:
        return self.index > other.index and _at(self) - _at(other) > CLOCKS_DIFFER


@dataclass(slots=True, kw_only=True)
class Credential:
    key: PublicKey
    key_hash: object
    account: object
    registered: Moment
    used: Moment
    """The event with the largest count."""
    sign_count: int

    def counts_on(self, event: LoggedEvent, sign_count: int) -> bool:
        """Whether the count grew between the two; two zeros are of an authenticator without one."""
        used, before = self.used, self.sign_count
        if sign_count > before:
            self.used, self.sign_count = moment_of(event), sign_count
            return not used.is_after(moment_of(event))
        fell_later = moment_of(event).is_after(used)
        return sign_count == before == 0 or (sign_count < before and not fell_later)


def _at(when: Moment) -> datetime:
    return told_at(when.id) or _NEVER


def moment_of(event: LoggedEvent) -> Moment:
    return Moment(event.index, event.id)
