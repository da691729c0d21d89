"""Each request at a protected page: who gets through, and what the application is told."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import azure.functions as func
import jwt
import pytest

from shared import wiring
from shared.access.web.identity import HEADERS
from shared.keys.signing_key import SigningKey
from shared.recording.actors import user
from tests.access_broker.web.protected import SHOP, WIKI, Guest, Proxy, problem_of
from tests.harness.administrators import ADMINISTRATOR, handle_of
from tests.harness.record import record
from tests.harness.service_harness import ORIGIN, Clock, ServiceHarness
from tests.storage_transport import RecordingTransport

SHAPES = pytest.mark.parametrize("ask", [Proxy.ask, Proxy.ask_as_envoy])
type Ask = Callable[..., Awaitable[func.HttpResponse]]


def claims_of(response: func.HttpResponse, key: SigningKey, *, audience: str) -> dict[str, Any]:
    """As an application verifies it."""
    token = str(response.headers["X-Auth-Token"])
    assert jwt.get_unverified_header(token) == {
        "alg": "RS256",
        "typ": "web+jwt",
        "kid": key.key_id,
    }
    return jwt.decode(
        token,
        key.public_key,
        algorithms=["RS256"],
        audience=audience,
        issuer=ORIGIN,
        options={"verify_exp": False, "verify_iat": False},
    )


@SHAPES
async def test_whoever_is_signed_in_gets_through(visitor: Guest, ask: Ask) -> None:
    answer = await ask(visitor.proxy, "/page?a=b", Cookie=visitor.jar(WIKI))
    assert (answer.status_code, answer.get_body()) == (200, b"")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Auth-Profile"] == "wiki"
    assert (await ask(visitor.proxy, "/page?a=b")).status_code == 401
    assert (await ask(visitor.proxy, "/bob", Cookie=visitor.jar(WIKI))).status_code == 403


async def test_the_application_is_told_who_it_is(
    visitor: Guest, instance: ServiceHarness, clock: Clock, signing_key: SigningKey
) -> None:
    answer = await visitor.open()
    assert [name for name in answer.headers.keys() if name.startswith("X-Auth-")]  # noqa: SIM118  werkzeug == list(HEADERS)
    claims = claims_of(answer, signing_key, audience=f"https://{WIKI}")
    now = int(clock().timestamp())
    assert claims.pop("jti")
    subject = claims["sub"]
    assert claims == {
        "iss": ORIGIN,
        "sub": subject,
        "aud": f"https://{WIKI}",
        "iat": now,
        "exp": now + 60,
        "auth_time": now,
        "acr": "phr",
        "amr": ["pop", "user", "mfa"],
        "preferred_username": "alice",
        "name": "alice",
        "groups": [],
        "roles": [],
        "profile": "wiki",
    }
    assert {name: answer.headers[name] for name in HEADERS if name != "X-Auth-Token"} == {
        "X-Auth-User": "alice",
        "X-Auth-Subject": subject,
        "X-Auth-Groups": "",
        "X-Auth-Roles": "",
        "X-Auth-Time": str(now),
        "X-Auth-Profile": "wiki",
    }


async def test_a_repeated_check_costs_no_storage_call(
    visitor: Guest, transport: RecordingTransport
) -> None:
    await visitor.open()
    transport.forget()
    for target in ("/", "/page", "/picture.png"):
        assert (await visitor.open(target)).status_code == 200
    assert transport.names == []


async def test_the_first_check_of_an_instance_costs_one_query(
    visitor: Guest, instance: ServiceHarness, clock: Clock, transport: RecordingTransport
) -> None:
    clock.advance(seconds=30)
    transport.forget()
    assert (await visitor.open()).status_code == 200
    assert transport.names == ["query Profiles", "query Accounts"]


async def test_what_nobody_sealed_costs_no_storage_call(
    visitor: Guest, transport: RecordingTransport
) -> None:
    transport.forget()
    for cookie in ("", "x", "A" * 20_000, visitor.cookie[:-4] + "AAAA", visitor.verifier):
        named = f"__Host-touchstone-web={cookie}"
        assert (await visitor.proxy.ask(Cookie=named)).status_code == 401
    assert transport.names == []


async def test_a_token_is_given_again_while_it_has_half_of_its_life(
    visitor: Guest, clock: Clock
) -> None:
    first = (await visitor.open()).headers["X-Auth-Token"]
    clock.advance(seconds=29)
    assert (await visitor.open("/x")).headers["X-Auth-Token"] == first
    clock.advance(seconds=2)
    assert (await visitor.open("/x")).headers["X-Auth-Token"] != first


@pytest.mark.parametrize("kept", [0, 30, 120])
async def test_an_ended_session_is_known_within_the_time(
    visitor: Guest,
    instance: ServiceHarness,
    clock: Clock,
    kept: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Another instance ends it."""
    looking = instance.restarted(VERIFY_SECONDS=str(kept))
    monkeypatch.setattr(wiring, "service", lambda: looking.service)
    assert (await visitor.open()).status_code == 200
    handle = (await instance.me(visitor.browser.cookies["__Host-touchstone-access"]))[0].handle
    await instance.service.sessions.end(handle, by=user(handle))
    clock.advance(seconds=max(kept - 1, 0))
    assert (await visitor.open()).status_code == (200 if kept else 401)
    clock.advance(seconds=1)
    assert (await visitor.open()).status_code == 401


async def test_a_sign_out_counts_at_once_in_its_instance_and_at_all_sites(visitor: Guest) -> None:
    await visitor.enter(host=SHOP)
    assert (await visitor.open(host=SHOP)).status_code == 200
    at_the_shop = visitor.jar(SHOP)
    left = await visitor.at("/.touchstone/sign-out", method="POST", Origin=f"https://{WIKI}")
    assert left.headers["Location"] == f"{ORIGIN}/sign-out?ui_locales=en"
    assert visitor.cookie == ""
    assert (await visitor.open()).status_code == 401
    assert not await visitor.browser.is_signed_in()
    assert (await visitor.proxy.ask(host=SHOP, Cookie=at_the_shop)).status_code == 200


async def test_the_other_sites_know_it_within_the_time(visitor: Guest, clock: Clock) -> None:
    await visitor.enter(host=SHOP)
    await visitor.open(host=SHOP)
    await visitor.at("/.touchstone/sign-out", method="POST", Origin=f"https://{WIKI}")
    clock.advance(seconds=30)
    assert (await visitor.open(host=SHOP)).status_code == 401


async def test_a_session_that_was_not_used_for_too_long_is_over(
    visitor: Guest, clock: Clock
) -> None:
    await visitor.open()
    clock.advance(seconds=3600)
    assert (await visitor.open()).status_code == 401


@pytest.mark.parametrize(
    ("target", "missing"),
    [
        ("/bob", ["not-listed"]),
        ("/dba", ["not-listed"]),
        ("/hardware", ["not-attested"]),
        ("/closed", ["outside-window"]),
    ],
)
async def test_who_may_not_is_told_what_is_missing(
    visitor: Guest, target: str, missing: list[str]
) -> None:
    refused = await visitor.open(target)
    body = json.loads(refused.get_body())
    assert (refused.status_code, body["missing"]) == (403, missing)
    assert body["signOut"] == "/.touchstone/sign-out"


async def test_refusals_are_on_record_once_an_hour(visitor: Guest, clock: Clock) -> None:
    for target in ("/bob", "/bob/x", "/bob", "/closed"):
        await visitor.open(target)
    events = [
        each for each in await record(visitor.browser.party) if each["kind"] == "access.granted"
    ]
    assert [(each["outcome"], each["reason"], each["facts"]) for each in events] == [
        ("failure", "not-listed", {"profile": "bobs", "client": f"web:{WIKI}"}),
        ("failure", "outside-window", {"profile": "closed", "client": f"web:{WIKI}"}),
    ]


@pytest.mark.parametrize(
    ("method", "status"),
    [("GET", 200), ("HEAD", 200), ("POST", 200), ("DELETE", 403), ("PUT", 403)],
)
async def test_the_method_decides_with_the_path(visitor: Guest, method: str, status: int) -> None:
    assert (await visitor.open("/api/x", method=method)).status_code == status


@SHAPES
async def test_a_preflight_gets_through_where_the_profile_says_so(proxy: Proxy, ask: Ask) -> None:
    asked = {"method": "OPTIONS", "Origin": "https://app.example.com"}
    wanted = "Access-Control-Request-Method"
    answer = await ask(proxy, "/api/x", **asked, **{wanted: "POST"})
    assert answer.status_code == 200
    assert {answer.headers[name] for name in HEADERS} == {""}
    assert (await ask(proxy, "/api/x", **asked, **{wanted: "DELETE"})).status_code != 200
    assert (await ask(proxy, "/api/x", **asked)).status_code != 200
    assert (await ask(proxy, "/page", **asked, **{wanted: "POST"})).status_code == 401


@pytest.mark.parametrize("target", ["/.touchstone", "/.touchstone/start?to=%2F", "/.TOUCHSTONE/x"])
async def test_no_application_gets_what_is_at_our_own_paths(visitor: Guest, target: str) -> None:
    """It may show its pages at any path, also to people who are not signed in."""
    for answer in (await visitor.open(target), await visitor.proxy.ask(target)):
        assert (answer.status_code, problem_of(answer)) == (403, "page-unclear")


async def test_websockets_and_local_sites(visitor: Guest) -> None:
    opened = await visitor.open("/live", Upgrade="websocket")
    assert opened.status_code == 200
    local = await visitor.proxy.ask(host="site.localhost:8080")
    assert local.status_code == 401


async def test_people_get_a_page_and_programs_a_problem(alice: Guest) -> None:
    as_a_person = {"Accept": "text/html,application/xhtml+xml", "Sec_Fetch_Dest": "document"}
    page = await alice.open("/a?b=c&d=e", **as_a_person)
    body = page.get_body().decode()
    assert (page.status_code, page.mimetype) == (401, "text/html")
    assert 'content="0; url=/.touchstone/start?to=%2Fa%3Fb%3Dc%26d%3De"' in body
    assert f'"{ORIGIN}/assets/common/base.css"' in body
    for other in ({"Sec_Fetch_Dest": "empty"}, {"Accept": "*/*"}):
        answer = await alice.open("/a", **(as_a_person | other))
        assert answer.mimetype == "application/problem+json"
        assert json.loads(answer.get_body())["signIn"] == "/.touchstone/start?to=%2Fa"
    assert "WWW-Authenticate" in page.headers


async def test_a_suspended_person_is_known_within_the_time(
    visitor: Guest, instance: ServiceHarness, clock: Clock
) -> None:
    await visitor.open()
    whom = await handle_of(instance, "alice")
    await instance.service.credentials.suspend_account(whom, suspended=True, by=ADMINISTRATOR)
    clock.advance(seconds=30)
    assert (await visitor.open()).status_code == 401
