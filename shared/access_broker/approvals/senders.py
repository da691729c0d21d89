"""Who sends a request for access: a person by our pages, or a client for a person.

A client has a token for access, of somebody who has signed in to it. It may ask, follow what it
asked for, and use that. It never decides.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from shared.access.profiles.eligibility import Gesture
from shared.access_broker.people import gesture_of
from shared.accounts.handles import UserHandle
from shared.accounts.records import CredentialRecord
from shared.errors import TokenInvalid
from shared.openid.clients.client import Grant
from shared.openid.resources import access_audience
from shared.openid.tokens.access_token import ClientAccessToken
from shared.openid_provider.client_registry import ClientFinder
from shared.openid_provider.tokens.live_grants import LiveGrant, LiveGrants
from shared.principals import AccountHolder
from shared.relying_party.callers.callers import Callers
from shared.sessions.session import hash_credential
from shared.storage.accounts.accounts import AccountStore, StoredAccount

type Bearer = AccountHolder | ClientAccessToken
"""What a request came with, verified, before it is asked whether it still counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    handle: UserHandle
    session: bytes | None
    thumbprint: str | None
    """Of the key that the token is bound to."""
    client: str | None
    """None for our own pages."""
    credential_hash: bytes | None
    user_verified: bool
    signed_in_at: datetime

    def gesture(self, owner: StoredAccount) -> Gesture:
        """Of the sign-in. Raises TokenInvalid if its credential is gone."""
        record = self.record(owner)
        return gesture_of(record, user_verified=self.user_verified, at=self.signed_in_at)

    def record(self, owner: StoredAccount) -> CredentialRecord:
        """The credential that signed in. Raises TokenInvalid if it is gone."""
        for record in owner.records:
            if hash_credential(record.id) == self.credential_hash:
                return record
        raise TokenInvalid


@dataclass(frozen=True, slots=True, kw_only=True)
class Senders:
    callers: Callers
    accounts: AccountStore
    live_grants: LiveGrants
    clients: ClientFinder
    issuer: str

    async def read_client(self, text: str, *, thumbprint: str | None) -> ClientAccessToken:
        """A token of a client for access. `thumbprint` is that of the key that the client proved to
        have. Raises TokenInvalid."""
        token = await self.live_grants.read(text, audience=access_audience(self.issuer))
        if token is None or token.thumbprint != thumbprint:
            raise TokenInvalid
        return token

    async def confirm(self, bearer: Bearer) -> Sender:
        """Raises TokenInvalid if it does not count any more."""
        if isinstance(bearer, AccountHolder):
            await self.callers.confirm(bearer)
            return _own(bearer)
        return _of_client(await self._live(bearer))

    async def confirm_owner(self, bearer: Bearer) -> tuple[Sender, StoredAccount]:
        """With the whole account. Raises TokenInvalid."""
        if isinstance(bearer, AccountHolder):
            return _own(bearer), await self.callers.own_account(bearer)
        sender = await self.confirm(bearer)
        owner = await self.accounts.find_account(sender.handle)
        if owner is None or not owner.has_active_credential(sender.credential_hash):
            raise TokenInvalid
        return sender, owner

    async def _live(self, token: ClientAccessToken) -> LiveGrant:
        client = await self.clients.find(token.client_id, address=None)
        live = await self.live_grants.find(token)
        if live is None or client is None or Grant.TOKEN_EXCHANGE not in client.grants:
            raise TokenInvalid
        return live


def _own(holder: AccountHolder) -> Sender:
    token = holder.token
    return Sender(
        handle=holder.handle,
        session=token.session_id,
        thumbprint=token.thumbprint,
        client=None,
        credential_hash=token.credential_hash,
        user_verified=token.aal > 1,
        signed_in_at=token.auth_time,
    )


def _of_client(live: LiveGrant) -> Sender:
    session, told = live.standing.stored.session, live.token.sign_in
    return Sender(
        handle=live.standing.record.user_handle,
        session=session.id,
        thumbprint=live.token.thumbprint,
        client=live.token.client_id,
        credential_hash=session.sign_in.credential_hash,
        user_verified=told.user_verified,
        signed_in_at=datetime.fromtimestamp(told.auth_time, UTC),
    )
