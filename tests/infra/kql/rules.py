"""Alert rules, evaluated as Azure evaluates them.

Every `evaluationFrequency` the query runs over the rows whose TimeGenerated lies within the last
`overrideQueryTimeRange`. The result has no column TimeGenerated, so all of its rows are in one bin,
whatever `windowSize` is. They are counted for each combination of the dimensions.
https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-create-log-alert-rule
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.infra.kql.texts import deployed
from tests.infra.kql.workspace import Row, Workspace
from tests.infra.kusto_check import manifest
from tests.infra.test_monitor_files import duration


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    name: str
    every: timedelta
    reach: timedelta
    threshold: int
    dimensions: tuple[str, ...]

    def rows(self, workspace: Workspace, at: datetime) -> list[Row]:
        """What a mail would lead to."""
        found = workspace.ask(deployed("alerts", self.name), at, self.reach)
        counts = Counter(self._split(row) for row in found)
        return [row for row in found if counts[self._split(row)] > self.threshold]

    def fires(self, workspace: Workspace, at: datetime) -> bool:
        return bool(self.rows(workspace, at))

    def evaluations(self, since: datetime, until: datetime) -> Iterator[datetime]:
        while since <= until:
            yield since
            since += self.every

    def fired(self, workspace: Workspace, since: datetime, until: datetime) -> list[datetime]:
        """The times of evaluations that fire. Azure mails at the first of those in a row."""
        return [at for at in self.evaluations(since, until) if self.fires(workspace, at)]

    def _split(self, row: Row) -> tuple[str, ...]:
        return tuple(row[name] for name in self.dimensions)


def rule(name: str) -> Rule:
    (listed,) = (each for each in manifest("alerts") if each["name"] == name)
    return Rule(
        name=name,
        every=duration(listed["evaluationFrequency"]),
        reach=duration(listed["overrideQueryTimeRange"]),
        threshold=listed["threshold"],
        dimensions=tuple(listed["dimensions"]),
    )
