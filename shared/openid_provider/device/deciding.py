"""A person approves a device by a gesture that is bound to it, or rejects it.

The account is that of the passkey: nobody has to be signed in. If somebody is, the passkeys of that
account are offered. To reject needs no gesture: who knows the code may end it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from shared.accounts.handles import UserHandle, locate_handle
from shared.audit.event import Kind, Outcome
from shared.errors import CeremonyNotFound
from shared.errors.access import DatabaseRefused
from shared.keys.current_keys import CurrentKeys
from shared.openid.device.decision import (
    Approval,
    Decision,
    Refusal,
    Rejection,
    seal_decision,
)
from shared.openid.device.profiled import Admitted, ShownDatabase
from shared.openid_provider.device.asked import Asked, facts_of
from shared.openid_provider.device.device_sessions import DeviceSessions
from shared.openid_provider.device.profiles import DeviceProfiles
from shared.openid_provider.device.waiting import Waiting, WaitingDevices
from shared.recording.actors import SERVICE
from shared.recording.audit_recorder import AuditRecorder
from shared.recording.event_details import EventDetails
from shared.relying_party.callers.client import Client
from shared.relying_party.gestures.bound_gesture import BoundGesture
from shared.relying_party.sessions.sessions import Sessions
from shared.sealed import RANDOM_BYTES
from shared.sessions.session import Session
from shared.storage.challenges import shard_of_digest
from shared.storage.openid.device_codes import DeviceCodeStore
from shared.webauthn.responses import AuthenticationResponse


@dataclass(frozen=True, slots=True, kw_only=True)
class Deciding:
    devices: WaitingDevices
    profiles: DeviceProfiles
    store: DeviceCodeStore
    gesture: BoundGesture
    sessions: DeviceSessions
    ending: Sessions
    keys: CurrentKeys
    recorder: AuditRecorder
    clock: Callable[[], datetime]
    random: Callable[[int], bytes]

    async def begin(
        self, typed: str, *, account: UserHandle | None, any_account: bool = False, client: Client
    ) -> Asked:
        """`account` is that of somebody who is signed in: its passkeys may answer. Without one, or
        for `any_account`, any discoverable passkey may. Raises UserCodeUnknown, DatabaseChanged,
        TooManyRequests."""
        waiting, user_code = await self.devices.find(typed, account=account, address=client.address)
        approver = None if any_account else account
        database = await self._show(waiting, approver)
        role = None if database is None else database.role
        options = await self.gesture.begin(
            waiting.request.purpose(role),
            locator=None if approver is None else locate_handle(approver),
            client=client,
        )
        return Asked(
            waiting=waiting,
            user_code=user_code,
            seconds_ago=max(0, int((self.clock() - waiting.request.at).total_seconds())),
            same_address=waiting.request.is_from(client.address),
            resources=waiting.request.resources or waiting.client.resources[:1],
            database=database,
            review=await self.devices.review_of(waiting, role=role),
            options=options,
        )

    async def approve(
        self, review: str, response: AuthenticationResponse, *, client: Client
    ) -> None:
        """Raises CeremonyNotFound if the device or the challenge is over, or the challenge is for
        something else; AuthenticationRejected, ConcurrentUse, TooManyRequests. Or DatabaseRefused:
        then the device is refused, too."""
        waiting, role = await self.devices.find_again(review)
        try:
            session, admitted = await self._open_session(waiting, role, response, client=client)
        except DatabaseRefused:
            await self.store.decide(waiting.stored, await self._seal(waiting, Refusal()))
            raise
        approval = Approval(
            user_handle=session.sign_in.user_handle,
            session_id=session.id,
            credential_hash=session.sign_in.credential_hash,
            role=None if admitted is None else admitted.role,
        )
        if not await self.store.decide(waiting.stored, await self._seal(waiting, approval)):
            await self.ending.end_one(session, by=SERVICE)
            raise CeremonyNotFound

    async def _show(self, waiting: Waiting, approver: UserHandle | None) -> ShownDatabase | None:
        asked = waiting.request.profile
        return None if asked is None else await self.profiles.show(asked, account=approver)

    async def _open_session(
        self,
        waiting: Waiting,
        role: str | None,
        response: AuthenticationResponse,
        *,
        client: Client,
    ) -> tuple[Session, Admitted | None]:
        request = waiting.request
        async with self.gesture.finish(
            response,
            request.purpose(role),
            kind=Kind.DEVICE_APPROVED,
            facts=facts_of(waiting, client),
            client=client,
        ) as proven:
            admitted = None
            if request.profile is not None:
                admitted = await self.profiles.admit(
                    request.profile, proven, waiting.client, shown=role
                )
            lifetime = None if admitted is None else admitted.lifetime
            session = await self.sessions.open(proven, request, waiting.client, lifetime=lifetime)
            return session, admitted

    async def reject(self, review: str, *, by: UserHandle | None, client: Client) -> None:
        """Raises CeremonyNotFound."""
        waiting, _ = await self.devices.find_again(review)
        details = EventDetails(actor=by, facts=facts_of(waiting, client))
        writer = self.recorder.writer
        event = writer.new_event(
            Kind.DEVICE_REJECTED,
            Outcome.SUCCESS,
            details,
            shard=shard_of_digest(waiting.stored.row),
        )
        decided = await self.store.decide(
            waiting.stored,
            await self._seal(waiting, Rejection()),
            event=writer.statement_of(event, await writer.key()),
        )
        if not decided:
            raise CeremonyNotFound

    async def _seal(self, waiting: Waiting, decision: Decision) -> str:
        return seal_decision(
            decision,
            waiting.request.device_code,
            expires_at=waiting.request.expires_at,
            random=self.random(RANDOM_BYTES),
            sealing_key=await self.keys.sealing_key(),
        )
