"""A running relying party, and the people who are registered there."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench import ceremonies, names
from bench.ceremonies import Ceremony, Person, new_person
from bench.load import Sample, for_each_worker, put_load
from bench.servers import Server

_AT_ONCE = 16
CEREMONIES: dict[str, Ceremony] = {
    names.REGISTRATION: ceremonies.register,
    names.SIGN_IN: ceremonies.sign_in_by_name,
    names.SIGN_IN_WITHOUT_NAME: ceremonies.sign_in_without_name,
    # After the sign-ins, which give the same people the sessions for it.
    names.REFRESH: ceremonies.refresh,
}


@dataclass(frozen=True, slots=True)
class Contestant:
    server: Server
    people: list[Person] = field(default_factory=list)
    crowd: list[Person] = field(default_factory=list)
    """For loads in which each person comes once."""

    async def warm_up(self, *, people: int, count: int) -> None:
        """Register people, then run every kind of ceremony to warm up caches and compilers."""
        newcomers = _new_people(people)
        await self._load(ceremonies.register, newcomers, concurrency=1, count=people)
        self.people.extend(newcomers)
        for ceremony in CEREMONIES.values():
            await self.perform(ceremony, concurrency=min(_AT_ONCE, people), count=count)

    async def perform(self, ceremony: Ceremony, *, concurrency: int, count: int) -> Sample:
        people = self.people
        if ceremony is ceremonies.register:
            people = _new_people(for_each_worker(count, concurrency=concurrency) * concurrency)
        return await self._load(ceremony, people, concurrency=concurrency, count=count)

    async def gather_crowd(self, count: int) -> list[Person]:
        """Register as many people as are missing."""
        if missing := _new_people(count - len(self.crowd)):
            at_once = min(_AT_ONCE, len(missing))
            shares = [missing[first::at_once] for first in range(at_once)]
            await asyncio.gather(*map(self._register, shares))
            self.crowd.extend(missing)
        return self.crowd[:count]

    async def _register(self, people: Sequence[Person]) -> None:
        async with self.server.connect() as connection:
            for person in people:
                await ceremonies.register(connection, person)

    async def _load(
        self, ceremony: Ceremony, people: Sequence[Person], *, concurrency: int, count: int
    ) -> Sample:
        return await put_load(
            self.server, ceremony, people, concurrency=concurrency, ceremonies=count
        )


def _new_people(count: int) -> list[Person]:
    return [new_person() for _ in range(count)]
