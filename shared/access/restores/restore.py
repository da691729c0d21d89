"""A restore that was approved, from the intent to its end, and what each answer makes of it.

Azure must do it once. The intent is written with the use of the approval, before anything is sent.
It becomes `posting` in a write of its own, and whoever wrote that sends the request: one instance,
once. It becomes `intended` again only if the request was certainly not accepted. If that instance
stops, or the answer is lost, nobody knows; then the jobs of the vault are asked for the one that
this request began, and the request is never sent again.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from shared.access.restores.answers import Failure
from shared.access.restores.backoff import PAUSES, pause_after, polite
from shared.access.restores.job_answers import Job, Operation, Outcome


class Status(StrEnum):
    INTENDED = "intended"
    POSTING = "posting"
    """The request may have been sent."""
    ACCEPTED = "accepted"
    """Azure has it, and its job is not known yet."""
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"
    """Whether Azure does it, or how it ended, can't be found out. A person has to look."""

    @property
    def is_ended(self) -> bool:
        return self in _ENDED


_ENDED = {Status.COMPLETED, Status.FAILED, Status.CANCELLED, Status.UNKNOWN}
_AFTER = {
    Outcome.RUNNING: Status.RUNNING,
    Outcome.COMPLETED: Status.COMPLETED,
    Outcome.FAILED: Status.FAILED,
    Outcome.CANCELLED: Status.CANCELLED,
}
LEASE = timedelta(minutes=3)
"""More than a step takes. An instance that finds its lease nearly over sends nothing."""
POSTED_WITHIN = timedelta(hours=1)
"""An intent that could not be sent for so long is given up: nobody expects it any more."""
SEARCHED_FOR = timedelta(minutes=45)
"""How long a job may take to appear in the list of jobs."""
FOLLOWED_FOR = timedelta(days=7)


def request_id_of(approval: str) -> str:
    """It follows from the approval, so it stays the same if old rows of ours are put back (UUIDv8,
    RFC 9562 section 5.8)."""
    octets = bytearray(sha256(f"touchstone restore\0{approval}".encode()).digest()[:16])
    octets[6] = octets[6] & 0x0F | 0x80
    octets[8] = octets[8] & 0x3F | 0x80
    text = octets.hex()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Restore:
    id: str
    """Of its approval."""
    request_id: str
    """Sent as `x-ms-client-request-id`. Azure Backup keeps it as the `activityId` of the job, by
    which our job is told from others of the same machine."""
    intended_at: datetime
    due_at: datetime
    """Nobody does anything before. An instance that works on it moves this ahead, as its lease."""
    status: Status = Status.INTENDED
    attempts: int = 0
    """Since the last success."""
    posted_at: datetime | None = None
    operation: str | None = None
    """The address that tells how the request fares, as Azure gave it. It is signed, so it is
    neither shown nor logged."""
    correlation: str | None = None
    """Of the answer: Azure's activity log has it."""
    job: str | None = None
    percent: int | None = None
    failure: Failure | None = None
    ended_at: datetime | None = None

    def leased(self, now: datetime) -> "Restore":
        return replace(self, due_at=now + LEASE)

    def posting(self, now: datetime) -> "Restore":
        return replace(self, status=Status.POSTING, posted_at=now, due_at=now + LEASE)

    def not_posted(self, now: datetime, *, retry_after: timedelta | None) -> "Restore":
        """Azure did certainly not accept it."""
        return replace(self._waiting(now, retry_after), status=Status.INTENDED, posted_at=None)

    def put_off(self, now: datetime, *, retry_after: timedelta | None = None) -> "Restore":
        """Nothing was learned."""
        return self._waiting(now, retry_after)

    def accepted(
        self,
        now: datetime,
        *,
        operation: str | None,
        correlation: str | None,
        retry_after: timedelta | None,
    ) -> "Restore":
        return replace(
            self,
            status=Status.ACCEPTED,
            operation=operation,
            correlation=correlation,
            attempts=0,
            due_at=now + polite(retry_after, PAUSES[0]),
        )

    def informed(
        self, operation: Operation, now: datetime, *, retry_after: timedelta | None
    ) -> "Restore":
        """After an answer about the operation. If that succeeded, the restore has just begun."""
        if operation.outcome in (Outcome.FAILED, Outcome.CANCELLED):
            status = _AFTER[operation.outcome]
            return self.ended(status, now, failure=operation.failure)
        if operation.job is None:
            return self._heard(now, retry_after)
        return replace(self._heard(now, retry_after), status=Status.RUNNING, job=operation.job)

    def found(self, job: str, now: datetime) -> "Restore":
        """Its job was found in the list. How that fares is asked next."""
        return replace(self, status=Status.RUNNING, job=job, attempts=0, due_at=now)

    def following(self, job: Job, now: datetime, *, retry_after: timedelta | None) -> "Restore":
        """After an answer about its job."""
        known = replace(
            self._heard(now, retry_after), status=Status.RUNNING, job=job.id, percent=job.percent
        )
        if job.outcome is Outcome.RUNNING:
            return known
        warned = Failure("completed_with_warnings") if job.with_warnings else None
        return known.ended(_AFTER[job.outcome], now, failure=job.failure or warned)

    def ended(self, status: Status, now: datetime, *, failure: Failure | None) -> "Restore":
        return replace(self, status=status, failure=failure, ended_at=now, due_at=now)

    def _heard(self, now: datetime, retry_after: timedelta | None) -> "Restore":
        age = now - (self.posted_at or self.intended_at)
        usual = PAUSES[0] if age < timedelta(hours=1) else PAUSES[-1]
        return replace(self, attempts=0, due_at=now + polite(retry_after, usual))

    def _waiting(self, now: datetime, retry_after: timedelta | None) -> "Restore":
        pause = polite(retry_after, pause_after(self.attempts))
        return replace(self, attempts=self.attempts + 1, due_at=now + pause)

    def is_overdue(self, now: datetime, *, has_looked: bool = True) -> bool:
        """Whether it is given up. `has_looked`: Azure could be asked, and knew nothing new."""
        if self.status is Status.INTENDED:
            return now - self.intended_at >= POSTED_WITHIN
        since = now - (self.posted_at or self.intended_at)
        if has_looked and self.job is None and self.operation is None:
            return since >= SEARCHED_FOR
        return since >= FOLLOWED_FOR
