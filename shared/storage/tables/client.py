"""The single connection to Azure Tables of a worker process."""

from typing import Any

from azure.core.credentials_async import AsyncTokenCredential
from azure.core.exceptions import HttpResponseError, ServiceResponseError
from azure.core.pipeline.transport import AioHttpTransport
from azure.core.rest import AsyncHttpResponse, HttpRequest
from azure.data.tables.aio import TableServiceClient

from shared.azure.timeouts import RETRIES, TIMEOUTS
from shared.settings import TablesSettings
from shared.storage.tables.clock import StorageClock

_SIGNATURE = "x-ms-request-id"
"""A header that every answer of Azure Storage has."""
_SERVER_ERRORS = 500  # the SDK repeats these requests, even if a proxy answered

type Connection = TableServiceClient
type Credential = AsyncTokenCredential


class QuickTransport(AioHttpTransport):  # type: ignore[misc]  # the SDK hides its type
    """Removes Retry-After: storage may ask for a minute's wait, which is too long for a user.

    An answer that ends early, or that does not come from storage, is a lost answer. The SDK would
    take the first for an error of storage and fail to read it. It would take the second for the
    information that a row is missing, has changed or is gone.
    """

    def __init__(self, *, clock: StorageClock | None = None, **options: object) -> None:
        super().__init__(**options)
        self._clock = clock

    async def send(self, request: HttpRequest, **options: object) -> AsyncHttpResponse:
        sent = self._clock.own() if self._clock else None
        try:
            response: AsyncHttpResponse = await super().send(request, **options)
        except (HttpResponseError, OSError, ValueError) as error:
            raise ServiceResponseError(type(error).__name__, error=error) from error
        if _SIGNATURE not in response.headers and response.status_code < _SERVER_ERRORS:
            raise ServiceResponseError("an answer that is not of Azure Storage")
        # A 5xx may come from a gateway, or from a faulty server of storage.
        if self._clock and sent and response.status_code < _SERVER_ERRORS:
            self._clock.hear(response.headers.get("Date"), sent=sent)
        response.headers.pop("Retry-After", None)
        return response


def connect(
    settings: TablesSettings,
    *,
    credential: Credential | None = None,
    clock: StorageClock | None = None,
) -> TableServiceClient:
    """Build the client; it opens connections at its first request, in the loop running then.
    `clock` gets the time of each answer.

    An endpoint needs a `credential`; a connection string does not.
    """
    options: dict[str, Any] = {
        "transport": QuickTransport(clock=clock, **TIMEOUTS),
        **RETRIES,
        "auto_request_id": False,
    }
    if settings.connection_string is not None:
        return TableServiceClient.from_connection_string(settings.connection_string, **options)
    return TableServiceClient(endpoint=settings.endpoint or "", credential=credential, **options)
