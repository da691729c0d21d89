"""The one connection to Key Vault that a worker process keeps.

It is imported only if a vault is configured, as its SDK takes time to load.
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
    """Never waits as long as a server asks, and does not retry when a vault throttles: the next
    reading does that, as no request waits for it."""

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
    """Build the client. It opens connections at its first request, in the loop that runs then.

    Only tests pass a transport: it connects the name of a vault to a fake.
    """
    return SecretClient(
        vault_url,
        credential,
        transport=transport or AioHttpTransport(**TIMEOUTS),
        retry_policy=QuickRetry(**RETRIES),
    )
