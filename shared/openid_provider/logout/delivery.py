"""Clients are told of sessions that have ended. The timer does it, so nobody waits for a client.

Any number of instances do it at the same time: whoever moves a notice to its next time sends it. If
the process stops after that, it is sent again then. A client may thus be told twice, and is never
not told, unless it does not answer for a day.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Protocol

from shared.accounts.handles import locate_handle
from shared.audit.event import Kind
from shared.errors import ProviderUnavailable
from shared.openid.clients.client import Client
from shared.openid_provider.logout.logout_sender import LogoutSender
from shared.recording.actors import SERVICE
from shared.recording.audit_recorder import AuditRecorder
from shared.sessions.logout_notice import GIVEN_UP_AFTER, UNFOUNDED_AFTER, LogoutNotice
from shared.storage.openid.logout_notices import LogoutNotices, StoredNotice
from shared.storage.sessions import SessionStore
from shared.storage.tables.gather_limited import AT_ONCE, gather_limited

logger = logging.getLogger("touchstone.clients")

BATCH = AT_ONCE
"""One that has begun ends before the timer stops it, even if no client answers."""


class Registry(Protocol):
    async def find(self, client_id: str) -> Client | None:
        """Raises StorageUnavailable."""


class LogoutDelivery:
    def __init__(
        self,
        *,
        notices: LogoutNotices,
        sessions: SessionStore,
        registry: Registry,
        sender: LogoutSender,
        recorder: AuditRecorder,
        clock: Callable[[], datetime],
    ) -> None:
        self._notices = notices
        self._sessions = sessions
        self._registry = registry
        self._sender = sender
        self._recorder = recorder
        self._clock = clock

    async def deliver(self, *, until: datetime) -> int:
        """Return how many clients were told. Each notice is tried once, and no batch begins after
        `until`. Raises StorageUnavailable, KeysUnavailable."""
        run = _Run()
        after: str | None = ""
        while after is not None and self._clock() < until:
            due = await self._notices.due(self._clock(), after=after, limit=BATCH)
            await gather_limited(partial(self._take, run), due.notices)
            after = due.go_on_after
        return run.told

    async def _take(self, run: "_Run", stored: StoredNotice) -> None:
        notice = stored.notice
        client = await self._registry.find(notice.client_id)
        uri = None if client is None else client.backchannel_logout_uri
        if client is None or uri is None:
            await self._notices.remove(notice)
        elif notice.client_id in run.silent and not self._is_too_old(notice):
            return  # it costs no read: thousands may wait for a client that is down
        elif await self._is_unfounded(notice):
            if self._clock() - notice.noted_at >= UNFOUNDED_AFTER:
                await self._notices.remove(notice)
        elif self._is_too_old(notice):
            await self._give_up(notice)
        elif notice.client_id not in run.silent:  # others may have learned it meanwhile
            await self._tell(run, stored, client, uri)

    def _is_too_old(self, notice: LogoutNotice) -> bool:
        return self._clock() - notice.noted_at >= GIVEN_UP_AFTER

    async def _is_unfounded(self, notice: LogoutNotice) -> bool:
        locator = locate_handle(notice.user_handle)
        stored = await self._sessions.find(locator, notice.session_id)
        return notice.is_unfounded(None if stored is None else stored.session)

    async def _tell(self, run: "_Run", stored: StoredNotice, client: Client, uri: str) -> None:
        tried = stored.notice.tried(self._clock())
        if not await self._notices.replace(stored, tried):
            return  # another instance tells it
        try:
            await self._sender.send(tried, client, uri)
        except ProviderUnavailable as error:
            run.silent.add(client.id)
            logger.info("client %s was not told of a logout: %s", client.id, error)
            return
        run.told += 1
        await self._notices.remove(tried)

    async def _give_up(self, notice: LogoutNotice) -> None:
        attempt = self._recorder.attempt(
            Kind.CLIENT_NOT_TOLD,
            actor=SERVICE,
            target=notice.user_handle,
            session=notice.known_as,
            reason="not_accepted",
            facts={"client": notice.client_id, "attempts": notice.attempts},
        )
        await attempt.announce(self._notices.partition)
        event = attempt.failure(ProviderUnavailable())
        if not await self._notices.remove_with_event(notice, event=event):
            await attempt.withdraw()  # another instance did it


@dataclass
class _Run:
    silent: set[str] = field(default_factory=set)
    """Clients that did not answer. The others must not wait for them."""
    told: int = 0
