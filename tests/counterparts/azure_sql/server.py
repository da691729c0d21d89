"""The database, on a port of this machine."""

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

from tests.counterparts.azure_sql.conversation import Conversation
from tests.counterparts.azure_sql.database import Database
from tests.counterparts.azure_sql.tds.wire import STRICT
from tests.fakes.tls import LOCALHOST, Tls


@dataclass(kw_only=True)
class TdsServer:
    tls: Tls
    database: Database
    conversations: list[Conversation] = field(default_factory=list)
    faults: list[ValueError] = field(default_factory=list)
    """What clients sent that no client should."""
    _open: set[asyncio.Task[None]] = field(default_factory=set)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, LOCALHOST, 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *error: object) -> None:
        self._server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._converse(reader, writer))
        self._open.add(task)
        task.add_done_callback(self._open.discard)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        conversation = Conversation(tls=contexts(self.tls), database=self.database)
        self.conversations.append(conversation)
        try:
            while not conversation.ended and (data := await reader.read(64 * 1024)):
                writer.write(conversation.receive(data))
                await writer.drain()
        except (ssl.SSLError, ConnectionError):
            pass
        except ValueError as fault:
            self.faults.append(fault)
        finally:
            writer.close()


def contexts(tls: Tls) -> Callable[[bool], ssl.SSLContext]:
    def context(strict: bool) -> ssl.SSLContext:
        made = tls.server_context()
        if strict:
            made.set_alpn_protocols([STRICT])
        else:
            # The newest that clients know inside of packets.
            made.maximum_version = ssl.TLSVersion.TLSv1_2
        return made

    return context
