"""The relying party's policy: what it requires of every ceremony, and what it accepts."""

from dataclasses import dataclass, field
from datetime import datetime
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
    """What to do about a sign count that did not grow (L3 section 7.2, step 22)."""

    REFUSE = "refuse"
    """If the count of a credential that is never synced fell, it is refused as a clone. Any other
    count is reported."""
    REPORT = "report"
    """Every sign-in is accepted, and the audit log has the count."""
    STRICT = "strict"
    """Every such sign-in is refused, also of copies of a synced passkey and of constant counts."""


class BackupEligibilityPolicy(StrEnum):
    """What to do about a BE flag that differs from the registration (L3 section 7.2, step 19)."""

    REPORT = "report"
    STRICT = "strict"


@dataclass(frozen=True, slots=True, kw_only=True)
class CeremonyPolicy:
    rp_id: str
    rp_name: str
    origins: tuple[str, ...]
    """Compared as exact strings: `https://host[:port]` or `android:apk-key-hash:...`."""
    top_origins: tuple[str, ...] = ()
    """Pages that may embed ours (L3 `topOrigin`). Empty: no page may."""
    unstated_top_origin: bool = False
    """Whether cross-origin ceremonies of clients that do not name the page are allowed too."""
    algorithms: tuple[int, ...]
    """COSE algorithm identifiers, in order of preference."""
    user_verification: UserVerification = UserVerification.REQUIRED
    resident_key: ResidentKey = ResidentKey.PREFERRED
    attestation: AttestationConveyance = AttestationConveyance.NONE
    sign_count: SignCountPolicy = SignCountPolicy.REFUSE
    backup_eligibility: BackupEligibilityPolicy = BackupEligibilityPolicy.REPORT
    lifetime_seconds: int = 300
    rp_id_hash: bytes = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rp_id_hash", sha256(self.rp_id.encode()).digest())

    def expiry(self, now: datetime) -> int:
        """Unix seconds at which a ceremony that begins at `now` expires."""
        return int(now.timestamp()) + self.lifetime_seconds
