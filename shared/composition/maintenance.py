"""Stories about the whole service: whether it is ready, and the removal of old rows."""

from shared.composition.parts import Parts
from shared.relying_party.onboarding.unused_accounts import UnusedAccounts
from shared.relying_party.readiness import Readiness
from shared.relying_party.sessions.stray_sessions import StraySessions
from shared.relying_party.sweeping import Sweeping


def make_readiness(parts: Parts) -> Readiness:
    return Readiness(service_key=parts.stores.service_key, key_rings=parts.key_rings)


def make_sweeping(
    parts: Parts, stray_sessions: StraySessions, unused_accounts: UnusedAccounts
) -> Sweeping:
    return Sweeping(
        challenges=parts.stores.challenges,
        sessions=parts.stores.sessions,
        tombstones=parts.stores.outbox.tombstones,
        counters=parts.stores.counters,
        stray_reservations=parts.stores.strays,
        stray_sessions=stray_sessions,
        unused_accounts=unused_accounts,
        service_key=parts.stores.service_key,
        clock=parts.clock,
    )
