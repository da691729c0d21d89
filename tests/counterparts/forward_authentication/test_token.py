"""An application that believes no header of a proxy, and verifies the token in one of them."""

import asyncio
import runpy
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import jwt
import pytest

from tests.counterparts.documents import blocks
from tests.counterparts.forward_authentication import client
from tests.counterparts.forward_authentication.conftest import ADA
from tests.counterparts.forward_authentication.site import Site
from tests.counterparts.service import Service

pytestmark = pytest.mark.asyncio(loop_scope="session")


def documented(
    service: Service, site: Site, program: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], Any]:
    """The function of the documentation, for the addresses of a test."""
    names = {
        "https://login.example.com": service.issuer,
        "https://app.example.com": site.place.url,
    }
    (code,) = blocks("forward-authentication.md", "python", names, folder="docs")
    monkeypatch.setenv("SSL_CERT_FILE", str(service.tls.authority))
    program.write_text(code)
    person: Callable[[str], Any] = runpy.run_path(str(program))["person"]
    return person


async def test_the_application_verifies_the_token(
    site: Site,
    sites: Mapping[str, Site],
    cookies: Mapping[tuple[str, str], str],
    service: Service,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await client.send(site.place, "/page", ("Cookie", cookies[ADA, site.proxy]))
    token = site.received[-1].headers["X-Auth-Token"]
    person = documented(service, site, tmp_path / "application.py", monkeypatch)
    claims = await asyncio.to_thread(person, token)
    assert claims["preferred_username"] == ADA
    assert claims["exp"] - claims["iat"] <= 60

    for other in sites.values():
        if other is not site:
            reader = documented(service, other, tmp_path / "other.py", monkeypatch)
            with pytest.raises(jwt.InvalidAudienceError):
                await asyncio.to_thread(reader, token)
    head, payload, signature = token.split(".")
    flipped = "A" if signature[0] != "A" else "B"
    with pytest.raises(jwt.InvalidSignatureError):
        await asyncio.to_thread(person, f"{head}.{payload}.{flipped}{signature[1:]}")
