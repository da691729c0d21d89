"""The first step of a sign-in: a challenge, and the credentials that may answer it."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from shared.accounts.handles import AccountLocator, locate_username
from shared.accounts.names import Username
from shared.accounts.records import CredentialDescriptor
from shared.audit.event import Kind
from shared.keys.current_keys import CurrentKeys
from shared.rate_limits.limiter import RateLimiter
from shared.rate_limits.policy import Action
from shared.recording.actors import named
from shared.recording.audit_recorder import AuditRecorder
from shared.relying_party.callers.client import Client
from shared.relying_party.passkeys.ceremony_options import CeremonyOptions
from shared.storage.accounts.accounts import AccountStore
from shared.storage.challenges import ChallengeStore
from shared.storage.service_key import ServiceKey
from shared.webauthn.authentication import policy_for, request_options
from shared.webauthn.challenge import RANDOM_BYTES, seal_challenge
from shared.webauthn.decoys import decoy_credentials
from shared.webauthn.policy import CeremonyPolicy
from shared.webauthn.state import AuthenticationCeremony


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginAuthentication:
    policy: CeremonyPolicy
    credentials_per_account: int
    accounts: AccountStore
    challenges: ChallengeStore
    service_key: ServiceKey
    keys: CurrentKeys
    limiter: RateLimiter
    recorder: AuditRecorder
    clock: Callable[[], datetime]
    random: Callable[[int], bytes]

    async def __call__(
        self, username: Username | None, *, acr_values: Sequence[str] = (), client: Client
    ) -> CeremonyOptions:
        """Without a username, any discoverable credential may answer. For an unknown username, the
        answer has made-up credentials, the same ones each time."""
        await self.limiter.refuse_known(Action.BEGIN, address=client.address)
        service_key = await self.service_key.get()
        sealing_key = await self.keys.sealing_key()
        locator = None if username is None else locate_username(username, service_key=service_key)
        random, expires_at = self.random(RANDOM_BYTES), self.policy.expiry(self.clock())
        allow, allowances, *_ = await asyncio.gather(
            self._allowed(locator, service_key=service_key),
            self.limiter.spend(Action.BEGIN, address=client.address),
            self.challenges.add(random, expires_at=expires_at),
        )
        person = named(username, locator) if username and locator else None
        await self.recorder.sample(Kind.AUTHENTICATION_BEGUN, random=random, target=person)
        ceremony = AuthenticationCeremony(
            expires_at=expires_at, locator=locator, verify_user="aal2" in acr_values
        )
        challenge = seal_challenge(ceremony, random=random, sealing_key=sealing_key)
        policy = policy_for(ceremony, self.policy)
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
        known = await self.accounts.list_descriptors(locator)
        most = self.credentials_per_account
        return known or decoy_credentials(locator, service_key=service_key, most=most)
