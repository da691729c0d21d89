"""People sign in to an application that Apache guards."""

import json
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.visitor import Visitor
from tests.counterparts.apache.apache import apache
from tests.counterparts.application import Application
from tests.counterparts.documents import blocks
from tests.counterparts.ports import free_port
from tests.counterparts.service import APPLICATION, Service

pytestmark = pytest.mark.asyncio(loop_scope="session")


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    url: str
    application: Application

    async def visit(self, visitor: Visitor, path: str) -> None:
        await visitor.page.goto(self.url + path)

    async def shows(self, visitor: Visitor, path: str) -> None:
        await expect(visitor.page.get_by_role("heading", level=1)).to_have_text(f"Page {path}")


@pytest.fixture
def folder() -> Iterator[Path]:
    """That Apache can read, too, after it has become another user."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest_asyncio.fixture(loop_scope="session")
async def site(service: Service, folder: Path, username: str) -> AsyncIterator[Site]:
    port = free_port()
    url = f"https://{APPLICATION}:{port}"
    application = Application()
    (client,) = blocks("apache.md", "json", {"https://app.example.com": url})
    secret = await service.add_client(json.loads(client), secret=True)
    (folder / "secret.conf").write_text(f"OIDCClientSecret {secret}")
    (folder / "passphrase").write_text("a passphrase of this test")
    async with application.serving():
        names = {
            "https://login.example.com": service.issuer,
            "https://app.example.com": url,
            "/etc/apache2/openid": str(folder),
            "http://127.0.0.1:8080": f"http://127.0.0.1:{application.port}",
            "claim preferred_username:alice": f"claim preferred_username:{username}",
        }
        configuration = "\n".join(blocks("apache.md", "apache", names))
        async with apache(folder, configuration, host=APPLICATION, port=port, tls=service.tls):
            yield Site(url=url, application=application)


async def test_a_person_signs_in_with_a_passkey(
    site: Site, registered: Visitor, username: str
) -> None:
    await site.visit(registered, "/reports/2026")
    await expect(registered.page.locator("#client")).to_contain_text("Intranet")
    await registered.button("Sign in with a passkey").click()
    await site.shows(registered, "/reports/2026")
    ((_, headers), *_) = site.application.requests
    assert headers["OIDC_CLAIM_preferred_username"] == username
