"""Codes are opened, compared and used up, for whoever they are good for.

All that is compared is in the code, so only the claim of its row and the event, one transaction,
ask storage. A code that is sent for the wrong client, address or verifier is used up first and
refused then. One that was used before ends what it gave (RFC 6749 section 4.1.2, RFC 9700 section
4.5): either use may have been the thief's.
"""

from collections.abc import Callable
from datetime import datetime

from shared.audit.event import Kind, Outcome
from shared.audit.facts import CredentialFacts
from shared.errors import GrantRefused
from shared.keys.current_keys import CurrentKeys
from shared.openid.authorization.code import Code, OpenedCode, open_code
from shared.openid.authorization.redemption import PresentedCode, check_code
from shared.openid.clients.client import Client
from shared.openid_provider.tokens.client_access import ClientAccess
from shared.openid_provider.tokens.offline_access import OfflineAccess
from shared.recording.actors import SERVICE
from shared.recording.audit_recorder import AuditRecorder
from shared.recording.event_details import EventDetails
from shared.sealed import SealInvalid
from shared.sessions.token_settings import TokenSettings
from shared.storage.challenges import shard_of_digest
from shared.storage.openid.sealed_values import SealedValueStore


class CodeClaims:
    def __init__(
        self,
        *,
        values: SealedValueStore,
        access: ClientAccess,
        offline: OfflineAccess,
        settings: TokenSettings,
        recorder: AuditRecorder,
        keys: CurrentKeys,
        clock: Callable[[], datetime],
    ) -> None:
        self._values = values
        self._access = access
        self._offline = offline
        self._settings = settings
        self._recorder = recorder
        self._keys = keys
        self._clock = clock

    async def open(self, text: str) -> OpenedCode:
        try:
            return open_code(
                text,
                now=int(self._clock().timestamp()),
                sealing_keys=await self._keys.sealing_keys(),
            )
        except SealInvalid as error:
            raise GrantRefused("invalid_grant", "The code has expired, or is not ours.") from error

    async def check(self, opened: OpenedCode, presented: PresentedCode, client: Client) -> None:
        """Raises GrantRefused, and then the code is used up."""
        try:
            now = int(self._clock().timestamp())
            check_code(opened.code, presented, client, settings=self._settings, now=now)
        except GrantRefused as refusal:
            details = details_of(opened.code)
            details["facts"] = details["facts"] | {"sentBy": client.id}
            details["reason"] = refusal.name
            if not await self.claim(opened, Outcome.FAILURE, details):
                raise await self.end(opened) from refusal
            raise

    async def claim(
        self, opened: OpenedCode, outcome: Outcome, details: EventDetails, token: str | None = None
    ) -> bool:
        """The code is used up, with its final event. False if it was before: `end` it then."""
        writer = self._recorder.writer
        shard = shard_of_digest(opened.id)
        event = writer.new_event(
            Kind.CODE_REDEEMED, outcome, {**details, "token": token}, shard=shard
        )
        notice = writer.statement_of(event, await writer.key())
        return await self._values.claim_with_event(
            opened.id, expires_at=opened.expires_at, notice=notice
        )

    async def end(self, opened: OpenedCode) -> GrantRefused:
        """End what a code gave that was used twice. Return the refusal of the second use."""
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
        return GrantRefused("invalid_grant", "The code was used before. What it gave has ended.")


def details_of(code: Code) -> EventDetails:
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
