"""The tokens of operators in Key Vault: the service reads their digests, operators write them."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial

from azure.core.exceptions import AzureError, HttpResponseError, ResourceNotFoundError
from azure.keyvault.secrets import KeyVaultSecret, SecretProperties
from azure.keyvault.secrets.aio import SecretClient

from shared.errors import VaultUnavailable
from shared.expiring_cache import ExpiringCache
from shared.keys.cached import TIME_LIMIT_SECONDS
from shared.keys.operator_tokens import (
    MAX_LIFETIME,
    TOKEN_BYTES,
    OperatorSecret,
    Purpose,
    digest_of,
    write_token,
)

logger = logging.getLogger("touchstone.keys")

KEPT = timedelta(seconds=15)
"""How long an instance uses what it has read, also that there is nothing. So strangers who send
made-up tokens make it ask the vault four times a minute for each purpose."""
AFTER_A_FAILURE = timedelta(seconds=1)
"""For so long an instance does not ask a vault again that did not answer."""
_LIFETIME = timedelta(minutes=50)
"""Less than the service accepts, as the vault's clock may differ from the operator's."""
_LARGEST_DIFFERENCE = MAX_LIFETIME - _LIFETIME
_CONTENT_TYPE = "SHA-256 of a token"


class VaultSecrets:
    def __init__(self, client: SecretClient, *, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._kept = ExpiringCache[Purpose, OperatorSecret | None](
            size=len(Purpose), lifetime=KEPT, clock=clock
        )
        self._tried = ExpiringCache[Purpose, OperatorSecret | Exception | None](
            size=len(Purpose), lifetime=AFTER_A_FAILURE, clock=clock
        )

    async def find(self, purpose: Purpose) -> OperatorSecret | None:
        return await self._kept.get(purpose, partial(self._read, purpose))

    async def _read(self, purpose: Purpose) -> OperatorSecret | None:
        tried = await self._tried.get(purpose, partial(self._try, purpose))
        if isinstance(tried, Exception):
            raise VaultUnavailable from tried
        return tried

    async def _try(self, purpose: Purpose) -> OperatorSecret | Exception | None:
        """Return what went wrong instead of raising it, so that it is kept too."""
        try:
            async with asyncio.timeout(TIME_LIMIT_SECONDS):
                # Without a version, Key Vault answers the newest one, or that it is disabled.
                return _describe(await self._client.get_secret(purpose.secret_name))
        except ResourceNotFoundError:
            return None
        # If the vault's challenge names a foreign resource, the SDK raises a ValueError.
        except (AzureError, ValueError, TimeoutError) as error:
            return None if _says_disabled(error) else error


class OperatorVault:
    """The vault as an operator uses it."""

    def __init__(
        self,
        client: SecretClient,
        *,
        clock: Callable[[], datetime],
        random: Callable[[int], bytes],
    ) -> None:
        self._client = client
        self._clock = clock
        self._random = random

    @asynccontextmanager
    async def token(self, purpose: Purpose) -> AsyncIterator[str]:
        """Make a token that opens nothing any more when the block ends, or logs a warning. Raises
        VaultUnavailable, or ValueError if the clock of this machine is wrong."""
        token = write_token(self._random(TOKEN_BYTES))
        stored = await self._store(purpose, token)
        try:
            _require_lifetime(stored)
            yield token
        finally:
            await self._disable(purpose.secret_name, stored.properties)

    async def _store(self, purpose: Purpose, token: str) -> KeyVaultSecret:
        try:
            return await self._client.set_secret(
                purpose.secret_name,
                digest_of(token),
                content_type=_CONTENT_TYPE,
                expires_on=self._clock() + _LIFETIME,
            )
        except (AzureError, ValueError) as error:
            raise VaultUnavailable from error

    async def _disable(self, name: str, properties: SecretProperties) -> None:
        try:
            await self._client.update_secret_properties(name, properties.version, enabled=False)
        except (AzureError, ValueError):
            end = properties.expires_on and properties.expires_on.isoformat(timespec="minutes")
            logger.warning("the secret %s could not be disabled, and ends at %s", name, end)


def _require_lifetime(stored: KeyVaultSecret) -> None:
    """The end is by the clock of this machine, and the service compares it with the vault's."""
    created, expires = stored.properties.created_on, stored.properties.expires_on
    if created is None or expires is None:
        raise VaultUnavailable
    off = expires - created - _LIFETIME
    if abs(off) > _LARGEST_DIFFERENCE:
        minutes = round(off.total_seconds() / 60)
        raise ValueError(f"this machine's clock is off by {minutes} minutes")


def _describe(secret: KeyVaultSecret) -> OperatorSecret | None:
    properties = secret.properties
    if properties.created_on is None or properties.version is None:
        return None
    expires_on = properties.expires_on
    return OperatorSecret(
        version=properties.version,
        digest=secret.value or "",
        created_at=properties.created_on.astimezone(UTC),
        expires_at=None if expires_on is None else expires_on.astimezone(UTC),
    )


def _says_disabled(error: Exception) -> bool:
    """A disabled version and a missing right are both 403; only an inner code tells them apart."""
    if not isinstance(error, HttpResponseError) or error.status_code != 403:
        return False
    inner = error.error.innererror if error.error else None
    return (inner or {}).get("code") == "SecretDisabled"
