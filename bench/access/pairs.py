"""The requests that are measured: of somebody who asks, and of somebody who approves it.

Each step is measured alone, for all pairs, before the next one. What a step leaves for a later one
waits in the pair.
"""

from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from bench import names
from bench.access.profiles import APPROVED, AT_ONCE, DATABASE, approver, asker
from bench.ceremonies import (
    Person,
    new_person,
    own_headers,
    prove,
    refresh,
    register,
    sign_in_by_name,
)
from bench.client import Connection
from shared.access.exchange.request import TokenType
from shared.openid.clients.client import Grant
from tests.access.certificates.requests import csr
from tests.authenticator import Credential


@dataclass(slots=True)
class Pair:
    asker: Person
    approver: Person
    tokens: deque[str] = field(default_factory=deque)
    """Of the asker. Each is exchanged once."""
    asked: deque[str] = field(default_factory=deque)
    """IDs of approvals."""
    begun: deque[tuple[str, dict[str, Any]]] = field(default_factory=deque)
    """With the answer of the authenticator."""
    approved: deque[str] = field(default_factory=deque)
    codes: deque[str] = field(default_factory=deque)
    csr: str = field(default_factory=csr)
    """Of the asker. Its key is made beforehand, as that is the work of a client."""


type Step = Callable[[Connection, Pair], Awaitable[float]]
"""Returns the seconds that the server took."""


def new_pair(number: int) -> Pair:
    return Pair(new_person(asker(number)), new_person(approver(number)))


async def register_both(connection: Connection, pair: Pair) -> float:
    return sum([await register(connection, each) for each in (pair.asker, pair.approver)])


async def sign_in_asker(connection: Connection, pair: Pair) -> float:
    return await sign_in_by_name(connection, pair.asker)


async def sign_in_approver(connection: Connection, pair: Pair) -> float:
    return await sign_in_by_name(connection, pair.approver)


async def get_token(connection: Connection, pair: Pair) -> float:
    seconds = await refresh(connection, pair.asker)
    pair.tokens.append(pair.asker.access_token)
    return seconds


async def exchange_token(connection: Connection, pair: Pair) -> float:
    token = pair.tokens.popleft()
    return await _exchange(connection, pair, AT_ONCE, token, TokenType.ACCESS_TOKEN)


async def get_certificate(connection: Connection, pair: Pair) -> float:
    path, asked = "/certificates", {"profile": DATABASE, "csr": pair.csr}
    return (await connection.post(path, asked, own_headers(pair.asker, "POST", path))).seconds


async def ask(connection: Connection, pair: Pair) -> float:
    path, asked = "/approvals", {"profile": APPROVED, "reason": "the month's report"}
    reply = await connection.post(path, asked, own_headers(pair.asker, "POST", path))
    pair.asked.append(reply.json["id"])
    return reply.seconds


async def begin(connection: Connection, pair: Pair) -> float:
    person, approval = pair.approver, pair.asked.popleft()
    path = f"/approvals/{approval}/begin"
    reply = await connection.post(path, {}, own_headers(person, "POST", path))
    held: Credential = person.authenticator.latest
    credential = person.authenticator.get(reply.json["publicKey"], credential=held)
    pair.begun.append((approval, {"credential": credential}))
    return reply.seconds


async def finish(connection: Connection, pair: Pair) -> float:
    approval, answer = pair.begun.popleft()
    path = f"/approvals/{approval}/finish"
    reply = await connection.post(path, answer, own_headers(pair.approver, "POST", path))
    pair.approved.append(approval)
    return reply.seconds


async def look(connection: Connection, pair: Pair) -> float:
    """Who asked gets the code."""
    path = f"/approvals/{pair.approved.popleft()}"
    reply = await connection.get(path, own_headers(pair.asker, "GET", path))
    pair.codes.append(reply.json["code"])
    return reply.seconds


async def exchange_code(connection: Connection, pair: Pair) -> float:
    return await _exchange(
        connection, pair, APPROVED, pair.codes.popleft(), TokenType.APPROVAL_CODE
    )


async def _exchange(
    connection: Connection, pair: Pair, profile: str, subject: str, kind: TokenType
) -> float:
    form = {
        "grant_type": Grant.TOKEN_EXCHANGE,
        "subject_token": subject,
        "subject_token_type": kind,
        "audience": profile,
    }
    sent = pair.asker.headers | prove("POST", "/token")
    return (await connection.post_form("/token", form, sent)).seconds


STEPS: dict[str, Step] = {
    names.TOKEN_EXCHANGED: exchange_token,
    names.CERTIFICATE_ISSUED: get_certificate,
    names.APPROVAL_ASKED: ask,
    names.APPROVAL_BEGUN: begin,
    names.APPROVAL_GIVEN: finish,
    names.APPROVAL_SHOWN: look,
    names.APPROVAL_EXCHANGED: exchange_code,
}
"""In the order in which they have to come."""
