"""The bench counts events by what the log has."""

from bench.timer import sealed_events
from devhost.azurite import Azurite
from shared.accounts.roles import Role
from tests.api import Api
from tests.http.administrators import sign_in_as
from tests.http.test_audit import maintain


async def test_sealed_events_are_the_entries_of_the_log(api: Api, azurite: Azurite) -> None:
    """The host's own timer may seal more at any moment."""
    auditor = await sign_in_as(api, azurite.connection_string, Role.AUDIT_READ)
    await maintain(api)
    before = await sealed_events(azurite.connection_string)
    checkpoint = (await api.get("/audit/checkpoint", token=auditor["access_token"])).json
    after = await sealed_events(azurite.connection_string)
    assert 0 < before <= checkpoint["size"] <= after
