"""A client that nobody has registered calls a tool of an MCP server for a person."""

import asyncio
import json
import os
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from devhost.azurite import Azurite
from devhost.process import REPOSITORY, Child
from tests.api import Api
from tests.authenticator import SoftAuthenticator
from tests.browser.chromium import visiting
from tests.counterparts.documents import blocks
from tests.counterparts.installation import check_installed
from tests.counterparts.mcp.installation import MCP
from tests.counterparts.ports import free_port
from tests.counterparts.service import Service, serve
from tests.fakes.public_documents import Document, PublicDocuments
from tests.fakes.tls import make_tls
from tests.sessions.claims import claims_of

pytestmark = pytest.mark.asyncio(loop_scope="session")

PAGE, HOST, PATH = "mcp.md", "client.example", "/mcp.json"
FOLDER = Path(__file__).parent


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def documents(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[PublicDocuments]:
    tls = make_tls(tmp_path_factory.mktemp("documents"), HOST)
    async with PublicDocuments(tls=tls) as documents:
        names = {"https://client.example.com": documents.address(HOST, "")}
        (document,) = blocks(PAGE, "json", names)
        documents.documents[PATH] = Document(body=document.encode())
        yield documents


@pytest.fixture(scope="session")
def resource() -> str:
    """Of the MCP server. Without TLS, which the specification allows on a person's machine."""
    return f"http://127.0.0.1:{free_port()}/mcp"


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def service(
    azurite: Azurite,
    documents: PublicDocuments,
    resource: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Service]:
    app = tmp_path_factory.mktemp("app")
    for file in ("host.json", "local.settings.json.example"):
        shutil.copy(REPOSITORY / file, app)
    shutil.copy(FOLDER / "app" / "function_app.py", app)
    settings = {
        "CLIENT_METADATA_HOSTS": f"{HOST}:{documents.port}",
        "CLIENT_METADATA_RESOURCES": resource,
        "CLIENT_METADATA_SCOPES": "notes:read",
        "DOCUMENTS_AUTHORITY": str(documents.tls.authority),
    }
    serving = serve(azurite, tmp_path_factory.mktemp("service"), app=app, **settings)
    started = await asyncio.to_thread(serving.__enter__)
    yield started
    await asyncio.to_thread(serving.__exit__, None, None, None)


@pytest.fixture(scope="session")
def names(service: Service, documents: PublicDocuments, resource: str) -> dict[str, str]:
    return {
        "https://login.example.com": service.issuer,
        "https://notes.example.com/mcp": resource,
        "https://client.example.com": documents.address(HOST, ""),
        "port=8000": f"port={urlsplit(resource).port}",
    }


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def server(
    service: Service, names: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[None]:
    folder = tmp_path_factory.mktemp("server")
    code, _ = blocks(PAGE, "python", names)
    (folder / "server.py").write_text(code)
    async with running(service, "server.py", folder) as child:
        await asyncio.to_thread(child.wait_for, "Uvicorn running on")
        yield


@asynccontextmanager
async def running(service: Service, program: str | Path, folder: Path) -> AsyncIterator[Child]:
    check_installed(MCP)
    trusting = {"SSL_CERT_FILE": str(service.tls.authority), "PYTHONUNBUFFERED": "1"}
    command = (str(MCP.program("python")), str(program))
    child = Child(command, environment=os.environ | trusting, directory=folder)
    try:
        yield child
    finally:
        await asyncio.to_thread(child.stop)
        print(child.output)  # pytest shows it if a test fails


async def send(resource: str, token: str | None) -> tuple[int, str, Any]:
    """The status, the challenge and the body of the answer."""
    headers = {"Accept": "application/json, text/event-stream"}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(resource, json=message, headers=headers) as reply,
    ):
        return reply.status, reply.headers.get("WWW-Authenticate", ""), await reply.json()


@pytest.mark.usefixtures("server")
async def test_a_client_that_nobody_registered_calls_a_tool_for_a_person(
    browser: Browser,
    service: Service,
    documents: PublicDocuments,
    resource: str,
    names: dict[str, str],
    username: str,
    tmp_path: Path,
) -> None:
    _, code = blocks(PAGE, "python", names)
    (tmp_path / "client.py").write_text(code)
    client_id = documents.address(HOST, PATH)
    async with (
        running(service, FOLDER / "call.py", tmp_path) as client,
        visiting(browser, service.issuer) as visitor,
    ):
        await visitor.open()
        await visitor.register(username, key_name="Work laptop")
        address = (await asyncio.to_thread(client.wait_for, r"^open (.*)"))[1]
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert (asked["client_id"], asked["resource"]) == (client_id, resource)
        assert asked["code_challenge_method"] == "S256"
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/callback", asked["redirect_uri"])

        await visitor.page.goto(address)
        await expect(visitor.page.locator("#client")).to_contain_text(f"{HOST}:{documents.port}")
        await visitor.button("Sign in with a passkey").click()
        await visitor.button("Allow").click()
        await expect(visitor.page.locator("body")).to_have_text("You may close this page.")
        first, second = json.loads((await asyncio.to_thread(client.wait_for, "^done (.*)"))[1])

    claims = claims_of(first["token"]["access_token"])
    assert first["answer"] == second["answer"] == claims["sub"]
    assert (claims["aud"], claims["client_id"]) == (resource, client_id)
    assert set(claims["scope"].split()) == {"notes:read", "offline_access"}
    # The second call was made with another token, and without the person.
    for member in ("access_token", "refresh_token"):
        assert second["token"][member] != first["token"][member]
    assert documents.reads[PATH] == 1


@pytest.mark.usefixtures("server")
async def test_the_server_takes_no_token_that_is_for_something_else(
    service: Service, resource: str, username: str
) -> None:
    key = SoftAuthenticator(rp_id="localhost", origin=service.issuer)
    async with Api(service.host.url) as api:
        await api.register(key, username)
        other = (await api.sign_in(key, username))["access_token"]
    metadata = resource.replace("/mcp", "/.well-known/oauth-protected-resource/mcp")
    for token in (other, None):
        status, challenge, _ = await send(resource, token)
        assert status == 401
        assert f'resource_metadata="{metadata}"' in challenge
    async with aiohttp.ClientSession() as session, session.get(metadata) as reply:
        published = await reply.json()
    assert published["authorization_servers"] == [service.issuer]
    assert (published["resource"], published["scopes_supported"]) == (resource, ["notes:read"])
