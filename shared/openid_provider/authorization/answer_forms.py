"""Answers that go to the client as a form. The page that sends it has a policy of its own, which
names the client, so our other page hands the answer over, sealed."""

from collections.abc import Callable
from datetime import datetime

from shared.errors import RedirectUnverified
from shared.keys.current_keys import CurrentKeys
from shared.openid.authorization.answers import Answer, open_answer, seal_answer
from shared.sealed import RANDOM_BYTES, SealInvalid

LIFETIME_SECONDS = 60


class AnswerForms:
    def __init__(
        self,
        *,
        keys: CurrentKeys,
        clock: Callable[[], datetime],
        random: Callable[[int], bytes],
    ) -> None:
        self._keys = keys
        self._clock = clock
        self._random = random

    async def seal(self, answer: Answer) -> str:
        return seal_answer(
            answer,
            expires_at=int(self._clock().timestamp()) + LIFETIME_SECONDS,
            random=self._random(RANDOM_BYTES),
            sealing_key=await self._keys.sealing_key(),
        )

    async def open(self, text: str) -> Answer:
        """Raises RedirectUnverified."""
        try:
            return open_answer(
                text,
                now=int(self._clock().timestamp()),
                sealing_keys=await self._keys.sealing_keys(),
            )
        except SealInvalid as error:
            raise RedirectUnverified(
                "invalid_request", "This took too long. Begin again in the application."
            ) from error
