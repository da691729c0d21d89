"""What is measured over HTTP: whole ceremonies, as an honest client takes them."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bench.client import Connection
from tests.authenticator import SigningKey, SoftAuthenticator, generate, keys

RP_ID = "localhost"
ORIGIN = "http://localhost:7071"
"""Where a browser would be. No browser is involved, so the servers may listen anywhere."""


@dataclass(frozen=True, slots=True)
class Person:
    username: str
    key: SigningKey
    """Made beforehand: making it is the authenticator's work, and takes a while."""
    authenticator: SoftAuthenticator


type Ceremony = Callable[[Connection, Person], Awaitable[float]]
"""Returns the seconds that the server took for both requests."""


def new_person() -> Person:
    return Person(
        f"person-{secrets.token_hex(8)}",
        generate(keys.ES256),
        SoftAuthenticator(rp_id=RP_ID, origin=ORIGIN),
    )


async def register(connection: Connection, person: Person) -> float:
    begun = await connection.post("/register/begin", {"username": person.username})
    credential = person.authenticator.create(begun.json["publicKey"], key=person.key)
    finished = await connection.post("/register/finish", {"credential": credential})
    return begun.seconds + finished.seconds


async def sign_in_by_name(connection: Connection, person: Person) -> float:
    return await _sign_in(connection, person, {"username": person.username})


async def sign_in_without_name(connection: Connection, person: Person) -> float:
    return await _sign_in(connection, person, {})


async def _sign_in(connection: Connection, person: Person, asked: dict[str, str]) -> float:
    begun = await connection.post("/authenticate/begin", asked)
    held = person.authenticator.latest
    credential = person.authenticator.get(begun.json["publicKey"], credential=held)
    finished = await connection.post("/authenticate/finish", {"credential": credential})
    return begun.seconds + finished.seconds


async def say_hello_twice(connection: Connection, _person: Person) -> float:
    """The yardstick for the host: as many requests as a ceremony has."""
    return sum([(await connection.get("/hello")).seconds for _ in range(2)])
