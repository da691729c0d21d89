"""The job of the documentation that brings the authorities and what they have revoked."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.counterparts.postgresql import documented
from tests.counterparts.postgresql.cluster import OWNER
from tests.counterparts.postgresql.installation import of_psql_18
from tests.counterparts.postgresql.server import Server


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    server: Server
    issuer: str
    """Where the two files are."""
    authority: Path
    """Certified the issuer's TLS."""
    folder: Path

    def run(self) -> subprocess.CompletedProcess[str]:
        psql = self.folder / "psql"
        psql.write_text(f'#!/bin/sh\nexec {" ".join(map(str, of_psql_18("psql")))} "$@"\n')
        psql.chmod(0o755)
        environment = {
            "PATH": f"{self.folder}:{os.environ['PATH']}",
            "CURL_CA_BUNDLE": str(self.authority),
            "PGHOST": str(self.server.cluster.folder),
            "PGPORT": str(self.server.port),
            "PGUSER": OWNER,
            "PGDATABASE": "postgres",
        }
        command = ["sh", "-c", documented.script(self.server.cluster, self.issuer)]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    def succeed(self) -> None:
        with self.server.reloading():
            ran = self.run()
            assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
