"""Requests to take what is personal from a person's events: made, confirmed, withdrawn, seen.

Nobody erases a trace alone and at once. A request is an event that an alert tells of, and waits:
for days, or until a second administrator confirms it. Neither of the two may be the person whose
events are meant, nor the same person twice, by whichever of their names they come. It is carried
out in `erasing`.
"""

import asyncio
from dataclasses import replace

from shared.accounts.handles import locate_handle, locate_username
from shared.accounts.names import Username
from shared.accounts.roles import Role
from shared.audit.event import Actor, Kind, write_instant
from shared.audit_log.known_names import Names, names_at, names_of_bearer
from shared.errors import ErasureUnderWay, NotFound, NotPermitted
from shared.principals import AccountHolder, Principal
from shared.recording.actors import bearer, user
from shared.recording.audit_recorder import Attempt
from shared.relying_party.callers.acts import Act, require_for_another
from shared.relying_party.callers.callers import Caller, Callers
from shared.resources import Resources
from shared.storage.audit.erasures import Administrator, Erasure


class ErasureRequests:
    def __init__(self, resources: Resources, *, callers: Callers) -> None:
        self._resources = resources
        self._callers = callers

    async def request(self, username: Username, *, by: Principal) -> Erasure:
        """Raises TokenInvalid, NotPermitted, StepUpRequired, ErasureUnderWay."""
        service_key = await self._resources.service_key.get()
        locator = locate_username(username, service_key=service_key)
        # Without the name: the request must not put it on record once more.
        async with self._attempt(Kind.ERASURE_REQUESTED, by, target=user(locator)) as attempt:
            caller = await self._callers.require_administrator(by, Act.ERASE_PERSON, locator)
            asking, person, now = await asyncio.gather(
                self._administrator(caller),
                names_at(self._resources, locator),
                self._resources.outbox.now(),
            )
            _require_others(asking.known_as, person)
            erasure = Erasure(
                id=attempt.id,
                person=locator,
                username=username.display,
                known_as=person,
                requested_by=asking,
                requested_at=now,
                due_at=now + self._resources.settings.audit.erasure_delay,
            )
            attempt.add_details(facts={"dueAt": write_instant(erasure.due_at)})
            await attempt.announce(self._resources.erasures.partition)
            if not await self._resources.erasures.add(erasure, event=attempt.success()):
                raise ErasureUnderWay
            return erasure

    async def confirm(self, erasure_id: str, *, by: Principal) -> Erasure:
        """Raises TokenInvalid, NotPermitted, StepUpRequired, NotFound, ErasureUnderWay."""
        async with self._attempt(Kind.ERASURE_CONFIRMED, by) as attempt:
            caller, erasure = await self._judged(Act.CONFIRM_ERASURE, erasure_id, attempt, by=by)
            _require_a_person(by)
            if erasure.requested_by.by_new_key or await self._is_by_new_key(by):
                raise NotPermitted
            confirming, now = await asyncio.gather(
                self._administrator(caller), self._resources.outbox.now()
            )
            # A link that was made since is among the names of who comes by it.
            _require_others(confirming.known_as, erasure.known_as | erasure.requested_by.known_as)
            if _confirmed_by(erasure, bearer(by)):  # the answer to the first time got lost
                return erasure
            if erasure.confirmed_by or erasure.begun:
                raise ErasureUnderWay
            confirmed = replace(
                erasure, confirmed_by=confirming, confirmation=attempt.id, due_at=now
            )
            await attempt.announce(self._resources.erasures.partition)
            if not await self._resources.erasures.change(confirmed, event=attempt.success()):
                raise ErasureUnderWay
            return confirmed

    async def withdraw(self, erasure_id: str, *, by: Principal) -> None:
        """Raises what `confirm` does."""
        async with self._attempt(Kind.ERASURE_WITHDRAWN, by) as attempt:
            _, erasure = await self._judged(Act.WITHDRAW_ERASURE, erasure_id, attempt, by=by)
            if erasure.begun:
                raise ErasureUnderWay
            await attempt.announce(self._resources.erasures.partition)
            if not await self._resources.erasures.remove(erasure, event=attempt.success()):
                raise ErasureUnderWay

    async def all(self, *, by: Principal) -> list[Erasure]:
        """Raises TokenInvalid, NotPermitted."""
        found, _ = await asyncio.gather(self._resources.erasures.all(), self._caller(by))
        return sorted(found, key=lambda each: each.due_at)

    async def one(self, erasure_id: str, *, by: Principal) -> Erasure:
        """Raises TokenInvalid, NotPermitted, NotFound."""
        found, _ = await asyncio.gather(self._resources.erasures.find(erasure_id), self._caller(by))
        if found is None:
            raise NotFound
        return found

    def _attempt(self, kind: Kind, by: Principal, *, target: Actor | None = None) -> Attempt:
        return self._resources.trail.attempt(kind, actor=bearer(by), target=target)

    async def _caller(self, by: Principal) -> Caller:
        return await self._callers.require_role(by, Role.AUTHENTICATORS_ADMIN)

    async def _judged(
        self, act: Act, erasure_id: str, attempt: Attempt, *, by: Principal
    ) -> tuple[Caller, Erasure]:
        caller, erasure = await asyncio.gather(
            self._caller(by), self._resources.erasures.find(erasure_id)
        )
        if erasure is not None:
            attempt.add_details(target=user(erasure.person), facts={"request": erasure.id})
            require_for_another(act, caller.account, erasure.person)
        self._callers.require_fresh(by)
        if erasure is None:
            raise NotFound
        return caller, erasure

    async def _administrator(self, caller: Caller) -> Administrator:
        """With the name of the own account, for whoever is to confirm the request."""
        known_as = await names_of_bearer(self._resources, caller.principal, caller.account)
        someone = bearer(caller.principal)
        if caller.account is not None:
            owner = await self._resources.accounts.find_account_row(caller.account)
            someone = replace(someone, name=owner.account.username if owner else someone.name)
        by_new_key = await self._is_by_new_key(caller.principal)
        return Administrator(someone=someone, known_as=known_as, by_new_key=by_new_key)

    async def _is_by_new_key(self, by: Principal) -> bool:
        """Whether the key is younger than a request would wait: whoever issued an access pass for
        another administrator could come as that one, to ask or to confirm."""
        if not isinstance(by, AccountHolder) or by.token.credential_hash is None:
            return False
        stored = await self._resources.accounts.find_credential_by_hash(
            locate_handle(by.handle), by.token.credential_hash
        )
        known_since = self._resources.clock() - self._resources.settings.audit.erasure_delay
        return stored is None or stored.record.created_at > known_since


def _confirmed_by(erasure: Erasure, someone: Actor) -> bool:
    confirmed_by = erasure.confirmed_by
    return confirmed_by is not None and confirmed_by.someone.id == someone.id


def _require_a_person(by: Principal) -> None:
    """Raise NotPermitted for an application: whoever runs it may be the one who asked."""
    if not isinstance(by, AccountHolder) and by.is_application:
        raise NotPermitted


def _require_others(names: Names, others: Names) -> None:
    """Raise NotPermitted if one person would be two of them."""
    if names & others:
        raise NotPermitted
