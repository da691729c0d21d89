"""Stories about sessions and their tokens."""

from shared.composition.parts import Parts
from shared.relying_party.callers.authenticate import BearerAuthentication
from shared.relying_party.sessions.ending import SessionEnding
from shared.relying_party.sessions.refreshing import Refreshing
from shared.relying_party.sessions.revocation import Revocation
from shared.relying_party.sessions.sessions import Sessions
from shared.relying_party.sessions.stray_sessions import StraySessions
from shared.relying_party.sessions.token_issuer import TokenIssuer


def make_token_issuer(parts: Parts) -> TokenIssuer:
    return TokenIssuer(
        client_id=parts.settings.policy.rp_id,
        limits=parts.settings.sessions,
        token_settings=parts.settings.tokens,
        service_key=parts.stores.service_key,
        keys=parts.keys,
        clock=parts.clock,
        random=parts.random,
    )


def make_session_ending(parts: Parts) -> SessionEnding:
    stores = parts.stores
    return SessionEnding(
        session_store=stores.sessions, notices=stores.logout_notices, clock=parts.clock
    )


def make_sessions(parts: Parts) -> Sessions:
    return Sessions(
        session_store=parts.stores.sessions,
        ending=make_session_ending(parts),
        recorder=parts.recorder,
        clock=parts.clock,
    )


def make_refreshing(parts: Parts, token_issuer: TokenIssuer) -> Refreshing:
    return Refreshing(
        session_store=parts.stores.sessions,
        ending=make_session_ending(parts),
        accounts=parts.stores.accounts,
        limits=parts.settings.sessions,
        token_issuer=token_issuer,
        service_key=parts.stores.service_key,
        keys=parts.keys,
        limiter=parts.limiter,
        recorder=parts.recorder,
        clock=parts.clock,
    )


def make_revocation(
    parts: Parts, sessions: Sessions, bearer_authentication: BearerAuthentication
) -> Revocation:
    return Revocation(
        bearer_authentication=bearer_authentication,
        sessions=sessions,
        session_store=parts.stores.sessions,
        service_key=parts.stores.service_key,
        clock=parts.clock,
    )


def make_stray_sessions(parts: Parts, sessions: Sessions) -> StraySessions:
    return StraySessions(
        session_store=parts.stores.sessions,
        accounts=parts.stores.accounts,
        sessions=sessions,
        random=parts.random,
    )
