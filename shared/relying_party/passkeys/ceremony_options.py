"""What a client sends to begin a ceremony, and what it gets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from shared.accounts.names import Username
from shared.accounts.records import CredentialDescriptor
from shared.rate_limits.policy import Allowance
from shared.webauthn.options import creation_options
from shared.webauthn.policy import CeremonyPolicy
from shared.webauthn.state import RegistrationCeremony


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationRequest:
    username: Username | None
    display_name: str | None
    attachment: str | None
    hints: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CeremonyOptions:
    """The options, and the time at which their challenge expires."""

    options: dict[str, Any]
    expires_at: datetime
    allowances: Sequence[Allowance]
    """How many more ceremonies the client may begin."""


def registration_options(
    ceremony: RegistrationCeremony,
    challenge: bytes,
    request: RegistrationRequest,
    *,
    policy: CeremonyPolicy,
    allowances: Sequence[Allowance],
    exclude: Sequence[CredentialDescriptor] = (),
) -> CeremonyOptions:
    return CeremonyOptions(
        options=creation_options(
            ceremony,
            challenge=challenge,
            policy=policy,
            exclude=exclude,
            attachment=request.attachment,
            hints=request.hints,
        ),
        expires_at=datetime.fromtimestamp(ceremony.expires_at, UTC),
        allowances=allowances,
    )
