"""Checks the tokens of operators, and uses them up."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from shared.audit.event import Actor, Kind
from shared.errors import OperatorTokenRefused
from shared.keys.operator_tokens import OperatorSecrets, Purpose, accepts, is_token
from shared.recording.actors import operator
from shared.recording.audit_recorder import AuditRecorder
from shared.storage.operator_uses import OperatorUses, Token


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
        used = await self._accept(purpose, token)
        actor = operator(used.version)
        async with self._recorder.attempt(
            Kind.OPERATOR_TOKEN_USED, actor=actor, facts={"purpose": purpose.value}
        ) as attempt:
            last = await self._uses.find(purpose)
            if not last.precedes(used):
                raise OperatorTokenRefused
            await attempt.announce(self._uses.partition)
            if not await attempt.try_commit(partial(self._uses.replace, last, used)):
                raise OperatorTokenRefused
        return actor

    async def go_on(self, purpose: Purpose, token: str) -> None:
        """Require that the token is the one with which this was begun last."""
        begun = await self._accept(purpose, token)
        if (await self._uses.find(purpose)).token != begun:
            raise OperatorTokenRefused

    async def _accept(self, purpose: Purpose, token: str) -> Token:
        """Made-up tokens cost no call to storage, and seldom one to the vault."""
        secret = await self._secrets.find(purpose)
        if secret is None or not accepts(secret, token, now=self._clock()):
            raise OperatorTokenRefused
        return Token(version=secret.version, made_at=secret.created_at)
