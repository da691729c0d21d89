"""Challenges of registrations: drawn, stored, sealed, and answered as options."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from shared.accounts.handles import UserHandle
from shared.accounts.records import CredentialDescriptor
from shared.audit.event import Kind
from shared.keys.current_keys import CurrentKeys
from shared.keys.sealing_key import SealingKey
from shared.rate_limits.policy import Allowance
from shared.recording.actors import user
from shared.recording.audit_recorder import AuditRecorder
from shared.relying_party.passkeys.begin_registration.request import RegistrationRequest
from shared.relying_party.passkeys.ceremony_options import CeremonyOptions
from shared.storage.challenges import ChallengeStore
from shared.webauthn.challenge import RANDOM_BYTES, seal_challenge
from shared.webauthn.policy import CeremonyPolicy
from shared.webauthn.registration import creation_options
from shared.webauthn.state import RegistrationCeremony


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnChallenge:
    random: bytes
    expires_at: int
    sealing_key: SealingKey


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationChallenges:
    policy: CeremonyPolicy
    challenges: ChallengeStore
    keys: CurrentKeys
    recorder: AuditRecorder
    clock: Callable[[], datetime]
    random: Callable[[int], bytes]

    async def draw(self) -> DrawnChallenge:
        """Raises KeysUnavailable, before anything is stored."""
        sealing_key = await self.keys.sealing_key()
        return DrawnChallenge(
            random=self.random(RANDOM_BYTES),
            expires_at=self.policy.expiry(self.clock()),
            sealing_key=sealing_key,
        )

    async def store(self, drawn: DrawnChallenge) -> None:
        """Raises StorageUnavailable."""
        await self.challenges.add(drawn.random, expires_at=drawn.expires_at)

    async def sample(self, drawn: DrawnChallenge, handle: UserHandle) -> None:
        """Record the begin, if chance selects it."""
        await self.recorder.sample(
            Kind.REGISTRATION_BEGUN, random=drawn.random, target=user(handle)
        )

    def options(
        self,
        ceremony: RegistrationCeremony,
        drawn: DrawnChallenge,
        request: RegistrationRequest,
        *,
        allowances: Sequence[Allowance],
        exclude: Sequence[CredentialDescriptor] = (),
    ) -> CeremonyOptions:
        return CeremonyOptions(
            options=creation_options(
                ceremony,
                challenge=seal_challenge(
                    ceremony, random=drawn.random, sealing_key=drawn.sealing_key
                ),
                policy=self.policy,
                exclude=exclude,
                attachment=request.attachment,
                hints=request.hints,
            ),
            expires_at=datetime.fromtimestamp(ceremony.expires_at, UTC),
            allowances=allowances,
        )
