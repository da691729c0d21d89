"""The single connection to Azure Tables of a worker process."""

from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from azure.core.credentials import AzureNamedKeyCredential, AzureSasCredential
from azure.core.credentials_async import AsyncTokenCredential
from azure.core.utils import parse_connection_string

from shared.azure.timeouts import TIMEOUTS
from shared.settings import TablesSettings
from shared.storage.table_service.service import TableService
from shared.storage.table_service.transport import ThinTransport
from shared.storage.tables.clock import StorageClock
from shared.storage.tables.connection import Connection

if TYPE_CHECKING:
    from azure.data.tables.aio import TableServiceClient

type Credential = AsyncTokenCredential
type Signing = Credential | AzureNamedKeyCredential | AzureSasCredential

_DOMAIN = "core.windows.net"


def connect(
    settings: TablesSettings,
    *,
    credential: Credential | None = None,
    clock: StorageClock | None = None,
) -> Connection:
    """Build the client; it opens connections at its first request, in the loop running then.
    `clock` gets the time of each answer.

    An endpoint needs a `credential`; a connection string does not.
    """
    address, signing = place_of(settings, credential)
    endpoint = urlsplit(address)
    origin = f"{endpoint.scheme}://{endpoint.netloc}"
    return Connection(
        TableService(
            origin + endpoint.path.rstrip("/"),
            credential=signing,
            transport=ThinTransport(origin, clock=clock, **TIMEOUTS),
        ),
        lambda: _load_sdk(settings, credential, clock),
    )


def place_of(settings: TablesSettings, credential: Credential | None) -> tuple[str, Signing | None]:
    """Where the tables are, and what signs requests to them. Raises ValueError."""
    if settings.connection_string is None:
        return settings.endpoint or "", credential
    parts = parse_connection_string(settings.connection_string)
    name, key, token = (
        parts.get(part) for part in ("accountname", "accountkey", "sharedaccesssignature")
    )
    address = parts.get("tableendpoint") or _address(name, parts)
    if name and key:
        return address, AzureNamedKeyCredential(name, key)
    if token:
        return address, AzureSasCredential(token)
    raise ValueError("the connection string has neither a key nor a signature")


def _address(name: str | None, parts: Mapping[str, str]) -> str:
    if name is None:
        raise ValueError("the connection string names no account")
    scheme = parts.get("defaultendpointsprotocol", "https")
    return f"{scheme}://{name}.table.{parts.get('endpointsuffix', _DOMAIN)}"


def _load_sdk(
    settings: TablesSettings, credential: Credential | None, clock: StorageClock | None
) -> "TableServiceClient":
    from shared.storage.sdk_client import connect_sdk

    return connect_sdk(settings, credential, clock)
