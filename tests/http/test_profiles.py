"""Access profiles over HTTP: how administrators make and change them."""

import json
from secrets import token_hex

import pytest

from devhost.azurite import Azurite
from shared.access.profiles.published_schema import published_schema
from shared.accounts.roles import Role
from tests.access.profiles.documents import FIXED, Json, sql, window
from tests.api import Api, Reply
from tests.http.administrators import sign_in_as


@pytest.fixture
async def token(api: Api, azurite: Azurite) -> str:
    signed_in = await sign_in_as(api, azurite.connection_string, Role.PROFILES_ADMIN)
    token: str = signed_in["access_token"]
    return token


async def test_a_profile_from_its_making_to_its_end(api: Api, token: str) -> None:
    # Tests share one store.
    name = f"p-{token_hex(8)}"
    path = f"/profiles/{name}"
    made = await api.post("/profiles", sql(name=name), token=token)
    assert (made.status, made.headers["Location"]) == (201, path)
    assert made.json["fromSettings"] is False
    assert made.json["profile"]["lifetimeSeconds"] == 300
    assert made.json in (await api.get("/profiles", token=token)).json["profiles"]
    read = await api.get(path, token=token)
    assert (read.json, read.headers["ETag"]) == (made.json, made.headers["ETag"])
    again = await api.post("/profiles", sql(name=name), token=token)
    assert (again.status, again.problem) == (409, "profile-exists")

    async def put(document: Json, etag: str | None) -> Reply:
        headers = {} if etag is None else {"If-Match": etag}
        return await api.send("PUT", path, json=document, headers=headers, token=token)

    assert (await put(sql(name=name), None)).problem == "version-required"
    changed = await put(sql(name=name, title="New"), made.headers["ETag"])
    assert (changed.status, changed.json["profile"]["title"]) == (200, "New")
    late = await put(sql(name=name, title="Other"), made.headers["ETag"])
    assert (late.status, late.problem) == (412, "profile-changed")
    renamed = await put(sql(name="other"), changed.headers["ETag"])
    assert (renamed.status, renamed.problem) == (400, "malformed-request")
    headers = {"If-Match": changed.headers["ETag"]}
    assert (await api.send("DELETE", path, headers=headers, token=token)).status == 204
    assert (await api.get(path, token=token)).status == 404


@pytest.mark.parametrize(
    ("members", "detail"),
    [
        ({"name": "Canary"}, "name does not match"),
        ({"windows": [window(timeZone="Canary/X")]}, "windows[0].timeZone must be a name"),
        ({"parameters": {"tenant": "canary"}}, "parameters."),
        ({"\ud800anary": 1}, "has a character that is none"),
    ],
)
async def test_a_refusal_names_the_path_and_not_the_value(
    api: Api, token: str, members: Json, detail: str
) -> None:
    reply = await api.post("/profiles", sql(**members), token=token)
    assert (reply.status, reply.problem) == (400, "malformed-request")
    assert reply.json["detail"].startswith(detail)
    assert b"anary" not in reply.raw


@pytest.mark.parametrize("name", ["!set", "~event:x", "A", "a" * 64, "%00"])
async def test_what_is_no_name_is_not_found(api: Api, token: str, name: str) -> None:
    assert (await api.get(f"/profiles/{name}", token=token)).status == 404


async def test_the_schema_is_published(api: Api) -> None:
    reply = await api.get("/schemas/access-profile")
    assert (reply.status, reply.headers["Content-Type"]) == (200, "application/schema+json")
    assert reply.json == json.loads(published_schema())


async def test_people_see_what_to_ask_for_and_administrators_see_why(
    api: Api, azurite: Azurite, token: str
) -> None:
    signed_in = await sign_in_as(api, azurite.connection_string, Role.AUDIT_READ)
    person = signed_in["access_token"]
    (offered,) = (await api.get("/access", token=person)).json["access"]
    assert offered == {
        "profile": "fixed",
        "title": "Orders",
        "kind": "custom",
        "needsApproval": True,
        "approvers": 0,
        "boundGesture": False,
        "reasonRequired": True,
        "lifetimeSeconds": 300,
        "schema": FIXED["parameters"]["schema"],
        # The gesture for the action follows, and may be made with another credential.
        "ready": True,
        "unmet": [],
    }
    username = signed_in["user"]["username"]
    path = "/profiles/fixed/explain"
    explained = await api.get(f"{path}?username={username}", token=token)
    assert (explained.status, explained.json["may"]) == (200, False)
    assert explained.json["reasons"][0] == {
        "check": "listed",
        "met": True,
        "detail": "Has the role Audit.Read.",
    }
    missing = await api.get(path, token=token)
    assert (missing.status, missing.problem) == (400, "malformed-request")
    refused = await api.get(f"{path}?username={username}", token=person)
    assert (refused.status, refused.problem) == (403, "not-permitted")
    unchanged = await api.send("DELETE", "/profiles/fixed", headers={"If-Match": "*"}, token=token)
    assert (unchanged.status, unchanged.problem) == (409, "profile-from-settings")
