"""The log has the reasons of refused ceremonies, and nothing that is secret or personal."""

import json

import pytest

from devhost.process import HostProcess
from tests.api import Api, Json, new_username
from tests.authenticator import SoftAuthenticator


def _texts(value: object) -> set[str]:
    """Every text in a message that is long enough to be recognised."""
    match value:
        case dict():
            return set[str]().union(*map(_texts, value.values()))
        case list():
            return set[str]().union(*map(_texts, value))
        case str() if len(value) >= 16:
            return {value}
    return set()


async def test_the_log_has_reasons_and_no_secrets(
    touchstone: HostProcess, api: Api, authenticator: SoftAuthenticator
) -> None:
    name, display_name, label = new_username(), new_username(), new_username()
    begun = await api.begin_registration(name, displayName=display_name)
    created = authenticator.create(begun)
    await api.finish_registration(created, name=label)
    assertion = authenticator.get(await api.begin_authentication(name))
    signed_in = (await api.finish_authentication(assertion)).json
    token: str = signed_in["access_token"]
    await api.get("/me", token=token)
    refused = authenticator.get(await api.begin_authentication(name), signature=b"x" * 70)
    await api.finish_authentication(refused)
    spoilt = authenticator.create(await api.begin_registration(name), user_present=False)
    await api.finish_registration(spoilt)
    await api.finish_registration(_spoilt_deeply(authenticator, await api.begin_registration(name)))
    await api.get("/me", token=f"{token}x")
    await api.get(f"/me?access_token={token}")
    await api.post("/authenticate/begin", {"username": f"{name}\x00"})
    await api.send("POST", "/authenticate/begin", data=json.dumps(name).encode()[:-1])
    output = await _output(touchstone, api)
    assert "authentication-rejected: signature_invalid" in output
    assert "registration-rejected: user_not_present" in output
    secrets = _texts([created, assertion, refused, spoilt, signed_in["credential"]["id"]])
    personal = {name, display_name, label, signed_in["user"]["id"]}
    for text in secrets | personal | set(token.split(".")):
        assert text not in output


def _spoilt_deeply(authenticator: SoftAuthenticator, options: Json) -> Json:
    """A refusal whose cause is an exception of the parser, which could quote what it read."""
    return authenticator.create(options, attestation_object=b"\xbf" + b"quoted-by-nobody" * 4)


@pytest.mark.parametrize("ceremony", ["registration", "authentication"])
async def test_the_log_shows_an_origin_with_another_port(
    touchstone: HostProcess, api: Api, authenticator: SoftAuthenticator, ceremony: str
) -> None:
    """The log does not show any other origin."""
    name, port = new_username(), 1000 if ceremony == "registration" else 1001
    await api.register(authenticator, name)
    for origin in (f"http://localhost:{port}", f"https://{name}.example"):
        if ceremony == "registration":
            options = await api.begin_registration(new_username())
            reply = await api.finish_registration(authenticator.create(options, origin=origin))
        else:
            begun = await api.begin_authentication(name)
            reply = await api.finish_authentication(authenticator.get(begun, origin=origin))
        assert reply.status in (403, 422)
        assert origin not in reply.raw.decode()
    explanation = f"sent http://localhost:{port}, RP_ORIGINS has {api.url}"
    output = await _output(touchstone, api)
    assert f"{ceremony}-rejected: origin_not_allowed ({explanation})" in output
    assert f"https://{name}.example" not in output


async def _output(touchstone: HostProcess, api: Api) -> str:
    """All that was logged until now: the host logs its requests in their order."""
    last = new_username()
    await api.get(f"/assets/home/{last}")
    touchstone.child.wait_for(last)
    return touchstone.child.output
