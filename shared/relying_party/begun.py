"""What the client gets from either begin."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """Options, and when their challenge expires."""

    options: dict[str, Any]
    expires_at: datetime
