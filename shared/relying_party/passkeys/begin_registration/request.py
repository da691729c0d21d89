"""What a client asks for when it begins a registration."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.accounts.names import Username


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationRequest:
    username: Username | None
    display_name: str | None
    attachment: str | None
    hints: Sequence[str]
