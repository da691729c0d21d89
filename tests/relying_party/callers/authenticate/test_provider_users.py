"""An identity provider's users and applications may register where proof is required."""

import time

import pytest

from tests.api import Api, new_username
from tests.authenticator import SoftAuthenticator
from tests.fakes.identity_provider import IdentityProvider
from tests.relying_party.callers.authenticate.conftest import Unasked
from tests.relying_party.callers.authenticate.tokens import application_token, token


@pytest.fixture
def key(verified: Api) -> SoftAuthenticator:
    return SoftAuthenticator(rp_id="localhost", origin=verified.url)


async def test_a_first_visit_makes_the_account(
    verified: Api, provider: IdentityProvider, key: SoftAuthenticator
) -> None:
    username = new_username()
    bearer = token(provider, preferred_username=username, name="Alice of Example")
    await verified.register(key, username, token=bearer)
    user = (await verified.sign_in(key, username))["user"]
    assert (user["username"], user["displayName"]) == (username, "Alice of Example")


@pytest.mark.parametrize("ago", [None, 301, 30 * 86_400])
async def test_an_old_sign_in_adds_no_key(
    verified: Api, provider: IdentityProvider, ago: int | None
) -> None:
    at = None if ago is None else int(time.time()) - ago
    bearer = token(provider, preferred_username=new_username(), auth_time=at)
    reply = await verified.post("/register/begin", {}, token=bearer)
    assert (reply.status, reply.problem) == (401, "step-up-required")
    assert reply.headers["WWW-Authenticate"] == (
        'Bearer realm="touchstone", error="insufficient_user_authentication", max_age="300"'
    )


async def test_an_application_is_as_fresh_as_its_token(
    verified: Api, provider: IdentityProvider
) -> None:
    now = int(time.time())
    stale = token(provider, kind="application", roles=["enrolment"], iat=now - 301)
    body = {"username": new_username()}
    reply = await verified.post("/register/begin", body, token=stale)
    assert (reply.status, reply.problem) == (401, "step-up-required")


async def test_a_later_visit_adds_to_the_same_account(
    verified: Api, provider: IdentityProvider, key: SoftAuthenticator
) -> None:
    """The provider may use another name for the person by then."""
    username = new_username()
    first = token(provider, uid="one-person" + username, preferred_username=username)
    await verified.register(key, username, token=first)
    later = token(provider, uid="one-person" + username, preferred_username=new_username())
    reply = await verified.post("/register/begin", {}, token=later)
    assert reply.json["publicKey"]["user"]["name"] == username
    assert len(reply.json["publicKey"]["excludeCredentials"]) == 1


async def test_a_matching_name_links_no_account(
    verified: Api, provider: IdentityProvider, key: SoftAuthenticator
) -> None:
    username = new_username()
    await verified.register(key, username, token=token(provider, preferred_username=username))
    impostor = token(provider, preferred_username=username)
    reply = await verified.post("/register/begin", {}, token=impostor)
    assert (reply.status, reply.problem) == (409, "username-taken")


async def test_a_reserved_or_look_alike_name_gets_no_account(
    verified: Api, provider: IdentityProvider
) -> None:
    for name in ("administrator", "\u0430lice"):
        bearer = token(provider, preferred_username=name)
        reply = await verified.post("/register/begin", {}, token=bearer)
        assert (reply.status, reply.problem) == (400, "malformed-request")


async def test_an_administrator_links_a_second_subject(
    verified: Api, provider: IdentityProvider, key: SoftAuthenticator
) -> None:
    username = new_username()
    await verified.register(key, username, token=token(provider, preferred_username=username))
    administrator = token(provider, roles=["helpdesk"], preferred_username=new_username())
    found = await verified.get(f"/users?username={username}", token=administrator)
    ((user),) = (each["user"] for each in found.json["users"])
    other = new_username()
    linked = await verified.post(
        f"/users/{user['id']}/links",
        {"issuer": provider.issuer, "subject": other},
        token=administrator,
    )
    assert linked.status == 204
    reply = await verified.post("/register/begin", {}, token=token(provider, uid=other))
    assert reply.json["publicKey"]["user"]["name"] == username


async def test_a_backend_begins_a_registration_for_another_person(
    verified: Api, provider: IdentityProvider, key: SoftAuthenticator
) -> None:
    username = new_username()
    backend = application_token(provider, "enrolment")
    await verified.register(key, username, token=backend)
    assert (await verified.sign_in(key, username))["user"]["username"] == username


@pytest.mark.parametrize("roles", [[], ["helpdesk"]])
async def test_a_backend_without_the_role_begins_no_registration(
    verified: Api, provider: IdentityProvider, roles: list[str]
) -> None:
    bearer = application_token(provider, *roles)
    reply = await verified.post("/register/begin", {"username": new_username()}, token=bearer)
    assert (reply.status, reply.problem) == (403, "not-permitted")


async def test_a_person_with_the_backends_role_registers_only_their_own_key(
    verified: Api, provider: IdentityProvider
) -> None:
    username = new_username()
    bearer = token(provider, roles=["enrolment"], preferred_username=username)
    reply = await verified.post("/register/begin", {"username": new_username()}, token=bearer)
    assert reply.status == 400


async def test_an_unreachable_provider_gives_no_decision(unasked: Unasked) -> None:
    unasked.provider.behaviour.status = 500
    bearer = token(unasked.provider, preferred_username=new_username())
    reply = await unasked.api.post("/register/begin", {}, token=bearer)
    assert (reply.status, reply.problem) == (503, "provider-unavailable")
    assert int(reply.headers["Retry-After"]) > 0


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "api://somebody-else"},
        {"exp": 1},
        {"iss": "https://evil.example"},
        {"nonce": "an ID token has one"},
    ],
    ids=lambda claims: next(iter(claims)),
)
async def test_a_token_for_another_audience_is_refused(
    verified: Api, provider: IdentityProvider, claims: dict[str, object]
) -> None:
    bearer = token(provider, preferred_username=new_username(), **claims)
    reply = await verified.post("/register/begin", {}, token=bearer)
    assert (reply.status, reply.problem) == (401, "token-invalid")


async def test_an_access_pass_from_the_help_desk_leads_to_a_key(
    verified: Api, provider: IdentityProvider, key: SoftAuthenticator
) -> None:
    username = new_username()
    helpdesk = token(provider, roles=["helpdesk"], preferred_username=new_username())
    issued = await verified.post("/access-passes", {"username": username}, token=helpdesk)
    assert issued.status == 201
    redeemed = await verified.post(
        "/access-passes/redeem", {"username": username, "accessPass": issued.json["accessPass"]}
    )
    await verified.register(key, username, token=redeemed.json["access_token"])
    assert (await verified.sign_in(key, username))["user"]["username"] == username
