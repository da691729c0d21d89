"""Access passes over HTTP: Entra's numbers and words, and the same answer to every guess."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from devhost.azurite import Azurite
from devhost.process import HostProcess
from shared.access_passes.access_pass import ALPHABET
from shared.accounts.handles import UserHandle, locate_handle
from shared.accounts.roles import Role
from shared.storage.accounts.passes import PASS_ROW
from shared.storage.tables.row_keys import partition_key
from tests.api import Api, Json, Reply, new_username
from tests.authenticator import base64url
from tests.http.administrators import new_key, sign_in_as, tables
from tests.http.forms import post_form


@pytest.fixture
async def admin(api: Api, azurite: Azurite) -> Json:
    return await sign_in_as(api, azurite.connection_string, Role.AUTHENTICATORS_ADMIN)


@pytest.fixture
def carol() -> str:
    return new_username()


async def _issue(api: Api, admin: Json, username: str, **members: object) -> Reply:
    body = {"username": username, **members}
    return await api.post("/access-passes", body, token=admin["access_token"])


async def _redeem(api: Api, username: str, typed: str) -> Reply:
    return await api.post("/access-passes/redeem", {"username": username, "accessPass": typed})


async def _state(api: Api, admin: Json, issued: Json) -> Json:
    reply = await api.get(_path(issued), token=admin["access_token"])
    assert reply.status == 200
    return reply.json


def _path(issued: Json) -> str:
    return f"/users/{issued['user']['id']}/access-pass"


def _at(instant: datetime) -> str:
    return instant.isoformat(timespec="seconds").replace("+00:00", "Z")


async def test_a_pass_has_the_length_alphabet_and_lifetime_of_entra(
    api: Api, admin: Json, carol: str
) -> None:
    issued = (await _issue(api, admin, carol)).json
    assert len(issued["accessPass"]) == 8
    assert set(issued["accessPass"]) <= set(ALPHABET)
    starts, expires = (datetime.fromisoformat(issued[name]) for name in ("startsAt", "expiresAt"))
    assert expires - starts == timedelta(hours=1)
    assert (issued["oneTime"], issued["isUsable"]) == (False, True)
    assert issued["state"] == "EnabledByPolicy"
    assert issued["user"]["username"] == carol
    shown = {name: issued[name] for name in issued if name not in ("accessPass", "user")}
    assert await _state(api, admin, issued) == shown


@pytest.mark.parametrize(
    ("minutes", "status"), [(59, 400), (60, 201), (480, 201), (481, 400), (43_200, 400)]
)
async def test_a_pass_is_valid_for_one_to_eight_hours(
    api: Api, admin: Json, carol: str, minutes: int, status: int
) -> None:
    assert (await _issue(api, admin, carol, lifetimeMinutes=minutes)).status == status


@pytest.mark.parametrize(
    "members",
    [
        {"lifetimeMinutes": "60"},
        {"lifetimeMinutes": 0},
        {"lifetimeMinutes": True},
        {"oneTime": "yes"},
        {"oneTime": 1},
        {"registrations": 0},
        {"registrations": 11},
        {"registrations": "2"},
        {"registrations": 2, "oneTime": True},
        {"startsAt": "tomorrow"},
        {"startsAt": "2031-05-17T12:00:00"},
        {"startsAt": "9999-12-31T23:59:59Z"},
        {"startsAt": "9999-12-31T23:59:59-23:59"},
        {"startsAt": "0001-01-01T00:00:00+23:59"},
        {"startsAt": 1},
        {"accessPass": "00000000"},
    ],
    ids=lambda members: json.dumps(members),
)
async def test_a_pass_with_invalid_values_is_refused(
    api: Api, admin: Json, carol: str, members: Json
) -> None:
    reply = await _issue(api, admin, carol, **members)
    assert (reply.status, reply.problem) == (400, "malformed-request")


async def test_a_one_time_pass_is_shown_as_used(api: Api, admin: Json, carol: str) -> None:
    issued = (await _issue(api, admin, carol, oneTime=True)).json
    typed = issued["accessPass"]
    token = (await _redeem(api, carol, typed)).json
    assert (token["scope"], token["token_type"]) == ("register", "Bearer")
    assert 0 < token["expires_in"] <= 600
    state = await _state(api, admin, issued)
    assert (state["state"], state["isUsable"]) == ("EnabledByPolicy", True)
    assert (await _redeem(api, carol, typed)).status == 200  # as if the answer was lost
    key = new_key(api)
    await api.register(key, carol, token=token["access_token"])
    state = await _state(api, admin, issued)
    assert (state["state"], state["isUsable"], state["registered"]) == ("OneTimeUsed", False, 1)
    assert (await _redeem(api, carol, typed)).problem == "access-pass-refused"
    await api.sign_in(key, carol)


async def test_a_pass_allows_the_requested_number_of_registrations(
    api: Api, admin: Json, carol: str
) -> None:
    issued = (await _issue(api, admin, carol, registrations=2)).json
    assert (issued["registrations"], issued["registered"]) == (2, 0)
    token = (await _redeem(api, carol, issued["accessPass"])).json["access_token"]
    for _ in range(2):
        await api.register(new_key(api), carol, token=token)
    assert (await _state(api, admin, issued))["state"] == "Used"
    reply = await api.post("/register/begin", {}, token=token)
    assert (reply.status, reply.problem) == (401, "token-invalid")


async def test_a_pass_is_valid_from_its_start_time(api: Api, admin: Json, carol: str) -> None:
    starts = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=2)
    issued = (await _issue(api, admin, carol, startsAt=_at(starts))).json
    assert (issued["startsAt"], issued["expiresAt"]) == (
        _at(starts),
        _at(starts + timedelta(hours=1)),
    )
    assert (issued["state"], issued["isUsable"]) == ("NotYetValid", False)
    assert (await _redeem(api, carol, issued["accessPass"])).problem == "access-pass-refused"


async def test_a_pass_with_a_start_time_in_the_past_starts_now(
    api: Api, admin: Json, carol: str
) -> None:
    issued = (await _issue(api, admin, carol, startsAt="2001-01-01T00:00:00Z")).json
    assert (issued["startsAt"], issued["state"]) == (issued["createdAt"], "EnabledByPolicy")


@pytest.mark.parametrize("how", ["replaced", "deleted"])
async def test_a_token_ends_with_its_pass(api: Api, admin: Json, carol: str, how: str) -> None:
    issued = (await _issue(api, admin, carol)).json
    typed = issued["accessPass"]
    token = (await _redeem(api, carol, typed)).json["access_token"]
    by = admin["access_token"]
    introspected = await post_form(api, "/introspect", {"token": token}, token=by)
    assert (introspected.json["active"], introspected.json["scope"]) == (True, "register")
    if how == "replaced":
        await _issue(api, admin, carol)
    else:
        path = _path(issued)
        assert (await api.send("DELETE", path, token=by)).status == 204
        assert (await api.send("DELETE", path, token=by)).problem == "not-found"
    reply = await api.post("/register/begin", {"username": carol}, token=token)
    assert (reply.status, reply.problem) == (401, "token-invalid")
    assert (await _redeem(api, carol, typed)).problem == "access-pass-refused"
    introspected = await post_form(api, "/introspect", {"token": token}, token=by)
    assert introspected.json == {"active": False}


async def test_an_administrator_cannot_issue_a_pass_for_their_own_account(
    api: Api, admin: Json
) -> None:
    own = admin["user"]["username"]
    for spelling in (own, own.upper()):
        reply = await _issue(api, admin, spelling)
        assert (reply.status, reply.problem) == (403, "not-permitted")


async def test_an_unknown_user_is_answered_like_a_wrong_pass(
    api: Api, admin: Json, carol: str
) -> None:
    await _issue(api, admin, carol)
    answers = []
    for username in (carol, new_username(), admin["user"]["username"]):
        reply = await _redeem(api, username, "00000000")
        body = {name: value for name, value in reply.json.items() if name != "instance"}
        headers = {name for name in reply.headers if name != "Date"}
        answers.append((reply.status, body, headers))
    assert answers[0] == answers[1] == answers[2]
    assert answers[0][0] == 403


async def test_a_pass_is_stored_only_as_a_slow_hash_and_never_logged(
    api: Api, admin: Json, carol: str, azurite: Azurite, touchstone: HostProcess
) -> None:
    typed = (await _issue(api, admin, carol)).json["accessPass"]
    token = (await _redeem(api, carol, typed)).json["access_token"]
    await _redeem(api, carol, typed[:-1])
    options = await api.begin_registration(carol, token=token)
    handle = UserHandle(base64url.decode(options["user"]["id"]))
    async with tables(azurite.connection_string) as names:
        row = await names["Accounts"].get(partition_key(locate_handle(handle)), PASS_ROW)
        sessions = await names["Accounts"].query("RowKey ge 'session:'", {}, limit=9000)
    assert row is not None
    stored = " ".join(str(value) for value in row.values())
    assert typed not in stored
    assert typed.encode() not in b" ".join(
        value for value in row.values() if isinstance(value, bytes)
    )
    assert (len(row["Salt"]), len(row["Digest"])) == (16, 32)
    assert admin["refresh_token"] not in str(sessions)
    last = new_username()
    await api.get(f"/assets/home/{last}")  # logged after all earlier lines
    touchstone.child.wait_for(last)
    for secret in (typed, token, admin["refresh_token"]):
        assert secret not in touchstone.child.output
