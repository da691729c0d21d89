"""The job of the documentation that brings the authorities and what they have revoked."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.counterparts.postgresql import documented
from tests.counterparts.postgresql.client import put_in_path
from tests.counterparts.postgresql.cluster import OWNER
from tests.counterparts.postgresql.installation import CLIENTS
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
        environment = {
            "PATH": put_in_path(CLIENTS[-1], self.folder),
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
