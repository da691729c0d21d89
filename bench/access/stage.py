"""Three hosts with profiles, and the stand-ins of Entra and Key Vault.

One has its storage near, one far. Both ask Entra, and have all keys in files. The third one has its
storage near and its keys in Key Vault."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from bench import names
from bench.access.pairs import Pair, new_pair
from bench.access.profiles import IDENTITY, PAIRS, SUBJECTS, profiles
from bench.access.vault import set_vault
from bench.ceremonies import ORIGIN
from bench.relay import Relay
from bench.servers import Program, Server, make_programs
from bench.stage import write_signing_key
from devhost.azurite import Azurite
from shared.keys.client_ca.key import new_client_ca_pem
from tests.fakes.entra_tokens import EntraTokens
from tests.fakes.key_vault_answers import HOSTS
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
    vault: Side
    """Its client certificates are signed by Key Vault."""


@asynccontextmanager
async def set_access_stage(*, core: int | None) -> AsyncIterator[AccessStage]:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        tls = make_tls(folder, HOSTS)
        published: dict[str, dict[str, Any]] = {}

        async def fetch(address: str) -> dict[str, Any]:
            return published[address]

        entra = await stack.enter_async_context(EntraTokens(tls=tls, fetch=fetch))
        entra.trust(IDENTITY, *SUBJECTS, issuer=ORIGIN)
        near, distant, third = (stack.enter_context(Azurite()) for _ in range(3))
        target = f"http://127.0.0.1:{distant.port}"
        relay = await stack.enter_async_context(Relay(target, delay=names.STORAGE_DELAY))
        far = distant.connection_string.replace(f":{distant.port}/", f":{relay.port}/")

        files = _key_files(folder)
        in_vault = await stack.enter_async_context(set_vault(tls, folder=folder))

        async def start(tables: str, keys: Mapping[str, str] = files) -> Server:
            program = _program(tables, keys, entra, tls)
            return await stack.enter_async_context(Server(program, core=core))

        server = await start(near.connection_string)
        published |= await _published_by(server)
        yield AccessStage(
            near=Side(server=server, pairs=_pairs()),
            far=Side(server=await start(far), pairs=[new_pair(0)]),
            relay=relay,
            vault=Side(server=await start(third.connection_string, in_vault), pairs=_pairs()),
        )


def _pairs() -> list[Pair]:
    return [new_pair(each) for each in range(PAIRS)]


def _key_files(folder: Path) -> Mapping[str, str]:
    signing, authority = folder / "signing-key.pem", folder / "client-ca.pem"
    write_signing_key(signing)
    authority.write_bytes(new_client_ca_pem())
    return {"SIGNING_KEY_FILE": str(signing), "CLIENT_CA_KEY_FILE": str(authority)}


def _program(tables: str, keys: Mapping[str, str], entra: EntraTokens, tls: Tls) -> Program:
    key_file = Path(keys["SIGNING_KEY_FILE"])
    plain = make_programs(tables=tables, signing_key_file=key_file).touchstone
    access = {
        "ACCESS_PROFILES": profiles(),
        "ENTRA_LOGIN": entra.authority,
        "SSL_CERT_FILE": str(tls.authority),
        # The same few people ask for everything.
        "RATE_LIMITS": f"{plain.settings['RATE_LIMITS']},approval.account=9999999/5m",
    }
    return Program(plain.command, {**plain.settings, **access, **keys})


async def _published_by(server: Server) -> dict[str, dict[str, Any]]:
    """What Entra reads of the service. It is read once, so the service spends no time on it."""
    address = f"{ORIGIN}/.well-known/openid-configuration"
    async with server.connect() as connection:
        metadata = (await connection.get(urlsplit(address).path)).json
        keys = metadata["jwks_uri"]
        return {address: metadata, keys: (await connection.get(urlsplit(keys).path)).json}
