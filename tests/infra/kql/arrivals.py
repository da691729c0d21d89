"""How rows come to the workspace: late, twice, in any order."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from tests.harness.service_harness import Clock
from tests.infra.kql.workspace import Row, Workspace

NOON = Clock().now
USUAL = timedelta(minutes=5)


def happened(row: Row) -> datetime:
    return datetime.fromisoformat(row["HappenedAt"])


def arrive(workspace: Workspace, rows: Iterable[Row], delay: timedelta = USUAL) -> None:
    """Each row by itself, so much after its event."""
    workspace.receive((happened(row) + delay, row) for row in rows)
