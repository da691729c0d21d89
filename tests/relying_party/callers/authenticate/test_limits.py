"""Rate limits over HTTP, counted by what the platform's front end says of the client."""

import pytest

from tests.api import Api, Reply, new_username
from tests.authenticator import SoftAuthenticator
from tests.fakes.identity_provider import IdentityProvider
from tests.relying_party.callers.authenticate.one_window import in_one_window, new_address
from tests.relying_party.callers.authenticate.tokens import token


@pytest.fixture
def address() -> str:
    return new_address()


async def _begin(api: Api, forwarded_for: str) -> Reply:
    headers = {"X-Forwarded-For": forwarded_for}
    return await api.send("POST", "/authenticate/begin", json={}, headers=headers)


async def _guess(api: Api, username: str, forwarded_for: str) -> Reply:
    return await api.send(
        "POST",
        "/access-passes/redeem",
        json={"username": username, "accessPass": "00000000"},
        headers={"X-Forwarded-For": forwarded_for},
    )


@in_one_window
async def test_headers_report_the_remaining_requests(verified: Api, address: str) -> None:
    first, second = [await _begin(verified, address) for _ in range(2)]
    assert first.headers["RateLimit-Policy"] == '"begin.address";q=120;w=86400'
    assert first.headers["RateLimit"].startswith('"begin.address";r=119;t=')
    assert second.headers["RateLimit"].startswith('"begin.address";r=118;t=')


@in_one_window
async def test_a_client_cannot_choose_its_address_with_a_header(
    verified: Api, address: str
) -> None:
    await _begin(verified, address)
    spoofed = await _begin(verified, f"203.0.113.9, {address}")
    assert spoofed.headers["RateLimit"].startswith('"begin.address";r=118;t=')


@in_one_window
async def test_guessing_a_pass_ends_in_429(verified: Api, address: str) -> None:
    username = new_username()
    replies = [await _guess(verified, username, address) for _ in range(6)]
    assert [reply.status for reply in replies] == [403] * 5 + [429]
    assert replies[-1].problem == "too-many-requests"
    assert "5 wrong access passes may be tried for one account" in replies[-1].json["detail"]
    assert 0 < int(replies[-1].headers["Retry-After"]) <= 86400
    assert replies[-1].headers["RateLimit-Policy"] == '"guess.account";q=5;w=86400'


@in_one_window
async def test_guesses_from_another_address_do_not_lock_the_owner_out(
    verified: Api, provider: IdentityProvider, address: str
) -> None:
    username = new_username()
    helpdesk = token(provider, roles=["helpdesk"], preferred_username=new_username())
    issued = await verified.post("/access-passes", {"username": username}, token=helpdesk)
    for number in range(6):
        await _guess(verified, username, f"198.51.100.{number}")
    redeemed = await verified.send(
        "POST",
        "/access-passes/redeem",
        json={"username": username, "accessPass": issued.json["accessPass"]},
        headers={"X-Forwarded-For": address},
    )
    assert redeemed.status == 200


@in_one_window
async def test_only_failed_sign_ins_are_counted(verified: Api, provider: IdentityProvider) -> None:
    key = SoftAuthenticator(rp_id="localhost", origin=verified.url)
    username = new_username()
    await verified.register(key, username, token=token(provider, preferred_username=username))
    for _ in range(12):
        await verified.sign_in(key, username)
    statuses = []
    for _ in range(11):
        assertion = key.get(await verified.begin_authentication(username), signature=b"no")
        statuses.append((await verified.finish_authentication(assertion)).status)
    assert statuses == [403] * 10 + [429]
