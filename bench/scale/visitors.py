"""People who do one kind of request at a time, so that each kind is measured alone."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from bench.ceremonies import (
    CeremonyAnswer,
    Person,
    begin_registration,
    begin_sign_in,
    finish_registration,
    finish_sign_in,
    new_person,
    refresh,
)
from bench.client import Connection
from bench.servers import Server

AT_ONCE = 16

type Request = Callable[[Connection, Person], Awaitable[object]]


class Visitors:
    def __init__(self, number: int) -> None:
        self.people = [new_person() for _ in range(number)]
        self._begun: dict[str, CeremonyAnswer] = {}
        self.requests: dict[str, Request] = {
            "register/begin": self._begin_registration,
            "register/finish": self._finish_registration,
            "authenticate/begin": self._begin_sign_in,
            "authenticate/finish": self._finish_sign_in,
            "token": refresh,
        }
        """In the order in which a person makes them."""

    async def all(self, server: Server, request: Request) -> None:
        """Make everybody's request once, with limited concurrency."""
        shares = [self.people[first::AT_ONCE] for first in range(AT_ONCE)]
        await asyncio.gather(*(self._some(server, request, share) for share in shares))

    async def _some(self, server: Server, request: Request, people: Sequence[Person]) -> None:
        async with server.connect() as connection:
            for person in people:
                await request(connection, person)

    async def _begin_registration(self, connection: Connection, person: Person) -> None:
        self._begun[person.username] = await begin_registration(connection, person)

    async def _finish_registration(self, connection: Connection, person: Person) -> None:
        await finish_registration(connection, person, self._begun.pop(person.username))

    async def _begin_sign_in(self, connection: Connection, person: Person) -> None:
        self._begun[person.username] = await begin_sign_in(connection, person)

    async def _finish_sign_in(self, connection: Connection, person: Person) -> None:
        await finish_sign_in(connection, person, self._begun.pop(person.username))
