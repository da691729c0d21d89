"""Headers that a client invents. None gives it another name, another path or another host."""

from collections.abc import Mapping

import pytest

from tests.counterparts.forward_authentication import client
from tests.counterparts.forward_authentication.conftest import BOB
from tests.counterparts.forward_authentication.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")

FORGED = "mallory-the-forger"
IDENTITY = (
    "X-Auth-User",
    "X-Auth-Subject",
    "X-Auth-Groups",
    "X-Auth-Roles",
    "X-Auth-Time",
    "X-Auth-Profile",
    "X-Auth-Token",
)
MISLEADING = (
    "Forwarded",
    "X-Forwarded-Host",
    "X-Forwarded-Method",
    "X-Forwarded-Port",
    "X-Forwarded-Prefix",
    "X-Forwarded-Proto",
    "X-Forwarded-Uri",
    "X-HTTP-Method",
    "X-HTTP-Method-Override",
    "X-Method-Override",
    "X-Original-URL",
    "X-Rewrite-URL",
    "X-Touchstone-Host",
    "X-Touchstone-Proxy",
)
SPELLINGS = (
    str,
    str.lower,
    str.upper,
    lambda name: name.replace("-", "_"),
    lambda name: name.lower().replace("-", "_", 1),
    lambda name: name[::-1].replace("-", "_", 1)[::-1],
)


def forged(*names: str) -> list[tuple[str, str]]:
    return [(spell(name), FORGED) for name in names for spell in SPELLINGS]


@pytest.mark.parametrize("name", [*IDENTITY, *MISLEADING])
async def test_no_application_gets_a_forged_header(
    site: Site, cookies: Mapping[tuple[str, str], str], name: str
) -> None:
    cookie, unknown = ("Cookie", cookies[BOB, site.proxy]), ("X-Unknown", FORGED)
    answer = await client.send(site.place, "/page", cookie, unknown, *forged(name))
    assert answer.status == 200
    (received,) = site.received
    arrived = [name.lower() for name, value in received.headers.items() if FORGED in value]
    assert arrived == ["x-unknown"]
    assert received.headers.getall("X-Auth-User") == [BOB]
    assert received.headers.getall("X-Auth-Profile") == [f"{site.proxy}-site"]
    assert received.headers.get("X-Auth-Groups", "") == ""


@pytest.mark.parametrize("name", IDENTITY)
async def test_nobody_takes_away_what_says_who_it_is(
    site: Site, cookies: Mapping[tuple[str, str], str], name: str
) -> None:
    """A proxy removes what `Connection` names, and must not remove what it has written itself."""
    cookie = ("Cookie", cookies[BOB, site.proxy])
    await client.send(site.place, "/page", cookie)
    await client.send(site.place, "/page", cookie, ("Connection", f"close, {name}"))
    with_it, without = site.received
    assert without.headers.get(name, "") == with_it.headers.get(name, "")


@pytest.mark.parametrize(
    "taken", ["X-Touchstone-Host", "X-Touchstone-Proxy", "X-Forwarded-Uri", "X-Forwarded-Method"]
)
async def test_nobody_takes_away_what_the_check_needs(
    site: Site, cookies: Mapping[tuple[str, str], str], taken: str
) -> None:
    cookie = ("Cookie", cookies[BOB, site.proxy])
    headers = (cookie, ("Connection", f"close, {taken}"), (taken, "/page"))
    answer = await client.send(site.place, "/admin", *headers)
    assert (answer.status, site.received) == (403, [])


ELSEWHERE = (
    ("X-Forwarded-Uri", "/page"),
    ("X-Forwarded-Prefix", "/page"),
    ("X-Forwarded-Method", "OPTIONS"),
    ("X-Forwarded-Host", "elsewhere.example"),
    ("X-Forwarded-Proto", "http"),
    ("X-Original-URL", "/page"),
    ("X-Original-URL", "https://elsewhere.example/page"),
    ("X-Original-Method", "OPTIONS"),
    ("X-Original-Uri", "/page"),
    ("X-Rewrite-URL", "/page"),
    ("X-Envoy-Original-Path", "/page"),
    ("X-Touchstone-Host", "elsewhere.example"),
    ("X-Touchstone-Proxy", "another secret"),
    ("Forwarded", "host=elsewhere.example;proto=http"),
    ("Access-Control-Request-Method", "PUT"),
)


@pytest.mark.parametrize(("name", "value"), ELSEWHERE)
async def test_no_forged_header_changes_the_decision(
    site: Site, cookies: Mapping[tuple[str, str], str], name: str, value: str
) -> None:
    for spell in SPELLINGS:
        cookie, header = ("Cookie", cookies[BOB, site.proxy]), (spell(name), value)
        assert (await client.send(site.place, "/admin", cookie, header)).status == 403
        assert (await client.send(site.place, "/page", cookie, header)).status == 200
        assert (await client.send(site.place, "/page", header)).status == 401
    assert {each.path for each in site.received} == {"/page"}
