"""Requests to erase the personal data in a person's events: made, confirmed, withdrawn, listed.

No single administrator can erase events immediately. A request is an event with an alert. It waits
for days, or until a second administrator confirms it. The two are different people, and neither of
them is the person whose events are erased, under any of their names. `ErasureRun` carries it out.
"""

import asyncio
from dataclasses import replace
from datetime import timedelta

from shared.accounts.handles import locate_username
from shared.accounts.names import Username
from shared.accounts.roles import Role
from shared.audit.event import Actor, Kind
from shared.audit.instants import write_instant
from shared.audit_log.erasure.deciders import Deciders, require_a_person, require_different_people
from shared.audit_log.erasure.known_names import names_at
from shared.errors import ErasureUnderWay, NotFound, NotPermitted
from shared.principals import Principal
from shared.recording.actors import bearer, user
from shared.recording.attempt import Attempt
from shared.recording.audit_recorder import AuditRecorder
from shared.relying_party.callers.acts import Act, require_for_another
from shared.relying_party.callers.callers import Caller, Callers
from shared.storage.accounts.accounts import AccountStore
from shared.storage.audit.audit_outbox import AuditOutbox
from shared.storage.audit.erasures import Erasure, ErasureStore
from shared.storage.service_key import ServiceKey


class ErasureRequests:
    def __init__(
        self,
        *,
        callers: Callers,
        deciders: Deciders,
        erasures: ErasureStore,
        accounts: AccountStore,
        outbox: AuditOutbox,
        service_key: ServiceKey,
        recorder: AuditRecorder,
        delay: timedelta,
    ) -> None:
        """A request waits for `delay`."""
        self._callers = callers
        self._deciders = deciders
        self._erasures = erasures
        self._accounts = accounts
        self._outbox = outbox
        self._service_key = service_key
        self._recorder = recorder
        self._delay = delay

    async def request(self, username: Username, *, by: Principal) -> Erasure:
        """Raises TokenInvalid, NotPermitted, StepUpRequired, ErasureUnderWay."""
        service_key = await self._service_key.get()
        locator = locate_username(username, service_key=service_key)
        # Without the name: the event of the request must not record the name again.
        async with self._attempt(Kind.ERASURE_REQUESTED, by, target=user(locator)) as attempt:
            caller = await self._callers.require_administrator(by, Act.ERASE_PERSON, locator)
            asking, person, now = await asyncio.gather(
                self._deciders.describe(caller),
                names_at(self._accounts, locator),
                self._outbox.now(),
            )
            require_different_people(asking.known_as, person)
            erasure = Erasure(
                id=attempt.id,
                person=locator,
                username=username.display,
                known_as=person,
                requested_by=asking,
                requested_at=now,
                due_at=now + self._delay,
            )
            attempt.add_details(facts={"dueAt": write_instant(erasure.due_at)})
            await attempt.announce(self._erasures.partition)
            if not await self._erasures.add(erasure, event=attempt.success()):
                raise ErasureUnderWay
            return erasure

    async def confirm(self, erasure_id: str, *, by: Principal) -> Erasure:
        """Raises TokenInvalid, NotPermitted, StepUpRequired, NotFound, ErasureUnderWay."""
        async with self._attempt(Kind.ERASURE_CONFIRMED, by) as attempt:
            caller, erasure = await self._judged(Act.CONFIRM_ERASURE, erasure_id, attempt, by=by)
            require_a_person(by)
            if erasure.requested_by.by_new_key or await self._deciders.comes_by_new_key(by):
                raise NotPermitted
            confirming, now = await asyncio.gather(
                self._deciders.describe(caller), self._outbox.now()
            )
            # A new link is among the names of the administrator who signs in with it.
            require_different_people(
                confirming.known_as, erasure.known_as | erasure.requested_by.known_as
            )
            if _confirmed_by(erasure, bearer(by)):  # the first answer got lost
                return erasure
            if erasure.confirmed_by or erasure.begun:
                raise ErasureUnderWay
            confirmed = replace(
                erasure, confirmed_by=confirming, confirmation=attempt.id, due_at=now
            )
            await attempt.announce(self._erasures.partition)
            if not await self._erasures.change(confirmed, event=attempt.success()):
                raise ErasureUnderWay
            return confirmed

    async def withdraw(self, erasure_id: str, *, by: Principal) -> None:
        """Raises the errors of `confirm`."""
        async with self._attempt(Kind.ERASURE_WITHDRAWN, by) as attempt:
            _, erasure = await self._judged(Act.WITHDRAW_ERASURE, erasure_id, attempt, by=by)
            if erasure.begun:
                raise ErasureUnderWay
            await attempt.announce(self._erasures.partition)
            if not await self._erasures.remove(erasure, event=attempt.success()):
                raise ErasureUnderWay

    async def all(self, *, by: Principal) -> list[Erasure]:
        """Raises TokenInvalid, NotPermitted."""
        found, _ = await asyncio.gather(self._erasures.all(), self._caller(by))
        return sorted(found, key=lambda each: each.due_at)

    async def one(self, erasure_id: str, *, by: Principal) -> Erasure:
        """Raises TokenInvalid, NotPermitted, NotFound."""
        found, _ = await asyncio.gather(self._erasures.find(erasure_id), self._caller(by))
        if found is None:
            raise NotFound
        return found

    def _attempt(self, kind: Kind, by: Principal, *, target: Actor | None = None) -> Attempt:
        return self._recorder.attempt(kind, actor=bearer(by), target=target)

    async def _caller(self, by: Principal) -> Caller:
        return await self._callers.require_role(by, Role.AUTHENTICATORS_ADMIN)

    async def _judged(
        self, act: Act, erasure_id: str, attempt: Attempt, *, by: Principal
    ) -> tuple[Caller, Erasure]:
        caller, erasure = await asyncio.gather(self._caller(by), self._erasures.find(erasure_id))
        if erasure is not None:
            attempt.add_details(target=user(erasure.person), facts={"request": erasure.id})
            require_for_another(act, caller.account, erasure.person)
        self._callers.require_fresh(by)
        if erasure is None:
            raise NotFound
        return caller, erasure


def _confirmed_by(erasure: Erasure, someone: Actor) -> bool:
    confirmed_by = erasure.confirmed_by
    return confirmed_by is not None and confirmed_by.someone.id == someone.id
