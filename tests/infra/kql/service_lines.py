"""What the service logs each minute, as Application Insights receives it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from tests.infra.kql.workspace import Row, Workspace

EVERY = timedelta(minutes=10)
"""Rarer than the service logs, which makes no difference to hours."""


def sealed(workspace: Workspace, since: datetime, until: datetime) -> None:
    _print(workspace, ((at, "sealed 0 events") for at in _times(since, until)))


def shipped(
    workspace: Workspace,
    since: datetime,
    until: datetime,
    *,
    sent: int,
    size: int | None = None,
    destination: str = "monitor",
) -> None:
    """So many entries were sent, of the whole log if nothing else is said."""
    line = f"shipped to {destination}: {sent} of {size or sent} entries"
    _print(workspace, ((at, line) for at in _times(since, until)))


def _times(since: datetime, until: datetime) -> Iterator[datetime]:
    while since <= until:
        yield since
        since += EVERY


def _print(workspace: Workspace, lines: Iterator[tuple[datetime, str]]) -> None:
    arrivals = [(at, _row(at, message)) for at, message in lines]
    workspace.receive(arrivals, "AppTraces")


def _row(at: datetime, message: str) -> Row:
    return {"TimeGenerated": at.isoformat(), "Message": message, "SeverityLevel": 1}
