"""Clients that generators make from the API description go through whole ceremonies.

`make clients` runs this; `make test` does not, because of what it downloads.
"""

import asyncio
import json
import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from shared.blueprints.openapi import read_description
from tests.api import Api, Json, new_username
from tests.authenticator import SoftAuthenticator
from tests.generated_clients.tools import FOLDER, NODE, generate, node, python, run
from tests.sessions.claims import claims_of

CLIENTS: dict[str, list[str | Path]] = {
    "openapi-generator, Python": python("python", "client.py"),
    "openapi-generator, TypeScript": [NODE, "run.cjs", "./compiled/generated.js"],
    "openapi-typescript": [NODE, "run.cjs", "./compiled/typed.js"],
}


@pytest.fixture(scope="session")
def workplace(touchstone_url: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With a client of each generator."""
    folder = tmp_path_factory.mktemp("clients")
    document = read_description() | {"servers": [{"url": touchstone_url}]}
    (folder / "openapi.json").write_text(json.dumps(document), encoding="utf-8")
    generate(folder / "openapi.json", folder)
    return folder


def test_redocly_finds_nothing(workplace: Path) -> None:
    command = [*node("@redocly/cli", "bin/cli.js"), "lint", "--format=json"]
    config: list[str | Path] = ["--config", FOLDER / "redocly.yaml"]
    environment = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
    printed = run([*command, *config, "openapi.json"], cwd=workplace, env=environment)
    report = json.loads(printed[printed.index("{") : printed.rindex("}") + 1])
    assert report["problems"] == []


def test_spectral_finds_nothing(workplace: Path) -> None:
    command = [*node("@stoplight/spectral-cli", "dist/index.js"), "lint", "--fail-severity=hint"]
    run([*command, "--ruleset", FOLDER / ".spectral.yaml", "openapi.json"], cwd=workplace)


@pytest.mark.parametrize("client", CLIENTS.values(), ids=CLIENTS.keys())
async def test_a_generated_client_goes_through_every_step(
    api: Api, authenticator: SoftAuthenticator, workplace: Path, client: Sequence[str | Path]
) -> None:
    done = await _carry_out(api, authenticator, client, workplace)
    claims = claims_of(done["accessToken"])
    assert claims["sub"] == done["user"] == done["me"]
    assert claims["scope"] == "api"
    assert done["tokenTypes"] == ["Bearer", "Bearer", "DPoP"]
    assert (done["active"], done["revoked"]) == (True, "invalid_grant")
    assert 0 <= done["expiresAt"] - claims["exp"] < 300
    assert done["problem"].endswith("#malformed-request")
    assert done["name"] == "Blue key"
    assert done["health"] in {"ok", "degraded"}


async def _carry_out(
    api: Api, key: SoftAuthenticator, client: Sequence[str | Path], folder: Path
) -> Json:
    """The program's result. Answer its questions until then."""
    process = await asyncio.create_subprocess_exec(
        *map(str, client),
        *(api.url, new_username()),
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder / "python")},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    async for line in process.stdout:
        message: Json = json.loads(line)
        if "done" in message:
            process.stdin.close()
            assert await process.wait() == 0
            done: Json = message["done"]
            return done
        process.stdin.write(json.dumps(_answer(api, key, message)).encode() + b"\n")
    pytest.fail((await process.stderr.read()).decode())


def _answer(api: Api, key: SoftAuthenticator, question: Json) -> object:
    if "create" in question:
        return key.create(question["create"])
    if "get" in question:
        return key.get(question["get"])
    asked = question["prove"]
    return api.proof(asked["method"], asked["path"], token=asked.get("token"))["DPoP"]
