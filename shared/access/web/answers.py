"""Answers that were given, and how long they may be given again."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.access.web.identity import TOKEN_SECONDS

_LEFT = TOKEN_SECONDS // 2
"""A token has so many seconds when it reaches the application."""


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    made_at: int
    """In Unix seconds."""
    headers: Mapping[str, str]

    def is_good(self, now: int) -> bool:
        """Not if the clock went back."""
        return self.made_at <= now <= self.made_at + TOKEN_SECONDS - _LEFT
