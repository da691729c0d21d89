"""The secrets of operators as a vault answers them, with the times that a test gives."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count

from shared.errors import VaultUnavailable
from shared.keys.operator_tokens import OperatorSecret, Purpose, digest_of, write_token


class Vault:
    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._numbers = count(1)
        self.secrets: dict[Purpose, OperatorSecret] = {}
        self.is_down = False
        self.asked = 0

    async def find(self, purpose: Purpose) -> OperatorSecret | None:
        self.asked += 1
        if self.is_down:
            raise VaultUnavailable
        return self.secrets.get(purpose)

    def make_token(
        self,
        purpose: Purpose,
        *,
        lifetime: timedelta | None = timedelta(minutes=50),
        since: timedelta = timedelta(),
    ) -> str:
        """`since`: how long ago the secret was written, by the clock of the test."""
        number, created = next(self._numbers), self._clock() - since
        token = write_token(bytes([number]) * 32)
        self.secrets[purpose] = OperatorSecret(
            version=f"version-{number}",
            digest=digest_of(token),
            created_at=created,
            expires_at=None if lifetime is None else created + lifetime,
        )
        return token
