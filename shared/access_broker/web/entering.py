"""A person signs in at a protected site: by the code flow, as at any client of the provider.

The site's own pages below `/.touchstone` begin and end it. Whoever has a code but not the cookie
with its verifier gets nothing, so nobody can be signed in as somebody else unawares.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared import base64url
from shared.access.profiles.eligibility import Obstacle
from shared.access.web.journey import (
    SECONDS,
    VERIFIER_BYTES,
    Journey,
    authorize_address,
    belongs_to,
    callback_of,
    challenge_of,
    client_of,
    is_verifier,
    open_journey,
    safe_target,
    seal_journey,
)
from shared.access.web.said import Asked, UnclearRequest
from shared.access.web.visit import Visit, seal_visit
from shared.access.web_addresses.hosts import Site
from shared.access.web_addresses.paths import normal_path
from shared.access_broker.web.checking import BY_NEW_GESTURE, Checking
from shared.audit.event import Outcome
from shared.errors import GrantRefused
from shared.errors.web import (
    PageSignInBroken,
    PageSignInDeclined,
    PageUnclear,
    PageUnknown,
    WebRefusal,
)
from shared.keys.current_keys import CurrentKeys
from shared.openid.authorization.redemption import PresentedCode
from shared.openid.tokens.granted_session import GrantedSession
from shared.openid_provider.tokens.code_claims import CodeClaims, details_of
from shared.sealed import RANDOM_BYTES, SealInvalid


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    location: str
    verifier: str
    """For a cookie of the site."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    location: str
    cookie: str
    cookie_seconds: int
    refusal: WebRefusal | None
    """Why the page does not open nevertheless."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entering:
    checking: Checking
    claims: CodeClaims
    issuer: str
    longest: timedelta
    """The life of a session."""
    keys: CurrentKeys
    clock: Callable[[], datetime]
    random: Callable[[int], bytes]

    async def begin(
        self, site: Site, to: str, *, again: bool, cookie: str | None, verifier: str | None
    ) -> Begun | str:
        """The address of the page itself if it opens already. `again` demands a new gesture.
        `verifier` is that of another sign-in of this browser at the site, which may go on beside
        this one. Raises PageUnknown, PageUnclear, StorageUnavailable."""
        target = safe_target(to)
        rules = await self.checking.sites.rules()
        if not rules.knows(site.host):
            raise PageUnknown
        try:
            age = rules.strictest_age(site.host, normal_path(target))
        except UnclearRequest as unclear:
            raise PageUnclear(str(unclear)) from None
        missing = None if again else await self._missing(site, target, cookie)
        if missing == set():
            return site.origin + target
        if verifier is None or not is_verifier(verifier):
            verifier = base64url.encode(self.random(VERIFIER_BYTES))
        return Begun(
            location=authorize_address(
                site,
                issuer=self.issuer,
                state=await self._state(site, target, verifier),
                challenge=challenge_of(verifier),
                age=age,
                again=again or Obstacle.NOT_VERIFIED in (missing or ()),
            ),
            verifier=verifier,
        )

    async def arrive(
        self, site: Site, answer: Mapping[str, str], *, verifier: str | None
    ) -> Arrived:
        """`answer` has the parameters with which the browser came back. Raises PageSignInBroken,
        PageSignInDeclined, StorageUnavailable."""
        journey = await self._journey(site, answer.get("state", ""), verifier)
        if "code" not in answer:
            raise PageSignInDeclined(journey.target)
        session = await self._redeem(site, answer["code"], verifier)
        ends_at = session.signed_in_at + self.longest
        cookie = seal_visit(
            Visit(origin=site.origin, session=session),
            expires_at=int(ends_at.timestamp()),
            random=self.random(RANDOM_BYTES),
            sealing_key=await self.keys.sealing_key(),
        )
        return Arrived(
            location=journey.address,
            cookie=cookie,
            cookie_seconds=max(0, int((ends_at - self.clock()).total_seconds())),
            refusal=await self._refusal(site, journey.target, cookie),
        )

    async def _state(self, site: Site, target: str, verifier: str) -> str:
        return seal_journey(
            Journey(origin=site.origin, target=target, challenge=challenge_of(verifier)),
            expires_at=int(self.clock().timestamp()) + SECONDS,
            random=self.random(RANDOM_BYTES),
            sealing_key=await self.keys.sealing_key(),
        )

    async def _journey(self, site: Site, state: str, verifier: str | None) -> Journey:
        try:
            journey = open_journey(
                state,
                site,
                now=int(self.clock().timestamp()),
                sealing_keys=await self.keys.sealing_keys(),
            )
        except SealInvalid:
            raise PageSignInBroken from None
        if not belongs_to(journey, verifier):
            raise PageSignInBroken
        return journey

    async def _redeem(self, site: Site, code: str, verifier: str | None) -> GrantedSession:
        presented = PresentedCode(
            text=code,
            redirect_uri=callback_of(site),
            code_verifier=verifier,
            resources=(),
            thumbprint=None,
        )
        try:
            opened = await self.claims.open(code)
            await self.claims.check(opened, presented, client_of(site))
            details = details_of(opened.code)
            if not await self.claims.claim(opened, Outcome.SUCCESS, details):
                raise await self.claims.end(opened)
        except GrantRefused:
            raise PageSignInBroken from None
        return opened.code.session

    async def _missing(self, site: Site, target: str, cookie: str | None) -> set[Obstacle] | None:
        """What is in the way of who is signed in there, None if nobody is. The request that was
        refused may have had another method, so what a gesture gives for any of them is missing."""
        visitor = await self.checking.visitors.find(site, cookie)
        if visitor is None:
            return None
        asked = _asked(site, target)
        found = set(self.checking.obstacles(await self.checking.rule_of(asked), visitor))
        for other in (await self.checking.sites.rules()).at(site.host, asked.path):
            missing = set(self.checking.obstacles(other, visitor))
            found |= missing if missing <= BY_NEW_GESTURE else set()
        return found

    async def _refusal(self, site: Site, target: str, cookie: str) -> WebRefusal | None:
        """What is missing right after a sign-in is told: otherwise the browser would be sent to and
        fro between the page and the sign-in."""
        visitor = await self.checking.visitors.find(site, cookie)
        if visitor is None:
            return PageSignInBroken()
        asked = _asked(site, target)
        try:
            rule = await self.checking.rule_of(asked)
        except WebRefusal as refusal:
            return refusal
        found = self.checking.obstacles(rule, visitor)
        return await self.checking.refuse(asked, rule, visitor, found) if found else None


def _asked(site: Site, target: str) -> Asked:
    return Asked(site=site, method="GET", target=target, path=normal_path(target))
