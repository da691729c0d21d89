"""What docs/postgresql.md shows, for the files of a cluster."""

from collections.abc import Mapping

from tests.counterparts.documents import blocks
from tests.counterparts.postgresql.cluster import Cluster
from tests.counterparts.postgresql.server import Configuration

PAGE = "postgresql.md"
FOLDER = "/var/lib/postgresql/touchstone"


def configuration(cluster: Cluster) -> Configuration:
    return Configuration(
        server=block("postgresql", {FOLDER: str(cluster.folder)}),
        hba=block("pg_hba"),
    )


def block(language: str, replacements: Mapping[str, str] | None = None, *, nth: int = 0) -> str:
    return blocks(PAGE, language, replacements or {}, folder="docs")[nth]
