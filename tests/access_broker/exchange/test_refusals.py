"""Who gets nothing, what they are told, and that Entra is not asked then."""

import json
from dataclasses import replace
from typing import Any

import jwt
import pytest

from shared.access.exchange.request import TokenType
from shared.keys.signing_key import SigningKey
from tests.access_broker.exchange.exchanger import (
    NO_EXCHANGE,
    ORDERS,
    OTHER_APP,
    Application,
    Exchanger,
)
from tests.blueprints.openid.web import body_of
from tests.dpop import ClientKey
from tests.harness.administrators import ADMINISTRATOR, handle_of
from tests.harness.record import record
from tests.harness.service_harness import ORIGIN
from tests.sessions.claims import claims_of


@pytest.fixture(autouse=True)
def nothing_of_entra(alice: Exchanger) -> Any:  # noqa: ANN401  a fixture
    yield
    assert alice.entra.requests == []


@pytest.mark.parametrize("audience", ["none", "bobs", "Reporting", "reporting/", "apps"])
async def test_what_is_not_for_her_is_as_if_it_did_not_exist(
    audience: str, alice: Exchanger
) -> None:
    found = await alice.refused(audience)
    del found["status"]
    assert found == {
        "error": "invalid_target",
        "error_description": "There is no such profile, or not for you.",
    }


async def test_a_stale_sign_in_is_told_how_old_it_may_be(alice: Exchanger) -> None:
    alice.party.clock.advance(seconds=61)
    response = await alice.exchange("fresh")
    assert response.status_code == 401
    body = body_of(response)
    assert body["error"] == "insufficient_user_authentication"
    assert (body["max_age"], body["missing"]) == (60, ["age"])
    challenge = response.headers["WWW-Authenticate"]
    assert 'error="insufficient_user_authentication", max_age="60"' in challenge


async def test_another_passkey_is_needed(alice: Exchanger) -> None:
    found = await alice.refused("hardware")
    assert found["error"] == "insufficient_user_authentication"
    assert set(found["missing"]) >= {"attested"}


async def test_closed_at_this_time(alice: Exchanger) -> None:
    assert (await alice.refused("closed"))["error"] == "access_denied"


async def test_an_approval_is_needed(alice: Exchanger) -> None:
    found = await alice.refused("approved")
    assert found["error"] == "approval_required"
    assert found["approve_url"] == f"{ORIGIN}/requests"


async def test_a_token_counts_with_a_proof_of_its_own_key_alone(alice: Exchanger) -> None:
    thief = replace(alice, key=ClientKey())
    assert (await thief.refused())["error"] == "invalid_grant"
    form = {
        "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
        "subject_token": alice.token,
        "subject_token_type": TokenType.ACCESS_TOKEN.value,
        "audience": "reporting",
    }
    unproven = await alice.web.post("/token", form)
    assert body_of(unproven)["error"] == "invalid_grant"


async def test_a_token_of_a_cookie_counts_in_the_cookie_alone(
    alice: Exchanger, application: Application
) -> None:
    (cookie, *_) = application.browser.cookies.values()
    assert claims_of(cookie)["scope"] == "account"
    assert (await alice.refused(subject_token=cookie))["error"] == "invalid_grant"


async def test_a_suspended_person_exchanges_nothing(
    alice: Exchanger, application: Application
) -> None:
    handle, credentials = await handle_of(alice.party), alice.party.service.credentials
    await credentials.suspend_account(handle, suspended=True, by=ADMINISTRATOR)
    assert (await alice.refused())["error"] == "invalid_grant"
    assert body_of(await application.exchange())["error"] == "invalid_grant"


async def test_an_expired_token(alice: Exchanger) -> None:
    alice.party.clock.advance(seconds=301)
    assert (await alice.refused())["error"] == "invalid_grant"


async def test_a_client_exchanges_its_own_tokens_alone(
    alice: Exchanger, application: Application
) -> None:
    for client_id, error in (
        (OTHER_APP.id, "invalid_grant"),
        (NO_EXCHANGE.id, "unauthorized_client"),
        ("unknown", "invalid_client"),
    ):
        response = await application.exchange(client_id=client_id)
        assert body_of(response)["error"] == error
    # Without its client, or with a token of the account's own session:
    assert (await alice.refused(subject_token=application.token))["error"] == "invalid_grant"
    own = await application.exchange(subject_token=alice.token)
    assert body_of(own)["error"] == "invalid_grant"


async def test_a_token_for_another_audience(alice: Exchanger, application: Application) -> None:
    await application.get_token(resource=ORDERS, scope="orders:read")
    assert claims_of(application.token)["aud"] == ORDERS
    assert body_of(await application.exchange())["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "claims",
    [
        {"may_act": {"iss": ORIGIN, "sub": "bot"}},
        {"act": {"iss": ORIGIN, "sub": "bot"}},
        {"may_act": "bot"},
    ],
)
async def test_a_token_that_names_an_actor_needs_that_actor(
    claims: dict[str, Any], alice: Exchanger, signing_key: SigningKey
) -> None:
    header = jwt.get_unverified_header(alice.token)
    token = jwt.encode(
        claims_of(alice.token) | claims, signing_key.private_key, "RS256", headers=header
    )
    found = await alice.refused(subject_token=token)
    assert found["error"] == "invalid_request"


async def test_an_actor_whom_nobody_named(alice: Exchanger, application: Application) -> None:
    actor = {"actor_token": application.token, "actor_token_type": TokenType.JWT.value}
    response = await application.exchange(**actor)
    assert body_of(response)["error"] == "invalid_request"


async def test_refusals_are_recorded_with_what_was_answered(alice: Exchanger) -> None:
    await alice.refused("bobs")
    await alice.refused("approved")
    events = [each for each in await record(alice.party) if each["kind"] == "access.granted"]
    assert [(each["outcome"], each["reason"]) for each in events] == [
        ("failure", "invalid_target"),
        ("failure", "approval_required"),
    ]
    assert "bobs" not in json.dumps(events)
