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


def at_time(time: datetime) -> Row:
    """The columns of an event that the service recorded then."""
    return dict.fromkeys(("HappenedAt", "TimeGenerated"), time.isoformat())


def moved(rows: Iterable[Row], by: timedelta) -> list[Row]:
    """The same events at another time."""
    return [row | at_time(happened(row) + by) for row in rows]
