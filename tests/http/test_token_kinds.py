"""A token for an API is refused here, and one for the account is refused without its proof."""

import re
from dataclasses import dataclass

import pytest

from devhost.azurite import Azurite
from shared.accounts.roles import Role
from tests.api import Api, Json, Reply, new_username
from tests.authenticator import SoftAuthenticator
from tests.dpop import ClientKey
from tests.http.administrators import sign_in_as
from tests.http.forms import FORM, post_form
from tests.http.page import ACCESS, REFRESH, Page
from tests.sessions.claims import claims_of


@dataclass(frozen=True)
class Person:
    key: SoftAuthenticator
    api: Api

    async def finish(self, *, headers: dict[str, str] | None = None, **members: object) -> Reply:
        credential = self.key.get(await self.api.begin_authentication())
        body = {"credential": credential, **members}
        return await self.api.send("POST", "/authenticate/finish", json=body, headers=headers)


@pytest.fixture
async def person(api: Api, authenticator: SoftAuthenticator) -> Person:
    await api.register(authenticator, new_username())
    return Person(authenticator, api)


async def _present(
    api: Api, token: str, method: str = "GET", path: str = "/me", *, scheme: str = "Bearer"
) -> Reply:
    headers = {"Authorization": f"{scheme} {token}"}
    if scheme == "DPoP":
        headers |= api.proof(method, path, token=token)
    if path == "/introspect":
        return await api.send(method, path, data=b"token=x", headers=headers | FORM)
    return await api.send(method, path, json={}, headers=headers)


def _needing_a_token(api: Api) -> list[tuple[str, str]]:
    """By the API's own description, so none is forgotten. Clients of the OpenID provider do not
    send these tokens."""
    of_clients = {"clientSecret", "clientToken"}
    return [
        (method.upper(), re.sub(r"\{\w+\}", "AAAA", path))
        for path, operations in api.description.document["paths"].items()
        for method, operation in operations.items()
        if any(way.keys() - of_clients for way in operation.get("security", []))
    ]


async def test_a_client_gets_a_token_for_apis(api: Api, person: Person) -> None:
    answer = (await person.finish()).json
    assert (answer["token_type"], answer["scope"]) == ("Bearer", "api")
    claims = claims_of(answer["access_token"])
    assert (claims["aud"], claims["scope"]) == (api.url, "api")
    assert "cnf" not in claims


async def test_a_token_for_apis_is_refused_by_the_service(api: Api, azurite: Azurite) -> None:
    """Not even an administrator's, wherever a token is read."""
    roles = (Role.AUTHENTICATORS_ADMIN, Role.AUDIT_READ)
    admin = await sign_in_as(api, azurite.connection_string, *roles)
    token = (await api.refresh(admin["refresh_token"], scope="api")).json["access_token"]
    places = _needing_a_token(api)
    assert {("GET", "/me"), ("POST", "/register/begin"), ("POST", "/introspect")} <= {*places}
    for method, path in places:
        replies = [
            await _present(api, token, method, path, scheme=scheme) for scheme in ("Bearer", "DPoP")
        ]
        cookie = {"Cookie": f"{ACCESS}={token}"}
        replies.append(await api.send(method, path, json={}, headers=cookie))
        is_operators = path.startswith("/operator/")
        refusal = "operator-token-refused" if is_operators else "token-for-elsewhere"
        for reply in replies:
            assert (reply.status, reply.problem) == (401, refusal), (method, path)


async def test_an_api_cannot_take_an_account_over(api: Api, person: Person) -> None:
    """It has a fresh token, and begins to add a key of its own."""
    token = (await person.finish()).json["access_token"]
    for headers in (
        {"Authorization": f"Bearer {token}"},
        {"Authorization": f"DPoP {token}"},
        {"Authorization": f"DPoP {token}", **api.proof("POST", "/register/begin", token=token)},
        {"Cookie": f"{ACCESS}={token}", "Origin": api.url},
    ):
        reply = await api.send("POST", "/register/begin", json={}, headers=headers)
        assert reply.status == 401, headers
        assert 'algs="ES256' in reply.headers["WWW-Authenticate"]


async def test_an_api_cannot_sign_a_person_out(api: Api, person: Person) -> None:
    answer = (await person.finish()).json
    reply = await post_form(api, "/revoke", {"token": answer["access_token"]})
    assert (reply.status, reply.json["error"]) == (400, "unsupported_token_type")
    form = {"grant_type": "refresh_token", "refresh_token": answer["refresh_token"]}
    assert (await post_form(api, "/token", form)).status == 200


async def test_a_token_for_apis_is_introspected(api: Api, azurite: Azurite, person: Person) -> None:
    auditor = await sign_in_as(api, azurite.connection_string, Role.AUDIT_READ)
    token = (await person.finish()).json["access_token"]
    reply = await post_form(api, "/introspect", {"token": token}, token=auditor["access_token"])
    assert (reply.json["active"], reply.json["scope"], reply.json["aud"]) == (True, "api", api.url)
    assert reply.json["token_type"] == "Bearer"
    assert "cnf" not in reply.json
    own = auditor["access_token"]
    introspected = (await post_form(api, "/introspect", {"token": own}, token=own)).json
    assert (introspected["token_type"], introspected["aud"]) == ("DPoP", f"{api.url}/account")
    assert introspected["cnf"] == {"jkt": api.key.thumbprint}


async def test_a_token_for_apis_is_inactive_after_a_suspension(
    api: Api, azurite: Azurite, person: Person
) -> None:
    admin = await sign_in_as(
        api, azurite.connection_string, Role.AUTHENTICATORS_ADMIN, Role.AUDIT_READ
    )
    answer = (await person.finish()).json
    by = admin["access_token"]
    path = f"/users/{answer['user']['id']}"
    for act, active in (("suspend", False), ("resume", False)):
        assert (await api.send("POST", f"{path}/{act}", token=by)).status == 200
        introspected = await post_form(
            api, "/introspect", {"token": answer["access_token"]}, token=by
        )
        assert introspected.json["active"] is active
    again = (await person.finish()).json
    credential = f"{path}/credentials/{again['credential']['id']}"
    assert (await api.send("POST", f"{credential}/suspend", token=by)).status == 200
    introspected = await post_form(api, "/introspect", {"token": again["access_token"]}, token=by)
    assert introspected.json["active"] is False


async def test_an_account_token_needs_its_proof(api: Api, person: Person) -> None:
    signed_in = await api.sign_in(person.key)
    token = signed_in["access_token"]
    assert (signed_in["token_type"], signed_in["scope"]) == ("DPoP", "account")
    assert claims_of(token)["aud"] == f"{api.url}/account"
    assert (await _present(api, token, scheme="DPoP")).status == 200
    reply = await _present(api, token)
    assert (reply.status, reply.problem) == (401, "token-for-elsewhere")
    assert (await api.get("/me", token=None)).problem == "token-required"
    in_cookie = await api.send("GET", "/me", headers={"Cookie": f"{ACCESS}={token}"})
    assert (in_cookie.status, in_cookie.problem) == (401, "token-for-elsewhere")


async def test_a_proof_is_valid_for_one_request_and_only_once(api: Api, person: Person) -> None:
    token = (await api.sign_in(person.key))["access_token"]
    authorization = {"Authorization": f"DPoP {token}"}

    async def send(proof: dict[str, str], path: str = "/me") -> Reply:
        return await api.send("GET", path, headers=authorization | proof)

    once = api.proof("GET", "/me", token=token)
    assert (await send(once)).status == 200
    other = (await api.sign_in(person.key))["access_token"]
    for refused in (
        await send(once),
        await send(api.proof("GET", "/sessions", token=token)),
        await send(api.proof("POST", "/me", token=token)),
        await send(api.proof("GET", "/me", token=other)),
        await send(api.proof("GET", "/me")),
        await send({}),
        await send({"DPoP": "forged"}),
    ):
        assert (refused.status, refused.problem) == (401, "dpop-proof-invalid")
        challenge = refused.headers["WWW-Authenticate"]
        assert challenge.startswith("DPoP ")
        assert 'error="invalid_dpop_proof"' in challenge
    theirs = {"DPoP": ClientKey().prove("GET", f"{api.url}/me", token=token)}
    reply = await send(theirs)
    assert (reply.status, reply.problem) == (401, "token-for-elsewhere")


async def test_a_proof_names_the_issuers_address_whatever_the_host_header_says(
    api: Api, person: Person
) -> None:
    token = (await api.sign_in(person.key))["access_token"]
    evil = {"DPoP": api.key.prove("GET", "http://evil.example/me", token=token)}
    headers = {"Authorization": f"DPoP {token}", "Host": "evil.example"}
    assert (await api.send("GET", "/me", headers=headers | evil)).problem == "dpop-proof-invalid"
    honest = api.proof("GET", "/me", token=token)
    assert (await api.send("GET", "/me", headers=headers | honest)).status == 200


async def test_the_address_in_a_proof_has_no_query(api: Api, person: Person) -> None:
    token = (await api.sign_in(person.key))["access_token"]
    assert (await api.get("/credentials?limit=1", token=token)).status == 200


async def test_the_access_token_of_a_cookie_is_valid_only_in_the_cookie(
    api: Api, person: Person
) -> None:
    page = Page(api, person.key)
    await page.sign_in()
    token = page.cookies[ACCESS].value
    claims = claims_of(token)
    assert (claims["scope"], claims["aud"]) == ("account", f"{api.url}/account")
    assert (await page.send("GET", "/me")).status == 200
    for scheme in ("Bearer", "DPoP"):
        reply = await _present(api, token, scheme=scheme)
        assert (reply.status, reply.problem) == (401, "token-for-elsewhere")


@pytest.mark.parametrize(
    ("members", "proves", "expected"),
    [
        ({}, False, (200, "Bearer", "api")),
        ({"scope": "api"}, False, (200, "Bearer", "api")),
        ({}, True, (200, "DPoP", "api")),
        ({"scope": "account"}, True, (200, "DPoP", "account")),
        ({"scope": "account"}, False, (400, "scope-invalid")),
        ({"scope": "api", "cookies": True}, False, (400, "scope-invalid")),
        ({"scope": "register"}, True, (400, "malformed-request")),
        ({"scope": ""}, True, (400, "malformed-request")),
        ({"scope": ["account"]}, True, (400, "malformed-request")),
    ],
)
async def test_the_kind_of_token_depends_on_the_request_and_its_proof(
    api: Api,
    person: Person,
    members: dict[str, object],
    proves: bool,
    expected: tuple[object, ...],
) -> None:
    headers = api.proof("POST", "/authenticate/finish") if proves else {}
    reply = await person.finish(headers=headers, **members)
    if reply.status == 200:
        assert (200, reply.json["token_type"], reply.json["scope"]) == expected
    else:
        assert (reply.status, reply.problem) == expected


async def test_a_bad_proof_is_refused_before_the_challenge_is_used(
    api: Api, person: Person
) -> None:
    credential = person.key.get(await api.begin_authentication())
    body = {"credential": credential}
    for proof in ({"DPoP": "forged"}, api.proof("POST", "/token")):
        reply = await api.send("POST", "/authenticate/finish", json=body, headers=proof)
        assert (reply.status, reply.problem) == (401, "dpop-proof-invalid")
    assert (await api.finish_authentication(credential)).status == 200


async def _token(api: Api, refresh_token: str, scope: str | None, proof: dict[str, str]) -> Reply:
    form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    members = form | ({} if scope is None else {"scope": scope})
    return await post_form(api, "/token", members, headers=proof)


async def test_a_refresh_of_a_bound_session_needs_its_key(api: Api, person: Person) -> None:
    tokens: Json = await api.sign_in(person.key)
    spent = tokens["refresh_token"]
    theirs = {"DPoP": ClientKey().prove("POST", f"{api.url}/token")}
    for proof, error in (
        ({}, "invalid_grant"),
        (theirs, "invalid_grant"),
        ({"DPoP": "forged"}, "invalid_dpop_proof"),
        (api.proof("POST", "/authenticate/finish"), "invalid_dpop_proof"),
    ):
        reply = await _token(api, spent, None, proof)
        assert (reply.status, reply.json["error"]) == (400, error)
    # None of this has spent it, or ended anything.
    reply = await _token(api, spent, None, api.proof("POST", "/token"))
    assert (reply.status, reply.json["token_type"], reply.json["scope"]) == (200, "DPoP", "api")
    assert claims_of(reply.json["access_token"])["cnf"] == {"jkt": api.key.thumbprint}
    reply = await api.refresh(reply.json["refresh_token"], scope="account")
    assert (await api.get("/me", token=reply.json["access_token"])).status == 200


@pytest.mark.parametrize("scope", ["register", "everything", "api account"])
async def test_a_refresh_cannot_change_the_scope(api: Api, person: Person, scope: str) -> None:
    tokens = await api.sign_in(person.key)
    reply = await api.refresh(tokens["refresh_token"], scope=scope)
    assert (reply.status, reply.json["error"]) == (400, "invalid_scope")
    assert (await api.refresh(tokens["refresh_token"])).status == 200


async def test_a_session_without_a_key_never_gives_an_account_token(
    api: Api, person: Person
) -> None:
    tokens = (await person.finish()).json
    refused = await _token(api, tokens["refresh_token"], "account", {})
    assert (refused.status, refused.json["error"]) == (400, "invalid_scope")
    # Not even if the client sends a proof of a key.
    refused = await api.refresh(tokens["refresh_token"], scope="account")
    assert (refused.status, refused.json["error"]) == (400, "invalid_grant")
    jar = {"Cookie": f"{REFRESH}={tokens['refresh_token']}", "Origin": api.url}
    form = b"grant_type=refresh_token"
    refused = await api.send("POST", "/token", data=form, headers=FORM | jar)
    assert (refused.status, refused.json["error"]) == (400, "invalid_grant")
    assert (await _token(api, tokens["refresh_token"], None, {})).status == 200


async def test_the_refresh_token_of_a_cookie_is_valid_only_in_the_cookie(
    api: Api, person: Person
) -> None:
    page = Page(api, person.key)
    await page.sign_in()
    token = page.cookies[REFRESH].value
    for proof in ({}, api.proof("POST", "/token")):
        refused = await _token(api, token, None, proof)
        assert (refused.status, refused.json["error"]) == (400, "invalid_grant")
    headers = FORM | page.own()
    reply = await page.send("POST", "/token", data=b"grant_type=refresh_token", headers=headers)
    assert reply.status == 200
    assert claims_of(page.cookies[ACCESS].value)["scope"] == "account"
    data = b"grant_type=refresh_token&scope=api"
    reply = await page.send("POST", "/token", data=data, headers=headers)
    assert (reply.status, reply.json["error"]) == (400, "invalid_scope")


async def test_the_metadata_lists_proof_algorithms_and_scopes(api: Api) -> None:
    metadata = (await api.get("/.well-known/openid-configuration")).json
    assert "ES256" in metadata["dpop_signing_alg_values_supported"]
    assert {"api", "account"} <= set(metadata["scopes_supported"])


async def test_a_proof_gets_tokens_only_once(api: Api, person: Person) -> None:
    tokens: Json = await api.sign_in(person.key)
    proof = api.proof("POST", "/token")
    first = await _token(api, tokens["refresh_token"], "account", proof)
    assert first.status == 200
    latest = first.json["refresh_token"]
    again = await _token(api, latest, "account", proof)
    assert (again.status, again.json["error"]) == (400, "invalid_dpop_proof")
    assert (await _token(api, latest, "account", api.proof("POST", "/token"))).status == 200
