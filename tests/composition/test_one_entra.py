"""All who ask Entra for tokens wait in one line, which has an end."""

from shared.access_broker.exchange.entra_giver import EntraGiver
from shared.access_broker.restores.identity_tokens import IdentityTokens
from tests.harness.service_harness import ServiceHarness


async def test_exchanges_and_restores_ask_entra_by_one_adapter(party: ServiceHarness) -> None:
    exchange = party.service.token_exchange
    giver = exchange.givers.entra
    tokens = party.service.restore_following.posting.azure.tokens
    assert isinstance(tokens, IdentityTokens)
    assert isinstance(giver, EntraGiver)
    assert exchange.approved.givers is exchange.givers
    assert giver.entra is tokens.entra
