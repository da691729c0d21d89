"""In a request, null means that an optional member is absent, at every endpoint.

Clients that NSwag generates write null for each member that was not set.
"""

from collections.abc import Awaitable, Callable, Iterator
from secrets import token_hex
from typing import Any

import pytest

from devhost.azurite import Azurite
from shared.accounts.roles import Role
from shared.blueprints.openapi import read_description
from tests.access.certificates.requests import csr
from tests.access.profiles.documents import sql
from tests.api import Api, Json, new_username
from tests.authenticator import SoftAuthenticator
from tests.http.administrators import sign_in_as
from tests.http.described_schemas import contents_of, inner_schemas, operations_of, resolved
from tests.http.forms import post_form
from tests.http.test_operators import MADE_UP
from tests.openid.clients.documents import web

type Honest = Callable[[Caller], Awaitable[tuple[Json, str | None]]]

DESCRIPTION = read_description()
SCHEMAS = {
    operation.name: schema
    for operation in operations_of(DESCRIPTION)
    for media_type, schema in contents_of(operation.details.get("requestBody", {})).items()
    if media_type == "application/json"
}


class Caller:
    def __init__(self, api: Api, key: SoftAuthenticator, connection_string: str) -> None:
        self.api, self.key, self._connection_string = api, key, connection_string
        self.id = ""
        """Of what the request is about, if its path names that."""

    async def registered(self) -> str:
        username = new_username()
        await self.api.register(self.key, username)
        return username

    async def administrator(self, role: Role = Role.AUTHENTICATORS_ADMIN) -> str:
        """A token."""
        signed_in = await sign_in_as(self.api, self._connection_string, role)
        token: str = signed_in["access_token"]
        return token


@pytest.fixture
def caller(api: Api, authenticator: SoftAuthenticator, azurite: Azurite) -> Caller:
    return Caller(api, authenticator, azurite.connection_string)


async def _issue_access_pass(caller: Caller) -> tuple[Json, str | None]:
    return {"username": new_username()}, await caller.administrator()


async def _begin_sign_in(_: Caller) -> tuple[Json, str | None]:
    return {}, None


async def _finish_sign_in(caller: Caller) -> tuple[Json, str | None]:
    options = await caller.api.begin_authentication(await caller.registered())
    return {"credential": caller.key.get(options)}, None


async def _begin_registration(_: Caller) -> tuple[Json, str | None]:
    return {"username": new_username()}, None


async def _finish_registration(caller: Caller) -> tuple[Json, str | None]:
    options = await caller.api.begin_registration(new_username())
    return {"credential": caller.key.create(options)}, None


async def _begin_for_entra(_: Caller) -> tuple[Json, str | None]:
    return {"request": "AQID"}, None


async def _finish_for_entra(caller: Caller) -> tuple[Json, str | None]:
    finished, _ = await _finish_sign_in(caller)
    return {"request": "AQID", **finished}, None


async def _make_client(caller: Caller) -> tuple[Json, str | None]:
    return web(), await caller.administrator(Role.CLIENTS_ADMIN)


async def _make_group(caller: Caller) -> tuple[Json, str | None]:
    return {"name": new_username()}, await caller.administrator(Role.GROUPS_ADMIN)


async def _change_client(caller: Caller) -> tuple[Json, str | None]:
    body, token = await _make_client(caller)
    made = await caller.api.post("/clients", body, token=token)
    caller.id = made.json["client"]["id"]
    return body, token


async def _add_secret(caller: Caller) -> tuple[Json, str | None]:
    _, token = await _change_client(caller)
    return {}, token


async def _make_profile(caller: Caller) -> tuple[Json, str | None]:
    return sql(name=f"p-{token_hex(8)}"), await caller.administrator(Role.PROFILES_ADMIN)


async def _change_profile(caller: Caller) -> tuple[Json, str | None]:
    body, token = await _make_profile(caller)
    made = await caller.api.post("/profiles", body, token=token)
    caller.id = made.json["profile"]["name"]
    return body, token


async def _continue_authorization(_: Caller) -> tuple[Json, str | None]:
    return {"request": "made up"}, None


async def _continue_logout(_: Caller) -> tuple[Json, str | None]:
    return {}, None


async def _type_code(_: Caller) -> tuple[Json, str | None]:
    return {"userCode": "BCDFGHJK"}, None


async def _approve_device(caller: Caller) -> tuple[Json, str | None]:
    finished, _ = await _finish_sign_in(caller)
    return {"request": "AQID", **finished}, None


async def _read_rows(_: Caller) -> tuple[Json, str | None]:
    return {"table": "Accounts"}, MADE_UP


async def _finish_approval(caller: Caller) -> tuple[Json, str | None]:
    sent, token = await _refuse_approval(caller)
    options = await caller.api.begin_authentication()
    return sent | {"credential": caller.key.get(options)}, token


async def _refuse_approval(caller: Caller) -> tuple[Json, str | None]:
    await caller.registered()
    caller.id = "0191d9e2-7b3c-7000-8000-000000000001"
    return {}, (await caller.api.sign_in(caller.key))["access_token"]


async def _ask_certificate(caller: Caller) -> tuple[Json, str | None]:
    _, token = await _refuse_approval(caller)
    return {"profile": "none", "csr": csr()}, token


HONEST: dict[str, tuple[Honest, int]] = {
    "POST /access-passes": (_issue_access_pass, 201),
    "POST /authenticate/begin": (_begin_sign_in, 200),
    "POST /authenticate/finish": (_finish_sign_in, 200),
    "POST /register/begin": (_begin_registration, 200),
    "POST /register/finish": (_finish_registration, 201),
    # The body is read before the sealed request, which only Entra's form brings.
    "POST /entra/begin": (_begin_for_entra, 404),
    "POST /entra/finish": (_finish_for_entra, 404),
    "POST /groups": (_make_group, 201),
    "POST /clients": (_make_client, 201),
    "PUT /clients/{id}": (_change_client, 200),
    "POST /clients/{id}/secrets": (_add_secret, 201),
    # There is no such approval; the body is read before that is asked.
    "POST /approvals/{id}/finish": (_finish_approval, 404),
    "POST /approvals/{id}/refuse": (_refuse_approval, 404),
    # This host issues none; the body is read before that is asked.
    "POST /certificates": (_ask_certificate, 404),
    "POST /profiles": (_make_profile, 201),
    "PUT /profiles/{name}": (_change_profile, 200),
    # Only our own page may ask.
    "POST /authorize/step": (_continue_authorization, 403),
    "POST /logout/step": (_continue_logout, 403),
    "POST /device/begin": (_type_code, 403),
    "POST /device/approve": (_approve_device, 403),
    # The body is read before the token, which only a host with a vault accepts.
    "POST /operator/export/rows": (_read_rows, 401),
}
"""A body with what is needed and the token for it, and the status of the answer."""


OF_A_KIND = ("tenant", "clientId")
"""Optional in the description, as each kind of profile has its own parameters."""


def _optional(schema: Json) -> Iterator[str]:
    whole = resolved(DESCRIPTION, schema)
    for name, inner in whole.get("properties", {}).items():
        if name in whole.get("required", []):
            yield from _optional(inner)
        else:
            yield name


def _with_nulls(schema: Json, sent: Json, *, keep: bool = False) -> Json:
    """Null for each optional member of the body and of the objects that it needs."""
    whole = resolved(DESCRIPTION, schema)
    result: dict[str, Any] = {}
    for name, inner in inner_schemas(whole).items():
        if name in whole.get("required", []):
            value = sent[name]
            result[name] = _with_nulls(inner, value) if isinstance(value, dict) else value
        else:
            result[name] = sent.get(name) if keep or name in OF_A_KIND else None
    return result


def _has_null(sent: Json) -> bool:
    inner = (value for value in sent.values() if isinstance(value, dict))
    return None in sent.values() or any(map(_has_null, inner))


def test_every_operation_with_optional_members_is_tried() -> None:
    assert {name for name, schema in SCHEMAS.items() if any(_optional(schema))} == HONEST.keys()


@pytest.mark.parametrize("operation", HONEST)
async def test_null_means_that_the_member_is_absent(caller: Caller, operation: str) -> None:
    prepare, status = HONEST[operation]
    body, token = await prepare(caller)
    method, path = operation.split()
    sent = _with_nulls(SCHEMAS[operation], body, keep=True)
    assert _has_null(sent)
    path, headers = (
        path.format(id=caller.id, name=caller.id),
        {"If-Match": "*"} if method == "PUT" else {},
    )
    reply = await caller.api.send(method, path, json=sent, headers=headers, token=token)
    assert reply.status == status, (sent, reply.raw)


async def test_a_pass_whose_kind_is_null_is_of_the_kind_that_is_set(
    caller: Caller, verified_api: Api
) -> None:
    token = await caller.administrator()
    for body in ({}, {"oneTime": None}):
        sent = {"username": new_username(), **body}
        issued = await verified_api.post("/access-passes", sent, token=token)
        assert issued.json["oneTime"], body


async def test_an_empty_value_in_a_form_is_absent(caller: Caller) -> None:
    await caller.registered()
    signed_in = await caller.api.sign_in(caller.key)
    form = {"grant_type": "refresh_token", "refresh_token": signed_in["refresh_token"], "scope": ""}
    headers = caller.api.proof("POST", "/token")
    reply = await post_form(caller.api, "/token", form, headers=headers)
    assert (reply.status, reply.json["scope"]) == (200, "api")
