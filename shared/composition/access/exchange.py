"""Token exchange for profiles."""

from collections.abc import Callable

from shared.access_broker.approvals.asking import Asking
from shared.access_broker.approvals.senders import Senders
from shared.access_broker.approvals.using import Using
from shared.access_broker.exchange.approved import ApprovedExchange
from shared.access_broker.exchange.database_giver import DatabaseGiver
from shared.access_broker.exchange.entra_giver import EntraGiver
from shared.access_broker.exchange.exchanging import TokenExchange
from shared.access_broker.exchange.giving import Givers
from shared.access_broker.exchange.subjects import Subjects
from shared.access_broker.profiles.directory import ProfileDirectory
from shared.composition.access.databases import make_database_tokens
from shared.composition.access.entra import make_assertions
from shared.composition.parts import Parts
from shared.entra.entra_tokens import EntraTokens
from shared.openid_provider.tokens.live_grants import LiveGrants
from shared.openid_provider.tokens.token_limit import TokenLimit
from shared.relying_party.callers.authenticate import BearerAuthentication


def make_token_exchange(
    parts: Parts,
    *,
    profiles: ProfileDirectory,
    bearer_authentication: BearerAuthentication,
    senders: Senders,
    live_grants: LiveGrants,
    asking: Asking,
    using: Using,
    entra: Callable[[], EntraTokens],
) -> TokenExchange:
    settings = parts.settings

    limit = TokenLimit(parts.limiter, parts.limit_events, clock=parts.clock)
    givers = Givers(
        entra=EntraGiver(entra=entra, assertions=make_assertions(parts), random=parts.random),
        database=DatabaseGiver(tokens=make_database_tokens(parts)),
    )
    return TokenExchange(
        subjects=Subjects(
            bearer_authentication=bearer_authentication,
            senders=senders,
            live_grants=live_grants,
            issuer=settings.tokens.issuer,
        ),
        profiles=profiles,
        limit=limit,
        store=parts.stores.exchanged_tokens,
        givers=givers,
        approved=ApprovedExchange(using=using, limit=limit, givers=givers, recorder=parts.recorder),
        asking=asking,
        recorder=parts.recorder,
        issuer=settings.tokens.issuer,
        clock=parts.clock,
    )
