"""Gives nonces for DPoP proofs, and demands them if the settings say so."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from shared.errors import DpopNonceRequired
from shared.keys.current_keys import CurrentKeys
from shared.sealed import RANDOM_BYTES
from shared.sessions.dpop_nonce import is_valid, new_nonce


@dataclass(frozen=True, slots=True, kw_only=True)
class DpopNonces:
    required: bool
    keys: CurrentKeys
    clock: Callable[[], datetime]
    random: Callable[[int], bytes]

    async def fresh(self) -> str:
        """Raises KeysUnavailable."""
        return new_nonce(
            now=self._now(),
            random=self.random(RANDOM_BYTES),
            sealing_key=await self.keys.sealing_key(),
        )

    async def check(self, nonce: str | None) -> None:
        """Raises DpopNonceRequired, with a nonce for the next proof; KeysUnavailable."""
        if not self.required:
            return
        keys = await self.keys.sealing_keys()
        if not is_valid(nonce, now=self._now(), sealing_keys=keys):
            raise DpopNonceRequired(await self.fresh())

    def _now(self) -> int:
        return int(self.clock().timestamp())
