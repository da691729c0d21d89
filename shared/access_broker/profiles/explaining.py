"""Why a person may or may not ask for what a profile gives. Each question is recorded."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from shared.access.profiles.explanation import Reason, explain
from shared.access_broker.people import gesture_of, person_of
from shared.access_broker.profiles.directory import ProfileDirectory
from shared.accounts.handles import locate_username
from shared.accounts.names import Username
from shared.accounts.roles import Role
from shared.audit.event import Kind
from shared.errors import NotFound
from shared.principals import Principal
from shared.recording.actors import named
from shared.recording.audit_recorder import AuditRecorder
from shared.relying_party.callers.callers import Callers
from shared.storage.accounts.accounts import AccountStore
from shared.storage.service_key import ServiceKey


class Explaining:
    def __init__(
        self,
        *,
        directory: ProfileDirectory,
        accounts: AccountStore,
        service_key: ServiceKey,
        callers: Callers,
        recorder: AuditRecorder,
        clock: Callable[[], datetime],
    ) -> None:
        self._directory = directory
        self._accounts = accounts
        self._service_key = service_key
        self._callers = callers
        self._recorder = recorder
        self._clock = clock

    async def explain(self, name: str, username: Username, *, by: Principal) -> tuple[Reason, ...]:
        """Raises TokenInvalid, NotPermitted, NotFound, StorageUnavailable."""
        locator = locate_username(username, service_key=await self._service_key.get())
        person = named(username, locator)
        async with self._recorder.attempt(Kind.ACCOUNT_READ, actor=by, target=person) as attempt:
            owner, profile, _ = await asyncio.gather(
                self._accounts.find_account_at(locator),
                self._directory.find(name),
                self._callers.require_role(by, Role.PROFILES_ADMIN),
            )
            if owner is None or profile is None:
                raise NotFound
            await attempt.succeed(target=owner.account)
        now = self._clock()
        usable = [
            gesture_of(record, at=now, user_verified=True)
            for record in owner.records
            if not record.suspended
        ]
        return explain(profile, person_of(owner.account), usable, now=now)
