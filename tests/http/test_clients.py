"""Clients of the OpenID provider over HTTP: how administrators make and change them."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

import pytest

from devhost.azurite import Azurite
from shared.accounts.roles import Role
from tests.api import Api, Json, Reply
from tests.http.administrators import sign_in_as
from tests.openid.clients.documents import web


@pytest.fixture
async def token(api: Api, azurite: Azurite) -> str:
    signed_in = await sign_in_as(api, azurite.connection_string, Role.CLIENTS_ADMIN)
    token: str = signed_in["access_token"]
    return token


@pytest.fixture
async def made(api: Api, token: str) -> Reply:
    """Tests share one store, so the service gives the ID."""
    reply = await api.post("/clients", web(), token=token)
    assert reply.status == 201, reply.raw
    return reply


def path_of(made: Reply) -> str:
    return f"/clients/{made.json['client']['id']}"


async def put(api: Api, made: Reply, document: Json, *, token: str, etag: str | None) -> Reply:
    headers = {} if etag is None else {"If-Match": etag}
    return await api.send("PUT", path_of(made), json=document, headers=headers, token=token)


async def test_a_client_is_read_as_it_was_made(api: Api, token: str, made: Reply) -> None:
    assert made.json == {
        "client": {
            **web(),
            "id": made.json["client"]["id"],
            "postLogoutRedirectUris": [],
            "grants": ["authorization_code"],
            "scopes": ["openid"],
            "resources": [],
            "firstParty": False,
            "boundTokens": False,
        },
        "fromSettings": False,
        "secrets": [],
    }
    assert made.headers["Location"] == path_of(made)
    read = await api.get(path_of(made), token=token)
    assert (read.status, read.json) == (200, made.json)
    assert read.headers["ETag"] == made.headers["ETag"]
    assert made.json in (await api.get("/clients", token=token)).json["clients"]


async def test_two_administrators_do_not_overwrite_each_other(
    api: Api, token: str, made: Reply
) -> None:
    document = made.json["client"]
    before = made.headers["ETag"]
    changed = await put(api, made, document | {"name": "One"}, token=token, etag=before)
    assert changed.status == 200
    refused = await put(api, made, document | {"acr": "phr"}, token=token, etag=before)
    assert (refused.status, refused.problem) == (412, "client-changed")
    again = await put(
        api,
        made,
        changed.json["client"] | {"acr": "phr"},
        token=token,
        etag=changed.headers["ETag"],
    )
    assert (again.json["client"]["name"], again.json["client"]["acr"]) == ("One", "phr")
    assert len({each.headers["ETag"] for each in (made, changed, again)}) == 3


@pytest.mark.parametrize(
    ("etag", "status", "problem"),
    [
        (None, 428, "version-required"),
        ("", 428, "version-required"),
        ('"other"', 412, "client-changed"),
        ('"other", "another"', 412, "client-changed"),
        ("other", 400, "malformed-request"),
        ('*, "other"', 400, "malformed-request"),
    ],
)
async def test_a_change_names_the_version(
    api: Api, token: str, made: Reply, etag: str | None, status: int, problem: str
) -> None:
    reply = await put(api, made, web(), token=token, etag=etag)
    assert (reply.status, reply.problem) == (status, problem)
    headers = {} if etag is None else {"If-Match": etag}
    reply = await api.send("DELETE", path_of(made), headers=headers, token=token)
    assert (reply.status, reply.problem) == (status, problem)
    assert (await api.get(path_of(made), token=token)).json == made.json


async def test_a_weak_tag_matches_nothing(api: Api, token: str, made: Reply) -> None:
    weak = f"W/{made.headers['ETag']}"
    assert (await put(api, made, web(), token=token, etag=weak)).status == 412
    either = f'{weak}, "other", {made.headers["ETag"]}'
    assert (await put(api, made, web(), token=token, etag=either)).status == 200
    assert (await put(api, made, web(), token=token, etag="*")).status == 200


async def test_a_secret_is_shown_once(api: Api, token: str, made: Reply) -> None:
    path = f"{path_of(made)}/secrets"
    shown = (await api.post(path, {"lifetimeDays": 30}, token=token)).json
    assert re.fullmatch(r"tss_[A-Za-z0-9_-]{43}", shown["secret"])
    life = datetime.fromisoformat(shown["expiresAt"]) - datetime.fromisoformat(shown["createdAt"])
    assert life == timedelta(days=30)
    read = await api.get(path_of(made), token=token)
    assert shown["secret"].encode() not in read.raw
    (listed,) = read.json["secrets"]
    assert listed == {name: shown[name] for name in ("id", "createdAt", "expiresAt")}
    assert read.headers["ETag"] != made.headers["ETag"]
    assert (await api.post(path, {}, token=token)).status == 201
    full = await api.post(path, {}, token=token)
    assert (full.status, full.problem) == (409, "secret-limit-reached")
    removed = await api.send("DELETE", f"{path}/{shown['id']}", token=token)
    assert removed.status == 204
    assert (await api.send("DELETE", f"{path}/{shown['id']}", token=token)).status == 404


REFUSED: Mapping[str, tuple[dict[str, Any], str]] = {
    "unknown member": ({"redirect_uris": []}, "Only these members are known here"),
    "redirect URI": ({"redirectUris": ["javascript:canary"]}, "redirectUris[0] must begin"),
    "address as an ID": ({"id": "https://canary.example"}, "id must be"),
    "ID of a path": ({"id": "../canary"}, "id must be"),
    "secret of one's own": ({"secrets": [{"sha256": "canary"}]}, "Only these members"),
    "private key": (
        {
            "authentication": {
                "method": "privateKey",
                "jwks": {"keys": [{"kty": "RSA", "n": "AQAB", "e": "AQAB", "d": "canary"}]},
            }
        },
        "authentication.jwks.keys[0].d is of a private key",
    ),
    "an hour": ({"tokenLifetimeSeconds": 3600}, "tokenLifetimeSeconds must be"),
}


@pytest.mark.parametrize(("members", "detail"), REFUSED.values(), ids=REFUSED.keys())
async def test_a_refusal_names_the_member_and_not_the_value(
    api: Api, token: str, members: dict[str, Any], detail: str
) -> None:
    reply = await api.post("/clients", web(**members), token=token)
    assert (reply.status, reply.problem) == (400, "malformed-request")
    assert reply.json["detail"].startswith(detail)
    assert b"canary" not in reply.raw


async def test_our_own_address_is_no_resource(api: Api, token: str) -> None:
    reply = await api.post("/clients", web(resources=[api.issuer]), token=token)
    assert (reply.status, reply.problem) == (400, "malformed-request")


async def test_an_id_is_taken_once_and_stays(api: Api, token: str) -> None:
    chosen = f"Orders_{token_hex(8)}.test"
    made = await api.post("/clients", web(id=chosen), token=token)
    assert made.headers["Location"] == f"/clients/{chosen}"
    again = await api.post("/clients", web(id=chosen), token=token)
    assert (again.status, again.problem) == (409, "client-exists")
    reply = await put(api, made, web(id="other"), token=token, etag="*")
    assert (reply.status, reply.problem) == (400, "malformed-request")
    removed = await api.send(
        "DELETE", path_of(made), headers={"If-Match": made.headers["ETag"]}, token=token
    )
    assert removed.status == 204
    assert (await api.get(path_of(made), token=token)).status == 404
    assert (await put(api, made, web(), token=token, etag="*")).status == 404


@pytest.mark.parametrize("client_id", ["~event:x", "-a", "a" * 65, "a b", "%00"])
async def test_what_is_no_id_is_not_found(api: Api, token: str, client_id: str) -> None:
    assert (await api.get(f"/clients/{client_id}", token=token)).status == 404


async def test_clients_without_secrets_get_none(api: Api, token: str) -> None:
    public = web(authentication={"method": "none"})
    made = await api.post("/clients", public, token=token)
    reply = await api.post(f"{path_of(made)}/secrets", {}, token=token)
    assert (reply.status, reply.problem) == (409, "client-without-secrets")
