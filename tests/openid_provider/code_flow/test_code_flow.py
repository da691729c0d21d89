"""The code flow, from the request of a browser to the tokens of a client."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from shared.errors import GrantRefused, RedirectUnverified, TokenInvalid
from shared.openid.authorization.interaction import Step
from shared.openid.tokens.id_token import hash_of
from shared.openid_provider.authorization.authorizing import Refused
from shared.openid_provider.authorization.continuing import Decision, ToDo
from shared.relying_party.sessions.token_issuer import Tokens
from tests.authenticator import SoftAuthenticator
from tests.harness.record import record
from tests.harness.service_harness import ORIGIN, Clock, ServiceHarness
from tests.openid.asking_client import CLIENT, REDIRECT_URI, client
from tests.openid_provider.code_flow.provider import Provider, answered, parameters
from tests.sessions.claims import claims_of
from tests.storage_transport import RecordingTransport

OTHER = client(id="other", redirect_uris=("https://other.example/cb",))


async def test_a_client_learns_who_signed_in(provider: Provider, signed_in: Tokens) -> None:
    tokens = await provider.redeem(await provider.code(signed_in, scope="openid profile"))
    claims = claims_of(tokens.id_token or "")
    assert (claims["iss"], claims["aud"], claims["nonce"]) == (ORIGIN, "app", "the nonce")
    assert (claims["acr"], claims["amr"]) == ("phr", ["pop", "user", "mfa"])
    assert (claims["name"], claims["preferred_username"]) == ("alice", "alice")
    assert claims["at_hash"] == hash_of(tokens.access_token)
    assert claims["sub"] == claims_of(signed_in.access_token)["sub"]
    assert tokens.token_type == "Bearer"
    assert tokens.refresh_token is None
    access = claims_of(tokens.access_token)
    assert (access["aud"], access["client_id"]) == (f"{ORIGIN}/userinfo", "app")
    assert access["sid"] == claims["sid"] != claims_of(signed_in.access_token)["sid"]


async def test_the_answer_has_the_state_and_says_who_answers(
    provider: Provider, signed_in: Tokens
) -> None:
    found = answered(await provider.go_on(await provider.begin(), signed_in))
    assert (found["state"], found["iss"]) == ("the state", ORIGIN)


async def test_without_openid_there_is_no_id_token(provider: Provider, signed_in: Tokens) -> None:
    tokens = await provider.redeem(await provider.code(signed_in, scope="orders:read"))
    assert tokens.id_token is None
    assert tokens.scope == ("orders:read",)


async def test_a_code_flow_on_top_of_a_session_costs_three_storage_calls(
    provider: Provider, party: ServiceHarness, signed_in: Tokens, transport: RecordingTransport
) -> None:
    await provider.redeem(await provider.code(signed_in))
    party.clock.advance(minutes=2)
    transport.forget()
    code = await provider.code(signed_in)
    assert transport.names == ["query Accounts", "transact AuditOutbox"]
    await provider.redeem(code)
    assert transport.names[2:] == ["transact AuditOutbox"]


async def test_the_first_sign_in_at_a_client_costs_one_more(
    provider: Provider, signed_in: Tokens, transport: RecordingTransport
) -> None:
    transport.forget()
    await provider.redeem(await provider.code(signed_in))
    assert transport.names == [
        *("query Accounts", "transact Accounts"),
        *("transact AuditOutbox", "transact AuditOutbox"),
    ]


async def test_the_limit_of_an_address_costs_one_more_call_and_no_round_trip(
    provider: Provider, signed_in: Tokens, transport: RecordingTransport
) -> None:
    await provider.redeem(await provider.code(signed_in))
    request, token = await provider.begin(), await provider.token(signed_in)
    transport.forget()
    await provider.continuing.go_on(request, Decision(), token=token, address="192.0.2.1")
    assert sorted(transport.names) == [
        "insert RateLimits",
        "query Accounts",
        "transact AuditOutbox",
    ]
    assert transport.round_trips == 2


async def test_a_request_that_is_only_brought_costs_nothing(
    provider: Provider, transport: RecordingTransport
) -> None:
    transport.forget()
    await provider.begin()
    assert transport.names == []


async def test_both_steps_are_on_record(
    provider: Provider, party: ServiceHarness, signed_in: Tokens
) -> None:
    tokens = await provider.redeem(await provider.code(signed_in))
    granted, redeemed = (await record(party))[-2:]
    assert [(each["kind"], each["outcome"]) for each in (granted, redeemed)] == [
        ("authorization.granted", "success"),
        ("code.redeemed", "success"),
    ]
    sub = claims_of(signed_in.access_token)["sub"]
    for event in (granted, redeemed):
        assert event["actor"]["id"] == event["target"]["id"] == sub
        assert event["session"] == claims_of(signed_in.access_token)["sid"]
        assert event["facts"] == {"client": "app", "scope": "openid"}
    assert redeemed["token"] == claims_of(tokens.access_token)["jti"]


async def test_somebody_who_is_not_signed_in_has_to_sign_in(provider: Provider) -> None:
    found = await provider.go_on(await provider.begin(login_hint="alice"), None)
    assert isinstance(found, ToDo)
    assert (found.step, found.client.name) == (Step.SIGN_IN, "An application")
    assert (found.redirect_uri, found.login_hint) == (REDIRECT_URI, "alice")


async def test_an_ended_session_is_none(
    provider: Provider, party: ServiceHarness, signed_in: Tokens
) -> None:
    await party.service.revocation.revoke(signed_in.refresh_token)
    found = await provider.go_on(await provider.begin(), signed_in)
    assert isinstance(found, ToDo)
    assert found.step is Step.SIGN_IN


async def test_a_new_gesture_is_asked_of_a_session_that_is_older_than_the_request(
    provider: Provider, party: ServiceHarness, signed_in: Tokens, alices: SoftAuthenticator
) -> None:
    party.clock.advance(seconds=1)
    for asked in ({"prompt": "login"}, {"max_age": "0"}):
        sealed = await provider.begin(**asked)
        found = await provider.go_on(sealed, signed_in)
        assert isinstance(found, ToDo)
        assert found.step is Step.NEW_GESTURE
        party.clock.advance(seconds=1)
        again = (await party.sign_in(alices)).tokens
        tokens = await provider.redeem(answered(await provider.go_on(sealed, again))["code"])
        at = claims_of(tokens.id_token or "")["auth_time"]
        assert at == int(party.clock.now.timestamp())


async def test_a_gesture_for_an_earlier_request_is_not_new(
    provider: Provider, party: ServiceHarness, signed_in: Tokens, alices: SoftAuthenticator
) -> None:
    """Whoever has a session cannot answer the next step-up with it."""
    again = (await party.sign_in(alices)).tokens
    found = await provider.go_on(await provider.begin(prompt="login"), again)
    assert isinstance(found, ToDo)
    assert found.step is Step.NEW_GESTURE


async def test_a_request_waits_for_a_quarter_of_an_hour(provider: Provider, clock: Clock) -> None:
    sealed = await provider.begin()
    clock.advance(seconds=899)
    assert isinstance(await provider.go_on(sealed, None), ToDo)
    clock.advance(seconds=1)
    with pytest.raises(RedirectUnverified):
        await provider.go_on(sealed, None)


async def test_somebody_may_decline(provider: Provider, signed_in: Tokens) -> None:
    found = answered(await provider.go_on(await provider.begin(), signed_in, declines=True))
    assert (found["error"], found["state"], found["iss"]) == ("access_denied", "the state", ORIGIN)


@pytest.mark.parametrize(
    "changes", [{"client_id": "nobody"}, {"redirect_uri": "https://evil.example"}]
)
async def test_an_unverified_address_gets_no_error_either(
    provider: Provider, changes: dict[str, str]
) -> None:
    """An open redirector would be one more step of a fraud."""
    for more in ({}, {"response_type": "id_token"}, {"prompt": "none"}):
        with pytest.raises(RedirectUnverified):
            await provider.begin(**changes, **more)


async def test_errors_of_a_verified_client_are_sent_to_it(provider: Provider) -> None:
    refused = await provider.authorizing.begin(
        parameters(max_age="soon"), in_frame=False, address=None
    )
    assert isinstance(refused, Refused)
    assert not refused.is_shown
    assert answered(refused.answer)["error"] == "invalid_request"


async def test_no_sign_in_happens_in_a_frame(provider: Provider) -> None:
    """Clickjacking: nothing of ours is shown there, and no cookie of ours comes from there."""
    refused = await provider.authorizing.begin(parameters(), in_frame=True, address=None)
    assert isinstance(refused, Refused)
    assert not refused.is_shown
    assert answered(refused.answer)["error"] == "login_required"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"redirect_uri": "https://app.example.com/other"}, "invalid_grant"),
        ({"redirect_uri": None}, "invalid_grant"),
        ({"code_verifier": "w" * 43}, "invalid_grant"),
        ({"code_verifier": None}, "invalid_grant"),
        ({"resources": ("https://orders.example.com",)}, "invalid_target"),
        ({"client": OTHER}, "invalid_grant"),
        ({"client": client(bound_tokens=True)}, "invalid_dpop_proof"),
    ],
    ids=["other address", "no address", "verifier", "no verifier", "resource", "client", "key"],
)
async def test_code_injection_is_refused_and_uses_the_code_up(
    provider: Provider,
    party: ServiceHarness,
    signed_in: Tokens,
    changes: dict[str, Any],
    error: str,
) -> None:
    code = await provider.code(signed_in)
    with pytest.raises(GrantRefused) as raised:
        await provider.redeem(code, **changes)
    assert raised.value.name == error
    with pytest.raises(GrantRefused):
        await provider.redeem(code)
    events = [each for each in await record(party) if each["kind"].startswith("code.")]
    assert [(each["kind"], each["outcome"]) for each in events] == [
        ("code.redeemed", "failure"),
        ("code.reused", "success"),
    ]
    assert events[0]["reason"] == error


async def test_a_code_is_bound_to_the_key_that_was_named(
    provider: Provider, signed_in: Tokens
) -> None:
    code = await provider.code(signed_in, dpop_jkt="k" * 43)
    with pytest.raises(GrantRefused):
        await provider.redeem(code, thumbprint="x" * 43)
    code = await provider.code(signed_in, dpop_jkt="k" * 43)
    tokens = await provider.redeem(code, thumbprint="k" * 43)
    assert tokens.token_type == "DPoP"
    assert claims_of(tokens.access_token)["cnf"] == {"jkt": "k" * 43}


async def test_an_expired_code_is_refused(
    provider: Provider, signed_in: Tokens, clock: Clock
) -> None:
    code = await provider.code(signed_in)
    clock.advance(seconds=60)
    with pytest.raises(GrantRefused):
        await provider.redeem(code)


@pytest.mark.parametrize("code", ["", "x", "A" * 200, "A" * 20_000])
async def test_a_made_up_code_costs_no_storage_call(
    provider: Provider, transport: RecordingTransport, code: str
) -> None:
    transport.forget()
    with pytest.raises(GrantRefused):
        await provider.redeem(code)
    assert transport.names == []


async def test_a_code_that_is_used_again_ends_what_it_gave(
    provider: Provider, party: ServiceHarness, signed_in: Tokens
) -> None:
    code = await provider.code(signed_in, scope="openid offline_access")
    tokens = await provider.redeem(code)
    assert await provider.profiles.find(tokens.access_token, thumbprint=None)
    with pytest.raises(GrantRefused):
        await provider.redeem(code)
    assert await provider.introspection.introspect(tokens.access_token, by=None) is None
    with pytest.raises(GrantRefused):
        await provider.refresh(tokens.refresh_token or "")
    # The person stays signed in here.
    await party.refresh(signed_in.refresh_token)


async def test_a_code_that_is_used_again_ends_the_access_of_its_session(
    provider: Provider, signed_in: Tokens
) -> None:
    code = await provider.code(signed_in)
    tokens = await provider.redeem(code)
    with pytest.raises(GrantRefused):
        await provider.redeem(code)
    with pytest.raises(TokenInvalid):
        await provider.profiles.find(tokens.access_token, thumbprint=None)
    # A new code gives new access.
    again = await provider.redeem(await provider.code(signed_in))
    await provider.profiles.find(again.access_token, thumbprint=None)


async def test_a_redirect_uri_that_is_removed_meanwhile_gets_nothing(
    provider: Provider, signed_in: Tokens
) -> None:
    sealed = await provider.begin()
    provider.registered.clients["app"] = client(redirect_uris=("https://app.example.com/new",))
    for decision in ({}, {"declines": True}):
        with pytest.raises(RedirectUnverified):
            await provider.go_on(sealed, signed_in, **decision)


async def test_a_clients_own_session_signs_nobody_in(
    provider: Provider, party: ServiceHarness, signed_in: Tokens
) -> None:
    await provider.redeem(await provider.code(signed_in, scope="openid offline_access"))
    token = await provider.token(signed_in)
    sessions = await party.service.sessions.of_account(token.user_handle)
    (own,) = [each for each in sessions if each.grant]
    found = await provider.continuing.go_on(
        await provider.begin(), Decision(), token=replace(token, session_id=own.id), address=None
    )
    assert isinstance(found, ToDo)
    assert found.step is Step.SIGN_IN


async def test_a_race_for_a_code_gives_tokens_once(provider: Provider, signed_in: Tokens) -> None:
    code = await provider.code(signed_in)
    found = await asyncio.gather(*(provider.redeem(code) for _ in range(5)), return_exceptions=True)
    assert sum(not isinstance(each, BaseException) for each in found) == 1


async def test_a_code_of_one_client_is_worth_nothing_for_another(
    party: ServiceHarness, signed_in: Tokens
) -> None:
    provider = Provider(party, CLIENT, OTHER)
    with pytest.raises(GrantRefused):
        await provider.redeem(
            await provider.code(signed_in), OTHER, redirect_uri=OTHER.redirect_uris[0]
        )
