"""Whose token is exchanged, and whether it counts in this request."""

from dataclasses import dataclass

from shared.access.exchange.actors import Delegation, Party, delegate, party_of
from shared.access.exchange.request import ExchangeRequest
from shared.access.exchange.said import said_claims
from shared.access_broker.approvals.senders import Sender, Senders
from shared.accounts.handles import UserHandle
from shared.errors import GrantRefused, TokenInvalid
from shared.openid.clients.client import Client, Grant
from shared.openid.resources import access_audience
from shared.openid.tokens.access_token import ClientAccessToken
from shared.openid_provider.tokens.live_grants import LiveGrants
from shared.principals import AccountHolder
from shared.relying_party.callers.authenticate import BearerAuthentication
from shared.relying_party.callers.client import Client as Requester
from shared.sessions.access_token import Scope
from shared.storage.accounts.accounts import StoredAccount


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
    sender: Requester


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A person whose token counts now."""

    sender: Sender
    owner: StoredAccount
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
class Subjects:
    bearer_authentication: BearerAuthentication
    senders: Senders
    live_grants: LiveGrants
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
        holder = None if presented.client is not None else await self._holder(text, presented)
        bearer = holder or await self._of_client(text, presented)
        sender, owner = await self.senders.confirm_owner(bearer)
        claims, actor = said_claims(text), await self._actor(presented)
        party = party_of(claims)
        delegation = delegate(party, None if actor is None else actor.party)
        return Subject(
            sender=sender,
            owner=owner,
            token_id=claims["jti"],
            expires_at=party.expires_at,
            delegation=delegation,
            actor=None if actor is None else actor.handle,
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
        token = holder.token
        if token.scope is not Scope.ACCOUNT or None in (token.credential_hash, token.session_id):
            raise TokenInvalid
        return holder

    async def _of_client(self, text: str, presented: Presented) -> ClientAccessToken:
        """A token that this client was given for access."""
        client = presented.client
        if client is None or Grant.TOKEN_EXCHANGE not in client.grants:
            raise GrantRefused("unauthorized_client", "This client may not exchange tokens.")
        token = await self.senders.read_client(text, thumbprint=presented.thumbprint)
        if token.client_id != client.id:
            raise TokenInvalid
        return token

    async def _actor(self, presented: Presented) -> "_Actor | None":
        """Somebody who has signed in to the same client."""
        text, client = presented.request.actor_token, presented.client
        if text is None:
            return None
        token = await self.live_grants.read(text, audience=access_audience(self.issuer))
        if token is None or client is None or token.client_id != client.id:
            raise TokenInvalid
        live = await self.live_grants.find(token)
        if live is None:
            raise TokenInvalid
        return _Actor(party_of(said_claims(text)), live.standing.record.user_handle)


@dataclass(frozen=True, slots=True)
class _Actor:
    party: Party
    handle: UserHandle


def _invalid() -> GrantRefused:
    return GrantRefused(
        "invalid_grant",
        "The subject or actor token does not count: it has expired, its session has ended, or it "
        "is not the sender's.",
    )
