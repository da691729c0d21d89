"""The files of a PostgreSQL server, and the user who may run it."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.counterparts.installation import run

OWNER = "owner"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Root may not run the server, so another user does then."""

    folder: Path
    find: Callable[[str], Sequence[str | Path]]
    """What runs a program of PostgreSQL."""

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def command(self, name: str, *arguments: str | Path) -> list[str]:
        other = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
        program = [str(part) for part in (*self.find(name), *arguments)]
        return [*other, *program] if os.geteuid() == 0 else program

    def give_away(self, path: Path) -> None:
        if os.geteuid() == 0:
            run("chown", "nobody:nogroup", path)


def make_cluster(folder: Path, find: Callable[[str], Sequence[str | Path]]) -> Cluster:
    cluster = Cluster(folder=folder, find=find)
    folder.chmod(0o755)
    cluster.data.mkdir()
    cluster.give_away(folder)
    cluster.give_away(cluster.data)
    places = ("-D", cluster.data, "-U", OWNER)
    run(
        *cluster.command(
            "initdb", *places, "--auth=trust", "--no-sync", "--locale=C", "--encoding=UTF8"
        )
    )
    return cluster
