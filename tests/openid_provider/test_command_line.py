"""The client of `touchstone`, the command: each service has it, unless its settings say no."""

from dataclasses import replace

import pytest

from shared.errors import ClientFromSettings, MalformedRequest
from shared.json_shape import Shape
from shared.openid.clients import command_line
from shared.openid.clients.client_rules import ClientRules
from shared.openid.clients.documents import read_client, write_client
from shared.openid.clients.own_names import OwnNames
from shared.settings import InvalidSetting
from tests.harness.administrators import CLIENT_ADMINISTRATOR
from tests.harness.service_harness import ServiceHarness
from tests.openid.clients.documents import client, web


async def test_each_service_has_it(party: ServiceHarness) -> None:
    found = await party.service.client_directory.find("touchstone", address=None)
    assert found == command_line.command_line(party.settings.tokens.issuer)
    assert found.is_public
    assert found.bound_tokens
    assert not found.first_party  # any program on the machine can say that it is this one
    assert await party.service.clients.all(by=CLIENT_ADMINISTRATOR) == [found]


async def test_a_setting_switches_it_off(party: ServiceHarness) -> None:
    off = party.restarted(COMMAND_LINE="off")
    assert await off.service.client_directory.find("touchstone", address=None) is None
    assert await off.service.clients.all(by=CLIENT_ADMINISTRATOR) == []
    with pytest.raises(InvalidSetting, match="COMMAND_LINE"):
        party.restarted(COMMAND_LINE="no")


async def test_its_document_is_one_that_storage_could_keep(party: ServiceHarness) -> None:
    """So it is shown as others are, and what it may do is what a client may do."""
    ours = command_line.command_line(party.settings.tokens.issuer)
    read = read_client(Shape(write_client(ours)), ours.id)
    assert replace(read, from_settings=True) == ours


async def test_nobody_can_make_change_or_remove_it(party: ServiceHarness) -> None:
    clients, mine = party.service.clients, client(web(), "touchstone")
    rules = ClientRules(OwnNames(party.settings.policy.rp_id, party.settings.tokens))
    with pytest.raises(MalformedRequest, match=r"^id .*COMMAND_LINE"):
        rules.check(Shape({}), mine)
    with pytest.raises(ClientFromSettings):
        await clients.replace(mine, versions=None, by=CLIENT_ADMINISTRATOR)
    with pytest.raises(ClientFromSettings):
        await clients.remove("touchstone", versions=None, by=CLIENT_ADMINISTRATOR)


async def test_a_row_with_its_id_is_not_it(party: ServiceHarness) -> None:
    off = party.restarted(COMMAND_LINE="off")
    await off.service.clients.create(client(web(), "touchstone"), by=CLIENT_ADMINISTRATOR)
    found = await party.service.client_directory.find("touchstone", address=None)
    assert found is not None
    assert found.is_public
