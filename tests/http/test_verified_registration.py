"""REGISTRATION=verified: a registration needs a token, and is for the token's account only."""

from tests.api import Api, new_username
from tests.authenticator import SoftAuthenticator


async def test_a_new_name_needs_a_token(verified_api: Api) -> None:
    reply = await verified_api.post("/register/begin", {"username": new_username()})
    assert (reply.status, reply.problem) == (401, "token-required")
    assert reply.headers["WWW-Authenticate"].startswith('Bearer realm="touchstone", DPoP ')


async def test_a_taken_name_needs_the_token_of_its_account(
    api: Api, verified_api: Api, authenticator: SoftAuthenticator
) -> None:
    victim, mallory = new_username(), new_username()
    await api.register(authenticator, victim)
    other = SoftAuthenticator(rp_id="localhost", origin=api.url)
    await api.register(other, mallory)
    token = (await verified_api.sign_in(other))["access_token"]
    for host in (api, verified_api):
        reply = await host.post("/register/begin", {"username": victim}, token=token)
        assert (reply.status, reply.problem) == (400, "malformed-request")


async def test_an_invalid_token_is_refused_even_if_no_token_is_needed(api: Api) -> None:
    reply = await api.post("/register/begin", {"username": new_username()}, token="forged")
    assert (reply.status, reply.problem) == (401, "token-invalid")
    assert 'error="invalid_token"' in reply.headers["WWW-Authenticate"]


async def test_the_token_of_an_account_registers_another_passkey(
    api: Api, verified_api: Api, authenticator: SoftAuthenticator
) -> None:
    username = new_username()
    first = await api.register(authenticator, username)
    token = (await verified_api.sign_in(authenticator))["access_token"]
    options = await verified_api.begin_registration(username, token=token)
    assert [each["id"] for each in options["excludeCredentials"]] == [first["id"]]
    second = SoftAuthenticator(rp_id="localhost", origin=api.url)
    reply = await verified_api.finish_registration(second.create(options), name="Blue key")
    assert (reply.status, reply.json["name"]) == (201, "Blue key")
    assert (await verified_api.sign_in(second))["user"]["username"] == username


async def test_a_token_that_is_sent_with_a_finish_must_be_of_its_account(
    api: Api, verified_api: Api, authenticator: SoftAuthenticator
) -> None:
    """It needs none. One that is no good is refused, and the challenge stays."""
    username, other = new_username(), SoftAuthenticator(rp_id="localhost", origin=api.url)
    await api.register(authenticator, username)
    await api.register(other, new_username())
    own = (await verified_api.sign_in(authenticator))["access_token"]
    foreign = (await verified_api.sign_in(other))["access_token"]
    second = SoftAuthenticator(rp_id="localhost", origin=api.url)
    options = await verified_api.begin_registration(username, token=own)
    body = {"credential": second.create(options)}
    for token, refusal in (("forged", (401, "token-invalid")), (foreign, (403, "not-permitted"))):
        reply = await verified_api.post("/register/finish", body, token=token)
        assert (reply.status, reply.problem) == refusal
    assert (await verified_api.post("/register/finish", body, token=own)).status == 201


async def test_a_token_of_an_account_cannot_create_another_account(
    api: Api, authenticator: SoftAuthenticator
) -> None:
    await api.register(authenticator, new_username())
    token = (await api.sign_in(authenticator))["access_token"]
    newcomer = SoftAuthenticator(rp_id="localhost", origin=api.url)
    body = {"credential": newcomer.create(await api.begin_registration(new_username()))}
    reply = await api.post("/register/finish", body, token=token)
    assert (reply.status, reply.problem) == (403, "not-permitted")
    assert (await api.post("/register/finish", body)).status == 201
