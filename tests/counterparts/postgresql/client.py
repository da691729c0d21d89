"""psql with a client certificate."""

import os
import shlex
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from devhost.process import Child
from tests.counterparts.postgresql.authority import Credential
from tests.counterparts.postgresql.installation import Programs
from tests.counterparts.postgresql.server import Server


@dataclass(frozen=True, slots=True, kw_only=True)
class Psql:
    programs: Programs
    folder: Path
    """Its home, and where its key is."""

    def run(
        self, server: Server, credential: Credential | None, *statements: str, **settings: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self._command(server, statements, settings),
            env=self._environment(server, credential),
            capture_output=True,
            text=True,
            check=False,
        )

    @contextmanager
    def staying(self, server: Server, credential: Credential, **settings: str) -> Iterator[Child]:
        """A session that asks nothing, until standard input ends."""
        command = [*self._command(server, (r"\echo in",), settings), "--file=-"]
        psql = Child(command, environment=self._environment(server, credential))
        try:
            psql.wait_for("^in$")
            yield psql
        finally:
            psql.stop()

    def _command(
        self, server: Server, statements: tuple[str, ...], settings: Mapping[str, str]
    ) -> list[str]:
        given = {"host": "127.0.0.1", "port": server.port, "dbname": "orders", **settings}
        target = " ".join(f"{name}='{value}'" for name, value in given.items())
        options = ["--no-psqlrc", "--no-align", "--tuples-only", "--set=ON_ERROR_STOP=1"]
        for statement in statements:
            options += ["--command", statement]
        return [*map(str, self.programs.find("psql")), target, *options]

    def _environment(self, server: Server, credential: Credential | None) -> dict[str, str]:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "PGSSLMODE": "verify-full",
            "PGSSLROOTCERT": str(server.tls.authority),
            "PGCONNECT_TIMEOUT": "60",
        }
        if credential is None:
            return environment
        certificate, key = write_credential(credential, self.folder)
        return environment | {"PGSSLCERT": str(certificate), "PGSSLKEY": str(key)}


def write_credential(credential: Credential, folder: Path) -> tuple[Path, Path]:
    """The certificate, and the key that nobody else may read."""
    certificate, key = folder / "client.pem", folder / "client.key"
    certificate.write_bytes(credential.certificate)
    key.touch(mode=0o600)
    key.write_bytes(credential.key)
    return certificate, key


def put_in_path(programs: Programs, folder: Path) -> str:
    """A PATH in which `psql` is that version."""
    path = folder / "psql"
    path.write_text(f'#!/bin/sh\nexec {shlex.join(map(str, programs.find("psql")))} "$@"\n')
    path.chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"
