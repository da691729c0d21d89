"""Codes of the provider, for whoever they are good for."""

from shared.composition.openid.code_flow import ProviderParts, make_offline_access
from shared.openid_provider.tokens.client_access import ClientAccess
from shared.openid_provider.tokens.code_claims import CodeClaims


def make_code_claims(given: ProviderParts, access: ClientAccess) -> CodeClaims:
    parts = given.parts
    return CodeClaims(
        values=parts.stores.sealed_values,
        access=access,
        offline=make_offline_access(given),
        settings=parts.settings.tokens,
        recorder=parts.recorder,
        keys=parts.keys,
        clock=parts.clock,
    )
