"""The service believes only a proxy that proves itself."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from tests.counterparts.forward_authentication import client, proxies
from tests.counterparts.forward_authentication.conftest import ADA, SECRET
from tests.counterparts.forward_authentication.site import Site
from tests.counterparts.ports import free_port
from tests.counterparts.service import Service

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_proxy_with_another_secret(site: Site, tmp_path: Path) -> None:
    unproven = replace(site.place, secret="another", port=free_port(), folder=tmp_path)
    async with proxies.ALL[site.proxy](unproven):
        answer = await client.send(unproven, "/page")
        assert (answer.status, site.received) == (403, [])
        assert b"proxy-unproven" in answer.body
        start = await client.send(unproven, "/.touchstone/start?to=/page")
        assert (start.status, start.headers.getall("Set-Cookie", [])) == (403, [])


CLAIMS = {
    "X-Touchstone-Host": "{host}",
    "X-Forwarded-Host": "{host}",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Method": "GET",
    "X-Forwarded-Uri": "/page",
    "X-Original-Method": "GET",
    "X-Original-URL": "https://{host}/page",
    "X-Auth-User": "mallory",
}


@pytest.mark.parametrize("secret", [None, "", "another", SECRET.lower(), SECRET[:-1], f"{SECRET}x"])
@pytest.mark.parametrize("path", ["/verify", "/verify/page", "/.touchstone/start?to=/page"])
async def test_a_client_that_skips_the_proxy(
    sites: Mapping[str, Site],
    cookies: Mapping[tuple[str, str], str],
    service: Service,
    secret: str | None,
    path: str,
) -> None:
    """Even with a session: what the service says of it is for proxies."""
    headers = {name: text.format(host=sites["nginx"].place.host) for name, text in CLAIMS.items()}
    headers["Cookie"] = cookies[ADA, "nginx"]
    if secret is not None:
        headers["X-Touchstone-Proxy"] = secret
    tls = service.tls.client_context()
    async with (
        aiohttp.ClientSession() as session,
        session.get(
            service.issuer + path, headers=headers, ssl=tls, allow_redirects=False
        ) as answer,
    ):
        assert answer.status == 403
        assert [name for name in answer.headers if name.lower().startswith("x-auth")] == []
        assert "Set-Cookie" not in answer.headers


async def test_the_same_client_with_the_secret(
    sites: Mapping[str, Site], cookies: Mapping[tuple[str, str], str], service: Service
) -> None:
    """So the others are refused for the secret, and for nothing else."""
    headers = {name: text.format(host=sites["nginx"].place.host) for name, text in CLAIMS.items()}
    headers |= {"Cookie": cookies[ADA, "nginx"], "X-Touchstone-Proxy": SECRET}
    tls = service.tls.client_context()
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{service.issuer}/verify", headers=headers, ssl=tls) as answer,
    ):
        assert (answer.status, answer.headers["X-Auth-User"]) == (200, ADA)
