"""The service as counterparts reach it: over TLS, by the name of its issuer."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import (
    AbstractContextManager,
    asynccontextmanager,
    closing,
    contextmanager,
    nullcontext,
    suppress,
)
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from devhost.azurite import Azurite
from devhost.process import REPOSITORY, HostProcess
from devhost.sockets import listen, port_of
from shared.accounts.handles import UserHandle
from shared.accounts.roles import Role
from tests.api import Api, Json, new_username
from tests.authenticator import SoftAuthenticator, base64url
from tests.fakes.in_a_thread import in_a_thread
from tests.fakes.tls import Tls, make_tls
from tests.http.administrators import give_roles

type FrontEnd = Callable[[int], AbstractContextManager[int]]
"""Stands before the host at that port; its own port."""

APPLICATION = "app.localhost"
"""Where the counterparts are, as browsers see them: another site than the service."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    issuer: str
    host: HostProcess
    tls: Tls
    azurite: Azurite

    async def add_client(self, document: Mapping[str, Any], *, secret: bool = False) -> str:
        """As an administrator does it; return the client's secret, if it is to have one."""
        async with Api(self.host.url) as api:
            token = await self.sign_in(api, Role.CLIENTS_ADMIN)
            made = await api.post("/clients", document, token=token)
            assert made.status == 201, made.raw
            given_secret = await self._give_secret(api, document["id"], token) if secret else ""
            # Not before: what is known of a client is kept for a minute.
            await _until_known(api, document["id"])
            return given_secret

    async def _give_secret(self, api: Api, client_id: str, token: str) -> str:
        given = await api.post(f"/clients/{client_id}/secrets", {}, token=token)
        assert given.status == 201, given.raw
        return str(given.json["secret"])

    async def sign_in(self, api: Api, *roles: Role) -> str:
        """A new person with these roles; the access token."""
        key, username = self.passkey(), new_username()
        await api.register(key, username)
        handle = UserHandle(base64url.decode((await api.sign_in(key, username))["user"]["id"]))
        await give_roles(self.azurite.connection_string, handle, *roles)
        signed_in: Json = await api.sign_in(key, username)
        return str(signed_in["access_token"])

    def passkey(self) -> SoftAuthenticator:
        return SoftAuthenticator(rp_id="localhost", origin=self.issuer)


async def _until_known(api: Api, client_id: str) -> None:
    """The service keeps the list of IDs for some seconds, if a sign-in elsewhere has read it."""
    unknown = b"No client with this client_id is registered."
    while unknown in (await api.send("GET", f"/authorize?client_id={client_id}")).raw:  # noqa: ASYNC110
        await asyncio.sleep(0.1)  # nothing announces it


@dataclass(kw_only=True)
class TlsFront:
    """It ends TLS before a server of this machine, and changes nothing of what it carries."""

    tls: Tls
    backend_port: int = 0
    _open: set[asyncio.Task[None]] = field(default_factory=set)

    async def __aenter__(self) -> Self:
        sockets = listen("127.0.0.1", 0)
        self.port = port_of(sockets[0])
        context = self.tls.server_context()
        self._servers = [
            await asyncio.start_server(self._accept, sock=each, ssl=context) for each in sockets
        ]
        return self

    async def __aexit__(self, *error: object) -> None:
        for server in self._servers:
            server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._carry(reader, writer))
        self._open.add(task)
        task.add_done_callback(self._open.discard)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with _closed(writer):
            their_reader, their_writer = await asyncio.open_connection(
                "127.0.0.1", self.backend_port
            )
            async with _closed(their_writer):
                await asyncio.gather(_pipe(reader, their_writer), _pipe(their_reader, writer))


@asynccontextmanager
async def _closed(writer: asyncio.StreamWriter) -> AsyncIterator[None]:
    """Gone at the exit: TLS waits for the other side, and a loop with such a connection may never
    close."""
    try:
        yield
    finally:
        writer.transport.abort()
        with suppress(OSError):
            await writer.wait_closed()


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with closing(writer):
        try:
            while piece := await reader.read(65536):
                writer.write(piece)
                await writer.drain()
        except OSError:
            """One of the two has gone; the other one is told by the end of its connection."""


def serve(
    azurite: Azurite, folder: Path, *, app: Path = REPOSITORY, **settings: str
) -> AbstractContextManager[Service]:
    tls = make_tls(folder, "localhost", APPLICATION)
    return serve_certified(tls, azurite, folder, settings, app=app)


@contextmanager
def serve_certified(
    tls: Tls,
    azurite: Azurite,
    folder: Path,
    settings: Mapping[str, str],
    *,
    app: Path = REPOSITORY,
    front_end: FrontEnd = nullcontext,
) -> Iterator[Service]:
    """It trusts other servers that the same authority has certified."""
    with in_a_thread(TlsFront(tls=tls)) as front:
        issuer = f"https://localhost:{front.port}"
        ours = {
            "TABLES_CONNECTION_STRING": azurite.connection_string,
            "SIGNING_KEY_FILE": str(folder / "signing-key.pem"),
            "ISSUER": issuer,
            "RP_ORIGINS": issuer,
            "RATE_LIMITS": "creation.tenant=off",
            "SSL_CERT_FILE": str(tls.authority),
        }
        with (
            HostProcess(app, settings={**ours, **settings}) as host,
            front_end(int(host.url.rpartition(":")[2])) as front.backend_port,
        ):
            yield Service(issuer=issuer, host=host, tls=tls, azurite=azurite)
