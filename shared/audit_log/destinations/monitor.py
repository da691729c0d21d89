"""The Logs Ingestion API of Azure Monitor, by way of one data collection rule.

https://learn.microsoft.com/azure/azure-monitor/logs/logs-ingestion-api-overview
"""

from collections.abc import Mapping, MutableMapping, Sequence
from datetime import timedelta
from typing import Any

from azure.core.credentials_async import AsyncTokenCredential
from azure.core.exceptions import HttpResponseError
from azure.monitor.ingestion.aio import LogsIngestionClient

from shared.audit.log_entry import LogEntry
from shared.audit.schemas.asim import asim_record
from shared.audit.schemas.asim_mapping import Stream
from shared.audit.schemas.touchstone_row import touchstone_row
from shared.audit_log.destinations.destination import NotNow, Unacceptable
from shared.azure.timeouts import ONE_TRY

OWN_STREAM = "Custom-Touchstone"
ASIM_STREAMS: Mapping[Stream, str] = {
    Stream.AUTHENTICATION: "Custom-ASimAuthentication",
    Stream.USER_MANAGEMENT: "Custom-ASimUserManagement",
    Stream.AUDIT: "Custom-ASimAuditEvent",
}
"""The rule's names for its streams. The rule sends each stream to its table."""
_REFUSED = (400, 413)


class MonitorDestination:
    name = "monitor"

    def __init__(self, client: LogsIngestionClient, *, rule_id: str, asim: bool) -> None:
        self._client = client
        self._rule_id = rule_id
        self._asim = asim

    async def send(self, entries: Sequence[LogEntry]) -> None:
        """Send each stream by itself. The SDK splits it into calls of 1 MiB. If one call fails, all
        of them are sent again: queries keep one row of each EventUid."""
        for stream, rows in _streams(entries, asim=self._asim).items():
            await self._upload(stream, rows)

    async def _upload(self, stream: str, rows: list[MutableMapping[str, Any]]) -> None:
        try:
            await self._client.upload(rule_id=self._rule_id, stream_name=stream, logs=rows)
        except HttpResponseError as error:
            raise _declined(error) from error
        except Exception as error:  # the SDK raises many kinds of errors for an invalid answer
            raise NotNow(type(error).__name__) from error

    async def close(self) -> None:
        await self._client.close()


def _streams(
    entries: Sequence[LogEntry], *, asim: bool
) -> dict[str, list[MutableMapping[str, Any]]]:
    streams: dict[str, list[MutableMapping[str, Any]]] = {
        OWN_STREAM: [touchstone_row(entry) for entry in entries]
    }
    for entry in entries if asim else ():
        record = asim_record(entry)
        if record is not None:
            streams.setdefault(ASIM_STREAMS[record.stream], []).append(record.columns)
    return streams


def _declined(error: HttpResponseError) -> NotNow | Unacceptable:
    """Uses the status alone, as the text may quote the data that was sent."""
    reason = f"HTTP {error.status_code}"
    if error.status_code in _REFUSED:
        return Unacceptable(reason)
    seconds = str(getattr(error.response, "headers", {}).get("Retry-After", ""))
    return NotNow(
        reason, retry_after=timedelta(seconds=int(seconds)) if seconds.isdecimal() else None
    )


def connect_monitor(
    endpoint: str, credential: AsyncTokenCredential, **options: object
) -> LogsIngestionClient:
    """The timeouts are short, as the next run repeats failed calls."""
    return LogsIngestionClient(endpoint, credential, **{**ONE_TRY, **options})
