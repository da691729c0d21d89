"""How stories record their events.

    async with recorder.attempt(Kind.PASS_ISSUED, actor=…, target=…) as attempt:
        owner = await accounts.find_account(…)                # a refusal here is recorded
        await attempt.announce(accounts.partition(…))         # before any change
        await attempt.commit(partial(passes.put, access_pass, owner))

The notice is stored before the change, and the event of success is written in the transaction of
the change. So every success that is answered is recorded. If a process stops in between, the log
has "attempted". `shared.storage.audit.audit_outbox` describes where notices and events are stored.

If the notice cannot be written, the request fails with StorageUnavailable. If the event of
a refusal cannot be written, the request is still refused. The attempt is then recorded, unless the
request was refused before its notice.
"""

from typing import Unpack

from shared.audit.event import Kind, Outcome
from shared.recording.attempt import Attempt
from shared.recording.event_details import EventDetails
from shared.recording.event_writer import EventWriter
from shared.recording.refusals import IsRecorded
from shared.storage.audit.audit_outbox import AuditOutbox


class AuditRecorder:
    def __init__(
        self, writer: EventWriter, outbox: AuditOutbox, *, is_recorded: IsRecorded
    ) -> None:
        """`is_recorded` decides whether a refusal before any notice is recorded."""
        self.writer = writer
        self.record = writer.record
        self.sample = writer.sample
        self._outbox = outbox
        self._is_recorded = is_recorded

    def attempt(
        self, kind: Kind, *, shard: str | None = None, **details: Unpack[EventDetails]
    ) -> Attempt:
        """`shard` is the partition of the challenge that the attempt claims, if it claims one."""
        event = self.writer.new_event(kind, Outcome.ATTEMPTED, details, shard=shard)
        return Attempt(event, self.writer, self._outbox, is_recorded=self._is_recorded)
