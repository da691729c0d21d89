"""The first step of a sign-in: a challenge, and the credentials that may answer it."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from shared.accounts.handles import AccountLocator, locate_username
from shared.accounts.names import Username
from shared.accounts.records import CredentialDescriptor
from shared.audit.event import Kind
from shared.rate_limits.policy import Action
from shared.recording.actors import named
from shared.relying_party.callers.client import Client
from shared.relying_party.passkeys.ceremony_options import CeremonyOptions
from shared.resources import Resources
from shared.webauthn.authentication import demand_user, request_options
from shared.webauthn.challenge import RANDOM_BYTES, seal_challenge
from shared.webauthn.decoys import decoy_credentials
from shared.webauthn.policy import CeremonyPolicy
from shared.webauthn.state import AuthenticationCeremony


class BeginAuthentication:
    def __init__(self, resources: Resources) -> None:
        self._resources = resources

    async def __call__(
        self, username: Username | None, *, acr_values: Sequence[str] = (), client: Client
    ) -> CeremonyOptions:
        """Without a username any discoverable credential may answer; a username that nobody has
        is answered with credentials that nobody has, the same ones each time."""
        resources = self._resources
        await resources.limiter.refuse_known(Action.BEGIN, address=client.address)
        service_key, sealing_key = (
            await resources.service_key.get(),
            await resources.current_keys.sealing_key(),
        )
        locator = None if username is None else locate_username(username, service_key=service_key)
        random, expires_at = (
            resources.random(RANDOM_BYTES),
            resources.settings.policy.expiry(resources.clock()),
        )
        allow, allowances, *_ = await asyncio.gather(
            self._allowed(locator, service_key=service_key),
            resources.limiter.spend(Action.BEGIN, address=client.address),
            resources.challenges.add(random, expires_at=expires_at),
        )
        await resources.trail.sample(
            Kind.AUTHENTICATION_BEGUN,
            random=random,
            target=named(username, locator) if username and locator else None,
        )
        ceremony = AuthenticationCeremony(
            expires_at=expires_at, locator=locator, verify_user="aal2" in acr_values
        )
        challenge = seal_challenge(ceremony, random=random, sealing_key=sealing_key)
        policy = policy_for(ceremony, resources.settings.policy)
        return CeremonyOptions(
            options=request_options(challenge=challenge, policy=policy, allow=allow),
            expires_at=datetime.fromtimestamp(expires_at, UTC),
            allowances=allowances,
        )

    async def _allowed(
        self, locator: AccountLocator | None, *, service_key: bytes
    ) -> Sequence[CredentialDescriptor]:
        if locator is None:
            return []
        known = await self._resources.accounts.list_descriptors(locator)
        most = self._resources.settings.credentials_per_account
        return known or decoy_credentials(locator, service_key=service_key, most=most)


def policy_for(ceremony: AuthenticationCeremony, policy: CeremonyPolicy) -> CeremonyPolicy:
    return demand_user(policy) if ceremony.verify_user else policy
