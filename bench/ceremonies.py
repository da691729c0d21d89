"""The requests that are measured over HTTP: whole ceremonies, and what a client does after them."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from typing import Any

from bench.client import Connection, Reply
from tests.authenticator import SigningKey, SoftAuthenticator, generate, keys
from tests.dpop import ClientKey

RP_ID = "localhost"
ORIGIN = "http://localhost:7071"
"""The origin of the page. There is no browser, so the servers may listen anywhere."""
_CLIENT_KEY = ClientKey()
_PRIVATE_NETWORK = int(IPv4Address("10.0.0.0"))
_PRIVATE_ADDRESSES = 2**24


@dataclass(slots=True)
class Person:
    username: str
    address: IPv4Address
    """Each person has their own, as limits count by address."""
    key: SigningKey
    """Made beforehand, as making a key is slow and is the authenticator's work."""
    authenticator: SoftAuthenticator
    access_token: str = ""
    refresh_token: str = ""
    """From the latest sign-in or refresh. A refresh token can be used only once."""
    page_headers: dict[str, str] = field(default_factory=dict)
    """What the page sends, since the latest sign-in there."""
    client_token: str = ""
    """From the latest code flow: the access token that a client has."""

    @property
    def headers(self) -> dict[str, str]:
        """The header that the front end of Azure Functions adds, with the port."""
        return {"X-Forwarded-For": f"{self.address}:50000"}

    def keep_tokens(self, reply: Reply) -> None:
        answer = reply.json
        self.access_token, self.refresh_token = answer["access_token"], answer["refresh_token"]


@dataclass(frozen=True, slots=True)
class CeremonyAnswer:
    """The authenticator's answer to a begin, to be sent to its finish."""

    answer: dict[str, Any]
    seconds: float


type Ceremony = Callable[[Connection, Person], Awaitable[float]]
"""Returns the seconds that the server took for all requests."""


def new_person(username: str | None = None) -> Person:
    return Person(
        username or f"person-{secrets.token_hex(8)}",
        IPv4Address(_PRIVATE_NETWORK + secrets.randbelow(_PRIVATE_ADDRESSES)),
        generate(keys.ES256),
        SoftAuthenticator(rp_id=RP_ID, origin=ORIGIN),
    )


async def register(connection: Connection, person: Person) -> float:
    begun = await begin_registration(connection, person)
    return begun.seconds + await finish_registration(connection, person, begun)


async def begin_registration(connection: Connection, person: Person) -> CeremonyAnswer:
    asked = {"username": person.username}
    reply = await connection.post("/register/begin", asked, person.headers)
    credential = person.authenticator.create(reply.json["publicKey"], key=person.key)
    return CeremonyAnswer({"credential": credential}, reply.seconds)


async def finish_registration(
    connection: Connection, person: Person, begun: CeremonyAnswer
) -> float:
    return (await connection.post("/register/finish", begun.answer, person.headers)).seconds


async def sign_in_by_name(connection: Connection, person: Person) -> float:
    begun = await begin_sign_in(connection, person)
    return begun.seconds + await finish_sign_in(connection, person, begun)


async def sign_in_without_name(connection: Connection, person: Person) -> float:
    begun = await begin_sign_in(connection, person, by_name=False)
    return begun.seconds + await finish_sign_in(connection, person, begun)


async def begin_sign_in(
    connection: Connection, person: Person, *, by_name: bool = True
) -> CeremonyAnswer:
    asked = {"username": person.username} if by_name else {}
    reply = await connection.post("/authenticate/begin", asked, person.headers)
    held = person.authenticator.latest
    credential = person.authenticator.get(reply.json["publicKey"], credential=held)
    return CeremonyAnswer({"credential": credential}, reply.seconds)


async def finish_sign_in(connection: Connection, person: Person, begun: CeremonyAnswer) -> float:
    path = "/authenticate/finish"
    answer = begun.answer | {"scope": "account"}
    finished = await connection.post(path, answer, person.headers | prove("POST", path))
    person.keep_tokens(finished)
    return finished.seconds


async def refresh(connection: Connection, person: Person) -> float:
    """For a person who has signed in."""
    form = {
        "grant_type": "refresh_token",
        "refresh_token": person.refresh_token,
        "scope": "account",
    }
    sent = person.headers | prove("POST", "/token")
    refreshed = await connection.post_form("/token", form, sent)
    person.keep_tokens(refreshed)
    return refreshed.seconds


async def show_account(connection: Connection, person: Person) -> float:
    """For a person who has just refreshed: access tokens expire after a few rounds."""
    return (await connection.get("/me", own_headers(person, "GET", "/me"))).seconds


def own_headers(person: Person, method: str, path: str) -> dict[str, str]:
    """For a request with the person's latest access token."""
    token = person.access_token
    proof = prove(method, path, token=token)
    return person.headers | {"Authorization": f"DPoP {token}"} | proof


def prove(method: str, path: str, *, token: str | None = None) -> dict[str, str]:
    """A client that manages accounts binds its tokens to a key (DPoP)."""
    return {"DPoP": _CLIENT_KEY.prove(method, ORIGIN + path, token=token)}


async def say_hello(connection: Connection, _person: Person) -> float:
    """The yardstick for the host, for one request."""
    return (await connection.get("/hello")).seconds


async def say_hello_twice(connection: Connection, person: Person) -> float:
    """As many requests as a ceremony has."""
    return sum([await say_hello(connection, person) for _ in range(2)])
