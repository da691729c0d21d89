"""What this relying party asks of every ceremony, and what it accepts."""

from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256


class UserVerification(StrEnum):
    REQUIRED = "required"
    PREFERRED = "preferred"
    DISCOURAGED = "discouraged"


class ResidentKey(StrEnum):
    REQUIRED = "required"
    PREFERRED = "preferred"
    DISCOURAGED = "discouraged"


class AttestationConveyance(StrEnum):
    NONE = "none"
    INDIRECT = "indirect"
    DIRECT = "direct"
    ENTERPRISE = "enterprise"


class SignCountPolicy(StrEnum):
    """What a sign count that did not grow means (L3 section 7.2, step 22).

    REFUSE takes it for a clone; REPORT lets the person in and says so in the log.
    """

    REFUSE = "refuse"
    REPORT = "report"


@dataclass(frozen=True, slots=True, kw_only=True)
class CeremonyPolicy:
    rp_id: str
    rp_name: str
    origins: tuple[str, ...]
    """Compared as exact strings: `https://host[:port]` or `android:apk-key-hash:...`."""
    top_origins: tuple[str, ...] = ()
    """Pages that may embed ours (L3 `topOrigin`). Empty: no cross-origin ceremony at all."""
    algorithms: tuple[int, ...]
    """COSE algorithm identifiers, most wanted first."""
    user_verification: UserVerification = UserVerification.REQUIRED
    resident_key: ResidentKey = ResidentKey.PREFERRED
    attestation: AttestationConveyance = AttestationConveyance.NONE
    sign_count: SignCountPolicy = SignCountPolicy.REFUSE
    lifetime_seconds: int = 300
    rp_id_hash: bytes = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rp_id_hash", sha256(self.rp_id.encode()).digest())
