"""/users: other people's accounts and credentials, over HTTP, for administrators alone."""

from urllib.parse import quote

import pytest

from devhost.azurite import Azurite
from shared.accounts.roles import Role
from tests.api import Api, Json, new_username
from tests.authenticator import SoftAuthenticator, base64url
from tests.http.administrators import new_key, sign_in_as

HARD_NAMES = [
    "a/b",
    "/",
    "..",
    "../../x",
    "p%2Fq1",
    "p/q1",
    "p%252Fq1",
    "100%",
    "a%b",
    "100%25",
    "a%62c",
    "a+b",
    "a?b#c",
    "a&b=c;d",
    "it's",
    '"quoted"',
    "back\\slash",
    "ünïcödé",
    "名前",
    "..%2e",
]


@pytest.fixture
async def administrator(api: Api, azurite: Azurite) -> str:
    signed_in = await sign_in_as(api, azurite.connection_string, Role.AUTHENTICATORS_ADMIN)
    token: str = signed_in["access_token"]
    return token


@pytest.fixture
async def alice(api: Api, authenticator: SoftAuthenticator) -> Json:
    username = new_username()
    await api.register(authenticator, username)
    return await api.sign_in(authenticator, username)


def _path(signed_in: Json, suffix: str = "") -> str:
    return f"/users/{signed_in['user']['id']}{suffix}"


async def _refused_sign_in(api: Api, key: SoftAuthenticator, username: str) -> Json:
    """The answer to the caller, without the parts that differ between requests."""
    options = await api.begin_authentication()
    used = key.latest if key.credentials else None
    reply = await api.finish_authentication(key.get(options, credential=used))
    assert reply.status == 403, (username, reply.raw)
    return {name: value for name, value in reply.json.items() if name != "instance"}


async def test_an_administrator_sees_an_account(api: Api, administrator: str, alice: Json) -> None:
    reply = await api.get(_path(alice), token=administrator)
    assert reply.status == 200
    assert reply.json["user"] == alice["user"]
    assert (reply.json["suspended"], reply.json["roles"]) == (False, [])
    assert reply.json["credentialCount"] == 1


async def test_a_suspended_account_is_refused_like_an_unknown_one_and_resumed_unchanged(
    api: Api, administrator: str, alice: Json, authenticator: SoftAuthenticator
) -> None:
    name = alice["user"]["username"]
    before = (await api.get(_path(alice, "/credentials"), token=administrator)).json
    stranger = new_key(api)
    await api.register(stranger, new_username())
    options = await api.begin_authentication(new_username())
    unknown = await api.finish_authentication(stranger.get(options, credential=stranger.latest))
    listed = (await api.begin_authentication(name))["allowCredentials"]
    reply = await api.send("POST", _path(alice, "/suspend"), token=administrator)
    assert (reply.status, reply.json["suspended"]) == (200, True)
    refused = await _refused_sign_in(api, authenticator, name)
    assert refused == {key: value for key, value in unknown.json.items() if key != "instance"}
    assert (await api.begin_authentication(name))["allowCredentials"] == listed
    reply = await api.send("POST", _path(alice, "/resume"), token=administrator)
    assert (reply.status, reply.json["suspended"]) == (200, False)
    assert (await api.get(_path(alice, "/credentials"), token=administrator)).json == before
    await api.sign_in(authenticator, name)


async def test_suspending_a_credential_does_not_change_the_others(
    api: Api, administrator: str, alice: Json, authenticator: SoftAuthenticator
) -> None:
    name, second = alice["user"]["username"], new_key(api)
    created = await api.register(second, name, token=alice["access_token"])
    path = _path(alice, f"/credentials/{created['id']}")
    reply = await api.send("POST", f"{path}/suspend", token=administrator)
    assert (reply.status, reply.json["suspended"]) == (200, True)
    await _refused_sign_in(api, second, name)
    await api.sign_in(authenticator, name)
    accepted = (await api.get("/me", token=alice["access_token"])).json["signal"]
    assert created["id"] in accepted["allAcceptedCredentialIds"]
    reply = await api.send("POST", f"{path}/resume", token=administrator)
    assert (reply.status, reply.json["suspended"]) == (200, False)
    await api.sign_in(second, name)


async def test_an_administrator_removes_even_the_last_credential(
    api: Api, administrator: str, alice: Json, authenticator: SoftAuthenticator
) -> None:
    path = _path(alice, f"/credentials/{alice['credential']['id']}")
    assert (await api.send("DELETE", path, token=administrator)).status == 204
    await _refused_sign_in(api, authenticator, alice["user"]["username"])
    listed = (await api.get(_path(alice, "/credentials"), token=administrator)).json
    assert (listed["credentials"], listed["next"]) == ([], None)
    assert (await api.send("DELETE", path, token=administrator)).problem == "not-found"


async def test_credentials_are_listed_in_pages_and_the_signal_lists_all(
    api: Api, administrator: str, alice: Json
) -> None:
    ids = [alice["credential"]["id"]]
    for _ in range(4):
        created = await api.register(
            new_key(api), alice["user"]["username"], token=alice["access_token"]
        )
        ids.append(created["id"])
    for base, token in (
        ("/credentials", alice["access_token"]),
        (_path(alice, "/credentials"), administrator),
    ):
        seen, after = list[str](), ""
        for size in (2, 2, 1):
            page = (await api.get(f"{base}?limit=2{after}", token=token)).json
            assert len(page["credentials"]) == size
            assert set(page["signal"]["allAcceptedCredentialIds"]) == set(ids)
            seen += [each["id"] for each in page["credentials"]]
            after = f"&after={page['next']}"
        assert page["next"] is None
        assert sorted(seen) == sorted(ids)


@pytest.mark.parametrize("limit", ["0", "101", "-1", "x", "1.0", "%D9%A3%00", "9" * 5000, "%D9%A1"])
async def test_a_page_has_from_one_to_a_hundred(api: Api, alice: Json, limit: str) -> None:
    reply = await api.get(f"/credentials?limit={limit}", token=alice["access_token"])
    assert (reply.status, reply.problem) == (400, "malformed-request")


async def _find(api: Api, name: str, *, token: str) -> list[Json]:
    reply = await api.get(f"/users?username={quote(name, safe='')}", token=token)
    assert reply.status == 200, reply.raw
    found: list[Json] = reply.json["users"]
    return found


@pytest.mark.parametrize("name", HARD_NAMES)
async def test_every_account_can_be_administered_whatever_its_name(
    api: Api, azurite: Azurite, administrator: str, name: str
) -> None:
    """It is found, suspended, and gets a pass that is revoked; no other account is affected."""
    mine, unique = f"{new_username()[-9:]}{name}", new_key(api)
    created = await api.register(unique, mine)
    (found,) = await _find(api, mine, token=administrator)
    assert found["user"]["username"] == mine
    for act in ("suspend", "resume"):
        reply = await api.send("POST", _path(found, f"/{act}"), token=administrator)
        assert (reply.status, reply.json["user"]) == (200, found["user"])
    issued = await api.post("/access-passes", {"username": mine}, token=administrator)
    assert issued.json["user"] == found["user"]
    path = _path(found, "/access-pass")
    assert (await api.get(path, token=administrator)).json["id"] == issued.json["id"]
    assert (await api.send("DELETE", path, token=administrator)).status == 204
    path = _path(found, f"/credentials/{created['id']}")
    assert (await api.send("DELETE", path, token=administrator)).status == 204
    assert (await _find(api, mine, token=administrator))[0]["credentialCount"] == 0


async def test_a_name_and_its_percent_encoded_form_are_two_accounts(
    api: Api, administrator: str
) -> None:
    unique = new_username()[-9:]
    names = [f"p{slash}{unique}" for slash in ("/", "%2F", "%252F")]
    for name in names:
        await api.register(new_key(api), name)
    found = [await _find(api, name, token=administrator) for name in names]
    assert [each["user"]["username"] for (each,) in found] == names
    (slash,), (encoded,), _ = found
    await api.send("POST", _path(encoded, "/suspend"), token=administrator)
    assert not (await api.get(_path(slash), token=administrator)).json["suspended"]
    assert (await api.get(_path(encoded), token=administrator)).json["suspended"]


async def test_no_path_accepts_a_name(api: Api, administrator: str, alice: Json) -> None:
    for name in (alice["user"]["username"], "a%2Fb", "..%2F", "%25", "AAAA", "A" * 43, "="):
        for suffix in ("", "/credentials", "/access-pass"):
            reply = await api.get(f"/users/{name}{suffix}", token=administrator)
            assert reply.status == 404, (name, suffix)


async def test_the_old_id_of_an_account_that_was_created_again_is_not_found(
    api: Api, administrator: str, alice: Json
) -> None:
    """The same locator, and so the same rows, but another handle."""
    handle = base64url.decode(alice["user"]["id"])
    former = base64url.encode(handle[:16] + bytes(16))
    await api.post("/access-passes", {"username": alice["user"]["username"]}, token=administrator)
    for method, suffix in (
        ("GET", ""),
        ("GET", "/credentials"),
        ("POST", "/suspend"),
        ("GET", "/access-pass"),
        ("DELETE", "/access-pass"),
        ("DELETE", f"/credentials/{alice['credential']['id']}"),
    ):
        reply = await api.send(method, f"/users/{former}{suffix}", token=administrator)
        assert (reply.status, reply.problem) == (404, "not-found"), (method, suffix)
    reply = await api.get(_path(alice, "/access-pass"), token=administrator)
    assert reply.json["state"] == "EnabledByPolicy"


async def test_links_are_added_listed_removed_and_validated(
    api: Api, administrator: str, alice: Json
) -> None:
    path = _path(alice, "/links")
    link = {"issuer": "https://provider.example", "subject": new_username()}
    for _ in range(2):
        assert (await api.send("POST", path, json=link, token=administrator)).status == 204
    listed = (await api.get(path, token=administrator)).json["links"]
    assert [(each["issuer"], each["subject"]) for each in listed] == [tuple(link.values())]
    assert (await api.get("/me", token=alice["access_token"])).json["links"] == listed
    assert (await api.get(_path(alice), token=administrator)).json["links"] == listed
    one = f"/links/{listed[0]['id']}"
    assert (await api.send("DELETE", one, token=alice["access_token"])).status == 204
    assert (await api.get(path, token=administrator)).json["links"] == []
    reply = await api.send("DELETE", _path(alice, one), token=administrator)
    assert (reply.status, reply.problem) == (404, "not-found")
    for body in ({"issuer": "x"}, {**link, "username": "y"}, {**link, "subject": ""}):
        reply = await api.send("POST", path, json=body, token=administrator)
        assert (reply.status, reply.problem) == (400, "malformed-request")


@pytest.mark.parametrize("name", ["%0A", "a%0Ab", "%00", "%20", "%F0%9F%98%80"])
async def test_a_search_for_an_invalid_name_is_a_malformed_request(
    api: Api, administrator: str, name: str
) -> None:
    reply = await api.get(f"/users?username={name}", token=administrator)
    assert (reply.status, reply.problem) == (400, "malformed-request")


@pytest.mark.parametrize("query", ["", "?username=", "?user=alice"])
async def test_all_accounts_cannot_be_listed(api: Api, administrator: str, query: str) -> None:
    reply = await api.get(f"/users{query}", token=administrator)
    assert (reply.status, reply.problem) == (400, "malformed-request")


async def test_a_search_for_an_unknown_name_is_empty(api: Api, administrator: str) -> None:
    assert await _find(api, new_username(), token=administrator) == []
