"""What every request of the service has."""

from azure.core.credentials import AzureNamedKeyCredential

from shared.storage.table_service.requests import reading
from shared.storage.table_service.service import TableService
from tests.storage.table_service.test_signing import Recorded

KEY = AzureNamedKeyCredential("account", "a2V5")


async def test_each_request_has_an_id_of_its_own() -> None:
    """By it an answer is known to belong to its request."""
    transport = Recorded()
    for _ in range(2):
        service = TableService("http://storage.test", credential=KEY, transport=transport)
        for _ in range(3):
            await service.send(reading("T", "p", "r", ()), repeated=())
    assert len({sent.headers["x-ms-client-request-id"] for sent in transport.sent}) == 6
