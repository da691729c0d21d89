"""The audit log for its readers: events, checkpoints, proofs. Reading events is recorded."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from shared.accounts.handles import AccountLocator, locate_username
from shared.accounts.names import Username
from shared.accounts.roles import Role
from shared.audit.checkpoint import Verifier
from shared.audit.event import Kind
from shared.audit.key_introduction import introduce
from shared.audit_log.proofs import Proofs
from shared.audit_log.search import EventPage, EventQuery, Search
from shared.errors import MalformedRequest, NotFound
from shared.keys.current_keys import CurrentKeys
from shared.principals import Principal
from shared.recording.actors import bearer, named
from shared.recording.audit_recorder import AuditRecorder
from shared.relying_party.callers.callers import Callers
from shared.storage.audit.audit_log import AuditLog, Head
from shared.storage.service_key import ServiceKey


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedLog:
    note: str
    size: int
    sealed_at: datetime
    verifiers: tuple[Verifier, ...]
    introductions: tuple[str, ...]
    """The introductions of each key by the older keys, the oldest first."""


class LogReader:
    def __init__(
        self,
        *,
        origin: str,
        search: Search,
        proofs: Proofs,
        callers: Callers,
        log: AuditLog,
        service_key: ServiceKey,
        keys: CurrentKeys,
        recorder: AuditRecorder,
    ) -> None:
        """`origin` names the log."""
        self._origin = origin
        self._search = search
        self._proofs = proofs
        self._callers = callers
        self._log = log
        self._service_key = service_key
        self._keys = keys
        self._recorder = recorder

    async def events(self, query: EventQuery, *, by: Principal) -> EventPage:
        """Raises NotPermitted."""
        user = query.user
        locator = None if user is None else await self._locate(user)
        attempt = self._recorder.attempt(
            Kind.AUDIT_READ,
            actor=bearer(by),
            target=None if user is None or locator is None else named(user, locator),
            facts=query.describe(),
        )
        async with attempt:
            head = await self._head(by)
            page = await self._search.find(query, head, locator)
            await attempt.succeed()
            return page

    async def _locate(self, user: Username) -> AccountLocator:
        return locate_username(user, service_key=await self._service_key.get())

    async def checkpoint(self, *, by: Principal) -> SealedLog:
        """Raises NotPermitted, or NotFound as long as nothing was sealed."""
        head = await self._head(by)
        if head.checkpoint is None or head.sealed_at is None:
            raise NotFound
        keys = await self._keys.checkpoint_keys()
        return SealedLog(
            note=head.checkpoint,
            size=head.size,
            sealed_at=head.sealed_at,
            verifiers=tuple(key.verifier(self._origin) for key in keys),
            introductions=tuple(
                introduce(key, origin=self._origin, by=keys[place + 1 :])
                for place, key in reversed(list(enumerate(keys[:-1])))
            ),
        )

    async def inclusion(self, index: int, size: int, *, by: Principal) -> list[bytes]:
        """Raises NotPermitted, or MalformedRequest if the log has no such leaf or size."""
        await self._require_size(size, by=by)
        try:
            return await self._proofs.inclusion(index, size)
        except ValueError as error:
            raise MalformedRequest("index must be below size.") from error

    async def consistency(self, old: int, new: int, *, by: Principal) -> list[bytes]:
        """Raises NotPermitted, or MalformedRequest if the log has no such sizes."""
        await self._require_size(new, by=by)
        try:
            return await self._proofs.consistency(old, new)
        except ValueError as error:
            raise MalformedRequest("from must not be above to.") from error

    async def _require_size(self, size: int, *, by: Principal) -> None:
        if size > (await self._head(by)).size:
            raise MalformedRequest("The log is not as large as that.")

    async def _head(self, by: Principal) -> Head:
        """Only for auditors. Raises TokenInvalid, NotPermitted."""
        head, _ = await asyncio.gather(
            self._log.head(), self._callers.require_role(by, Role.AUDIT_READ)
        )
        return head
