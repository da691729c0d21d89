"""What the client gets from either begin."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.rate_limits.policy import Allowance


@dataclass(frozen=True, slots=True, kw_only=True)
class CeremonyOptions:
    """Options, and when their challenge expires."""

    options: dict[str, Any]
    expires_at: datetime
    allowances: Sequence[Allowance]
    """What the client may still begin."""
