"""People who do one kind of request at a time, so that each kind can be measured by itself."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from typing import Any

from bench.ceremonies import Person, new_person, refresh
from bench.client import Connection
from bench.servers import Server

AT_ONCE = 16

type Request = Callable[[Connection, Person], Awaitable[object]]


class Visitors:
    def __init__(self, number: int) -> None:
        self.people = [new_person() for _ in range(number)]
        self._answers: dict[str, dict[str, Any]] = {}
        self.requests: dict[str, Request] = {
            "register/begin": self._begin_registration,
            "register/finish": self._finish_registration,
            "authenticate/begin": self._begin_sign_in,
            "authenticate/finish": self._finish_sign_in,
            "token": refresh,
        }
        """In the order in which a person does them."""

    async def all(self, server: Server, request: Request) -> None:
        """Everybody does it once, so many at a time."""
        shares = [self.people[first::AT_ONCE] for first in range(AT_ONCE)]
        await asyncio.gather(*(self.some(server, request, share) for share in shares))

    async def some(self, server: Server, request: Request, people: Sequence[Person]) -> None:
        async with AsyncExitStack() as stack:
            connection = await stack.enter_async_context(server.connect())
            for person in people:
                await request(connection, person)

    async def _begin_registration(self, connection: Connection, person: Person) -> None:
        asked = {"username": person.username}
        begun = await connection.post("/register/begin", asked, person.headers)
        self._answers[person.username] = person.authenticator.create(
            begun.json["publicKey"], key=person.key
        )

    async def _finish_registration(self, connection: Connection, person: Person) -> None:
        answer = {"credential": self._answers.pop(person.username)}
        await connection.post("/register/finish", answer, person.headers)

    async def _begin_sign_in(self, connection: Connection, person: Person) -> None:
        asked = {"username": person.username}
        begun = await connection.post("/authenticate/begin", asked, person.headers)
        self._answers[person.username] = person.authenticator.get(
            begun.json["publicKey"], credential=person.authenticator.latest
        )

    async def _finish_sign_in(self, connection: Connection, person: Person) -> None:
        answer = {"credential": self._answers.pop(person.username)}
        person.keep_tokens(await connection.post("/authenticate/finish", answer, person.headers))
