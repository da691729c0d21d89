"""Stories of clients that people sign in to."""

from dataclasses import dataclass

from shared.composition.parts import Parts
from shared.composition.sessions import make_session_ending
from shared.openid_provider.authorization.answer_forms import AnswerForms
from shared.openid_provider.authorization.authorizing import Authorizing
from shared.openid_provider.authorization.consenting import Consenting
from shared.openid_provider.authorization.continuing import Continuing
from shared.openid_provider.authorization.granting import Granting
from shared.openid_provider.authorization.pushed_requests import PushedRequests
from shared.openid_provider.client_registry import ClientFinder
from shared.openid_provider.profile_scopes import ProfileScopes
from shared.openid_provider.tokens.client_access import ClientAccess
from shared.openid_provider.tokens.code_claims import CodeClaims
from shared.openid_provider.tokens.introspection import ClientIntrospection
from shared.openid_provider.tokens.live_grants import LiveGrants
from shared.openid_provider.tokens.offline_access import OfflineAccess
from shared.openid_provider.tokens.profiles import Profiles
from shared.openid_provider.tokens.redeeming import CodeRedemption
from shared.openid_provider.tokens.refreshing import ClientRefreshing
from shared.openid_provider.tokens.revocation import ClientRevocation
from shared.openid_provider.tokens.token_issuer import ClientTokenIssuer
from shared.openid_provider.tokens.token_limit import TokenLimit
from shared.relying_party.sessions.refreshing import Refreshing
from shared.relying_party.sessions.sessions import Sessions


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderParts:
    """What the stories of the provider are built from, beside what all stories are."""

    parts: Parts
    clients: ClientFinder
    sessions: Sessions
    refreshing: Refreshing
    profile_scopes: ProfileScopes


def make_pushed_requests(given: ProviderParts) -> PushedRequests:
    parts = given.parts
    return PushedRequests(
        values=parts.stores.sealed_values,
        limiter=parts.limiter,
        settings=parts.settings.tokens,
        keys=parts.keys,
        clock=parts.clock,
        random=parts.random,
    )


def make_authorizing(given: ProviderParts, pushed: PushedRequests) -> Authorizing:
    parts = given.parts
    return Authorizing(
        clients=given.clients,
        pushed=pushed,
        settings=parts.settings.tokens,
        keys=parts.keys,
        clock=parts.clock,
        random=parts.random,
    )


def make_answer_forms(given: ProviderParts) -> AnswerForms:
    parts = given.parts
    return AnswerForms(keys=parts.keys, clock=parts.clock, random=parts.random)


def make_client_access(given: ProviderParts) -> ClientAccess:
    parts = given.parts
    return ClientAccess(
        sessions=parts.stores.sessions,
        ending=make_session_ending(parts),
        recorder=parts.recorder,
    )


def make_consenting(given: ProviderParts) -> Consenting:
    parts = given.parts
    return Consenting(
        consents=parts.stores.consents,
        accounts=parts.stores.accounts,
        settings=parts.settings.tokens,
        recorder=parts.recorder,
        clock=parts.clock,
    )


def make_continuing(given: ProviderParts, consenting: Consenting) -> Continuing:
    parts = given.parts
    return Continuing(
        clients=given.clients,
        standings=parts.stores.standings,
        profile_scopes=given.profile_scopes,
        granting=_make_granting(parts),
        consenting=consenting,
        limiter=parts.limiter,
        settings=parts.settings.tokens,
        service_key=parts.stores.service_key,
        keys=parts.keys,
        clock=parts.clock,
    )


def _make_granting(parts: Parts) -> Granting:
    return Granting(
        values=parts.stores.sealed_values,
        sessions=parts.stores.sessions,
        ending=make_session_ending(parts),
        settings=parts.settings.tokens,
        recorder=parts.recorder,
        keys=parts.keys,
        clock=parts.clock,
        random=parts.random,
    )


def make_client_token_issuer(given: ProviderParts) -> ClientTokenIssuer:
    parts = given.parts
    return ClientTokenIssuer(
        settings=parts.settings.tokens,
        service_key=parts.stores.service_key,
        profile_scopes=given.profile_scopes,
        keys=parts.keys,
        clock=parts.clock,
        random=parts.random,
    )


def make_code_redemption(
    given: ProviderParts, claims: CodeClaims, issuer: ClientTokenIssuer
) -> CodeRedemption:
    parts = given.parts
    return CodeRedemption(
        claims=claims,
        values=parts.stores.sealed_values,
        sessions=parts.stores.sessions,
        offline=make_offline_access(given),
        issuer=issuer,
        limit=TokenLimit(parts.limiter, parts.limit_events, clock=parts.clock),
        recorder=parts.recorder,
        keys=parts.keys,
    )


def make_offline_access(given: ProviderParts) -> OfflineAccess:
    parts = given.parts
    return OfflineAccess(
        session_store=parts.stores.sessions,
        standings=parts.stores.standings,
        sessions=given.sessions,
        limits=parts.settings.sessions,
        service_key=parts.stores.service_key,
        clock=parts.clock,
        random=parts.random,
    )


def make_client_refreshing(given: ProviderParts, issuer: ClientTokenIssuer) -> ClientRefreshing:
    return ClientRefreshing(
        refreshing=given.refreshing, issuer=issuer, service_key=given.parts.stores.service_key
    )


def make_live_grants(given: ProviderParts) -> LiveGrants:
    parts = given.parts
    return LiveGrants(
        clients=given.clients,
        standings=parts.stores.standings,
        settings=parts.settings.tokens,
        keys=parts.keys,
        clock=parts.clock,
    )


def make_profiles(given: ProviderParts, live_grants: LiveGrants) -> Profiles:
    return Profiles(live_grants=live_grants, settings=given.parts.settings.tokens)


def make_client_introspection(live_grants: LiveGrants) -> ClientIntrospection:
    return ClientIntrospection(live_grants)


def make_client_revocation(
    given: ProviderParts, access: ClientAccess, live_grants: LiveGrants
) -> ClientRevocation:
    parts = given.parts
    return ClientRevocation(
        live_grants=live_grants,
        access=access,
        sessions=given.sessions,
        session_store=parts.stores.sessions,
        service_key=parts.stores.service_key,
        keys=parts.keys,
        clock=parts.clock,
    )
