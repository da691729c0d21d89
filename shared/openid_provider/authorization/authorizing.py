"""The beginning of an authorization: a browser brings a request.

Nothing is answered here but errors. The cookies of a person do not come with a request from another
site, so the request goes on, sealed, to our own page (`continuing`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from shared.errors import AuthorizationDenied
from shared.keys.current_keys import CurrentKeys
from shared.openid.authorization.answers import Answer, answer_with_error
from shared.openid.authorization.brought_request import BroughtRequest, seal_request
from shared.openid.authorization.parameters import Parameters
from shared.openid.authorization.reading import (
    Rules,
    read_address,
    read_client_id,
    read_request,
)
from shared.openid.authorization.request import AuthorizationRequest, Prompt, ReturnAddress
from shared.openid.clients.client import Client
from shared.openid_provider.authorization.pushed_requests import PREFIX, PushedRequests
from shared.openid_provider.client_registry import ClientFinder, find_or_refuse
from shared.sealed import RANDOM_BYTES
from shared.sessions.token_settings import TokenSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A request that goes on at our page."""

    sealed: str
    ui_locales: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    answer: Answer
    error: AuthorizationDenied
    client_name: str
    is_shown: bool
    """At a page of ours, before it goes to the client."""


class Authorizing:
    def __init__(
        self,
        *,
        clients: ClientFinder,
        pushed: PushedRequests,
        settings: TokenSettings,
        keys: CurrentKeys,
        clock: Callable[[], datetime],
        random: Callable[[int], bytes],
    ) -> None:
        self._clients = clients
        self._pushed = pushed
        self._settings = settings
        self._keys = keys
        self._clock = clock
        self._random = random

    async def begin(
        self, parameters: Parameters, *, in_frame: bool, address: str | None
    ) -> Begun | Refused:
        """Raises RedirectUnverified.

        `in_frame` if the browser would show the answer in a frame. Our page refuses that, and no
        cookie of ours comes from there, so nobody is signed in.
        """
        client = await find_or_refuse(self._clients, read_client_id(parameters), address=address)
        if (uri := parameters.first("request_uri") or "").startswith(PREFIX):
            return await self._begin_pushed(uri, client, in_frame=in_frame)
        answer_to = read_address(parameters, client)
        try:
            rules = Rules(settings=self._settings, keys=await self._keys.published_keys())
            request = read_request(parameters, client, answer_to=answer_to, rules=rules)
            return await self._go_on(request, in_frame=in_frame)
        except AuthorizationDenied as error:
            quiet = in_frame or Prompt.NONE in (parameters.first("prompt") or "").split()
            return self._refuse(answer_to, error, client, asks_nobody=quiet)

    async def _begin_pushed(self, uri: str, client: Client, *, in_frame: bool) -> Begun | Refused:
        """What the browser brought beside it is ignored (RFC 9126 section 4)."""
        request = await self._pushed.take(uri, client)
        try:
            return await self._go_on(request, in_frame=in_frame)
        except AuthorizationDenied as error:
            return self._refuse(request.answer_to, error, client, asks_nobody=True)

    async def _go_on(self, request: AuthorizationRequest, *, in_frame: bool) -> Begun:
        if in_frame:
            raise AuthorizationDenied("login_required", "No sign-in is possible in a frame.")
        sealed = seal_request(
            BroughtRequest(request=request, at=self._clock()),
            random=self._random(RANDOM_BYTES),
            sealing_key=await self._keys.sealing_key(),
        )
        return Begun(sealed=sealed, ui_locales=request.ui_locales)

    def _refuse(
        self, to: ReturnAddress, error: AuthorizationDenied, client: Client, *, asks_nobody: bool
    ) -> Refused:
        """Whoever made up a client must not have people redirected, by a link to us, before they
        did something here: such an error is shown (RFC 9700 section 4.11.2)."""
        is_strangers = not client.is_registered
        return Refused(
            answer=answer_with_error(to, error, issuer=self._settings.issuer),
            error=error,
            client_name=client.name,
            is_shown=is_strangers or (error.is_misconfigured and not asks_nobody),
        )
