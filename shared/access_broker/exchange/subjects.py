"""Whose token is exchanged, and whether it counts in this request."""

from dataclasses import dataclass
from datetime import UTC, datetime

from shared.access.exchange.actors import Delegation, Party, delegate, party_of
from shared.access.exchange.request import ExchangeRequest
from shared.access.exchange.said import said_claims
from shared.accounts.handles import UserHandle
from shared.errors import GrantRefused, TokenInvalid
from shared.openid.clients.client import Client, Grant
from shared.openid.resources import access_audience
from shared.openid_provider.tokens.live_grants import LiveGrant, LiveGrants
from shared.principals import AccountHolder
from shared.relying_party.callers.authenticate import BearerAuthentication
from shared.relying_party.callers.callers import Callers
from shared.relying_party.callers.client import Client as Sender
from shared.sessions.access_token import AccessToken, Scope
from shared.sessions.session import SignIn
from shared.storage.accounts.accounts import AccountStore, StoredAccount


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)  # a repr would show the token
class Presented:
    """A request, and how whoever sends it has proven to be its sender."""

    request: ExchangeRequest
    owner: AccountHolder | None
    """Of the cookie, if a page of ours sends its own token."""
    client: Client | None
    """It has authenticated."""
    thumbprint: str | None
    """Of the key that the sender proved to have."""
    sender: Sender


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A person whose token counts now."""

    owner: StoredAccount
    sign_in: SignIn
    session: bytes
    token_id: str
    expires_at: int
    delegation: Delegation
    actor: UserHandle | None
    """Somebody else who acts for the person."""
    holder: AccountHolder | None
    """If the token is of the account's own session."""

    @property
    def handle(self) -> UserHandle:
        return self.owner.account.handle


@dataclass(frozen=True, slots=True, kw_only=True)
class _Verified:
    """What a token says, after it was verified."""

    sign_in: SignIn
    session: bytes
    party: Party
    token_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subjects:
    bearer_authentication: BearerAuthentication
    callers: Callers
    live_grants: LiveGrants
    accounts: AccountStore
    issuer: str

    async def find(self, presented: Presented) -> Subject:
        """Raises GrantRefused, also if the account, the session or the credential that signed in
        does not count any more."""
        try:
            return await self._find(presented)
        except TokenInvalid as error:
            raise _invalid() from error

    async def _find(self, presented: Presented) -> Subject:
        text = presented.request.subject_token
        if presented.client is not None:
            holder = None
            found, owner = await self._of_client(text, presented.client, presented)
        else:
            holder = await self._holder(text, presented)
            found, owner = _read_own(holder.token, text), await self.callers.own_account(holder)
        actor = await self._actor(presented)
        delegation = delegate(found.party, None if actor is None else actor.party)
        return Subject(
            owner=owner,
            sign_in=found.sign_in,
            session=found.session,
            token_id=found.token_id,
            expires_at=found.party.expires_at,
            delegation=delegation,
            actor=None if actor is None else actor.sign_in.user_handle,
            holder=holder,
        )

    async def _holder(self, text: str, presented: Presented) -> AccountHolder:
        """Of the account's own session: in the cookie of our page, or bound to the sender's key."""
        if presented.owner is not None:
            holder = presented.owner
        else:
            holder = AccountHolder(await self.bearer_authentication.read_own(text))
            if holder.token.thumbprint is None or holder.token.thumbprint != presented.thumbprint:
                raise TokenInvalid
        if holder.token.scope is not Scope.ACCOUNT:
            raise TokenInvalid
        return holder

    async def _of_client(
        self, text: str, client: Client, presented: Presented
    ) -> tuple[_Verified, StoredAccount]:
        """A token that this client was given for access."""
        if Grant.TOKEN_EXCHANGE not in client.grants:
            raise GrantRefused("unauthorized_client", "This client may not exchange tokens.")
        live = await self._live(text)
        if live.token.client_id != client.id or live.token.thumbprint != presented.thumbprint:
            raise TokenInvalid
        found = _read_live(live, text)
        owner = await self.accounts.find_account(found.sign_in.user_handle)
        if owner is None or not owner.has_active_credential(found.sign_in.credential_hash):
            raise TokenInvalid
        return found, owner

    async def _actor(self, presented: Presented) -> _Verified | None:
        """Somebody who has signed in to the same client."""
        text = presented.request.actor_token
        if text is None:
            return None
        live = await self._live(text)
        if presented.client is None or live.token.client_id != presented.client.id:
            raise TokenInvalid
        return _read_live(live, text)

    async def _live(self, text: str) -> LiveGrant:
        token = await self.live_grants.read(text, audience=access_audience(self.issuer))
        live = None if token is None else await self.live_grants.find(token)
        if live is None:
            raise TokenInvalid
        return live


def _read_own(token: AccessToken, text: str) -> _Verified:
    if token.credential_hash is None or token.session_id is None:
        raise TokenInvalid
    sign_in = SignIn(
        user_handle=token.user_handle,
        credential_hash=token.credential_hash,
        user_verified="mfa" in token.amr,
        at=token.auth_time,
    )
    claims = said_claims(text)
    return _Verified(
        sign_in=sign_in, session=token.session_id, party=party_of(claims), token_id=claims["jti"]
    )


def _read_live(live: LiveGrant, text: str) -> _Verified:
    standing, told = live.standing, live.token.sign_in
    sign_in = SignIn(
        user_handle=standing.record.user_handle,
        credential_hash=standing.stored.session.sign_in.credential_hash,
        user_verified=told.user_verified,
        at=datetime.fromtimestamp(told.auth_time, UTC),
    )
    return _Verified(
        sign_in=sign_in,
        session=standing.stored.session.id,
        party=party_of(said_claims(text)),
        token_id=live.token.id,
    )


def _invalid() -> GrantRefused:
    return GrantRefused(
        "invalid_grant",
        "The subject or actor token does not count: it has expired, its session has ended, or it "
        "is not the sender's.",
    )
