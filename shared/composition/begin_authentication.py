"""The first story of most new instances: it is apart, so that a cold start loads little else."""

from shared.composition.parts import Parts
from shared.relying_party.passkeys.begin_authentication import BeginAuthentication


def make_begin_authentication(parts: Parts) -> BeginAuthentication:
    return BeginAuthentication(
        policy=parts.settings.policy,
        credentials_per_account=parts.settings.credentials_per_account,
        accounts=parts.stores.accounts,
        challenges=parts.stores.challenges,
        service_key=parts.stores.service_key,
        keys=parts.keys,
        limiter=parts.limiter,
        recorder=parts.recorder,
        clock=parts.clock,
        random=parts.random,
    )
