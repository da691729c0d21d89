"""What other products of this kind were caught with."""

from collections.abc import Mapping

import pytest

from tests.counterparts.forward_authentication import client
from tests.counterparts.forward_authentication.conftest import ADA, BOB
from tests.counterparts.forward_authentication.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize("path", ["/page", "/admin"])
async def test_cve_2026_40575_no_path_of_the_client_opens_another(site: Site, path: str) -> None:
    """oauth2-proxy left out the check for paths that it took from the client's own
    `X-Forwarded-Uri`. Its issue 3506 says that the correction was not complete."""
    for name in ("X-Forwarded-Uri", "x-forwarded-uri", "X_Forwarded_Uri"):
        answer = await client.send(site.place, path, (name, "/.touchstone/start"))
        assert answer.status == 401
    assert site.received == []


async def test_cve_2026_35051_no_prefix_of_the_client_arrives(
    site: Site, cookies: Mapping[tuple[str, str], str]
) -> None:
    """Traefik passed `X-Forwarded-Prefix` on, to the check and to the application."""
    headers = (("Cookie", cookies[BOB, site.proxy]), ("X-Forwarded-Prefix", "/admin"))
    assert (await client.send(site.place, "/page", *headers)).status == 200
    assert (await client.send(site.place, "/admin", *headers)).status == 403
    (received,) = site.received
    assert "X-Forwarded-Prefix" not in received.headers


async def test_cve_2026_54764_no_scheme_of_the_client_makes_a_port(
    site: Site, cookies: Mapping[tuple[str, str], str]
) -> None:
    """Traefik wrote the port of a forged scheme into `X-Forwarded-Port`."""
    headers = (("Cookie", cookies[BOB, site.proxy]), ("X-Forwarded-Proto", "http"))
    assert (await client.send(site.place, "/page", *headers)).status == 200
    (received,) = site.received
    assert received.headers.get("X-Forwarded-Proto", "https") == "https"
    assert received.headers.get("X-Forwarded-Port", "") != "80"


async def test_traefik_12657_no_forwarded_of_the_client_arrives(
    site: Site, cookies: Mapping[tuple[str, str], str]
) -> None:
    headers = (("Cookie", cookies[BOB, site.proxy]), ("Forwarded", 'host="elsewhere.example"'))
    assert (await client.send(site.place, "/page", *headers)).status == 200
    (received,) = site.received
    assert "Forwarded" not in received.headers


@pytest.mark.parametrize("form", ["origin", "absolute"])
async def test_no_host_of_the_client_chooses_the_profile(
    site: Site,
    sites: Mapping[str, Site],
    cookies: Mapping[tuple[str, str], str],
    form: str,
) -> None:
    """A proxy that has only one site serves it by any name, and nginx believes the address in the
    first line and not `Host`. Somebody who may open the page of that path elsewhere must not get
    this one."""
    path = f"/of/{site.proxy}"
    for other in sites.values():
        if other is site:
            continue
        cookie = ("Cookie", cookies[BOB, other.proxy])
        target = path if form == "origin" else f"{site.place.url}{path}"
        await client.send(site.place, target, cookie, host=other.place.host)
        assert site.received == []
        assert (await client.send(other.place, path, cookie)).status == 200
        site.received.clear()


async def test_no_cookie_counts_at_another_host(
    site: Site, sites: Mapping[str, Site], cookies: Mapping[tuple[str, str], str]
) -> None:
    for other in sites.values():
        cookie = ("Cookie", cookies[ADA, other.proxy])
        status = (await client.send(site.place, "/page", cookie)).status
        assert status == (200 if other is site else 401)
    assert len(site.received) == 1


async def test_two_cookies_are_no_session(
    site: Site, sites: Mapping[str, Site], cookies: Mapping[tuple[str, str], str]
) -> None:
    """A neighbour cannot set the cookie, as its name begins with `__Host-`. Whoever finds a way
    must not sign somebody in as somebody else."""
    both = f"{cookies[BOB, site.proxy]}; {cookies[ADA, site.proxy]}"
    await client.send(site.place, "/admin", ("Cookie", both))
    assert site.received == []
