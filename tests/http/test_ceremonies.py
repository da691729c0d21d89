"""The four steps over HTTP, as an honest client takes them."""

from tests.api import Api, new_username
from tests.authenticator import SoftAuthenticator


async def test_a_new_user_registers_and_signs_in(
    api: Api, authenticator: SoftAuthenticator
) -> None:
    username = new_username()
    credential = await api.register(authenticator, username)
    signed_in = await api.sign_in(authenticator, username)
    assert signed_in["user"]["username"] == username
    assert signed_in["credential"]["id"] == credential["id"]
    assert signed_in["token_type"] == "DPoP"


async def test_a_user_signs_in_without_a_name(api: Api, authenticator: SoftAuthenticator) -> None:
    username = new_username()
    await api.register(authenticator, username)
    assert (await api.sign_in(authenticator))["user"]["username"] == username


async def test_a_token_adds_a_second_passkey_to_its_account(
    api: Api, authenticator: SoftAuthenticator
) -> None:
    username = new_username()
    await api.register(authenticator, username)
    token = (await api.sign_in(authenticator, username))["access_token"]
    second = SoftAuthenticator(rp_id="localhost", origin=api.url)
    await api.register(second, username, token=token)
    me = (await api.get("/me", token=token)).json
    assert me["user"]["username"] == username
    assert len(me["credentials"]) == 2
    assert (await api.sign_in(second, username))["user"] == me["user"]


async def test_an_owner_is_warned_of_a_passkey_whose_sign_count_does_not_grow(
    api: Api, authenticator: SoftAuthenticator
) -> None:
    made = await api.register(authenticator, new_username())
    assert made["warnings"] == []
    options = await api.begin_authentication()
    reply = await api.finish_authentication(authenticator.get(options, sign_count=1))
    shown = await api.get("/credentials", token=reply.json["access_token"])
    (credential,) = shown.json["credentials"]
    assert credential["warnings"] == ["sign-count-unchanged"]
