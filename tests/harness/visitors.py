"""People who come and go at random, on two instances whose storage fails, while others seal.

One seed decides what is done, what fails, and how late it is, and time goes by with the calls. Keys
and IDs are new in each run, as the service draws them, so two runs are alike and not the same.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

from azure.core.exceptions import ServiceRequestError, ServiceResponseError

from shared.errors import (
    AuthenticationRejected,
    CeremonyNotFound,
    StorageUnavailable,
    TouchstoneError,
)
from shared.recording.actors import SERVICE
from shared.relying_party.sessions.token_issuer import Tokens
from tests.authenticator import SoftAuthenticator
from tests.harness.administrators import ADMINISTRATOR, handle_of, holder
from tests.harness.service_harness import PROVIDER, Json, ServiceHarness, new_authenticator
from tests.harness.worlds import World, rest
from tests.storage_transport import Call, Fault, Send

AT_ONCE = 6
_LATE = 40
"""Turns of the event loop: so many calls of others come first, at the most."""


def failing(world: World, chance: random.Random, share: float) -> Fault:
    """A call in so many is not sent, is not answered, is late, or is done when nobody waits for it
    any more."""

    async def fault(_call: Call, send: Send) -> object:
        world.clock.advance(milliseconds=chance.randrange(20))
        if chance.random() >= share:
            return await send()
        match chance.randrange(10):
            case 0 | 1 | 2:
                raise ServiceRequestError("no connection")
            case 3 | 4 | 5:
                await send()
                raise ServiceResponseError("nothing was heard")
            case 6:
                world.held.append(send)
                raise ServiceResponseError("nothing was heard")
            case 7:
                await _wait(world, chance)
                return await send()
            case 8:
                answer = await send()
                await _wait(world, chance)
                return answer
            case _:
                await send()
                await _wait(world, chance)
                raise ServiceResponseError("nothing was heard")

    return fault


async def _wait(world: World, chance: random.Random) -> None:
    world.clock.advance(seconds=chance.randrange(4))
    for _ in range(chance.randrange(_LATE)):
        await asyncio.sleep(0)


@dataclass
class Crowd:
    world: World
    parties: list[ServiceHarness]
    chance: random.Random
    left: int
    """So many acts are still to be done."""
    refusals: Counter[str] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)

    @property
    def party(self) -> ServiceHarness:
        return self.chance.choice(self.parties)

    async def run(self) -> list["Visitor"]:
        visitors = [Visitor(self, f"visitor-{number}") for number in range(AT_ONCE)]
        everybody = asyncio.gather(*(visitor.come() for visitor in visitors))
        await asyncio.gather(everybody, self._seal(everybody))
        await rest()
        return visitors

    async def _seal(self, everybody: asyncio.Future[list[None]]) -> None:
        """Seal repeatedly: held calls arrive, and minutes pass."""
        while not everybody.done():
            for _ in range(self.chance.randrange(200)):
                await asyncio.sleep(0)
            # As fast as calls are held, so that none is held for longer than minutes.
            while self.world.held and self.chance.random() < 0.8:
                with suppress(ServiceRequestError, ServiceResponseError):
                    await self.world.held.pop(0)()
            self.world.clock.advance(seconds=self.chance.randrange(30))
            with suppress(StorageUnavailable):
                service = self.party.service
                await service.sealing.seal(until=self.world.clock() + timedelta(days=1))


class Visitor:
    """With an account of their own, and keys that they believe in."""

    def __init__(self, crowd: Crowd, name: str) -> None:
        self._crowd, self._chance, self.name = crowd, crowd.chance, name
        self._rounds = 0
        self.granted: dict[bytes, SoftAuthenticator] = {}
        """Keys that were registered, and that nobody tried to remove."""
        self._tokens: Tokens | None = None
        self._shut_out = False
        self._begin_anew()

    def _begin_anew(self) -> None:
        self.username = f"{self.name}-{self._rounds}"
        self._rounds += 1

    async def come(self) -> None:
        while self._crowd.left > 0:
            self._crowd.left -= 1
            act = self._choose()
            try:
                await act()
                self._crowd.done[act.__name__.strip("_")] += 1
            except TouchstoneError as refusal:
                self._crowd.refusals[type(refusal).__name__] += 1

    def _choose(self) -> Callable[[], Awaitable[None]]:
        if not self.granted:
            return self._register
        if self._tokens is None:
            return self._resume if self._shut_out else self._sign_in
        return self._chance.choices(
            [
                *(self._sign_in, self._refresh, self._add, self._rename, self._remove),
                *(self._suspend, self._link, self._unlink, self._sign_out),
            ],
            [8, 6, 2, 2, 2, 1, 1, 1, 1],
        )[0]

    async def _finish[T](
        self, finish: Callable[[ServiceHarness, Json], Awaitable[T]], answer: Json
    ) -> T:
        """Sometimes the answer is sent twice, concurrently or later: at most one is accepted."""
        party = self._crowd.party
        if self._chance.random() < 0.2:
            both = [finish(each, answer) for each in self._crowd.parties]
            outcomes = await asyncio.gather(*both, return_exceptions=True)
            won = [each for each in outcomes if not isinstance(each, BaseException)]
            lost = [each for each in outcomes if isinstance(each, BaseException)]
            assert len(won) <= 1, "a challenge was won twice"
            if won:
                return won[0]
            raise lost[0]
        outcome = await finish(party, answer)
        if self._chance.random() < 0.2:
            try:
                await finish(self._crowd.party, answer)
            except (CeremonyNotFound, StorageUnavailable):
                return outcome
            raise AssertionError("a challenge was won twice")
        return outcome

    async def _register(self) -> None:
        key = new_authenticator()
        try:
            options = await self._crowd.party.begin_registration(self.username)
            record = await self._finish(ServiceHarness.finish_registration, key.create(options))
        except TouchstoneError:  # it may have been made in spite of the error
            self._begin_anew()
            raise
        self.granted, self._tokens = {record.id: key}, None

    async def _add(self) -> None:
        assert self._tokens
        key, token = new_authenticator(), self._tokens.access_token
        options = await self._crowd.party.begin_registration(None, token=token)
        record = await self._finish(ServiceHarness.finish_registration, key.create(options))
        self.granted[record.id] = key

    async def _sign_in(self) -> None:
        key = self._chance.choice([*self.granted.values()])
        options = await self._crowd.party.begin_authentication()
        (credential,) = key.credentials
        answer = key.get(options, credential=credential)
        try:
            self._tokens = (await self._finish(ServiceHarness.finish_authentication, answer)).tokens
        except AuthenticationRejected:
            self._shut_out = True
            raise

    async def _refresh(self) -> None:
        assert self._tokens
        try:
            self._tokens = await self._crowd.party.refresh(self._tokens.refresh_token)
        except StorageUnavailable:
            raise
        except TouchstoneError:
            self._tokens = None
            raise

    async def _rename(self) -> None:
        assert self._tokens
        party = self._crowd.party
        own = await holder(party, self._tokens.access_token)
        chosen = self._chance.choice([*self.granted])
        name = f"Key {self._chance.randrange(100)}"
        await party.service.credentials.rename(own, chosen, name=name)

    async def _remove(self) -> None:
        """By an administrator, as one's own sign-in may be too long ago."""
        chosen = self._chance.choice([*self.granted])
        if len(self.granted) > 1:
            del self.granted[chosen]
            party = self._crowd.party
            await party.service.credentials.remove_of(
                await handle_of(party, self.username), chosen, by=ADMINISTRATOR
            )

    async def _suspend(self) -> None:
        await self._set_suspended(suspended=True)

    async def _resume(self) -> None:
        await self._set_suspended(suspended=False)
        self._shut_out = False

    async def _set_suspended(self, *, suspended: bool) -> None:
        party = self._crowd.party
        handle = await handle_of(party, self.username)
        credentials = party.service.credentials
        await credentials.suspend_account(handle, suspended=suspended, by=ADMINISTRATOR)

    async def _link(self) -> None:
        party = self._crowd.party
        handle = await handle_of(party, self.username)
        subject = f"{self.name}-{self._chance.randrange(2)}"
        await party.service.links.add(handle, issuer=PROVIDER, subject=subject, by=ADMINISTRATOR)

    async def _unlink(self) -> None:
        party = self._crowd.party
        handle = await handle_of(party, self.username)
        owner = await party.service.account_lookup.account_of(handle, by=ADMINISTRATOR)
        if owner.links:
            link = self._chance.choice(owner.links)
            await party.service.links.remove_of(handle, link.id, by=ADMINISTRATOR)

    async def _sign_out(self) -> None:
        party = self._crowd.party
        self._tokens = None
        await party.service.sessions.end(await handle_of(party, self.username), by=SERVICE)

    async def lost(self, party: ServiceHarness) -> list[str]:
        """The registered keys that can no longer sign in."""
        if not self.granted:
            return []
        handle = await handle_of(party, self.username)
        await party.service.credentials.suspend_account(handle, suspended=False, by=ADMINISTRATOR)
        lost: list[str] = []
        for key in self.granted.values():
            options = await party.begin_authentication()
            (credential,) = key.credentials
            try:
                await party.finish_authentication(key.get(options, credential=credential))
            except TouchstoneError as refusal:
                lost.append(f"{self.username}: {refusal!r}")
        return lost
