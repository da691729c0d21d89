"""A running relying party, and the people who are registered there."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bench import ceremonies
from bench.ceremonies import Ceremony, Person, new_person
from bench.load import Sample, for_each_worker, put_load
from bench.servers import Server

SIGN_IN = "sign-in by name"
REFRESH = "refresh of a session"
CEREMONIES: dict[str, Ceremony] = {
    "registration": ceremonies.register,
    SIGN_IN: ceremonies.sign_in_by_name,
    "sign-in without name": ceremonies.sign_in_without_name,
    # After the sign-ins, which give the same people the sessions for it.
    REFRESH: ceremonies.refresh,
}


@dataclass(frozen=True, slots=True)
class Contestant:
    server: Server
    people: list[Person] = field(default_factory=list)

    async def warm_up(self, *, people: int, ceremonies: int) -> None:
        """Register people, then run every kind of ceremony to warm up caches and compilers."""
        newcomers = _new_people(people)
        await self._load(CEREMONIES["registration"], newcomers, concurrency=1, count=people)
        self.people.extend(newcomers)
        for ceremony in CEREMONIES.values():
            await self.perform(ceremony, concurrency=min(16, people), count=ceremonies)

    async def perform(self, ceremony: Ceremony, *, concurrency: int, count: int) -> Sample:
        people = self.people
        if ceremony is ceremonies.register:
            people = _new_people(for_each_worker(count, concurrency=concurrency) * concurrency)
        return await self._load(ceremony, people, concurrency=concurrency, count=count)

    async def _load(
        self, ceremony: Ceremony, people: Sequence[Person], *, concurrency: int, count: int
    ) -> Sample:
        return await put_load(
            self.server, ceremony, people, concurrency=concurrency, ceremonies=count
        )


def _new_people(count: int) -> list[Person]:
    return [new_person() for _ in range(count)]
