"""A client redeems its code.

All that is compared is in the code, so only the claim of its row and the event, one transaction,
ask storage. A code that is sent for the wrong client, address or verifier is used up first and
refused then. One that was used before ends what it gave (RFC 6749 section 4.1.2, RFC 9700 section
4.5): either use may have been the thief's.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial

from shared.audit.event import Kind, Outcome
from shared.audit.facts import CredentialFacts
from shared.errors import GrantRefused
from shared.keys.current_keys import CurrentKeys
from shared.openid.authorization.code import Code, OpenedCode, open_code
from shared.openid.authorization.redemption import PresentedCode, check_code
from shared.openid.clients.client import Client
from shared.openid.scopes import OFFLINE_ACCESS
from shared.openid.tokens.granted import Granted
from shared.openid_provider.tokens.client_access import ClientAccess
from shared.openid_provider.tokens.offline_access import NewAccess, OfflineAccess
from shared.openid_provider.tokens.token_issuer import ClientTokenIssuer, ClientTokens
from shared.openid_provider.tokens.token_limit import TokenLimit
from shared.recording.actors import SERVICE
from shared.recording.audit_recorder import AuditRecorder
from shared.recording.event_details import EventDetails
from shared.sealed import SealInvalid
from shared.sessions.token_settings import TokenSettings
from shared.storage.challenges import shard_of_digest
from shared.storage.openid.sealed_values import SealedValueStore
from shared.storage.sessions import SessionStore


class CodeRedemption:
    def __init__(
        self,
        *,
        values: SealedValueStore,
        sessions: SessionStore,
        access: ClientAccess,
        offline: OfflineAccess,
        issuer: ClientTokenIssuer,
        limit: TokenLimit,
        settings: TokenSettings,
        recorder: AuditRecorder,
        keys: CurrentKeys,
        clock: Callable[[], datetime],
    ) -> None:
        self._values = values
        self._sessions = sessions
        self._access = access
        self._offline = offline
        self._issuer = issuer
        self._limit = limit
        self._settings = settings
        self._recorder = recorder
        self._keys = keys
        self._clock = clock

    async def redeem(self, presented: PresentedCode, client: Client) -> ClientTokens:
        """`client` has authenticated. Raises GrantRefused, TooManyRequests."""
        opened = await self._open(presented.text)
        # Before the code is used up: without a key there would be no token to return.
        await self._keys.signing_key()
        try:
            now = int(self._clock().timestamp())
            check_code(opened.code, presented, client, settings=self._settings, now=now)
        except GrantRefused as refusal:
            await self._refuse(opened, client, refusal)
            raise
        await self._limit.spend(opened.code.session.user_handle, client=client.id)
        token_id = self._issuer.new_token_id()
        granted = _granted(opened.code, presented)
        if OFFLINE_ACCESS in opened.code.scope:
            new = await self._offline.begin(opened, client, presented.thumbprint)
            await self._claim_for(new, opened, token_id)
            tokens = await self._issuer.issue(
                replace(granted, rests_on=new.session.id, until=new.session.ends_at, use=0),
                client,
                token_id=token_id,
                thumbprint=presented.thumbprint,
            )
            return replace(tokens, refresh_token=new.refresh_token)
        await self._claim(opened, Outcome.SUCCESS, _details(opened.code), token=token_id)
        return await self._issuer.issue(
            granted, client, token_id=token_id, thumbprint=presented.thumbprint
        )

    async def _open(self, text: str) -> OpenedCode:
        try:
            return open_code(
                text,
                now=int(self._clock().timestamp()),
                sealing_keys=await self._keys.sealing_keys(),
            )
        except SealInvalid as error:
            raise GrantRefused("invalid_grant", "The code has expired, or is not ours.") from error

    async def _refuse(self, opened: OpenedCode, client: Client, refusal: GrantRefused) -> None:
        details = _details(opened.code)
        details["facts"] = details["facts"] | {"sentBy": client.id}
        details["reason"] = refusal.name
        await self._claim(opened, Outcome.FAILURE, details)

    async def _claim(
        self, opened: OpenedCode, outcome: Outcome, details: EventDetails, token: str | None = None
    ) -> None:
        """The code is used up, with its final event. Raises GrantRefused if it was before."""
        writer = self._recorder.writer
        shard = shard_of_digest(opened.id)
        event = writer.new_event(
            Kind.CODE_REDEEMED, outcome, {**details, "token": token}, shard=shard
        )
        notice = writer.statement_of(event, await writer.key())
        claimed = await self._values.claim_with_event(
            opened.id, expires_at=opened.expires_at, notice=notice
        )
        if not claimed:
            await self._end_all(opened)

    async def _claim_for(self, new: NewAccess, opened: OpenedCode, token_id: str) -> None:
        """The code is used up, and then the client's own session is stored with the event."""
        details = _details(opened.code)
        attempt = self._recorder.attempt(
            Kind.CODE_REDEEMED, shard=shard_of_digest(opened.id), **details
        )
        partition = self._sessions.partition_of(new.session)
        claim = partial(
            self._values.claim_with_event,
            opened.id,
            expires_at=opened.expires_at,
            places=[partition],
        )
        if not await attempt.announce_by(claim):
            await self._end_all(opened)
        attempt.add_details(session=new.session.id, token=token_id, facts={"offline": True})
        await attempt.commit(partial(self._sessions.add, new.session))
        await self._offline.confirm(opened)

    async def _end_all(self, opened: OpenedCode) -> None:
        """Raises GrantRefused."""
        session = opened.code.session
        await self._access.end(
            session.user_handle,
            session.id,
            opened.code.client_id,
            by=SERVICE,
            use=session.use,
            kind=Kind.CODE_REUSED,
        )
        await self._offline.end(opened)
        raise GrantRefused("invalid_grant", "The code was used before. What it gave has ended.")


def _details(code: Code) -> EventDetails:
    session = code.session
    return EventDetails(
        actor=session.user_handle,
        target=session.user_handle,
        session=session.id,
        credential=CredentialFacts(
            hash=session.credential_hash, user_verified=session.user_verified
        ),
        facts={"client": code.client_id, "scope": " ".join(code.scope)},
    )


def _granted(code: Code, presented: PresentedCode) -> Granted:
    session = code.session
    return Granted(
        user_handle=session.user_handle,
        session_id=session.id,
        rests_on=session.id,
        until=session.ends_at,
        use=session.use,
        credential_hash=session.credential_hash,
        signed_in_at=session.signed_in_at,
        user_verified=session.user_verified,
        person=code.person,
        scope=code.scope,
        resources=presented.resources or code.resources,
        nonce=code.nonce,
        authorization_details=code.authorization_details,
    )
