"""Entra's request arrives in the browser of the person."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shared.errors import KeysUnavailable, ProviderUnavailable, TokenInvalid
from shared.keys.current_keys import CurrentKeys
from shared.openid.external_mfa.answer import Answer, refused
from shared.openid.external_mfa.configuration import ExternalMfa
from shared.openid.external_mfa.entra_user import EntraUser
from shared.openid.external_mfa.pending import PendingRequest, seal_request
from shared.openid.external_mfa.request import MfaRequest, Refused, read_request, read_state
from shared.sealed import RANDOM_BYTES

logger = logging.getLogger("touchstone.external_mfa")


class Hints(Protocol):
    async def verify(self, compact: str) -> EntraUser:
        """Raise TokenInvalid, or ProviderUnavailable."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    configuration: ExternalMfa
    hints: Hints
    keys: CurrentKeys
    clock: Callable[[], datetime]
    random: Callable[[int], bytes]

    async def __call__(self, form: Mapping[str, str]) -> str | Answer:
        """Return the sealed request, which our page carries on with, or the refusal for Entra.

        Makes no storage call, and records nothing: anybody can send a form. Raises NotFromEntra.
        """
        state = read_state(form, self.configuration)
        try:
            request = read_request(form)
            return await self._seal(request, await self._user(request), state)
        except Refused as error:
            # Of the kind only: the text of a member may be a stranger's.
            logger.warning("external MFA is refused: %s (%s)", error.error, error)
            return refused(error, state, self.configuration)

    async def _user(self, request: MfaRequest) -> EntraUser:
        try:
            return await self.hints.verify(request.hint)
        except TokenInvalid as error:
            logger.warning("refused a hint of Entra: %s", error.__cause__)
            raise Refused("access_denied", "id_token_hint is not accepted.") from error
        except ProviderUnavailable as error:
            raise Refused("temporarily_unavailable", "The hint cannot be verified now.") from error

    async def _seal(self, request: MfaRequest, user: EntraUser, state: str | None) -> str:
        pending = PendingRequest(
            tenant=user.tenant,
            object_id=user.object_id,
            subject=user.subject,
            username=user.username,
            nonce=request.nonce,
            state=state,
            acr=request.requirements.acr,
            amr=request.requirements.amr,
            request_id=request.request_id,
        )
        try:
            sealing_key = await self.keys.sealing_key()
        except KeysUnavailable as error:
            raise Refused("temporarily_unavailable", "No keys are available now.") from error
        return seal_request(
            pending,
            now=int(self.clock().timestamp()),
            random=self.random(RANDOM_BYTES),
            sealing_key=sealing_key,
        )
