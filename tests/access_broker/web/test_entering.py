"""A person opens a protected page, signs in, and is there."""

import pytest

from shared.access.web import visit
from tests.access_broker.web.protected import SHOP, WIKI, Guest, problem_of, query_of
from tests.harness.record import record
from tests.harness.service_harness import Clock, ServiceHarness


async def test_a_stranger_is_sent_to_the_sign_in_and_back(alice: Guest) -> None:
    refused = await alice.open("/page?a=b&c=d")
    assert (refused.status_code, problem_of(refused)) == (401, "page-sign-in-required")
    arrived = await alice.enter("/page?a=b&c=d")
    assert arrived.status_code == 303
    assert arrived.headers["Location"] == f"https://{WIKI}/page?a=b&c=d"
    opened = await alice.open("/page?a=b&c=d")
    assert (opened.status_code, opened.headers["X-Auth-User"]) == (200, "alice")


async def test_the_cookie_is_of_the_host_alone_and_no_script_reads_it(alice: Guest) -> None:
    arrived = await alice.enter()
    (line,) = arrived.headers.get_all("Set-Cookie")
    assert line.startswith("__Host-touchstone-web=")
    assert line.endswith("; Max-Age=86400; Path=/; Secure; HttpOnly; SameSite=Lax")


async def test_who_is_signed_in_is_sent_on_without_a_gesture(alice: Guest) -> None:
    """At a second site, the session of our own page is enough."""
    await alice.enter()
    await alice.enter(host=SHOP)
    assert (await alice.open(host=SHOP)).status_code == 200
    assert alice.gestures == 0


async def test_two_tabs_sign_in_at_once(alice: Guest) -> None:
    first, second = await alice.start("/one"), await alice.start("/two")
    for started, target in ((first, "/one"), (second, "/two")):
        arrived = await alice.at(await alice.way_back(started))
        assert arrived.headers["Location"] == f"https://{WIKI}{target}"


async def test_who_is_there_already_goes_straight_to_the_page(visitor: Guest) -> None:
    assert (await visitor.start("/x")).headers["Location"] == f"https://{WIKI}/x"


async def test_the_sign_in_is_on_record(alice: Guest) -> None:
    await alice.enter()
    events = await record(alice.browser.party)
    found = [each for each in events if each["kind"] in ("authorization.granted", "code.redeemed")]
    assert [each["facts"]["client"] for each in found] == [f"web:{WIKI}"] * 2


async def test_step_up_asks_for_a_new_gesture_where_the_profile_does(
    visitor: Guest, clock: Clock
) -> None:
    assert (await visitor.open("/admin/users")).status_code == 200
    clock.advance(seconds=301)
    assert (await visitor.open("/page")).status_code == 200
    refused = await visitor.open("/admin/users")
    assert (refused.status_code, problem_of(refused)) == (401, "page-sign-in-required")
    started = await visitor.start("/admin/users")
    assert query_of(started)["max_age"] == "300"
    arrived = await visitor.at(await visitor.way_back(started))
    assert arrived.headers["Location"] == f"https://{WIKI}/admin/users"
    assert (await visitor.open("/admin/users")).status_code == 200
    assert visitor.gestures == 1


async def test_step_up_for_one_method_asks_for_a_gesture_before_the_page_opens(
    visitor: Guest, clock: Clock
) -> None:
    """The browser comes back by GET, which needs none, and would be refused again and again."""
    clock.advance(seconds=301)
    assert (await visitor.open("/form")).status_code == 200
    assert (await visitor.open("/form", method="POST")).status_code == 401
    started = await visitor.start("/form")
    assert "max_age" in query_of(started)
    arrived = await visitor.at(await visitor.way_back(started))
    assert arrived.headers["Location"] == f"https://{WIKI}/form"
    assert (await visitor.open("/form", method="POST")).status_code == 200
    assert visitor.gestures == 1


async def test_nobody_makes_a_gesture_for_a_method_that_is_for_others(
    visitor: Guest, clock: Clock
) -> None:
    clock.advance(seconds=200)
    assert (await visitor.start("/form")).headers["Location"] == f"https://{WIKI}/form"


async def test_a_fresh_session_elsewhere_needs_no_further_gesture(
    visitor: Guest, clock: Clock
) -> None:
    clock.advance(seconds=301)
    await visitor.browser.sign_in()
    await visitor.enter("/admin")
    assert (await visitor.open("/admin")).status_code == 200
    assert visitor.gestures == 0


async def test_who_still_lacks_something_is_told_and_not_sent_round(alice: Guest) -> None:
    arrived = await alice.enter("/hardware")
    assert (arrived.status_code, problem_of(arrived)) == (403, "page-refused")
    assert visit.COOKIE in alice.jars[WIKI]
    assert (await alice.open("/page")).status_code == 200
    again = await alice.start("/hardware", again="1")
    assert query_of(again)["prompt"] == "login"


async def test_who_declines_is_told(alice: Guest) -> None:
    started = await alice.start("/page")
    state = query_of(started)["state"]
    back = await alice.at(f"/.touchstone/callback?error=access_denied&state={state}")
    assert (back.status_code, problem_of(back)) == (403, "page-sign-in-declined")


async def test_the_person_sees_the_site_among_the_applications(visitor: Guest) -> None:
    jar = "; ".join(f"{name}={value}" for name, value in visitor.browser.cookies.items())
    response = await visitor.proxy.web.send("GET", "/applications", Cookie=jar)
    assert WIKI in response.get_body().decode()


@pytest.mark.parametrize(
    "host", ["other.example.com", "wiki.example.com:8443", "xwiki.example.com"]
)
async def test_a_host_without_a_profile_begins_nothing(alice: Guest, host: str) -> None:
    assert problem_of(await alice.start("/", host=host)) == "page-unknown"


async def test_a_site_gets_no_tokens(alice: Guest, instance: ServiceHarness) -> None:
    """Its codes are worth something at its callback only."""
    started = await alice.start()
    back = await alice.way_back(started)
    code = back.partition("code=")[2].partition("&")[0]
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": f"web:{WIKI}",
        "redirect_uri": f"https://{WIKI}/.touchstone/callback",
        "code_verifier": alice.verifier,
    }
    refused = await alice.proxy.web.post("/token", form)
    assert refused.status_code == 401
    assert (await alice.at(back)).status_code == 303


async def test_the_way_back_to_a_long_address_is_kept(alice: Guest) -> None:
    target = "/page?" + "a" * 1_494
    assert (await alice.enter(target)).headers["Location"] == f"https://{WIKI}{target}"
