"""The ways to Azure Tables that a worker process has."""

from dataclasses import dataclass
from types import TracebackType
from typing import Self

from azure.data.tables.aio import TableServiceClient

from shared.storage.table_service.service import TableService


@dataclass(frozen=True, slots=True)
class Connection:
    service: TableService
    """For what ceremonies do."""
    sdk: TableServiceClient
    """For what is rare: making tables, and reading whole tables in pages."""

    async def close(self) -> None:
        await self.service.close()
        await self.sdk.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()
