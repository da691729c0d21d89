"""An authorization goes on: our page sends the sealed request, as often as the person did
something, until there is an answer for the client."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.accounts.handles import UserHandle
from shared.errors import AuthorizationDenied, RedirectUnverified
from shared.keys.current_keys import CurrentKeys
from shared.openid.authorization.answers import Answer, answer_with_error
from shared.openid.authorization.brought_request import BroughtRequest, open_request
from shared.openid.authorization.interaction import SignedIn, Step, next_step
from shared.openid.authorization.redirects import matches
from shared.openid.authorization.request import AuthorizationRequest
from shared.openid.clients.client import Client
from shared.openid.permission import check_permission
from shared.openid.resources import audience_of
from shared.openid.tokens.subjects import subject_of
from shared.openid_provider.authorization.consenting import Consenting
from shared.openid_provider.authorization.granting import Granting
from shared.openid_provider.client_registry import ClientFinder, find_or_refuse
from shared.openid_provider.profile_scopes import ProfileScopes
from shared.rate_limits.limiter import RateLimiter
from shared.rate_limits.policy import Action
from shared.sealed import SealInvalid
from shared.sessions.access_token import AccessToken
from shared.sessions.token_settings import TokenSettings
from shared.storage.openid.standings import Standing, StandingReader
from shared.storage.service_key import ServiceKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What the person decided at our page."""

    consents: bool = False
    declines: bool = False
    chooses: bool = False
    """This account is the right one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToDo:
    """What the person has to do before there is an answer."""

    step: Step
    client: Client
    redirect_uri: str
    scope: tuple[str, ...]
    resources: Sequence[str]
    login_hint: str | None
    username: str | None
    """Of the person who is signed in."""


class Continuing:
    def __init__(
        self,
        *,
        clients: ClientFinder,
        standings: StandingReader,
        profile_scopes: ProfileScopes,
        granting: Granting,
        consenting: Consenting,
        limiter: RateLimiter,
        settings: TokenSettings,
        service_key: ServiceKey,
        keys: CurrentKeys,
        clock: Callable[[], datetime],
    ) -> None:
        self._clients = clients
        self._standings = standings
        self._profile_scopes = profile_scopes
        self._granting = granting
        self._consenting = consenting
        self._limiter = limiter
        self._settings = settings
        self._service_key = service_key
        self._keys = keys
        self._clock = clock

    async def go_on(
        self, sealed: str, decision: Decision, *, token: AccessToken | None, address: str | None
    ) -> ToDo | Answer:
        """`token` is the one in the person's cookie. Raises RedirectUnverified if the request is
        too old or its client is gone; TooManyRequests."""
        brought = await self._open(sealed)
        request = brought.request
        client = await find_or_refuse(self._clients, request.client_id, address=address)
        if not matches(client, request.answer_to.redirect_uri):
            raise RedirectUnverified("invalid_request", "redirect_uri is no longer registered.")
        try:
            if decision.declines:
                raise AuthorizationDenied("access_denied", "The person declined.")
            check_permission(
                client,
                scope=request.scope,
                resources=request.resources,
                settings=self._settings,
            )
            await self._check_profiles(request)
            return await self._decide(brought, client, decision, token, address)
        except AuthorizationDenied as error:
            return answer_with_error(request.answer_to, error, issuer=self._settings.issuer)

    async def _check_profiles(self, request: AuthorizationRequest) -> None:
        if await self._profile_scopes.without(request.scope) != request.scope:
            raise AuthorizationDenied(
                "invalid_scope", "This scope is given by the device flow or by token exchange only."
            )

    async def _open(self, sealed: str) -> BroughtRequest:
        try:
            return open_request(
                sealed,
                now=int(self._clock().timestamp()),
                sealing_keys=await self._keys.sealing_keys(),
            )
        except SealInvalid as error:
            raise RedirectUnverified(
                "invalid_request", "This sign-in took too long. Begin again in the application."
            ) from error

    async def _decide(
        self,
        brought: BroughtRequest,
        client: Client,
        decision: Decision,
        token: AccessToken | None,
        address: str | None,
    ) -> ToDo | Answer:
        request = brought.request
        standing, _ = await asyncio.gather(
            self._find_standing(token, client),
            self._limiter.spend(Action.AUTHORIZATION, address=address),
        )
        signed_in = await self._describe(standing, request, client, decision)
        step = next_step(request, client, signed_in, began_at=brought.at, now=self._clock())
        if step is not Step.ANSWER or standing is None:
            return self._to_do(step, request, client, standing)
        if signed_in is not None and signed_in.asked_now:
            await self._consenting.keep(standing, request, client)
        return await self._granting.grant(request, client, standing)

    async def _find_standing(self, token: AccessToken | None, client: Client) -> Standing | None:
        if token is None or token.session_id is None or token.credential_hash is None:
            return None
        standing = await self._standings.find(
            token.user_handle,
            token.session_id,
            credential_hash=token.credential_hash,
            client_id=client.id,
            now=self._clock(),
        )
        # A client's own session is not one of the person.
        return None if standing is None or standing.stored.session.grant else standing

    async def _describe(
        self,
        standing: Standing | None,
        request: AuthorizationRequest,
        client: Client,
        decision: Decision,
    ) -> SignedIn | None:
        if standing is None:
            return None
        sign_in, asked = standing.stored.session.sign_in, self._asked(request, client)
        known = standing.consent is not None and standing.consent.covers(request.scope, asked)
        return SignedIn(
            subject=await self._subject(sign_in.user_handle, client),
            at=sign_in.at,
            consented=known or decision.consents,
            asked_now=decision.consents,
            chosen=decision.chooses,
        )

    async def _subject(self, handle: UserHandle, client: Client) -> str:
        return subject_of(handle, client, service_key=await self._service_key.get())

    def _asked(self, request: AuthorizationRequest, client: Client) -> tuple[str, ...]:
        return audience_of(request.resources, client, scope=request.scope, settings=self._settings)

    def _to_do(
        self, step: Step, request: AuthorizationRequest, client: Client, standing: Standing | None
    ) -> ToDo:
        return ToDo(
            step=step,
            client=client,
            redirect_uri=request.answer_to.redirect_uri,
            scope=request.scope,
            resources=[each for each in self._asked(request, client) if each in client.resources],
            login_hint=request.login_hint,
            username=None if standing is None else standing.record.username,
        )
