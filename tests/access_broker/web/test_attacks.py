"""What strangers, other sites and their own guests may try."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from hashlib import sha256
from urllib.parse import quote

import azure.functions as func
import pytest

from shared import wiring
from shared.access.web import visit
from shared.access.web.identity import HEADERS, Identity, headers_of
from shared.handling.capacity import AT_ONCE, REQUESTS
from tests.access_broker.web.protected import (
    PROFILES,
    SECRET,
    SHOP,
    WIKI,
    Guest,
    Proxy,
    page,
    problem_of,
    query_of,
)
from tests.authenticator import SoftAuthenticator
from tests.blueprints.openid.web import Browser
from tests.harness.service_harness import Clock, ServiceHarness
from tests.storage_transport import RecordingTransport

FORGED = {name.replace("-", "_"): "mallory" for name in HEADERS}
SAID = {"X-Touchstone-Host": WIKI, "X-Forwarded-Method": "GET", "X-Forwarded-Uri": "/"}
AZURE = {
    "Host": "login.example.com",
    "X-Forwarded-Host": "login.example.com",
    "X-Forwarded-Proto": "https",
    "X-Original-URL": "/verify",
    "X-WAWS-Unencoded-URL": "/verify",
}
"""What its front ends write."""


async def test_identity_headers_of_a_request_are_never_read(visitor: Guest, proxy: Proxy) -> None:
    assert (await proxy.ask(**FORGED)).status_code == 401
    answer = await visitor.open(**FORGED)
    assert {answer.headers[name] for name in HEADERS}.isdisjoint({"mallory"})
    assert all(name in answer.headers for name in HEADERS)


@pytest.mark.parametrize("secret", [None, "", "another", SECRET[:-1], f"{SECRET} ", SECRET.upper()])
async def test_nobody_else_asks_in_the_place_of_a_proxy(visitor: Guest, secret: str | None) -> None:
    jar = visitor.jar(WIKI)
    answer = await visitor.proxy.check("/verify", secret=secret, Cookie=jar, **SAID)
    assert (answer.status_code, problem_of(answer)) == (403, "proxy-unproven")
    assert "X-Auth-User" not in answer.headers


@pytest.mark.parametrize("path", ["start?to=/", "callback?code=x&state=y", "sign-out"])
async def test_our_paths_of_a_site_are_reached_through_its_proxy_alone(
    visitor: Guest, path: str
) -> None:
    jar = visitor.jar(WIKI)
    answer = await visitor.proxy.web.send(
        "GET", f"/.touchstone/{path}", b"", Host=WIKI, X_Touchstone_Host=WIKI, Cookie=jar
    )
    assert (answer.status_code, problem_of(answer)) == (403, "proxy-unproven")


async def test_a_network_proves_a_proxy_by_the_last_address_only(
    instance: ServiceHarness, visitor: Guest, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_network = instance.restarted(PROXY_SECRETS="", PROXY_NETWORKS="10.1.0.0/16,fd00::/8")
    monkeypatch.setattr(wiring, "settings", lambda: by_network.settings)
    sent = {**SAID, "Cookie": visitor.jar(WIKI)}
    for address, status in (
        ("10.1.2.3:4567", 200),
        ("203.0.113.9, 10.1.2.3:4567", 200),
        ("[fd00::1]:443", 200),
        ("10.1.2.3, 203.0.113.9:4567", 403),
        ("10.2.0.1", 403),
        ("", 403),
    ):
        answer = await visitor.proxy.check(
            "/verify", secret=None, **sent, **{"X-Forwarded-For": address}
        )
        assert answer.status_code == status, address


async def test_without_any_proxy_in_the_settings_nobody_gets_through(
    instance: ServiceHarness, visitor: Guest, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = instance.restarted(PROXY_SECRETS="")
    monkeypatch.setattr(wiring, "settings", lambda: without.settings)
    assert problem_of(await visitor.open()) == "proxy-unproven"


async def test_two_secrets_count_while_one_replaces_the_other(
    instance: ServiceHarness, visitor: Guest, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = instance.restarted(PROXY_SECRETS=f"{'0' * 64},{sha256(SECRET.encode()).hexdigest()}")
    monkeypatch.setattr(wiring, "settings", lambda: both.settings)
    assert (await visitor.open()).status_code == 200


@pytest.mark.parametrize(
    "said",
    [
        {},
        SAID | {"X-Forwarded-Uri": "/,/admin"},
        SAID | {"X-Forwarded-Uri": ""},
        SAID | {"X-Forwarded-Uri": f"https://{WIKI}/"},
        SAID | {"X-Forwarded-Method": "GET,GET"},
        SAID | {"X-Forwarded-Method": "get"},
        SAID | {"X-Forwarded-Method": ""},
        SAID | {"X-Touchstone-Host": f"{WIKI},{SHOP}"},
        SAID | {"X-Touchstone-Host": f"{WIKI}/"},
        SAID | {"X-Touchstone-Host": f"{WIKI}@{SHOP}"},
        SAID | {"X-Touchstone-Host": ""},
        *({key: SAID[key] for key in SAID if key != name} for name in SAID),
        {"X-Forwarded-Host": WIKI, "X-Forwarded-Method": "GET", "X-Forwarded-Uri": "/"},
        {"X-Touchstone-Host": WIKI, "X-Original-URL": "/", "X-Original-Method": "GET"},
    ],
)
async def test_who_says_it_in_two_ways_or_none_says_nothing(
    visitor: Guest, said: dict[str, str]
) -> None:
    answer = await visitor.proxy.check("/verify", Cookie=visitor.jar(WIKI), **said)
    assert (answer.status_code, problem_of(answer)) == (403, "page-unclear")


@pytest.mark.parametrize("target", ["/x", "/", "/admin"])
async def test_a_path_behind_the_check_and_headers_contradict_each_other(
    visitor: Guest, target: str
) -> None:
    answer = await visitor.proxy.check(f"/verify{target}", Cookie=visitor.jar(WIKI), **SAID)
    assert problem_of(answer) == "page-unclear"


@pytest.mark.parametrize("written", [AZURE, dict.fromkeys(AZURE, SHOP)])
async def test_headers_that_front_ends_write_say_nothing(
    visitor: Guest, written: dict[str, str]
) -> None:
    jar = visitor.jar(WIKI)
    answer = await visitor.proxy.check("/verify", Cookie=jar, **{**written, **SAID})
    assert (answer.status_code, answer.headers["X-Auth-Profile"]) == (200, "wiki")


@pytest.mark.parametrize("ask", [Proxy.ask, Proxy.ask_as_envoy])
@pytest.mark.parametrize(
    "target",
    [
        "//admin",
        "/x/../admin",
        "/x/%2e%2e/admin",
        "/x/..;/admin",
        "/admin;x",
        "/admin%2fusers",
        "/admin%5cusers",
        "/admin\\users",
        "/admin%00",
        "/admin.",
        "/admin%20/users",
        "/admin%0d%0aX-Auth-User:%20admin",
        "/%2561dmin",
        "/x/%252e%252e/admin",
        "/%c0%ae%c0%ae/admin",
        "/%ef%bc%8fadmin",
        "/adm%69n%",
        "/Admin",
        "/ADMIN/users",
        "/%EF%BD%81dmin",
    ],
)
async def test_paths_that_an_application_may_read_otherwise_are_refused(
    visitor: Guest, ask: Callable[..., Awaitable[func.HttpResponse]], target: str
) -> None:
    answer = await ask(visitor.proxy, target, Cookie=visitor.jar(WIKI))
    assert (answer.status_code, problem_of(answer)) == (403, "page-unclear")


@pytest.mark.parametrize("target", ["/admin", "/admin/", "/%61dmin", "/admin?x", "/admin%3Fx"])
async def test_other_spellings_of_a_path_are_of_its_profile(visitor: Guest, target: str) -> None:
    assert (await visitor.open(target)).headers["X-Auth-Profile"] == "wiki-admin"


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
async def test_a_method_cannot_be_replaced_after_the_check(visitor: Guest, header: str) -> None:
    name = header.replace("-", "_")
    refused = await visitor.open("/api/x", method="POST", **{name: "DELETE"})
    assert problem_of(refused) == "page-unclear"
    assert (await visitor.open("/page", method="POST", **{name: "DELETE"})).status_code == 200


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
async def test_no_request_of_another_method_gets_through_as_a_preflight(
    proxy: Proxy, header: str
) -> None:
    """An application may take it for the request that is named there, and nobody is signed in."""
    headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "GET"}
    assert (await proxy.ask("/any", method="OPTIONS", **headers)).status_code == 200
    answer = await proxy.ask("/any", method="OPTIONS", **headers, **{header: "DELETE"})
    assert (answer.status_code, problem_of(answer)) == (401, "page-sign-in-required")


@pytest.mark.parametrize("target", ["/admin,", "/admin,x", "/admin,?x", "/admin%2Cx"])
async def test_what_comes_after_a_path_that_came_twice_makes_no_other_path_of_it(
    visitor: Guest, target: str
) -> None:
    """Two headers arrive as one. What a client says in the second must not change the profile."""
    answer = await visitor.open(target)
    assert (answer.status_code, problem_of(answer)) == (403, "page-unclear")


@pytest.mark.parametrize(
    "host",
    ["other.example.com", f"{WIKI}:8443", f"x{WIKI}", f"{WIKI}.evil.example", "localhost"],
)
async def test_a_host_that_no_profile_has_is_refused(visitor: Guest, host: str) -> None:
    answer = await visitor.proxy.ask(host=host, Cookie=visitor.jar(WIKI))
    assert (answer.status_code, problem_of(answer)) == (403, "page-unknown")


@pytest.mark.parametrize("host", ["WIKI.example.com", f"{WIKI}.", f"{WIKI}:443"])
async def test_other_spellings_of_a_host_are_the_same_host(visitor: Guest, host: str) -> None:
    assert (await visitor.proxy.ask(host=host, Cookie=visitor.jar(WIKI))).status_code == 200


async def test_a_cookie_counts_at_its_own_host_alone(visitor: Guest) -> None:
    assert (await visitor.proxy.ask(host=SHOP, Cookie=visitor.jar(WIKI))).status_code == 401


async def test_a_code_counts_at_its_own_host_alone(visitor: Guest) -> None:
    """Whoever runs one site must not enter another as its guest."""
    back = await visitor.way_back(await visitor.start("/x", host=SHOP))
    visitor.jars[WIKI] = visitor.jars[SHOP]
    assert problem_of(await visitor.at(back)) == "page-sign-in-broken"
    state = query_of(await visitor.start("/x", again="1"))["state"]
    code = back.partition("code=")[2].partition("&")[0]
    refused = await visitor.at(f"/.touchstone/callback?code={code}&state={state}")
    assert problem_of(refused) == "page-sign-in-broken"
    assert problem_of(await visitor.at(back, host=SHOP)) == "page-sign-in-broken"  # it is used up


async def test_a_code_counts_once_and_a_second_use_ends_what_it_gave(
    alice: Guest, clock: Clock
) -> None:
    back = await alice.way_back(await alice.start())
    assert (await alice.at(back)).status_code == 303
    assert (await alice.open()).status_code == 200
    assert problem_of(await alice.at(back)) == "page-sign-in-broken"
    clock.advance(seconds=30)
    assert (await alice.open()).status_code == 401


async def test_of_many_who_race_for_a_code_one_gets_in(alice: Guest) -> None:
    back = await alice.way_back(await alice.start())
    jar = alice.jar(WIKI)
    answers = await asyncio.gather(*(alice.proxy.hand_over(back, Cookie=jar) for _ in range(20)))
    assert [each.status_code for each in answers].count(303) == 1


async def test_nobody_is_signed_in_unawares_as_somebody_else(
    alice: Guest, instance: ServiceHarness, mallorys: SoftAuthenticator
) -> None:
    """Mallory has her own code and sends Alice's browser to its callback."""
    await instance.register(mallorys, "mallory")
    browser = Browser(alice.browser.web, instance, mallorys)
    await browser.sign_in()
    mallory = Guest(browser, alice.proxy)
    back = await mallory.way_back(await mallory.start())
    assert problem_of(await alice.at(back)) == "page-sign-in-broken"
    await alice.start("/own")
    assert problem_of(await alice.at(back)) == "page-sign-in-broken"
    assert visit.COOKIE not in alice.jars[WIKI]
    assert (await mallory.at(back)).status_code in (303, 403)


async def test_a_state_does_not_last(alice: Guest, clock: Clock) -> None:
    started = await alice.start()
    clock.advance(seconds=600)
    state = query_of(started)["state"]
    refused = await alice.at(f"/.touchstone/callback?code=x&state={state}")
    assert problem_of(refused) == "page-sign-in-broken"


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "\\evil.example",
        "https://evil.example",
        "https:evil.example",
        "https:/evil.example",
        "javascript:alert(1)",
        "@evil.example",
        ".evil.example",
        ":8443/",
        "/%2F/evil.example",
        "/\r\nLocation: https://evil.example",
        "/\tx",
        " /x",
        "/ä",
        "/x/../..//evil.example",
        "/.touchstone/sign-out",
        "/.Touchstone/start?to=/",
        "",
        "/" + "a" * 2_000,
    ],
)
async def test_the_way_back_leads_to_the_same_site(visitor: Guest, target: str) -> None:
    assert (await visitor.start(target)).headers["Location"] == f"https://{WIKI}/"
    del visitor.jars[WIKI]
    assert (await visitor.enter(target)).headers["Location"] == f"https://{WIKI}/"


async def test_the_way_back_is_the_one_that_was_sealed(alice: Guest) -> None:
    back = await alice.way_back(await alice.start("/page"))
    arrived = await alice.at(f"{back}&to={quote('https://evil.example')}")
    assert arrived.headers["Location"] == f"https://{WIKI}/page"


async def test_a_repeated_parameter_is_refused(alice: Guest) -> None:
    back = await alice.way_back(await alice.start())
    assert problem_of(await alice.at(f"{back}&state=x")) == "page-unclear"


async def test_a_profile_that_goes_ends_what_it_gave(
    visitor: Guest, instance: ServiceHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = [each for each in PROFILES if each["name"] != "wiki"]
    without = instance.restarted(ACCESS_PROFILES=json.dumps(left))
    monkeypatch.setattr(wiring, "service", lambda: without.service)
    assert problem_of(await visitor.open("/page")) == "page-unknown"
    assert (await visitor.open("/admin")).status_code == 200
    elsewhere = instance.restarted(ACCESS_PROFILES=json.dumps([page("shop", SHOP)]))
    monkeypatch.setattr(wiring, "service", lambda: elsewhere.service)
    assert problem_of(await visitor.open("/admin")) == "page-unknown"
    assert problem_of(await visitor.start("/")) == "page-unknown"


def test_names_with_other_characters_are_encoded() -> None:
    """No header ends early, and no list has a member too many."""
    identity = Identity(
        subject="x",
        username="ada\r\nX-Auth-Roles: admin",
        display_name="Ada",
        groups=frozenset({"a,b", "c\nd", "Größe", "cn=x+y;z", 'q"'}),
        roles=frozenset(),
        signed_in_at=0,
        user_verified=True,
        profile="p",
        asked_groups=frozenset(),
    )
    headers = headers_of(identity, "t")
    assert headers["X-Auth-User"] == "ada%0D%0AX-Auth-Roles:%20admin"
    assert headers["X-Auth-Groups"] == "Gr%C3%B6%C3%9Fe,a%2Cb,c%0Ad,cn%3Dx+y%3Bz,q%22"
    assert all(value.isascii() and value.isprintable() for value in headers.values())


@pytest.mark.parametrize("origin", [None, "https://evil.example", f"https://{SHOP}", "null"])
async def test_no_other_site_signs_people_out(visitor: Guest, origin: str | None) -> None:
    """A sister host's form brings the cookie along."""
    headers = {} if origin is None else {"Origin": origin}
    refused = await visitor.at("/.touchstone/sign-out", method="POST", **headers)
    assert (refused.status_code, problem_of(refused)) == (403, "csrf-refused")
    assert (await visitor.at("/.touchstone/sign-out")).status_code == 200
    assert (await visitor.open()).status_code == 200
    assert await visitor.browser.is_signed_in()


async def test_whatever_fails_is_a_refusal(
    visitor: Guest, clock: Clock, transport: RecordingTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def gone(call: object, send: object) -> object:
        raise ConnectionError

    clock.advance(seconds=30)
    transport.fault = gone
    answer = await visitor.open()
    assert (answer.status_code, problem_of(answer)) == (403, "page-check-failed")
    transport.fault = None
    assert (await visitor.open()).status_code == 200

    def broken() -> object:
        raise RuntimeError

    monkeypatch.setattr(wiring, "service", broken)
    assert (await visitor.open()).status_code == 403


async def test_a_busy_instance_still_answers(visitor: Guest) -> None:
    with ExitStack() as held:
        for _ in range(AT_ONCE):
            held.enter_context(REQUESTS.take())
        assert (await visitor.open()).status_code == 200


async def test_a_token_for_a_page_opens_nothing_of_ours(visitor: Guest) -> None:
    token = str((await visitor.open()).headers["X-Auth-Token"])
    bearer = {"Authorization": f"Bearer {token}"}
    for path in ("/me", "/userinfo", "/access"):
        assert (await visitor.proxy.web.send("GET", path, **bearer)).status_code == 401, path
    form = {"token": token, "client_id": f"web:{WIKI}"}
    assert (await visitor.proxy.web.post("/introspect", form)).status_code == 401
    sealed = await visitor.proxy.hand_over(
        "/.touchstone/start?to=/", Cookie=f"{visit.COOKIE}={token}"
    )
    assert str(sealed.headers["Location"]).partition("?")[0].endswith("/authorize")


@pytest.mark.parametrize(
    "path", ["/par", "/token", "/revoke", "/introspect", "/device_authorization"]
)
@pytest.mark.parametrize("secret", [None, "", "x"])
async def test_nobody_is_a_site(visitor: Guest, path: str, secret: str | None) -> None:
    form = {"client_id": f"web:{WIKI}", "token": "x", "grant_type": "authorization_code"}
    form |= {} if secret is None else {"client_secret": secret}
    refused = await visitor.proxy.web.post(path, form)
    assert refused.status_code == 401
