"""The SDK's client, for what is rare: making tables, and reading whole tables in pages.

It is loaded when it is needed, which takes longer than all that ceremonies need of storage.
"""

from typing import Any

from azure.core.credentials_async import AsyncTokenCredential
from azure.core.exceptions import HttpResponseError, ServiceResponseError
from azure.core.pipeline.transport import AioHttpTransport
from azure.core.rest import AsyncHttpResponse, HttpRequest
from azure.data.tables.aio import TableServiceClient

from shared.azure.timeouts import RETRIES, TIMEOUTS
from shared.settings import TablesSettings
from shared.storage.table_service.genuine import Genuine
from shared.storage.tables.clock import StorageClock


class QuickTransport(AioHttpTransport):  # type: ignore[misc]  # the SDK hides its type
    """The way of the SDK's requests.

    An answer that ends early is a lost answer. The SDK would take it for an error of storage and
    fail to read it.
    """

    def __init__(self, *, clock: StorageClock | None = None, **options: object) -> None:
        super().__init__(**options)
        self._genuine = Genuine(clock)

    async def send(self, request: HttpRequest, **options: object) -> AsyncHttpResponse:
        sent = self._genuine.begin()
        try:
            response: AsyncHttpResponse = await super().send(request, **options)
        except (HttpResponseError, OSError, ValueError) as error:
            raise ServiceResponseError(type(error).__name__, error=error) from error
        self._genuine.check(response.status_code, response.headers, sent=sent)
        return response


def connect_sdk(
    settings: TablesSettings, credential: AsyncTokenCredential | None, clock: StorageClock | None
) -> TableServiceClient:
    options: dict[str, Any] = {
        "transport": QuickTransport(clock=clock, **TIMEOUTS),
        **RETRIES,
        "auto_request_id": False,
    }
    if settings.connection_string is not None:
        return TableServiceClient.from_connection_string(settings.connection_string, **options)
    return TableServiceClient(endpoint=settings.endpoint or "", credential=credential, **options)
