"""What comes out of an exchange, and what Entra gets for it."""

import jwt
import pytest

from shared.access.exchange.request import ACCESS_TOKEN
from tests.access_broker.exchange.exchanger import (
    AGENT,
    IDENTITY,
    SQL,
    Application,
    Exchanger,
)
from tests.blueprints.openid.web import body_of
from tests.harness.record import record
from tests.harness.service_harness import ORIGIN
from tests.sessions.claims import claims_of


async def test_a_token_of_entra_for_the_resource(alice: Exchanger) -> None:
    given = await alice.granted()
    assert given["claims"]["appid"] == IDENTITY
    assert (given["issued_token_type"], given["token_type"]) == (ACCESS_TOKEN, "Bearer")
    assert (given["expires_in"], given["scope"]) == (3599, f"{SQL}/.default")
    (request,) = alice.entra.requests
    assertion = claims_of(request.form["client_assertion"])
    assert assertion["sub"] == "profile:reporting"
    assert assertion["jti"] == given["touchstone_jti"]
    assert assertion["exp"] - assertion["iat"] == 300


async def test_both_logs_can_be_joined(alice: Exchanger) -> None:
    given = await alice.granted()
    (request,) = alice.entra.requests
    (event,) = [each for each in await record(alice.party) if each["kind"] == "access.granted"]
    assert event["outcome"] == "success"
    assert event["token"] == given["touchstone_jti"]
    assert event["facts"] == {
        "profile": "reporting",
        "correlation": request.headers["client-request-id"],
        "trace": request.trace_id,
    }
    assert event["target"]["id"] == claims_of(alice.token)["sub"]


async def test_the_assertion_does_not_outlive_the_token(alice: Exchanger) -> None:
    alice.party.clock.advance(seconds=200)
    await alice.granted()
    (request,) = alice.entra.requests
    assert claims_of(request.form["client_assertion"])["exp"] == claims_of(alice.token)["exp"]


async def test_a_person_may_have_a_subject_of_their_own(alice: Exchanger) -> None:
    subject = f"profile:each:{claims_of(alice.token)['sub']}"
    assert (await alice.refused("each"))["error"] == "invalid_target"
    alice.entra.trust(IDENTITY, subject, issuer=ORIGIN)
    await alice.sign_in()
    assert (await alice.granted("each"))["claims"]["appid"] == IDENTITY


async def test_an_agent_has_a_token_in_its_own_name(alice: Exchanger) -> None:
    assert (await alice.granted("agents"))["claims"]["appid"] == AGENT


async def test_a_page_exchanges_the_token_in_its_cookie(
    alice: Exchanger, application: Application
) -> None:
    browser = application.browser
    form = {"grant_type": "urn:ietf:params:oauth:grant-type:token-exchange", "audience": "second"}
    sent = {"Cookie": browser._jar(), "Origin": ORIGIN}
    forged = await alice.web.post("/token", form, **sent)
    assert forged.status_code == 403
    response = await alice.web.post("/token", form, X_CSRF_Token=browser.csrf, **sent)
    assert response.status_code == 200, response.get_body()
    nothing = await alice.web.post("/token", form)
    assert body_of(nothing)["error"] == "invalid_request"


async def test_an_application_exchanges_its_own_token(
    alice: Exchanger, application: Application
) -> None:
    for audience in ("reporting", f"{ORIGIN}/profiles/apps"):
        response = await application.exchange(audience)
        assert response.status_code == 200, response.get_body()
        token = body_of(response)["access_token"]
        assert alice.entra.verify(token, audience=SQL)
    events = [each for each in await record(alice.party) if each["kind"] == "access.granted"]
    assert [each["facts"]["client"] for each in events] == ["app", "app"]


async def test_metadata_lists_the_grant(alice: Exchanger) -> None:
    response = await alice.web.send("GET", "/.well-known/openid-configuration")
    assert (
        "urn:ietf:params:oauth:grant-type:token-exchange"
        in (body_of(response)["grant_types_supported"])
    )


@pytest.mark.parametrize(("scope", "error"), [(f"{SQL}/.default", None), ("more", "invalid_scope")])
async def test_scope_is_that_of_the_profile_or_none(
    scope: str, error: str | None, alice: Exchanger
) -> None:
    body = body_of(await alice.exchange(scope=scope))
    assert body.get("error") == error


async def test_no_token_is_in_the_log_or_the_tables(
    alice: Exchanger, caplog: pytest.LogCaptureFixture
) -> None:
    given = await alice.granted()
    (request,) = alice.entra.requests
    told = caplog.text + str(await record(alice.party))
    for secret in (given["access_token"], alice.token, request.form["client_assertion"]):
        assert secret not in told
    assert jwt.get_unverified_header(request.form["client_assertion"])["alg"] == "RS256"
