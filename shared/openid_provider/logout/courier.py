"""How clients are told of sessions that have ended."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shared.accounts.handles import locate_handle
from shared.audit.event import Kind
from shared.delivery import Cause
from shared.openid.clients.client import Client
from shared.openid_provider.logout.logout_sender import LogoutSender
from shared.recording.actors import SERVICE
from shared.recording.attempt import Attempt
from shared.recording.audit_recorder import AuditRecorder
from shared.sessions.logout_notice import UNFOUNDED_AFTER, LogoutNotice
from shared.storage.sessions import SessionStore


class Registry(Protocol):
    async def find(self, client_id: str) -> Client | None:
        """Raises StorageUnavailable."""


@dataclass(frozen=True, slots=True)
class ToldClient:
    client: Client
    uri: str

    @property
    def name(self) -> str:
        return f"client {self.client.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogoutCourier:
    sessions: SessionStore
    registry: Registry
    sender: LogoutSender
    recorder: AuditRecorder
    clock: Callable[[], datetime]

    async def find_receiver(self, notice: LogoutNotice) -> ToldClient | None:
        client = await self.registry.find(notice.client_id)
        uri = None if client is None else client.backchannel_logout_uri
        return None if client is None or uri is None else ToldClient(client, uri)

    async def cause(self, notice: LogoutNotice) -> Cause:
        locator = locate_handle(notice.user_handle)
        stored = await self.sessions.find(locator, notice.session_id)
        if not notice.is_unfounded(None if stored is None else stored.session):
            return Cause.STANDS
        is_late = self.clock() - notice.noted_at >= UNFOUNDED_AFTER
        return Cause.NONE if is_late else Cause.AWAITED

    async def send(self, notice: LogoutNotice, receiver: ToldClient) -> None:
        """Raises ProviderUnavailable, KeysUnavailable."""
        await self.sender.send(notice, receiver.client, receiver.uri)

    def undelivered(self, notice: LogoutNotice) -> Attempt:
        return self.recorder.attempt(
            Kind.CLIENT_NOT_TOLD,
            actor=SERVICE,
            target=notice.user_handle,
            session=notice.known_as,
            reason="not_accepted",
            facts={"client": notice.client_id, "attempts": notice.attempts},
        )
