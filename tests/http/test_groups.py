"""Groups over HTTP: how administrators make them, and put accounts into them."""

import pytest

from devhost.azurite import Azurite
from shared.accounts.roles import Role
from tests.api import Api, Json, new_username
from tests.http.administrators import sign_in_as


@pytest.fixture
async def token(api: Api, azurite: Azurite) -> str:
    roles = (Role.GROUPS_ADMIN, Role.AUTHENTICATORS_ADMIN)
    token: str = (await sign_in_as(api, azurite.connection_string, *roles))["access_token"]
    return token


@pytest.fixture
async def alice(api: Api, azurite: Azurite) -> Json:
    user: Json = (await sign_in_as(api, azurite.connection_string))["user"]
    return user


async def test_a_group_from_its_making_to_its_removal(api: Api, token: str, alice: Json) -> None:
    name = new_username()
    made = await api.post("/groups", {"name": name, "description": "DBAs"}, token=token)
    assert (made.status, made.headers["Location"]) == (201, f"/groups/{name}")
    path, member = f"/groups/{name}", f"/groups/{name}/members/{alice['id']}"
    assert made.json["group"] in (await api.get("/groups", token=token)).json["groups"]
    for _ in range(2):
        assert (await api.send("PUT", member, token=token)).status == 204
    shown = await api.get(path, token=token)
    assert shown.json == {**made.json, "members": [alice], "next": None}
    user = await api.get(f"/users/{alice['id']}", token=token)
    assert user.json["groups"] == [name]
    refused = await api.send("DELETE", path, token=token)
    assert (refused.status, refused.problem) == (409, "group-has-members")
    for _ in range(2):
        assert (await api.send("DELETE", member, token=token)).status == 204
    assert (await api.send("DELETE", path, token=token)).status == 204
    assert (await api.get(path, token=token)).status == 404


async def test_nobody_adds_the_own_account(api: Api, token: str) -> None:
    name = new_username()
    await api.post("/groups", {"name": name}, token=token)
    me = (await api.get("/me", token=token)).json["user"]
    reply = await api.send("PUT", f"/groups/{name}/members/{me['id']}", token=token)
    assert (reply.status, reply.problem) == (403, "own-membership")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": "a:b"},
        {"name": "é"},
        {"name": "x" * 65},
        {"name": "a", "description": "x" * 201},
        {"name": "a", "more": 1},
    ],
)
async def test_a_group_that_is_not_one_is_refused(api: Api, token: str, body: Json) -> None:
    reply = await api.post("/groups", body, token=token)
    assert (reply.status, reply.problem) == (400, "malformed-request")
