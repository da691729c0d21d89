"""The one connection to Key Vault that a worker process keeps.

Imported only where a vault is configured, for the time that its SDK takes to load.
"""

from typing import Any

from azure.core.credentials_async import AsyncTokenCredential
from azure.core.pipeline import PipelineResponse
from azure.core.pipeline.policies import AsyncRetryPolicy
from azure.core.pipeline.transport import AioHttpTransport, AsyncHttpTransport
from azure.core.rest import AsyncHttpResponse, HttpRequest
from azure.keyvault.secrets.aio import SecretClient

from shared.azure.timeouts import RETRIES, TIMEOUTS

type Response = PipelineResponse[Any, Any]


class QuickRetry(AsyncRetryPolicy[HttpRequest, AsyncHttpResponse]):
    """Leaves a vault that throttles alone, and never waits for as long as a server says: that is
    for the next reading to do, as nobody waits for it."""

    def is_retry(self, settings: dict[str, Any], response: Response) -> bool:
        throttled = response.http_response.status_code == 429
        return not throttled and super().is_retry(settings, response)

    def get_retry_after(self, response: Response) -> float | None:  # noqa: ARG002
        return None


def connect(
    vault_url: str,
    credential: AsyncTokenCredential,
    *,
    transport: AsyncHttpTransport[HttpRequest, AsyncHttpResponse] | None = None,
) -> SecretClient:
    """Build the client; it opens connections at its first request, in the loop running then.

    Only tests bring a transport: one that leads the name of a vault to a fake of it.
    """
    return SecretClient(
        vault_url,
        credential,
        transport=transport or AioHttpTransport(**TIMEOUTS),
        retry_policy=QuickRetry(**RETRIES),
    )
