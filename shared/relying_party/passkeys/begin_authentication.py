"""The first step of a sign-in: a challenge, and the credentials that may answer it."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from shared.accounts.handles import AccountLocator, locate_username
from shared.accounts.names import Username
from shared.accounts.records import CredentialDescriptor
from shared.audit.event import Actor, Kind
from shared.keys.current_keys import CurrentKeys
from shared.rate_limits.limiter import RateLimiter
from shared.rate_limits.policy import Action
from shared.recording.actors import named, user
from shared.recording.audit_recorder import AuditRecorder
from shared.relying_party.callers.client import Client
from shared.relying_party.passkeys.ceremony_options import CeremonyOptions
from shared.storage.accounts.accounts import AccountStore
from shared.storage.challenges import ChallengeStore
from shared.storage.service_key import ServiceKey
from shared.webauthn.challenge import RANDOM_BYTES, seal_challenge
from shared.webauthn.decoys import decoy_credentials
from shared.webauthn.options import policy_for, request_options
from shared.webauthn.policy import CeremonyPolicy
from shared.webauthn.state import NONCE_BYTES, AuthenticationCeremony, commit_to


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
        locator = None if username is None else locate_username(username, service_key=service_key)
        ceremony = AuthenticationCeremony(
            expires_at=self._expiry(), locator=locator, verify_user="aal2" in acr_values
        )
        person = named(username, locator) if username and locator else None
        random = self.random(RANDOM_BYTES)
        return await self._begin(ceremony, random=random, person=person, client=client)

    async def for_purpose(
        self, purpose: bytes, *, locator: AccountLocator | None, client: Client
    ) -> CeremonyOptions:
        """The answer needs user verification and counts for this purpose only, not as a sign-in.
        Without an account, any discoverable credential may answer."""
        await self.limiter.refuse_known(Action.BEGIN, address=client.address)
        nonce = self.random(NONCE_BYTES)
        ceremony = AuthenticationCeremony(
            expires_at=self._expiry(),
            locator=locator,
            verify_user=True,
            purpose=purpose,
            nonce=nonce,
        )
        return await self._begin(
            ceremony,
            random=commit_to(purpose, nonce=nonce),
            person=None if locator is None else user(locator),
            client=client,
        )

    def _expiry(self) -> int:
        return self.policy.expiry(self.clock())

    async def _begin(
        self,
        ceremony: AuthenticationCeremony,
        *,
        random: bytes,
        person: Actor | None,
        client: Client,
    ) -> CeremonyOptions:
        sealing_key = await self.keys.sealing_key()
        allow, allowances, *_ = await asyncio.gather(
            self._allowed(ceremony.locator),
            self.limiter.spend(Action.BEGIN, address=client.address),
            self.challenges.add(random, expires_at=ceremony.expires_at),
        )
        await self.recorder.sample(Kind.AUTHENTICATION_BEGUN, random=random, target=person)
        challenge = seal_challenge(ceremony, random=random, sealing_key=sealing_key)
        policy = policy_for(ceremony, self.policy)
        return CeremonyOptions(
            options=request_options(challenge=challenge, policy=policy, allow=allow),
            expires_at=datetime.fromtimestamp(ceremony.expires_at, UTC),
            allowances=allowances,
        )

    async def _allowed(self, locator: AccountLocator | None) -> Sequence[CredentialDescriptor]:
        if locator is None:
            return []
        # For a known account too, so that an unknown one takes no longer.
        service_key = await self.service_key.get()
        known = await self.accounts.list_descriptors(locator)
        most = self.credentials_per_account
        return known or decoy_credentials(locator, service_key=service_key, most=most)
