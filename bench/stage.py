"""Everything that must run before anything can be measured."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bench import names
from bench.contestant import Contestant
from bench.relay import Relay
from bench.servers import Program, Programs, Server, make_programs
from devhost.azurite import Azurite


@dataclass(frozen=True, slots=True)
class Delayed:
    """A contestant whose storage is a network away."""

    contestant: Contestant
    relay: Relay


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    core: int | None
    """The core of the servers; None if there is only one core for everything."""
    programs: Programs
    hello: Server
    ours: Contestant
    peer: Contestant
    ours_delayed: Delayed
    delayed_peers: Mapping[str, Delayed]
    """By the names of the yardsticks."""
    tables: str
    """The connection string of the storage that is near."""


@asynccontextmanager
async def set_stage(*, core: int | None) -> AsyncIterator[Stage]:
    """All servers run until the end: a server without requests takes no time."""
    async with AsyncExitStack() as stack:
        key_file = Path(stack.enter_context(TemporaryDirectory())) / "signing-key.pem"
        write_signing_key(key_file)
        azurite = stack.enter_context(Azurite())
        # Two hosts with one storage would compete for the tenant's counter. They would take so many
        # permits at once that they would hardly count any more.
        distant = stack.enter_context(Azurite())

        def programs(port: int) -> Programs:
            tables = azurite.connection_string.replace(f":{azurite.port}/", f":{port}/")
            return make_programs(tables=tables, signing_key_file=key_file)

        async def start(program: Program) -> Server:
            return await stack.enter_async_context(Server(program, core=core))

        async def relay() -> Relay:
            target = f"http://127.0.0.1:{distant.port}"
            return await stack.enter_async_context(Relay(target, delay=names.STORAGE_DELAY))

        async def delayed(choose: Callable[[Programs], Program]) -> Delayed:
            behind = await relay()
            return Delayed(Contestant(await start(choose(programs(behind.port)))), behind)

        direct = programs(azurite.port)
        yield Stage(
            core=core,
            programs=direct,
            hello=await start(direct.hello),
            ours=Contestant(await start(direct.touchstone)),
            peer=Contestant(await start(direct.peer)),
            ours_delayed=await delayed(lambda each: each.touchstone),
            delayed_peers={
                names.PEER: await delayed(lambda each: each.peer),
                names.OVERLAPPING_PEER: await delayed(lambda each: each.overlapping_peer),
            },
            tables=azurite.connection_string,
        )


def write_signing_key(path: Path) -> None:
    """Make it beforehand, so that no server spends its start on it."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
