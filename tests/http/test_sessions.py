"""Sessions over HTTP: refreshing, ending, introspecting, and cookies for pages."""

from tests.api import Api, Json, new_username
from tests.authenticator import SoftAuthenticator

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


async def _signed_in(api: Api, authenticator: SoftAuthenticator) -> Json:
    username = new_username()
    await api.register(authenticator, username)
    return await api.sign_in(authenticator, username)


async def _refresh(api: Api, refresh_token: str) -> tuple[int, Json]:
    reply = await api.refresh(refresh_token)
    return reply.status, reply.json


async def test_a_refresh_token_is_exchanged_for_its_successor(
    api: Api, authenticator: SoftAuthenticator
) -> None:
    first = await _signed_in(api, authenticator)
    status, second = await _refresh(api, first["refresh_token"])
    assert status == 200
    assert second["refresh_token"] != first["refresh_token"]
    assert (await api.get("/me", token=second["access_token"])).status == 200


async def test_two_tabs_get_the_same_successor(api: Api, authenticator: SoftAuthenticator) -> None:
    first = await _signed_in(api, authenticator)
    _, once = await _refresh(api, first["refresh_token"])
    status, twice = await _refresh(api, first["refresh_token"])
    assert status == 200
    assert twice["refresh_token"] == once["refresh_token"]


async def test_a_token_from_two_rotations_ago_ends_the_session(
    api: Api, authenticator: SoftAuthenticator
) -> None:
    first = await _signed_in(api, authenticator)
    _, second = await _refresh(api, first["refresh_token"])
    _, third = await _refresh(api, second["refresh_token"])
    status, body = await _refresh(api, first["refresh_token"])
    assert (status, body["error"]) == (400, "invalid_grant")
    assert (await _refresh(api, third["refresh_token"]))[0] == 400


async def test_a_session_is_listed_and_ended(api: Api, authenticator: SoftAuthenticator) -> None:
    signed_in = await _signed_in(api, authenticator)
    token = signed_in["access_token"]
    (session,) = (await api.get("/sessions", token=token)).json["sessions"]
    assert session["current"]
    assert (await api.send("DELETE", f"/sessions/{session['id']}", token=token)).status == 204
    assert (await _refresh(api, signed_in["refresh_token"]))[0] == 400


async def test_an_ended_session_makes_its_access_token_inactive(
    api: Api, authenticator: SoftAuthenticator
) -> None:
    signed_in = await _signed_in(api, authenticator)
    token = signed_in["access_token"]
    form = f"token={token}".encode()
    before = await api.send("POST", "/introspect", data=form, headers=FORM, token=token)
    assert before.json["active"]
    assert (await api.send("DELETE", "/sessions", token=token)).status == 204
    later = (await api.sign_in(authenticator))["access_token"]
    after = await api.send("POST", "/introspect", data=form, headers=FORM, token=later)
    assert after.json == {"active": False}
    by_itself = await api.send("POST", "/introspect", data=form, headers=FORM, token=token)
    assert (by_itself.status, by_itself.problem) == (401, "token-invalid")


async def test_removing_a_credential_ends_its_sessions(
    api: Api, authenticator: SoftAuthenticator
) -> None:
    signed_in = await _signed_in(api, authenticator)
    token, credential = signed_in["access_token"], signed_in["credential"]["id"]
    refused = await api.send("DELETE", f"/credentials/{credential}", token=token)
    assert refused.problem == "last-credential"
    path = f"/credentials/{credential}?lastCredential=remove"
    removed = await api.send("DELETE", path, token=token)
    assert removed.json["signal"]["allAcceptedCredentialIds"] == []
    assert (await _refresh(api, signed_in["refresh_token"]))[0] == 400


async def test_a_credential_is_renamed(api: Api, authenticator: SoftAuthenticator) -> None:
    signed_in = await _signed_in(api, authenticator)
    reply = await api.send(
        "PATCH",
        f"/credentials/{signed_in['credential']['id']}",
        json={"name": "Blue key"},
        token=signed_in["access_token"],
    )
    assert reply.json["name"] == "Blue key"
