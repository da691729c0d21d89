"""The timer of the app, run as the host runs it."""

from azure.data.tables.aio import TableServiceClient

from devhost.azurite import Azurite
from tests.api import Api, new_username
from tests.authenticator import SoftAuthenticator
from tests.http.test_audit import maintain


async def test_expired_challenges_are_deleted_and_valid_ones_are_kept(
    api: Api, azurite: Azurite, authenticator: SoftAuthenticator
) -> None:
    waiting = await api.begin_registration(new_username())
    long_ago = {"PartitionKey": "0", "RowKey": f"~challenge:0000000001-{new_username()}"}
    async with TableServiceClient.from_connection_string(azurite.connection_string) as service:
        challenges = service.get_table_client("AuditOutbox")
        await challenges.create_entity(long_ago)
        await maintain(api)
        expired = "RowKey ge '~challenge:' and RowKey lt '~challenge:0000000002'"
        assert [row async for row in challenges.query_entities(expired)] == []
    assert (await api.finish_registration(authenticator.create(waiting))).status == 201


async def test_sealed_events_are_indexed_by_person(
    api: Api, azurite: Azurite, authenticator: SoftAuthenticator
) -> None:
    username = new_username()
    await api.register(authenticator, username)
    user = (await api.sign_in(authenticator, username))["user"]
    await maintain(api)
    async with TableServiceClient.from_connection_string(azurite.connection_string) as service:
        tree = service.get_table_client("AuditTree")
        rows = tree.query_entities(f"PartitionKey eq 'people-{user['id'][:21]}'")
        kinds = [row["Kind"] async for row in rows]
    assert kinds == ["authentication.finished", "registration.finished"]
