"""Pushed authorization requests (RFC 9126). The request itself travels, sealed, in the
`request_uri`; a row makes it count once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from shared.errors import AuthorizationDenied, RedirectUnverified
from shared.keys.current_keys import CurrentKeys
from shared.openid.authorization.parameters import Parameters
from shared.openid.authorization.reading import Rules, read_address, read_request
from shared.openid.authorization.redirects import matches
from shared.openid.authorization.request import AuthorizationRequest
from shared.openid.authorization.request_format import (
    PUSHED_REQUEST,
    pack,
    read_written_request,
    unpack,
    write_request,
)
from shared.openid.clients.client import Client
from shared.rate_limits.limiter import RateLimiter
from shared.rate_limits.policy import Action
from shared.sealed import RANDOM_BYTES, SealInvalid, id_of, open_sealed, seal
from shared.sessions.token_settings import TokenSettings
from shared.storage.openid.sealed_values import SealedValueStore

LIFETIME_SECONDS = 90
PREFIX = "urn:ietf:params:oauth:request_uri:"


class PushedRequests:
    def __init__(
        self,
        *,
        values: SealedValueStore,
        limiter: RateLimiter,
        settings: TokenSettings,
        keys: CurrentKeys,
        clock: Callable[[], datetime],
        random: Callable[[int], bytes],
    ) -> None:
        self._values = values
        self._limiter = limiter
        self._settings = settings
        self._keys = keys
        self._clock = clock
        self._random = random

    async def push(
        self,
        parameters: Parameters,
        client: Client,
        *,
        thumbprint: str | None,
        address: str | None,
    ) -> str:
        """Return the `request_uri`. `client` has authenticated. `thumbprint` is that of the key
        that a proof came with: the code will be bound to it (RFC 9449 section 10.1).

        Raises RedirectUnverified, AuthorizationDenied, TooManyRequests.
        """
        rules = Rules(settings=self._settings, keys=await self._keys.published_keys())
        answer_to = read_address(parameters, client)
        request = read_request(parameters, client, answer_to=answer_to, rules=rules)
        if client.is_public:  # anybody may push in its name, and must not use up its quota
            await self._limiter.spend(Action.PUSHED_REQUEST, address=address)
        else:
            await self._limiter.spend(Action.PUSHED_REQUEST, client=client.id.encode())
        return await self._keep(_bound(request, thumbprint))

    async def _keep(self, request: AuthorizationRequest) -> str:
        random = self._random(RANDOM_BYTES)
        expires_at = int(self._clock().timestamp()) + LIFETIME_SECONDS
        sealed = seal(
            PUSHED_REQUEST,
            pack(write_request(request)),
            expires_at=expires_at,
            random=random,
            sealing_key=await self._keys.sealing_key(),
        )
        await self._values.add(id_of(random), expires_at=expires_at)
        return PREFIX + sealed

    async def take(self, request_uri: str, client: Client) -> AuthorizationRequest:
        """Use it up. Raises RedirectUnverified if it is not this client's any more, or was used
        before."""
        try:
            opened = open_sealed(
                PUSHED_REQUEST,
                request_uri.removeprefix(PREFIX),
                now=int(self._clock().timestamp()),
                sealing_keys=await self._keys.sealing_keys(),
            )
        except SealInvalid as error:
            raise _unusable() from error
        request = read_written_request(unpack(opened.content))
        to = request.answer_to.redirect_uri
        if request.client_id != client.id or not matches(client, to):
            raise _unusable()
        if not await self._values.claim(opened.id, expires_at=opened.expires_at):
            raise _unusable()
        return request


def _bound(request: AuthorizationRequest, thumbprint: str | None) -> AuthorizationRequest:
    if request.dpop_jkt not in (None, thumbprint) and thumbprint is not None:
        raise AuthorizationDenied("invalid_dpop_proof", "dpop_jkt is not the key of the proof.")
    return replace(request, dpop_jkt=thumbprint or request.dpop_jkt)


def _unusable() -> RedirectUnverified:
    return RedirectUnverified(
        "invalid_request_uri",
        "This request has expired, was used before or is of another client. Begin again in the "
        "application.",
    )
