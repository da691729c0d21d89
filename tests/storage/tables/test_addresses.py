"""Every form of address and credential that the SDK takes leads to the same tables."""

from datetime import UTC, datetime, timedelta

import pytest
from azure.core.credentials import AzureNamedKeyCredential
from azure.data.tables import AccountSasPermissions, ResourceTypes, generate_account_sas
from pytest_mock import MockerFixture

from devhost.azurite import ACCOUNT, KEY, Azurite
from shared.settings import TablesSettings
from shared.storage.table_service.answer import Answer, Headers
from shared.storage.table_service.connections import Connections
from shared.storage.tables.client import connect
from shared.storage.tables.table import Operation, Table
from tests.storage_transport import Storage, open_storage

ROW, OTHER = ({"PartitionKey": "it's ü &+", "RowKey": key} for key in ("@p =", "other"))
_EMPTY = Answer(200, Headers({"x-ms-request-id": "1"}), b'{"value":[]}')


async def _used(storage: Storage) -> None:
    """Of each form of request, one."""
    table = storage.table("Accounts")
    assert await table.insert(ROW)
    assert await table.transact([Operation("create", OTHER), Operation("update", ROW)])
    found = await table.get(ROW["PartitionKey"], ROW["RowKey"], select=["RowKey"])
    assert found == {"RowKey": ROW["RowKey"]}
    rows = await table.query("PartitionKey eq @p", {"p": ROW["PartitionKey"]}, limit=9)
    assert len(rows) == 2
    assert await table.delete(ROW["PartitionKey"], ROW["RowKey"])


async def test_a_shared_access_signature_opens_the_tables(azurite: Azurite) -> None:
    signature = generate_account_sas(
        AzureNamedKeyCredential(ACCOUNT, KEY),
        ResourceTypes(service=True, container=True, object=True),
        AccountSasPermissions.from_string("raudwc"),
        datetime.now(UTC) + timedelta(hours=1),
    )
    text = f"AccountName={ACCOUNT};TableEndpoint={azurite.url};SharedAccessSignature={signature}"
    async with open_storage(text) as storage:
        await storage.make_tables()
        await _used(storage)


@pytest.mark.parametrize("end", ["", "/"])
async def test_the_key_of_the_account_opens_the_tables(azurite: Azurite, end: str) -> None:
    endpoint = f"TableEndpoint={azurite.url}"
    text = azurite.connection_string.replace(endpoint, endpoint + end)
    assert endpoint + end in text
    async with open_storage(text) as storage:
        await _used(storage)


@pytest.mark.parametrize(
    ("endpoint", "host", "path"),
    [
        ("https://name.table.core.windows.net", "name.table.core.windows.net", ""),
        ("https://name.table.core.windows.net/", "name.table.core.windows.net", ""),
        ("http://127.0.0.1:10002/name/", "127.0.0.1:10002", "/name"),
        ("http://[::1]:10002/name", "[::1]:10002", "/name"),
        ("https://Tables.Example:8443", "Tables.Example:8443", ""),
    ],
)
async def test_a_request_names_its_host_and_its_path(
    mocker: MockerFixture, endpoint: str, host: str, path: str
) -> None:
    ask = mocker.patch.object(Connections, "ask", return_value=_EMPTY)
    text = f"AccountName=name;AccountKey={KEY};TableEndpoint={endpoint}"
    async with connect(TablesSettings(connection_string=text)) as connection:
        await Table(connection, "T").query("PartitionKey eq @p", {"p": "?"}, limit=1)
    line, second, *_ = ask.call_args.args[0].decode().split("\r\n")
    assert line == f"GET {path}/T()?$filter=PartitionKey%20eq%20%27%3F%27&$top=1 HTTP/1.1"
    assert second == f"Host: {host}"
