"""/token, /revoke and /introspect answer as RFC 6749, RFC 7009 and RFC 7662 have it."""

import pytest

from devhost.azurite import Azurite
from shared.accounts.roles import Role
from tests.api import Api, Json, new_username
from tests.authenticator import SoftAuthenticator
from tests.http.administrators import new_key, sign_in_as
from tests.http.forms import FORM, post_form, refresh
from tests.sessions.claims import claims_of

ENDPOINTS = ["/token", "/revoke", "/introspect"]
IN_BODY = {
    *("access_token", "refresh_token", "token_type", "scope"),
    *("expires_in", "refresh_expires_in"),
}
CLAIMS = {"active", "token_type", "sub", "scope", "exp", "auth_time", "iss", "aud", "amr", "aal"}


@pytest.fixture
async def alice(api: Api, authenticator: SoftAuthenticator) -> Json:
    username = new_username()
    await api.register(authenticator, username)
    return await api.sign_in(authenticator, username)


async def test_a_refresh_answers_as_an_oauth_client_expects(api: Api, alice: Json) -> None:
    reply = await refresh(api, alice["refresh_token"])
    assert reply.status == 200
    assert reply.headers["Cache-Control"] == "no-store"
    assert reply.json["token_type"] == "DPoP"
    assert reply.json["expires_in"] == 300
    assert reply.json["access_token"] != alice["access_token"]
    assert reply.json.keys() == IN_BODY
    assert alice.keys() == IN_BODY | {"user", "credential"}


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("", "invalid_request"),
        ("refresh_token=x", "invalid_request"),
        ("grant_type=refresh_token", "invalid_request"),
        ("grant_type=refresh_token&refresh_token=", "invalid_request"),
        ("grant_type=refresh_token&grant_type=refresh_token&refresh_token=x", "invalid_request"),
        ("grant_type=refresh_token&refresh_token=x&refresh_token=x", "invalid_request"),
        ("grant_type", "invalid_request"),
        ("grant_type=refresh_token&refresh_token=\u00e9", "invalid_request"),
        ("&".join(f"a{number}=b" for number in range(99)), "invalid_request"),
        ("grant_type=password&username=a&password=b", "unsupported_grant_type"),
        ("grant_type=client_credentials", "unsupported_grant_type"),
        ("grant_type=refresh_token&refresh_token=forged", "invalid_grant"),
        ("grant_type=refresh_token&refresh_token=%00%ff", "invalid_grant"),
    ],
)
async def test_a_bad_token_request_gets_an_oauth_error(api: Api, body: str, error: str) -> None:
    reply = await api.send("POST", "/token", data=body.encode(), headers=FORM)
    assert (reply.status, reply.json["error"]) == (400, error)
    assert reply.headers["Content-Type"] == "application/json"
    assert reply.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in reply.headers


async def test_an_access_token_is_not_accepted_as_a_refresh_token(api: Api, alice: Json) -> None:
    reply = await refresh(api, alice["access_token"])
    assert (reply.status, reply.json["error"]) == (400, "invalid_grant")
    assert (await refresh(api, alice["refresh_token"])).status == 200


async def test_a_refresh_token_is_not_accepted_as_an_access_token(api: Api, alice: Json) -> None:
    reply = await api.get("/me", token=alice["refresh_token"])
    assert (reply.status, reply.problem) == (401, "token-invalid")


@pytest.mark.parametrize("path", ENDPOINTS)
@pytest.mark.parametrize("media_type", ["application/json", "text/plain", "multipart/form-data"])
async def test_only_forms_are_read(api: Api, alice: Json, path: str, media_type: str) -> None:
    headers = {"Content-Type": media_type}
    token = alice["access_token"]
    reply = await api.send("POST", path, data=b"token=x", headers=headers, token=token)
    assert (reply.status, reply.problem) == (415, "unsupported-media-type")


@pytest.mark.parametrize("path", ENDPOINTS)
async def test_a_form_has_at_most_64_kib(api: Api, alice: Json, path: str) -> None:
    data = b"token=" + b"x" * 65536
    reply = await api.send("POST", path, data=data, headers=FORM, token=alice["access_token"])
    assert reply.status == 413


@pytest.mark.parametrize("path", ["/revoke", "/introspect"])
async def test_a_repeated_member_is_refused(api: Api, alice: Json, path: str) -> None:
    token = alice["access_token"]
    reply = await api.send("POST", path, data=b"token=x&token=y", headers=FORM, token=token)
    assert reply.status == 400


async def test_revoking_without_a_token_is_a_bad_request(api: Api) -> None:
    reply = await post_form(api, "/revoke", {"token_type_hint": "refresh_token"})
    assert (reply.status, reply.json["error"]) == (400, "invalid_request")


@pytest.mark.parametrize("token", ["forged", "A" * 175, "a.b.c", "%00"])
async def test_revoking_an_invalid_token_is_not_an_error(api: Api, token: str) -> None:
    reply = await post_form(api, "/revoke", {"token": token})
    assert (reply.status, reply.json) == (200, {})


@pytest.mark.parametrize("kind", ["refresh_token", "access_token"])
@pytest.mark.parametrize("hint", ["refresh_token", "access_token", "id_token"])
async def test_revoking_either_token_ends_the_session_whatever_the_hint(
    api: Api, alice: Json, kind: str, hint: str
) -> None:
    for _ in range(2):
        reply = await post_form(api, "/revoke", {"token": alice[kind], "token_type_hint": hint})
        assert (reply.status, reply.json) == (200, {})
    assert (await refresh(api, alice["refresh_token"])).json["error"] == "invalid_grant"


async def test_revoking_ends_one_session_and_no_other(
    api: Api, alice: Json, authenticator: SoftAuthenticator
) -> None:
    other = await api.sign_in(authenticator)
    await post_form(api, "/revoke", {"token": alice["refresh_token"]})
    assert (await refresh(api, other["refresh_token"])).status == 200


async def _introspect(api: Api, token: str, *, by: str) -> tuple[int, Json]:
    reply = await post_form(api, "/introspect", {"token": token}, token=by)
    return reply.status, reply.json


async def test_introspection_returns_the_claims_of_the_token(api: Api, alice: Json) -> None:
    token = alice["access_token"]
    status, claimed = await _introspect(api, token, by=token)
    assert (status, claimed["active"], claimed["sub"]) == (200, True, alice["user"]["id"])
    assert (claimed["scope"], claimed["token_type"], claimed["iss"]) == ("account", "DPoP", api.url)
    assert claimed.keys() == CLAIMS | {"cnf"}
    claims = claims_of(token)
    assert (claimed["exp"], claimed["auth_time"]) == (claims["exp"], claims["auth_time"])


@pytest.mark.parametrize("kind", ["refresh_token", "access_token"])
async def test_a_revoked_token_is_inactive_immediately(
    api: Api, azurite: Azurite, alice: Json, kind: str
) -> None:
    auditor = await sign_in_as(api, azurite.connection_string, Role.AUDIT_READ)
    assert (await _introspect(api, alice["access_token"], by=auditor["access_token"]))[1]["active"]
    await post_form(api, "/revoke", {"token": alice[kind]})
    answer = await _introspect(api, alice["access_token"], by=auditor["access_token"])
    assert answer == (200, {"active": False})


@pytest.mark.parametrize(
    ("roles", "own", "anothers", "no_ones"),
    [
        ((), 200, 403, 200),
        ((Role.REGISTRATIONS_CREATE,), 200, 403, 200),
        ((Role.AUDIT_READ,), 200, 200, 200),
        ((Role.AUTHENTICATORS_ADMIN,), 200, 200, 200),
    ],
)
async def test_roles_decide_which_tokens_may_be_introspected(
    api: Api,
    azurite: Azurite,
    alice: Json,
    roles: tuple[Role, ...],
    own: int,
    anothers: int,
    no_ones: int,
) -> None:
    by = (await sign_in_as(api, azurite.connection_string, *roles))["access_token"]
    assert (await _introspect(api, by, by=by))[0] == own
    assert (await _introspect(api, alice["access_token"], by=by))[0] == anothers
    status, claimed = await _introspect(api, "forged", by=by)
    assert (status, claimed) == (no_ones, {"active": False})


async def test_introspection_needs_a_token(api: Api, alice: Json) -> None:
    reply = await post_form(api, "/introspect", {"token": alice["access_token"]})
    assert (reply.status, reply.problem) == (401, "token-required")
    reply = await post_form(
        api, "/introspect", {"token": alice["access_token"]}, token=alice["refresh_token"]
    )
    assert (reply.status, reply.problem) == (401, "token-invalid")


async def test_introspection_reports_a_refresh_token_as_inactive(api: Api, alice: Json) -> None:
    by = alice["access_token"]
    assert await _introspect(api, alice["refresh_token"], by=by) == (200, {"active": False})


async def test_the_metadata_names_the_endpoints(api: Api) -> None:
    metadata = (await api.get("/.well-known/openid-configuration")).json
    assert metadata["issuer"] == api.url
    for name in ("token", "revocation", "introspection"):
        path = metadata[f"{name}_endpoint"].removeprefix(api.url)
        assert ("POST", path) in api.description.operations
    key = new_key(api)
    await api.register(key, new_username())
    signed_in = await api.sign_in(key)
    path = metadata["token_endpoint"].removeprefix(api.url)
    members = {"grant_type": "refresh_token", "refresh_token": signed_in["refresh_token"]}
    assert (await post_form(api, path, members, headers=api.proof("POST", path))).status == 200
