"""Tokens that open databases."""

from shared.access_broker.databases.tokens import DatabaseTokens
from shared.composition.parts import Parts
from shared.openid.clients.own_names import OwnNames


def make_database_tokens(parts: Parts) -> DatabaseTokens:
    return DatabaseTokens(
        keys=parts.keys,
        service_key=parts.stores.service_key,
        own=_own_names(parts),
        clock=parts.clock,
        random=parts.random,
    )


def _own_names(parts: Parts) -> OwnNames:
    return OwnNames(parts.settings.policy.rp_id, parts.settings.tokens)
