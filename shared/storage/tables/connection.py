"""The ways to Azure Tables that a worker process has."""

from collections.abc import Callable
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Self

from shared.storage.table_service.service import TableService

if TYPE_CHECKING:
    from azure.data.tables.aio import TableServiceClient


class Connection:
    def __init__(self, service: TableService, load_sdk: "Callable[[], TableServiceClient]") -> None:
        self.service = service
        """For what ceremonies do."""
        self._load_sdk = load_sdk

    @cached_property
    def sdk(self) -> "TableServiceClient":
        """For what is rare: making tables, and reading whole tables in pages."""
        return self._load_sdk()

    async def close(self) -> None:
        await self.service.close()
        if "sdk" in vars(self):
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
