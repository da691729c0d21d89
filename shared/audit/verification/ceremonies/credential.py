"""A credential as the log shows it so far, and which of two events is later.

Two events are compared by their positions in the log and by their IDs, which have the time of an
instance's clock. Events of about the same moment may be sealed in the other order, and a clock may
be wrong. So an event is later only if it is later by both, and by minutes.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from shared.audit.event_id import made_at
from shared.audit.verification.ceremonies.attested import PublicKey
from shared.audit.verification.reading import LoggedEvent

_NEVER = datetime.max.replace(tzinfo=UTC)
CLOCKS_DIFFER = timedelta(minutes=5)
"""Allows two clocks that are each 90 seconds off, and a request of one minute."""


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
    used: Moment
    """The event with the largest count."""
    sign_count: int

    def counts_on(self, event: LoggedEvent, sign_count: int) -> bool:
        """Whether the count grew between the two events. Two zeros mean an authenticator without a
        count."""
        used, before = self.used, self.sign_count
        if sign_count > before:
            self.used, self.sign_count = moment_of(event), sign_count
            return not used.is_after(moment_of(event))
        fell_later = moment_of(event).is_after(used)
        return sign_count == before == 0 or (sign_count < before and not fell_later)


def _at(when: Moment) -> datetime:
    return made_at(when.id) or _NEVER


def moment_of(event: LoggedEvent) -> Moment:
    return Moment(event.index, event.id)
