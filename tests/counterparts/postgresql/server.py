"""A PostgreSQL server with TLS, as docs/postgresql.md configures it."""

import secrets
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from devhost.process import Child
from tests.counterparts.postgresql.cluster import OWNER, Cluster
from tests.counterparts.postgresql.installation import Programs
from tests.counterparts.psql.installation import PSQL
from tests.fakes.tls import Tls

_OWN = """
port = {port}
listen_addresses = '127.0.0.1'
unix_socket_directories = '{folder}'
fsync = off
include = 'documented.conf'
"""
_OWNERS_WAY_IN = f"local all {OWNER} trust\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """Blocks of the documentation, for the folder of a cluster."""

    server: str
    hba: str
    ident: str = ""


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

    def ask(self, *statements: str, database: str = "orders", role: str = OWNER) -> str:
        """Raise AssertionError, with what it says, if the server refuses a statement."""
        where = ("-h", self.cluster.folder, "-p", self.port, "-U", role, "-d", database)
        options = ("--no-psqlrc", "--no-align", "--tuples-only", "--set=ON_ERROR_STOP=1")
        given = [part for statement in statements for part in ("--command", statement)]
        psql = PSQL.command("usr/lib/postgresql/18/bin/psql")
        command = [str(part) for part in (*psql, *where, *options, *given)]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr
        return ran.stdout.strip()

    def configure(self, configuration: Configuration) -> None:
        """It counts after a reload."""
        self._write("documented.conf", configuration.server)
        self._write("pg_hba.conf", _OWNERS_WAY_IN + configuration.hba)
        self._write("pg_ident.conf", configuration.ident)

    def reload(self) -> None:
        """Return when the server accepts no connection under what was configured before."""
        self._new_mark()
        self.process.send_signal(signal.SIGHUP)
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
