"""A device gets its tokens when a person has approved it.

Using up its row and the event of that are one transaction, so exactly one of two polls gets the
tokens. A session that was ended since the approval gives none, and so does a suspended passkey.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from shared.audit.event import Kind, Outcome
from shared.errors import AuthorizationDenied, GrantRefused
from shared.keys.current_keys import CurrentKeys
from shared.openid.clients.client import Client
from shared.openid.device.request import DeviceRequest
from shared.openid.permission import check_targets
from shared.openid.scopes import OFFLINE_ACCESS
from shared.openid.tokens.granted import Granted
from shared.openid.tokens.sign_in import Person, groups_in_token
from shared.openid_provider.device.device_sessions import DeviceSessions, Extended
from shared.openid_provider.device.polling import (
    Approved,
    Polling,
    PresentedDeviceCode,
    used_before,
)
from shared.openid_provider.device.profiles import ProfiledRedemption
from shared.openid_provider.device.using_up import UsingUp
from shared.openid_provider.tokens.token_issuer import ClientTokenIssuer, ClientTokens
from shared.recording.audit_recorder import AuditRecorder
from shared.recording.event_details import EventDetails
from shared.sessions.token_settings import TokenSettings
from shared.storage.challenges import shard_of_digest
from shared.storage.openid.device_codes import DeviceCodeStore, WaitingDevice
from shared.storage.openid.standings import Standing, StandingReader
from shared.storage.sessions import SessionStore


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRedemption:
    polling: Polling
    profiles: ProfiledRedemption
    store: DeviceCodeStore
    using_up: UsingUp
    standings: StandingReader
    session_store: SessionStore
    sessions: DeviceSessions
    issuer: ClientTokenIssuer
    settings: TokenSettings
    recorder: AuditRecorder
    keys: CurrentKeys
    clock: Callable[[], datetime]

    async def redeem(self, presented: PresentedDeviceCode, client: Client) -> ClientTokens:
        """`client` has authenticated. Raises GrantRefused, also as long as nobody has decided."""
        approved = await self.polling.poll(presented, client)
        # Before the code is used up: without a key there would be no token to return.
        await self.keys.signing_key()
        standing = await self._standing(approved, client)
        if approved.request.profile is not None:
            return await self.profiles.redeem(approved, standing, presented, client)
        request = self._granted_to(client, approved.request, presented)
        details = _details(standing, request, self.issuer.new_token_id())
        refresh_token = None
        if OFFLINE_ACCESS in request.scope:
            session, thumbprint = standing.stored.session, presented.thumbprint
            extended = await self.sessions.extend(session, request, client, thumbprint)
            await self._use_up_for(extended, approved.stored, standing, details)
            refresh_token = extended.refresh_token
        else:
            await self.using_up.use_up(
                approved.stored, Kind.DEVICE_REDEEMED, Outcome.SUCCESS, details
            )
        tokens = await self.issuer.issue(
            _granted(request, standing, presented),
            client,
            token_id=str(details["token"]),
            thumbprint=presented.thumbprint,
        )
        return replace(tokens, refresh_token=refresh_token)

    def _granted_to(
        self, client: Client, request: DeviceRequest, presented: PresentedDeviceCode
    ) -> DeviceRequest:
        """Without what the client has lost since. Raises GrantRefused."""
        scope = tuple(each for each in request.scope if each in client.scopes)
        wanted = presented.resources or request.resources
        if not set(presented.resources) <= set(request.resources or client.resources[:1]):
            raise GrantRefused("invalid_target", "resource is not one of those that were granted.")
        try:
            check_targets(wanted, client, scope=scope, settings=self.settings)
        except AuthorizationDenied as error:
            raise GrantRefused(error.name, error.description) from error
        return replace(request, scope=scope)

    async def _standing(self, approved: Approved, client: Client) -> Standing:
        approval = approved.approval
        found = await self.standings.find(
            approval.user_handle,
            approval.session_id,
            credential_hash=approval.credential_hash,
            client_id=client.id,
            now=self.clock(),
        )
        if found is None:
            raise _ended()
        return found

    async def _use_up_for(
        self, extended: Extended, device: WaitingDevice, standing: Standing, details: EventDetails
    ) -> None:
        """The code is used up, and then the session is extended with the event."""
        attempt = self.recorder.attempt(
            Kind.DEVICE_REDEEMED, shard=shard_of_digest(device.row), **details
        )
        partition = self.session_store.partition_of(extended.session)
        claim = partial(self.store.claim_with_event, device, places=[partition])
        async with attempt:
            if not await attempt.announce_by(claim):
                raise used_before()
            extend = partial(self.session_store.replace, standing.stored, extended.session)
            if not await attempt.try_commit(extend):
                raise _ended()


def _ended() -> GrantRefused:
    return GrantRefused("access_denied", "The person, or an administrator, has ended this access.")


def _details(standing: Standing, request: DeviceRequest, token_id: str) -> EventDetails:
    return EventDetails(
        actor=standing.record,
        target=standing.record,
        credential=standing.record,
        session=standing.stored.session.id,
        token=token_id,
        facts={"client": request.client_id, "scope": " ".join(request.scope)},
    )


def _granted(request: DeviceRequest, standing: Standing, presented: PresentedDeviceCode) -> Granted:
    session, record = standing.stored.session, standing.record
    return Granted(
        user_handle=session.sign_in.user_handle,
        session_id=session.id,
        rests_on=session.id,
        until=session.ends_at,
        use=0,
        credential_hash=session.sign_in.credential_hash,
        signed_in_at=session.sign_in.at,
        user_verified=session.sign_in.user_verified,
        person=Person(
            username=record.username,
            display_name=record.display_name,
            groups=groups_in_token(standing.groups),
        ),
        scope=request.scope,
        resources=presented.resources or request.resources,
    )
