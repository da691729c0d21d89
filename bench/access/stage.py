"""Two hosts with profiles, one with the storage near and one far, and the Entra that both ask."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from bench import names
from bench.access.pairs import Pair, new_pair
from bench.access.profiles import IDENTITY, PAIRS, SUBJECTS, profiles
from bench.ceremonies import ORIGIN
from bench.relay import Relay
from bench.servers import Program, Server, make_programs
from bench.stage import write_signing_key
from devhost.azurite import Azurite
from tests.fakes.entra_tokens import EntraTokens
from tests.fakes.tls import Tls, make_tls


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    server: Server
    pairs: list[Pair]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessStage:
    near: Side
    far: Side
    relay: Relay
    """Before the storage that is far."""


@asynccontextmanager
async def set_access_stage(*, core: int | None) -> AsyncIterator[AccessStage]:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        write_signing_key(folder / "signing-key.pem")
        tls = make_tls(folder)
        published: dict[str, dict[str, Any]] = {}

        async def fetch(address: str) -> dict[str, Any]:
            return published[address]

        entra = await stack.enter_async_context(EntraTokens(tls=tls, fetch=fetch))
        entra.trust(IDENTITY, *SUBJECTS, issuer=ORIGIN)
        near, distant = (stack.enter_context(Azurite()) for _ in range(2))
        target = f"http://127.0.0.1:{distant.port}"
        relay = await stack.enter_async_context(Relay(target, delay=names.STORAGE_DELAY))
        far = distant.connection_string.replace(f":{distant.port}/", f":{relay.port}/")

        async def start(tables: str) -> Server:
            program = _program(tables, folder / "signing-key.pem", entra, tls)
            return await stack.enter_async_context(Server(program, core=core))

        server = await start(near.connection_string)
        published |= await _published_by(server)
        yield AccessStage(
            near=Side(server=server, pairs=[new_pair(each) for each in range(PAIRS)]),
            far=Side(server=await start(far), pairs=[new_pair(0)]),
            relay=relay,
        )


def _program(tables: str, key_file: Path, entra: EntraTokens, tls: Tls) -> Program:
    plain = make_programs(tables=tables, signing_key_file=key_file).touchstone
    access = {
        "ACCESS_PROFILES": profiles(),
        "ENTRA_LOGIN": entra.authority,
        "SSL_CERT_FILE": str(tls.authority),
        # The same few people ask for everything.
        "RATE_LIMITS": f"{plain.settings['RATE_LIMITS']},approval.account=9999999/5m",
    }
    return Program(plain.command, {**plain.settings, **access})


async def _published_by(server: Server) -> dict[str, dict[str, Any]]:
    """What Entra reads of the service. It is read once, so the service spends no time on it."""
    address = f"{ORIGIN}/.well-known/openid-configuration"
    async with server.connect() as connection:
        metadata = (await connection.get(urlsplit(address).path)).json
        keys = metadata["jwks_uri"]
        return {address: metadata, keys: (await connection.get(urlsplit(keys).path)).json}
