"""A device code is used up, with its final event."""

from dataclasses import dataclass

from shared.audit.event import Kind, Outcome
from shared.openid_provider.device.polling import used_before
from shared.recording.audit_recorder import AuditRecorder
from shared.recording.event_details import EventDetails
from shared.storage.challenges import shard_of_digest
from shared.storage.openid.device_codes import DeviceCodeStore, WaitingDevice


@dataclass(frozen=True, slots=True, kw_only=True)
class UsingUp:
    store: DeviceCodeStore
    recorder: AuditRecorder

    async def use_up(
        self, device: WaitingDevice, kind: Kind, outcome: Outcome, details: EventDetails
    ) -> None:
        """One transaction. Raises GrantRefused if another poll did it first."""
        writer = self.recorder.writer
        event = writer.new_event(kind, outcome, details, shard=shard_of_digest(device.row))
        notice = writer.statement_of(event, await writer.key())
        if not await self.store.claim_with_event(device, notice=notice):
            raise used_before()
