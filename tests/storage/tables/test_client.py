"""What a connection string says, without the SDK, is what the SDK reads in it."""

from typing import Any

import pytest
from azure.core.credentials import AzureNamedKeyCredential
from azure.data.tables.aio import TableServiceClient

from shared.settings import TablesSettings
from shared.storage.tables.client import connect, place_of

KEY = "AccountName=acme;AccountKey=a2V5"


def by_sdk(text: str) -> tuple[str, Any]:
    client = TableServiceClient.from_connection_string(text)
    return client.url.rstrip("/"), client.credential


def by_us(text: str) -> tuple[str, Any]:
    address, credential = place_of(TablesSettings(connection_string=text), None)
    return address.rstrip("/"), credential


def readable(found: tuple[str, Any]) -> tuple[str, object]:
    address, credential = found
    if isinstance(credential, AzureNamedKeyCredential):
        return address, tuple(credential.named_key)
    return address, credential.signature


@pytest.mark.parametrize(
    "text",
    [
        KEY,
        f"{KEY};",
        f" {KEY};EndpointSuffix=core.usgovcloudapi.net ",
        f"{KEY};DefaultEndpointsProtocol=http;EndpointSuffix=core.windows.net",
        f"{KEY};TableEndpoint=http://127.0.0.1:10002/acme;",
        f"{KEY};TableEndpoint=https://tables.example/",
        "accountname=acme;ACCOUNTKEY=a2V5;tableendpoint=https://tables.example/acme",
        "AccountName=acme;SharedAccessSignature=sv=1&sig=a%3D",
        f"{KEY};SharedAccessSignature=sv=1&sig=a%3D",
    ],
)
def test_a_connection_string_is_read_as_the_sdk_reads_it(text: str) -> None:
    assert readable(by_us(text)) == readable(by_sdk(text))


@pytest.mark.parametrize(
    "text",
    [
        *("", "AccountName=acme", "AccountKey=a2V5", "AccountName", f"{KEY};{KEY}"),
        *(f"{KEY};accountname=acme", "AccountName=;AccountKey=a2V5"),
    ],
)
def test_both_refuse_a_connection_string_that_lacks_something(text: str) -> None:
    for read in (by_us, by_sdk):
        with pytest.raises(ValueError, match=r"[Cc]onnection string"):
            read(text)


def test_the_sdk_is_loaded_only_when_it_is_asked_for() -> None:
    connection = connect(TablesSettings(connection_string=KEY))
    assert "sdk" not in vars(connection)
    assert connection.sdk.account_name == "acme"
