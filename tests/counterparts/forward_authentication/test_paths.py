"""Paths that proxies and applications read differently. What the application serves is what the
check has decided on, or nothing."""

from collections.abc import Mapping

import pytest

from tests.counterparts.forward_authentication import client
from tests.counterparts.forward_authentication.conftest import ADA, BOB
from tests.counterparts.forward_authentication.readings import is_for
from tests.counterparts.forward_authentication.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")

PLAIN = ("/admin", "/admin/", "/admin/users", "/admin?x=1", "/%61dmin", "/admin/%C3%A4")
ODD = (
    "/a/../admin",
    "/./admin",
    "/admin/.",
    "//admin",
    "/%2e%2e/admin",
    "/a/%2e%2e/admin",
    "/a/..%2fadmin",
    "/admin%2f",
    "/admin%2fusers",
    "/admin%252fusers",
    "/admin;x",
    "/admin;/users",
    "/admin%3bx",
    "/a/..;/admin",
    "/\\admin",
    "/%5cadmin",
    "/a\\..\\admin",
    "/ADMIN",
    "/Admin/users",
    "/%2561dmin",
    "/admin%00",
    "/admin%00/users",
    "/admin%09",
    "/admin%20",
    "/admin.",
    "/admin%3fx",
    "/admin%23x",
    "/admin#x",
    "/%ef%bd%81dmin",
    "/admin%ef%bc%8fusers",
    "/%c0%afadmin",
    "/.touchstone/../admin",
    "/.touchstone/%2e%2e/admin",
    "/.touchstone%2f..%2fadmin",
    "/.touchstone/..;/admin",
    "/.touchstone//../admin",
    "/.touchstone/..\\admin",
    "/touchstone-check",
)


@pytest.mark.parametrize("path", [*PLAIN, *ODD])
async def test_who_may_not_reaches_nothing_by_another_spelling(
    site: Site, cookies: Mapping[tuple[str, str], str], path: str
) -> None:
    cookie = ("Cookie", cookies[BOB, site.proxy])
    await client.send(site.place, path, cookie)
    reached = [each.path for each in site.received]
    assert [each for each in reached if is_for(each, "/admin")] == []

    await client.send(site.place, "/administration", cookie)
    assert site.received[-1].path == "/administration"


@pytest.mark.parametrize("path", [*PLAIN, *ODD])
async def test_what_is_reached_was_decided_by_its_own_profile(
    site: Site, cookies: Mapping[tuple[str, str], str], path: str
) -> None:
    await client.send(site.place, path, ("Cookie", cookies[ADA, site.proxy]))
    for each in site.received:
        profile = "admin" if is_for(each.path, "/admin") else "site"
        assert each.headers["X-Auth-Profile"] == f"{site.proxy}-{profile}", each.path
    if path in PLAIN:
        assert len(site.received) == 1


@pytest.mark.parametrize(
    "path", ["/x/../.touchstone/sign-out", "/.touchstone", "/.TOUCHSTONE/start"]
)
async def test_no_application_gets_what_is_for_the_service(
    site: Site, cookies: Mapping[tuple[str, str], str], path: str
) -> None:
    await client.send(site.place, path, ("Cookie", cookies[ADA, site.proxy]))
    assert [each for each in site.received if is_for(each.path, "/.touchstone")] == []
