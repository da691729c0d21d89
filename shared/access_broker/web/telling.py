"""The headers by which the application learns who is there."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from shared import base64url
from shared.access.web.answers import KeptAnswer
from shared.access.web.identity import Identity, headers_of, sign_identity
from shared.access.web.rules import Rule
from shared.access.web_addresses.hosts import Site
from shared.access_broker.web.visitors import Visitor
from shared.keys.current_keys import CurrentKeys

_TOKEN_ID_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    issuer: str
    keys: CurrentKeys
    clock: Callable[[], datetime]
    random: Callable[[int], bytes]

    async def headers(self, visitor: Visitor, site: Site, rule: Rule) -> KeptAnswer:
        """Raises KeysUnavailable."""
        name, now = (site.origin, rule.profile.name), int(self.clock().timestamp())
        kept = visitor.answers.get(name)
        if kept is None or not kept.is_good(now):
            kept = visitor.answers[name] = await self._make(visitor, site, rule, now)
        return kept

    async def _make(self, visitor: Visitor, site: Site, rule: Rule, now: int) -> KeptAnswer:
        identity = _identity(visitor, rule)
        token = sign_identity(
            identity,
            audience=site.origin,
            issuer=self.issuer,
            token_id=base64url.encode(self.random(_TOKEN_ID_BYTES)),
            key=await self.keys.signing_key(),
            now=now,
        )
        return KeptAnswer(now, headers_of(identity, token))


def _identity(visitor: Visitor, rule: Rule) -> Identity:
    record, sign_in = visitor.standing.record, visitor.session.sign_in
    return Identity(
        subject=base64url.encode(record.user_handle),
        username=record.username,
        display_name=record.display_name,
        groups=visitor.person.groups,
        roles=visitor.person.roles,
        signed_in_at=int(sign_in.at.timestamp()),
        user_verified=sign_in.user_verified,
        profile=rule.profile.name,
        asked_groups=rule.profile.who.groups,
    )
