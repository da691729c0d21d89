"""Checks the tokens of operators, and uses them up."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from shared.audit.event import Actor, Kind
from shared.errors import OperatorTokenRefused
from shared.keys.operator_tokens import OperatorSecrets, Purpose, accepts, is_token
from shared.recording.actors import operator
from shared.recording.audit_recorder import AuditRecorder
from shared.storage.operator_uses import OperatorUses


def require_token(text: str) -> str:
    """Raise OperatorTokenRefused for anything that has not the form of a token: it needs no look at
    the vault, or at the rest of the request."""
    if not is_token(text):
        raise OperatorTokenRefused
    return text


class OperatorAccess:
    """Both methods raise OperatorTokenRefused, VaultUnavailable and StorageUnavailable."""

    def __init__(
        self,
        *,
        secrets: OperatorSecrets,
        uses: OperatorUses,
        recorder: AuditRecorder,
        clock: Callable[[], datetime],
    ) -> None:
        self._secrets = secrets
        self._uses = uses
        self._recorder = recorder
        self._clock = clock

    async def begin(self, purpose: Purpose, token: str) -> Actor:
        """Use the token up, with an event. Return the operator, by whose name events go on."""
        actor = operator(await self._version_of(purpose, token))
        async with self._recorder.attempt(
            Kind.OPERATOR_TOKEN_USED, actor=actor, facts={"purpose": purpose.value}
        ) as attempt:
            last = await self._uses.find(purpose)
            if last.token_version == actor.id:
                raise OperatorTokenRefused
            await attempt.announce(self._uses.partition)
            if not await attempt.try_commit(partial(self._uses.replace, last, actor.id)):
                raise OperatorTokenRefused
        return actor

    async def go_on(self, purpose: Purpose, token: str) -> None:
        """Require that the token is the one with which this was begun last."""
        version = await self._version_of(purpose, token)
        if (await self._uses.find(purpose)).token_version != version:
            raise OperatorTokenRefused

    async def _version_of(self, purpose: Purpose, token: str) -> str:
        """Made-up tokens cost no call to storage, and seldom one to the vault."""
        secret = await self._secrets.find(purpose)
        if secret is None or not accepts(secret, token, now=self._clock()):
            raise OperatorTokenRefused
        return secret.version
