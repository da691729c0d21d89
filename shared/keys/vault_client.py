"""The one connection to Key Vault that a worker process keeps.

It is imported only if a vault is configured, as its SDK takes time to load.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Self

from azure.core.credentials_async import AsyncTokenCredential
from azure.core.pipeline import PipelineResponse
from azure.core.pipeline.policies import AsyncRetryPolicy
from azure.core.pipeline.transport import AioHttpTransport, AsyncHttpTransport
from azure.core.rest import AsyncHttpResponse, HttpRequest
from azure.keyvault.secrets.aio import SecretClient

from shared.audit.checkpoint import read_checkpoint_key
from shared.azure.timeouts import RETRIES, TIMEOUTS
from shared.keys.certificate import read_certificate
from shared.keys.client_ca.in_vault import RemoteKeys
from shared.keys.client_ca.key import ClientCaKey, read_client_ca
from shared.keys.key_kinds import Read, Readers
from shared.keys.key_vault import SecretVersions
from shared.keys.operator_vault import OperatorVault, VaultSecrets
from shared.keys.sealing_key import read_sealing_key
from shared.keys.settings import ClientCaInVault, KeyVaultSettings, Signing

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


class KeyVault:
    """All that is read from the vault, or written to it, by one client."""

    def __init__(self, url: str, credential: AsyncTokenCredential) -> None:
        self._client = connect(url, credential)

    def readers(self, chosen: KeyVaultSettings) -> Readers:
        client = self._client
        signing = SecretVersions(client, chosen.signing_certificate, read_certificate)
        checkpoint = SecretVersions(client, chosen.checkpoint_key, read_checkpoint_key)
        return Readers(
            signing=signing.read,
            sealing=SecretVersions(client, chosen.sealing_key, read_sealing_key).read,
            checkpoint=checkpoint.read,
            client_ca=self._client_ca(chosen.client_ca),
        )

    def _client_ca(self, chosen: ClientCaInVault | None) -> Read[ClientCaKey] | None:
        if chosen is None:
            return None
        if chosen.signing is Signing.IN_VAULT:
            return RemoteKeys(self._client, chosen.certificate).read
        return SecretVersions(self._client, chosen.certificate, read_client_ca).read

    def operator_secrets(self, *, clock: Callable[[], datetime]) -> VaultSecrets:
        return VaultSecrets(self._client, clock=clock)

    def for_operators(
        self, *, clock: Callable[[], datetime], random: Callable[[int], bytes]
    ) -> OperatorVault:
        return OperatorVault(self._client, clock=clock, random=random)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._client.close()
