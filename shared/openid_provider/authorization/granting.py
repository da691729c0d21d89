"""A client gets a code: its row is stored together with the event, and the session lists the
client from then on."""

from collections.abc import Callable
from datetime import datetime

from shared.audit.event import Kind, Outcome
from shared.errors import ConcurrentUse
from shared.keys.current_keys import CurrentKeys
from shared.openid.authorization.answers import Answer, answer_with_code
from shared.openid.authorization.code import (
    LIFETIME_SECONDS,
    code_for,
    seal_code,
)
from shared.openid.authorization.request import AuthorizationRequest
from shared.openid.clients.client import Client
from shared.openid.tokens.granted_session import GrantedSession
from shared.openid.tokens.sign_in import Person, groups_in_token
from shared.recording.audit_recorder import AuditRecorder
from shared.recording.event_details import EventDetails
from shared.relying_party.sessions.ending import SessionEnding
from shared.sealed import RANDOM_BYTES, id_of
from shared.sessions.client_use import ClientUse, use_of, with_client
from shared.sessions.token_settings import TokenSettings
from shared.storage.audit.statements import NoEvent
from shared.storage.challenges import shard_of_digest
from shared.storage.openid.sealed_values import SealedValueStore
from shared.storage.openid.standings import Standing
from shared.storage.sessions import SessionStore, StoredSession

_ATTEMPTS = 5
_IN_OUTBOX = NoEvent("the event of the code says it")


class Granting:
    def __init__(
        self,
        *,
        values: SealedValueStore,
        sessions: SessionStore,
        ending: SessionEnding,
        settings: TokenSettings,
        recorder: AuditRecorder,
        keys: CurrentKeys,
        clock: Callable[[], datetime],
        random: Callable[[int], bytes],
    ) -> None:
        self._values = values
        self._sessions = sessions
        self._ending = ending
        self._settings = settings
        self._recorder = recorder
        self._keys = keys
        self._clock = clock
        self._random = random

    async def grant(
        self, request: AuthorizationRequest, client: Client, standing: Standing
    ) -> Answer:
        """Raises ConcurrentUse if the session ended in the meantime."""
        random = self._random(RANDOM_BYTES)
        expires_at = int(self._clock().timestamp()) + LIFETIME_SECONDS
        # The session first: a code for one that has ended must not come to be.
        use = await self._note_client(standing.stored, client.id)
        code = seal_code(
            code_for(request, _session(standing, use), _person(standing)),
            expires_at=expires_at,
            random=random,
            sealing_key=await self._keys.sealing_key(),
        )
        await self._store(id_of(random), expires_at, request, standing)
        return answer_with_code(request.answer_to, code, issuer=self._settings.issuer)

    async def _store(
        self, value: bytes, expires_at: int, request: AuthorizationRequest, standing: Standing
    ) -> None:
        writer = self._recorder.writer
        details = EventDetails(
            actor=standing.record,
            target=standing.record,
            credential=standing.record,
            session=standing.stored.session.id,
            facts={"client": request.client_id, "scope": " ".join(request.scope)},
        )
        event = writer.new_event(
            Kind.AUTHORIZATION_GRANTED, Outcome.SUCCESS, details, shard=shard_of_digest(value)
        )
        statement = writer.statement_of(event, await writer.key())
        await self._values.add_with_event(value, expires_at=expires_at, event=statement)

    async def _note_client(self, stored: StoredSession, client_id: str) -> ClientUse:
        for _ in range(_ATTEMPTS):
            session = stored.session
            if use := use_of(session.clients, client_id):
                return use
            clients = with_client(session.clients, client_id, now=self._clock())
            if left := [each for each in session.clients if each not in clients]:
                await self._ending.note(session, *left)  # there were too many
            if await self._sessions.set_clients(stored, clients, event=_IN_OUTBOX):
                return clients[-1]
            found = await self._sessions.find_again(session)
            if found is None:
                break
            stored = found
        raise ConcurrentUse


def _session(standing: Standing, use: ClientUse) -> GrantedSession:
    session = standing.stored.session
    return GrantedSession(
        user_handle=session.sign_in.user_handle,
        id=session.id,
        credential_hash=session.sign_in.credential_hash,
        signed_in_at=session.sign_in.at,
        user_verified=session.sign_in.user_verified,
        ends_at=session.ends_at,
        use=use.number,
    )


def _person(standing: Standing) -> Person:
    return Person(
        username=standing.record.username,
        display_name=standing.record.display_name,
        groups=groups_in_token(standing.groups),
    )
