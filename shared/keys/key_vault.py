"""The versions of a secret or key in Key Vault, with the times that decide which is used when."""

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Protocol

from azure.core.exceptions import AzureError, HttpResponseError
from azure.keyvault.secrets.aio import SecretClient

from shared.keys.reading import RETRY, NoneLeft, ReadFailed, Reading
from shared.keys.ring import ALWAYS, NEVER, KeyVersion

logger = logging.getLogger("touchstone.keys")

MAX_VERSIONS = 8
"""How many of the newest enabled versions are read. Keys would have to change by the minute to
need more."""

_ONLY_THIS_VERSION = (403, 404)  # disabled or deleted since it was listed, or not readable for us

_LONGEST = 3600

type Parse[K] = Callable[[str, str | None], K]
"""Reads a key from a secret's value and content type. Raises ValueError."""


class Listed(Protocol):
    """A version as Key Vault lists it."""

    @property
    def version(self) -> str | None: ...
    @property
    def enabled(self) -> bool | None: ...
    @property
    def created_on(self) -> datetime | None: ...
    @property
    def updated_on(self) -> datetime | None: ...
    @property
    def not_before(self) -> datetime | None: ...
    @property
    def expires_on(self) -> datetime | None: ...


class Versions[K](ABC):
    def __init__(self, name: str) -> None:
        self._name = name
        self._known: dict[str, K] = {}

    @abstractmethod
    def _list(self) -> AsyncIterator[Listed]:
        """All pages, since Key Vault sorts versions by their names, which are random."""

    @abstractmethod
    async def _get(self, version: str) -> K:
        """Raise HttpResponseError, or ValueError for a version without a usable key."""

    async def read(self) -> Reading[K]:
        """Read the enabled versions. Raise ReadFailed, or NoneLeft if no enabled version has a
        usable key."""
        async with _only_read_failed():
            enabled = await self._list_enabled()
            keys = await asyncio.gather(*(self._find_key(_version(each)) for each in enabled))
        pairs = list(zip(enabled, keys, strict=True))
        usable = tuple(_describe(each, key) for each, key in pairs if key is not None)
        self._known = {each.version: each.key for each in usable}
        if not usable:
            raise NoneLeft
        newest = max(each.age_order for each in usable)
        # An unreadable version that has a readable successor does not matter.
        unusable = [_describe(each, None) for each, key in pairs if key is None]
        since = (each.visible_since for each in unusable if each.age_order > newest)
        return Reading(versions=usable, unusable_since=min(since, default=None))

    async def _list_enabled(self) -> list[Listed]:
        listed = [each async for each in self._list()]
        if not listed:
            raise ReadFailed  # deleted, perhaps by mistake; to withdraw a key one disables it
        newest = sorted(filter(lambda each: each.enabled, listed), key=_created, reverse=True)
        return newest[:MAX_VERSIONS]

    async def _find_key(self, version: str) -> K | None:
        """The value of a version never changes, so it is read once. Its attributes may change."""
        if version in self._known:
            return self._known[version]
        try:
            return await self._get(version)
        except HttpResponseError as error:
            if error.status_code not in _ONLY_THIS_VERSION:
                raise
            reason: Exception = error
        except ValueError as error:
            reason = error
        logger.error(
            "version %s of %s is not usable: %s", version, self._name, type(reason).__name__
        )
        return None


class SecretVersions[K](Versions[K]):
    def __init__(self, client: SecretClient, name: str, parse: Parse[K]) -> None:
        super().__init__(name)
        self._client = client
        self._parse = parse

    async def _list(self) -> AsyncIterator[Listed]:
        async for each in self._client.list_properties_of_secret_versions(self._name):
            yield each

    async def _get(self, version: str) -> K:
        secret = await self._client.get_secret(self._name, version)
        return self._parse(secret.value or "", secret.properties.content_type)


@asynccontextmanager
async def _only_read_failed() -> AsyncIterator[None]:
    try:
        yield
    # If the vault's challenge names a foreign resource, the SDK raises a ValueError.
    except (AzureError, ValueError) as error:
        raise ReadFailed(retry_after=_retry_after(error)) from error


def _retry_after(error: Exception) -> timedelta:
    response = getattr(error, "response", None)
    seconds = response.headers.get("Retry-After", "") if response else ""
    return timedelta(seconds=min(int(seconds), _LONGEST)) if seconds.isdecimal() else RETRY


def _describe[K](properties: Listed, key: K) -> KeyVersion[K]:
    created_at = _created(properties)
    return KeyVersion(
        key=key,
        version=_version(properties),
        created_at=created_at,
        visible_since=max(created_at, _utc(properties.updated_on) or created_at),
        not_before=_utc(properties.not_before) or ALWAYS,
        expires_at=_utc(properties.expires_on) or NEVER,
    )


def _version(properties: Listed) -> str:
    return properties.version or ""


def _created(properties: Listed) -> datetime:
    return _utc(properties.created_on) or ALWAYS


def _utc(time: datetime | None) -> datetime | None:
    return time and time.astimezone(UTC)
