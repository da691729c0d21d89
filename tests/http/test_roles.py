"""Which roles may call which endpoint: all endpoints and all roles."""

import json
from collections.abc import Mapping

import pytest

from devhost.azurite import Azurite
from shared.accounts.roles import Role
from tests.access.certificates.requests import csr
from tests.access.profiles.documents import sql
from tests.api import Api, Json, Reply, new_username
from tests.http.administrators import sign_in_as
from tests.http.forms import FORM
from tests.http.operations import conditions
from tests.openid.clients.documents import WEB

OPEN = {
    ("GET", "/certificates/ca.pem"),
    ("GET", "/certificates/crl.pem"),
    ("GET", "/certificates/crl.der"),
    ("POST", "/register/begin"),
    ("POST", "/register/finish"),
    ("POST", "/authenticate/begin"),
    ("POST", "/authenticate/finish"),
    ("POST", "/token"),
    ("POST", "/revoke"),
    ("GET", "/authorize"),
    ("POST", "/authorize"),
    ("POST", "/authorize/step"),
    ("POST", "/authorize/answer"),
    ("GET", "/logout"),
    ("POST", "/logout"),
    ("POST", "/logout/step"),
    ("POST", "/par"),
    ("POST", "/device_authorization"),
    ("GET", "/device"),
    ("POST", "/device/begin"),
    ("POST", "/device/approve"),
    ("POST", "/device/reject"),
    ("GET", "/userinfo"),
    ("POST", "/userinfo"),
    ("POST", "/access-passes/redeem"),
    ("GET", "/.well-known/jwks.json"),
    ("GET", "/.well-known/openid-configuration"),
    ("GET", "/.well-known/oauth-authorization-server"),
    ("GET", "/health"),
    ("GET", "/openapi.json"),
    ("GET", "/schemas/access-profile"),
    ("GET", "/"),
    ("GET", "/assets/{folder}/{name}"),
    ("GET", "/problems"),
    ("GET", "/audit"),
    ("GET", "/entra/.well-known/openid-configuration"),
    ("POST", "/entra/authorize"),
    ("GET", "/entra/sign-in"),
    ("POST", "/entra/begin"),
    ("POST", "/entra/finish"),
    ("GET", "/sign-in"),
    ("GET", "/sign-out"),
    ("GET", "/approve"),
    ("GET", "/requests"),
    ("GET", "/.touchstone/start"),
    ("GET", "/.touchstone/callback"),
    ("GET", "/.touchstone/sign-out"),
    ("POST", "/.touchstone/sign-out"),
}
"""Those that read no token; the first, the two steps and two for devices read one if there is one.
Tokens of clients of the OpenID provider give no role."""
ADMINISTRATORS = {
    ("GET", "/users"),
    ("GET", "/users/{id}"),
    ("GET", "/users/{id}/credentials"),
    ("DELETE", "/users/{id}/credentials/{credential}"),
    ("POST", "/users/{id}/suspend"),
    ("POST", "/users/{id}/resume"),
    ("POST", "/users/{id}/credentials/{credential}/suspend"),
    ("POST", "/users/{id}/credentials/{credential}/resume"),
    ("POST", "/users/{id}/links"),
    ("GET", "/users/{id}/links"),
    ("DELETE", "/users/{id}/links/{link}"),
    ("POST", "/access-passes"),
    ("GET", "/users/{id}/access-pass"),
    ("DELETE", "/users/{id}/access-pass"),
    ("POST", "/audit/erasures"),
    ("GET", "/audit/erasures"),
    ("GET", "/audit/erasures/{id}"),
    ("POST", "/audit/erasures/{id}/confirm"),
    ("DELETE", "/audit/erasures/{id}"),
}
OF_CLIENTS = {
    ("GET", "/clients"),
    ("POST", "/clients"),
    ("GET", "/clients/{id}"),
    ("PUT", "/clients/{id}"),
    ("DELETE", "/clients/{id}"),
    ("POST", "/clients/{id}/secrets"),
    ("DELETE", "/clients/{id}/secrets/{secret}"),
}
OF_GROUPS = {
    ("GET", "/groups"),
    ("POST", "/groups"),
    ("GET", "/groups/{name}"),
    ("DELETE", "/groups/{name}"),
    ("PUT", "/groups/{name}/members/{id}"),
    ("DELETE", "/groups/{name}/members/{id}"),
}
OF_PROFILES = {
    ("GET", "/profiles"),
    ("POST", "/profiles"),
    ("GET", "/profiles/{name}"),
    ("PUT", "/profiles/{name}"),
    ("DELETE", "/profiles/{name}"),
    ("GET", "/profiles/{name}/explain"),
}
OF_SUBJECTS = OF_CLIENTS | OF_GROUPS | OF_PROFILES
"""Each has a role of its own."""
AUDITORS = {
    ("GET", "/audit/events"),
    ("GET", "/audit/checkpoint"),
    ("GET", "/audit/proofs/inclusion"),
    ("GET", "/audit/proofs/consistency"),
}
OWNERS = {
    ("GET", "/access"),
    ("GET", "/me"),
    ("GET", "/sessions"),
    ("DELETE", "/sessions"),
    ("DELETE", "/sessions/{id}"),
    ("GET", "/applications"),
    ("DELETE", "/applications/{id}"),
    ("GET", "/credentials"),
    ("PATCH", "/credentials/{id}"),
    ("DELETE", "/credentials/{id}"),
    ("DELETE", "/links/{id}"),
    ("POST", "/approvals"),
    ("GET", "/approvals"),
    ("GET", "/approvals/{id}"),
    ("POST", "/approvals/{id}/begin"),
    ("POST", "/approvals/{id}/finish"),
    ("POST", "/approvals/{id}/refuse"),
    ("POST", "/approvals/{id}/withdraw"),
    ("POST", "/approvals/{id}/use"),
    ("GET", "/approvals/{id}/receipt"),
    ("POST", "/approvals/{id}/restore"),
    ("GET", "/approvals/{id}/restore"),
    ("POST", "/certificates"),
    ("GET", "/backup/{profile}/items"),
    ("GET", "/backup/{profile}/recovery-points"),
}
OPERATORS = {
    ("POST", "/operator/first-administrator"),
    ("POST", "/operator/export"),
    ("POST", "/operator/export/rows"),
}
"""No role opens these: `tests/http/test_operators.py`."""
INTROSPECTION = ("POST", "/introspect")
UNKNOWN = {"id": "A" * 43, "username": new_username()}
BODIES: Mapping[str, object] = {
    "/users/{id}/links": {"issuer": "https://provider.example", "subject": "x"},
    "/credentials/{id}": {"name": "Mine"},
    "/groups": {"name": "dba"},
    "/approvals": {"profile": "none"},
    "/approvals/{id}/finish": {},
    "/approvals/{id}/refuse": {},
    "/profiles": sql(name="none"),
    "/profiles/{name}": sql(name="none"),
    "/certificates": {"profile": "none", "csr": csr()},
    "/clients": WEB,
    "/clients/{id}": WEB,
    "/clients/{id}/secrets": {},
}


async def _call(api: Api, method: str, path: str, *, user: Json, token: str | None) -> Reply:
    username = user["username"]
    own = user["id"] if path.startswith(("/users", "/groups")) else "AAAA"
    where = path.replace("{id}", own).replace("{name}", "none")
    for name in ("{credential}", "{link}", "{secret}"):
        where = where.replace(name, "AAAA")
    if path in ("/users", "/profiles/{name}/explain"):
        where += f"?username={username}"
    if path == "/introspect":
        data = b"token=forged"
        return await api.send(method, where, data=data, headers=FORM, token=token)
    if path.startswith("/audit/proofs"):
        where += "?index=0&size=1&from=0&to=1"
    named = path in ("/access-passes", "/audit/erasures")
    body = {"username": username} if named else BODIES.get(path)
    sent = body if method in ("POST", "PUT", "PATCH") else None
    return await api.send(method, where, json=sent, headers=conditions(method, path), token=token)


@pytest.fixture
async def alice(api: Api, azurite: Azurite) -> Json:
    return await sign_in_as(api, azurite.connection_string)


async def _register_token(api: Api, azurite: Azurite, username: str) -> str:
    """What an access pass is redeemed for."""
    admin = await sign_in_as(api, azurite.connection_string, Role.AUTHENTICATORS_ADMIN)
    issued = await api.post("/access-passes", {"username": username}, token=admin["access_token"])
    body = {"username": username, "accessPass": issued.json["accessPass"]}
    token: str = (await api.post("/access-passes/redeem", body)).json["access_token"]
    return token


async def test_every_operation_is_in_this_table(api: Api) -> None:
    with_role = ADMINISTRATORS | OF_SUBJECTS | AUDITORS
    everybody = OPEN | with_role | OWNERS | OPERATORS | {INTROSPECTION}
    assert api.description.operations == everybody


@pytest.mark.parametrize(
    "roles",
    [(), (Role.AUDIT_READ,), (Role.REGISTRATIONS_CREATE,)],
    ids=lambda roles: ",".join(roles) or "nobody",
)
async def test_administration_needs_the_role(
    api: Api, azurite: Azurite, alice: Json, roles: tuple[Role, ...]
) -> None:
    signed_in = await sign_in_as(api, azurite.connection_string, *roles)
    token = signed_in["access_token"]
    # Neither on their own account nor on another; the answer does not say whether the user exists.
    for user in (alice["user"], signed_in["user"], UNKNOWN):
        for method, path in sorted(ADMINISTRATORS):
            reply = await _call(api, method, path, user=user, token=token)
            assert (reply.status, reply.problem) == (403, "not-permitted"), (method, path)


async def test_an_administrator_may_call_every_administrative_operation(
    api: Api, azurite: Azurite, alice: Json
) -> None:
    admin = await sign_in_as(api, azurite.connection_string, Role.AUTHENTICATORS_ADMIN)
    for method, path in sorted(ADMINISTRATORS, reverse=True):
        reply = await _call(api, method, path, user=alice["user"], token=admin["access_token"])
        assert reply.status in (200, 201, 204, 404), (method, path, reply.raw)


async def test_only_public_operations_work_without_a_token(api: Api, alice: Json) -> None:
    user = alice["user"]
    closed = ADMINISTRATORS | OF_SUBJECTS | AUDITORS | OWNERS | {INTROSPECTION}
    for method, path in sorted(closed):
        reply = await _call(api, method, path, user=user, token=None)
        assert (reply.status, reply.problem) == (401, "token-required"), (method, path)
        assert reply.headers["WWW-Authenticate"].startswith("Bearer ")
        reply = await _call(api, method, path, user=user, token="forged")
        assert (reply.status, reply.problem) == (401, "token-invalid"), (method, path)


async def test_a_registration_token_allows_only_registration(
    api: Api, azurite: Azurite, alice: Json
) -> None:
    username = alice["user"]["username"]
    token = await _register_token(api, azurite, username)
    for method, path in sorted(ADMINISTRATORS | OF_SUBJECTS | OWNERS | {INTROSPECTION}):
        reply = await _call(api, method, path, user=alice["user"], token=token)
        assert (reply.status, reply.problem) == (403, "not-permitted"), (method, path)
    reply = await api.send("GET", "/me", headers={"Cookie": f"__Host-touchstone-access={token}"})
    assert (reply.status, reply.problem) == (401, "token-for-elsewhere")
    assert (await api.get("/me", token=alice["access_token"])).status == 200
    await api.begin_registration(username, token=token)


async def test_a_registration_token_is_valid_only_for_its_account(
    api: Api, azurite: Azurite, alice: Json
) -> None:
    token = await _register_token(api, azurite, alice["user"]["username"])
    other = {"username": new_username()}
    reply = await api.post("/register/begin", other, token=token)
    assert (reply.status, reply.problem) == (400, "malformed-request")


async def test_a_user_does_not_find_the_credentials_and_sessions_of_another(
    api: Api, azurite: Azurite, alice: Json
) -> None:
    """The same answer as for an unknown ID."""
    stranger = (await sign_in_as(api, azurite.connection_string))["access_token"]
    (session,) = (await api.get("/sessions", token=alice["access_token"])).json["sessions"]
    credential = alice["credential"]["id"]
    for method, path, own, none in (
        ("PATCH", "/credentials/", credential, "AAAA"),
        ("DELETE", "/credentials/", credential, "not*base64url"),
        ("DELETE", "/sessions/", session["id"], "AAAA"),
        ("DELETE", "/sessions/", session["id"], "not*base64url"),
    ):
        body = {"name": "Mine"} if method == "PATCH" else None
        answers = []
        for each in (own, none):
            reply = await api.send(method, path + each, json=body, token=stranger)
            answers.append((reply.status, reply.problem, reply.json["detail"]))
        assert answers[0] == answers[1] == (404, "not-found", answers[0][2])
    me = (await api.get("/me", token=alice["access_token"])).json
    assert json.dumps(me["credentials"]) == json.dumps([alice["credential"]])


async def test_a_username_gives_no_rights(api: Api, azurite: Azurite) -> None:
    for name in ("admin", "administrator", "root", "Authenticators.Admin"):
        mine = f"{name}{new_username()}"
        signed_in = await sign_in_as(api, azurite.connection_string, name=mine)
        for path in (f"/users/{signed_in['user']['id']}", f"/users?username={mine}"):
            reply = await api.get(path, token=signed_in["access_token"])
            assert (reply.status, reply.problem) == (403, "not-permitted")


async def test_reading_the_audit_log_needs_the_role(
    api: Api, azurite: Azurite, alice: Json
) -> None:
    """Not even an administrator."""
    admin = await sign_in_as(api, azurite.connection_string, Role.AUTHENTICATORS_ADMIN)
    for token in (alice["access_token"], admin["access_token"]):
        for method, path in sorted(AUDITORS):
            reply = await _call(api, method, path, user=alice["user"], token=token)
            assert (reply.status, reply.problem) == (403, "not-permitted"), (method, path)


async def test_clients_groups_and_profiles_need_their_roles(
    api: Api, azurite: Azurite, alice: Json
) -> None:
    """Not even an administrator of accounts."""
    admin = await sign_in_as(api, azurite.connection_string, Role.AUTHENTICATORS_ADMIN)
    for token in (alice["access_token"], admin["access_token"]):
        for method, path in sorted(OF_SUBJECTS):
            reply = await _call(api, method, path, user=alice["user"], token=token)
            assert (reply.status, reply.problem) == (403, "not-permitted"), (method, path)
