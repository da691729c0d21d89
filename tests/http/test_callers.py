"""Every operation that takes a token also checks that its caller is still valid.

The operations are those of the API description, so a new one is tried here without being listed.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import pytest

from devhost.azurite import Azurite
from shared.accounts.handles import UserHandle
from shared.accounts.roles import Role
from tests.api import Api, Json
from tests.authenticator import base64url
from tests.http.administrators import give_roles, sign_in_as
from tests.http.operations import OWN, call, taking_tokens

ROLES = (
    *(Role.AUTHENTICATORS_ADMIN, Role.CLIENTS_ADMIN, Role.GROUPS_ADMIN),
    *(Role.PROFILES_ADMIN, Role.AUDIT_READ),
)


@dataclass(frozen=True)
class People:
    """Two administrators, and a user on whom they act."""

    api: Api
    tables: str
    first: Json
    second: Json
    alice: Json

    @property
    def token(self) -> str:
        """The first administrator's, who may be made to fall."""
        token: str = self.first["access_token"]
        return token


@pytest.fixture
async def people(api: Api, azurite: Azurite) -> People:
    tables = azurite.connection_string
    return People(
        api=api,
        tables=tables,
        first=await sign_in_as(api, tables, *ROLES),
        second=await sign_in_as(api, tables, *ROLES),
        alice=await sign_in_as(api, tables),
    )


async def _suspend(people: People) -> None:
    path = f"/users/{people.first['user']['id']}/suspend"
    reply = await people.api.send("POST", path, token=people.second["access_token"])
    assert reply.status == 200, reply.raw


async def _end_sessions(people: People) -> None:
    reply = await people.api.send("DELETE", "/sessions", token=people.token)
    assert reply.status == 204, reply.raw


async def _remove_credential(people: People) -> None:
    user, credential = people.first["user"]["id"], people.first["credential"]["id"]
    path = f"/users/{user}/credentials/{credential}"
    reply = await people.api.send("DELETE", path, token=people.second["access_token"])
    assert reply.status == 204, reply.raw


async def _suspend_credential(people: People) -> None:
    user, credential = people.first["user"]["id"], people.first["credential"]["id"]
    path = f"/users/{user}/credentials/{credential}/suspend"
    reply = await people.api.send("POST", path, token=people.second["access_token"])
    assert reply.status == 200, reply.raw


type Fall = Callable[[People], Awaitable[None]]
FALLS: Mapping[str, Fall] = {
    "suspended": _suspend,
    "signed-out-everywhere": _end_sessions,
    "credential-removed": _remove_credential,
    "credential-suspended": _suspend_credential,
}


async def _answers(people: People, operations: set[tuple[str, str]]) -> dict[str, tuple[int, str]]:
    """The status and the problem; an answer that is no problem has only its status."""
    answers = {}
    for method, path in sorted(operations):
        reply = await call(people.api, method, path, whom=people.alice, token=people.token)
        answers[f"{method} {path}"] = reply.status, reply.problem if reply.status > 399 else ""
    return answers


@pytest.mark.parametrize("fall", FALLS.values(), ids=FALLS.keys())
async def test_a_caller_who_is_no_longer_valid_is_refused_by_every_operation(
    people: People, fall: Fall
) -> None:
    await fall(people)
    answers = await _answers(people, taking_tokens(people.api))
    assert answers == dict.fromkeys(answers, (401, "token-invalid"))


async def test_a_removed_role_has_no_effect_immediately(people: People) -> None:
    await give_roles(people.tables, _handle(people.first))
    answers = await _answers(people, taking_tokens(people.api) - OWN)
    assert answers == dict.fromkeys(answers, (403, "not-permitted"))


async def test_a_role_that_is_given_after_the_sign_in_has_effect_immediately(
    people: People, azurite: Azurite
) -> None:
    newcomer = await sign_in_as(people.api, azurite.connection_string)
    path = f"/users/{people.alice['user']['id']}"
    assert (await people.api.get(path, token=newcomer["access_token"])).status == 403
    await give_roles(people.tables, _handle(newcomer), Role.AUTHENTICATORS_ADMIN)
    assert (await people.api.get(path, token=newcomer["access_token"])).status == 200


async def test_a_valid_caller_is_accepted_by_every_operation(people: People) -> None:
    """Otherwise the refusals above could have another cause."""
    last = {("DELETE", "/sessions")}  # it ends the session that the others need
    answers = await _answers(people, taking_tokens(people.api) - last)
    answers |= await _answers(people, last)
    refused = {name: answer for name, answer in answers.items() if answer[0] in (401, 403)}
    assert refused == {}


def _handle(signed_in: Json) -> UserHandle:
    return UserHandle(base64url.decode(signed_in["user"]["id"]))
