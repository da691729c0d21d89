"""A PostgreSQL server with TLS, as docs/postgresql.md configures it."""

import os
import secrets
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

from devhost.process import Child
from tests.counterparts.postgresql.cluster import OWNER, Cluster
from tests.counterparts.postgresql.installation import Programs, of_psql_18
from tests.fakes.tls import Tls

_OWN = """
port = {port}
listen_addresses = '127.0.0.1'
unix_socket_directories = '{folder}'
fsync = off
include = 'documented.conf'
"""
_LOCAL = f"local all {OWNER},touchstone_job trust\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """Blocks of the documentation, for the folder of a cluster."""

    server: str
    hba: str
    ident: str = ""

    def with_first_line(self, hba: str) -> Self:
        return replace(self, hba=f"{hba}\n{self.hba}")


@dataclass(slots=True, kw_only=True)
class Server:
    programs: Programs
    cluster: Cluster
    port: int
    tls: Tls
    process: Child = field(init=False)
    _mark: str = ""

    @property
    def authorities(self) -> Path:
        return self.cluster.folder / "ca.pem"

    @property
    def revocations(self) -> Path:
        return self.cluster.folder / "crl.pem"

    def ask(
        self,
        *statements: str,
        database: str = "orders",
        role: str = OWNER,
        environment: Mapping[str, str] = os.environ,
    ) -> str:
        """Raise AssertionError, with what it says, if the server refuses a statement."""
        where = ("-h", self.cluster.folder, "-p", self.port, "-U", role, "-d", database)
        options = ("--no-psqlrc", "--no-align", "--tuples-only", "--set=ON_ERROR_STOP=1")
        given = [part for statement in statements for part in ("--command", statement)]
        command = [str(part) for part in (*of_psql_18("psql"), *where, *options, *given)]
        ran = subprocess.run(
            command, env=dict(environment), capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stdout.strip()

    def configure(self, configuration: Configuration) -> None:
        """It counts after a reload."""
        self._write("documented.conf", configuration.server)
        self._write("pg_hba.conf", _LOCAL + configuration.hba)
        self._write("pg_ident.conf", configuration.ident)

    def reload(self) -> None:
        with self.reloading():
            self.process.send_signal(signal.SIGHUP)

    @contextmanager
    def reloading(self) -> Iterator[None]:
        """Something else tells the server to. When this ends, the server accepts no connection
        under what was configured before."""
        self._new_mark()
        yield
        self.process.wait_for(f'parameter "log_line_prefix" changed to "{self._mark} "')

    def logs(self, pattern: str) -> None:
        """Wait for a line that a connection since the last reload logs."""
        self.process.wait_for(f"^{self._mark} .*{pattern}")

    def start(self) -> None:
        self._new_mark()
        self.process = Child(self.cluster.command("postgres", "-D", self.cluster.data))
        self.process.wait_for("ready to accept connections")

    def _new_mark(self) -> None:
        self._mark = secrets.token_hex(8)
        own = _OWN.format(port=self.port, folder=self.cluster.folder)
        self._write("postgresql.conf", f"{own}log_line_prefix = '{self._mark} '\n")

    def _write(self, name: str, text: str) -> None:
        (self.cluster.data / name).write_text(text, encoding="utf-8")


@contextmanager
def running(server: Server, configuration: Configuration) -> Iterator[None]:
    for source, name in ((server.tls.certificate, "server.crt"), (server.tls.key, "server.key")):
        path = server.cluster.folder / name
        path.write_bytes(source.read_bytes())
        path.chmod(0o600)
        server.cluster.give_away(path)
    server.configure(configuration)
    server.start()
    try:
        server.ask("create database orders", database="postgres")
        yield
    finally:
        server.process.stop()
        print(server.process.output)  # pytest shows it if a test fails
