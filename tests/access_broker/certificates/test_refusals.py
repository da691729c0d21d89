"""Who gets no certificate, and what each is told."""

import pytest

from shared.relying_party.sessions.token_issue import TO_PAGE
from tests.access.certificates.requests import csr
from tests.access_broker.certificates.people import CommandLine, Json
from tests.blueprints.openid.web import Browser, body_of
from tests.harness.administrators import ADMINISTRATOR, handle_of
from tests.harness.record import record


async def outcomes(alice: CommandLine) -> list[tuple[str, str | None]]:
    events = [each for each in await record(alice.party) if each["kind"] == "certificate.issued"]
    return [(each["outcome"], each.get("reason")) for each in events]


@pytest.mark.parametrize("name", ["none", "bobs", "apps", "grouped"])
async def test_a_profile_of_others_is_as_none(alice: CommandLine, name: str) -> None:
    refused, unknown = await alice.refused(name), await alice.refused("none")
    assert refused | {"instance": ""} == unknown | {"instance": ""}
    assert refused["status"] == 404


async def test_an_old_sign_in_is_told_how_old_it_may_be(alice: CommandLine) -> None:
    assert (await alice.issued("fresh"))["role"] == "app_ro"
    alice.party.clock.advance(seconds=61)
    response = await alice.ask("fresh")
    refused = body_of(response)
    assert response.status_code == 401
    assert refused["missing"] == ["age"]
    assert 'max_age="60"' in response.headers["WWW-Authenticate"]
    assert (await outcomes(alice))[-1][0] == "failure"
    await alice.sign_in()
    await alice.issued("fresh")


async def test_a_credential_that_does_not_fit_is_named(alice: CommandLine) -> None:
    refused = await alice.refused("hardware")
    assert (refused["status"], refused["slug"]) == (403, "access-obstructed")
    assert "attested" in refused["missing"]


async def test_a_closed_profile_says_so(alice: CommandLine) -> None:
    refused = await alice.refused("closed")
    assert (refused["status"], refused["slug"]) == (403, "access-obstructed")
    assert "outside-window" in refused["detail"]


async def test_a_profile_of_another_kind_gives_none(alice: CommandLine) -> None:
    refused = await alice.refused("token")
    assert (refused["status"], refused["slug"]) == (400, "malformed-request")


@pytest.mark.parametrize(
    "body",
    [
        {"csr": "x" * 5000},
        {"csr": "a\0b"},
        {"csr": 5},
        {"csr": None},
        {"csr": csr()[:-40]},
        {"profile": None},
        {"profile": "a" * 64},
        {"role": "postgres"},
        {"approval": "a" * 2049},
        {"approval": "x", "reason": "y"},
    ],
    ids=lambda body: "-".join(body),
)
async def test_a_bad_body_is_malformed(alice: CommandLine, body: Json) -> None:
    refused = await alice.refused(**{"name": "orders", **body})
    assert (refused["status"], refused["slug"]) == (400, "malformed-request")
    assert await outcomes(alice) == []


async def test_somebody_who_is_suspended_gets_none(alice: CommandLine) -> None:
    handle, credentials = await handle_of(alice.party), alice.party.service.credentials
    await credentials.suspend_account(handle, suspended=True, by=ADMINISTRATOR)
    assert (await alice.refused())["status"] == 401


async def test_a_session_that_ended_gets_none(alice: CommandLine) -> None:
    await alice.send("DELETE", "/sessions")
    assert (await alice.refused())["status"] == 401


async def test_a_token_needs_a_proof_of_its_key(alice: CommandLine) -> None:
    body = {"profile": "orders", "csr": csr()}
    assert (await alice.send("POST", "/certificates", body, DPoP="x")).status_code == 401
    bearer = {"Authorization": f"Bearer {alice.token}"}
    assert (await alice.send("POST", "/certificates", body, **bearer)).status_code == 401


async def test_a_token_for_apis_is_for_others(alice: CommandLine) -> None:
    """Its audience is not ours."""
    alice.party.issue = TO_PAGE
    token = (await alice.party.sign_in(alice.authenticator)).tokens.access_token
    bearer = {"Authorization": f"Bearer {token}"}
    body = {"profile": "orders", "csr": csr()}
    response = await alice.send("POST", "/certificates", body, **bearer)
    assert response.status_code == 401


async def test_a_page_needs_its_csrf_token(alice: CommandLine) -> None:
    browser = Browser(alice.web, alice.party, alice.authenticator)
    await browser.sign_in()
    body = {"profile": "orders", "csr": csr()}
    assert (await browser.send_json("/certificates", body)).status_code == 201
    browser.csrf = "x"
    assert (await browser.send_json("/certificates", body)).status_code == 403


async def test_somebody_who_asks_again_and_again_has_to_wait(alice: CommandLine) -> None:
    codes = [(await alice.ask()).status_code for _ in range(33)]
    assert codes[:31] == [201] * 31
    assert codes[-1] == 429
