"""Stories about the whole service: whether it is ready, and the removal of old rows."""

from shared.composition.parts import Parts
from shared.relying_party.onboarding.unused_accounts import UnusedAccounts
from shared.relying_party.readiness import Readiness
from shared.relying_party.sessions.stray_sessions import StraySessions
from shared.relying_party.sweeping import Sweeping, Swept


def make_readiness(parts: Parts) -> Readiness:
    return Readiness(service_key=parts.stores.service_key, key_rings=parts.key_rings)


def make_sweeping(
    parts: Parts, stray_sessions: StraySessions, unused_accounts: UnusedAccounts
) -> Sweeping:
    stores = parts.stores
    swept: dict[str, Swept] = {
        "expired challenges": stores.challenges,
        "expired device codes": stores.device_codes,
        "old approvals": stores.approvals,
        "old tombstones": stores.outbox.tombstones,
        "expired counters": stores.counters,
        "old restores": stores.restores,
        "expired certificates": stores.issued_certificates,
        "reservations without a credential": stores.strays,
        "sessions without a credential": stray_sessions,
        "accounts without a user": unused_accounts,
    }
    return Sweeping(swept, service_key=stores.service_key, clock=parts.clock)
