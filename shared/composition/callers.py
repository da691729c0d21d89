"""Stories about who sends a request."""

from shared.composition.parts import Parts
from shared.identity_providers.provider import issuers_of
from shared.relying_party.callers.authenticate import BearerAuthentication, IdentityProviders
from shared.relying_party.callers.authority_status import Authorities
from shared.relying_party.callers.callers import Callers
from shared.relying_party.callers.dpop_nonces import DpopNonces


def make_dpop_nonces(parts: Parts) -> DpopNonces:
    return DpopNonces(
        required=parts.settings.dpop_nonces_required,
        keys=parts.keys,
        clock=parts.clock,
        random=parts.random,
    )


def make_bearer_authentication(
    parts: Parts, providers: IdentityProviders, nonces: DpopNonces
) -> BearerAuthentication:
    return BearerAuthentication(
        providers=providers,
        issuers=issuers_of(parts.settings.providers) | {parts.settings.tokens.issuer},
        token_settings=parts.settings.tokens,
        keys=parts.keys,
        nonces=nonces,
        clock=parts.clock,
    )


def make_authorities(parts: Parts) -> Authorities:
    return Authorities(
        session_store=parts.stores.sessions,
        pass_store=parts.stores.passes,
        link_store=parts.stores.links,
        clock=parts.clock,
    )


def make_callers(parts: Parts, authorities: Authorities) -> Callers:
    return Callers(
        authorities=authorities,
        accounts=parts.stores.accounts,
        link_store=parts.stores.links,
        step_up_age=parts.settings.step_up_age,
        clock=parts.clock,
    )
