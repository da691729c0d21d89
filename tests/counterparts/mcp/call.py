"""Runs the client of docs/openid/mcp.md, a module in the current folder, without a browser.

It prints the address that a browser would open, and then what two calls of the tool answered: the
access token of the first one is over at the second.
"""

import asyncio
import json
import sys
from http.server import HTTPServer
from importlib import import_module
from pathlib import Path

sys.path.insert(0, str(Path.cwd()))
client = import_module("client")


def tell(address: str) -> None:
    print(f"open {address}", flush=True)


async def main() -> None:
    storage = client.Storage()
    with HTTPServer(("127.0.0.1", 0), client.Callback) as listener:
        provider = client.make_provider(listener, storage, tell)
        seen = []
        for _ in range(2):
            answer = await client.call(provider)
            seen.append({"answer": answer, "token": storage.tokens.model_dump(mode="json")})
            provider.context.token_expiry_time = 1
    print(f"done {json.dumps(seen)}", flush=True)


asyncio.run(main())
