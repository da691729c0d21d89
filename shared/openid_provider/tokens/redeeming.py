"""A client redeems its code, and gets tokens."""

from dataclasses import replace
from functools import partial

from shared.audit.event import Kind, Outcome
from shared.keys.current_keys import CurrentKeys
from shared.openid.authorization.code import Code, OpenedCode
from shared.openid.authorization.redemption import PresentedCode
from shared.openid.clients.client import Client
from shared.openid.scopes import OFFLINE_ACCESS
from shared.openid.tokens.granted import Granted
from shared.openid_provider.tokens.code_claims import CodeClaims, details_of
from shared.openid_provider.tokens.offline_access import NewAccess, OfflineAccess
from shared.openid_provider.tokens.token_issuer import ClientTokenIssuer, ClientTokens
from shared.openid_provider.tokens.token_limit import TokenLimit
from shared.recording.audit_recorder import AuditRecorder
from shared.storage.challenges import shard_of_digest
from shared.storage.openid.sealed_values import SealedValueStore
from shared.storage.sessions import SessionStore


class CodeRedemption:
    def __init__(
        self,
        *,
        claims: CodeClaims,
        values: SealedValueStore,
        sessions: SessionStore,
        offline: OfflineAccess,
        issuer: ClientTokenIssuer,
        limit: TokenLimit,
        recorder: AuditRecorder,
        keys: CurrentKeys,
    ) -> None:
        self._claims = claims
        self._values = values
        self._sessions = sessions
        self._offline = offline
        self._issuer = issuer
        self._limit = limit
        self._recorder = recorder
        self._keys = keys

    async def redeem(self, presented: PresentedCode, client: Client) -> ClientTokens:
        """`client` has authenticated. Raises GrantRefused, TooManyRequests."""
        opened = await self._claims.open(presented.text)
        # Before the code is used up: without a key there would be no token to return.
        await self._keys.signing_key()
        await self._claims.check(opened, presented, client)
        await self._limit.spend(opened.code.session.user_handle, client=client.id)
        token_id = self._issuer.new_token_id()
        granted = _granted(opened.code, presented)
        if OFFLINE_ACCESS in opened.code.scope:
            new = await self._offline.begin(opened, client, presented.thumbprint)
            await self._claim_for(new, opened, token_id)
            tokens = await self._issuer.issue(
                replace(granted, rests_on=new.session.id, until=new.session.ends_at, use=0),
                client,
                token_id=token_id,
                thumbprint=presented.thumbprint,
            )
            return replace(tokens, refresh_token=new.refresh_token)
        details = details_of(opened.code)
        if not await self._claims.claim(opened, Outcome.SUCCESS, details, token=token_id):
            raise await self._claims.end(opened)
        return await self._issuer.issue(
            granted, client, token_id=token_id, thumbprint=presented.thumbprint
        )

    async def _claim_for(self, new: NewAccess, opened: OpenedCode, token_id: str) -> None:
        """The code is used up, and then the client's own session is stored with the event."""
        details = details_of(opened.code)
        attempt = self._recorder.attempt(
            Kind.CODE_REDEEMED, shard=shard_of_digest(opened.id), **details
        )
        partition = self._sessions.partition_of(new.session)
        claim = partial(
            self._values.claim_with_event,
            opened.id,
            expires_at=opened.expires_at,
            places=[partition],
        )
        if not await attempt.announce_by(claim):
            raise await self._claims.end(opened)
        attempt.add_details(session=new.session.id, token=token_id, facts={"offline": True})
        await attempt.commit(partial(self._sessions.add, new.session))
        await self._offline.confirm(opened)


def _granted(code: Code, presented: PresentedCode) -> Granted:
    session = code.session
    return Granted(
        user_handle=session.user_handle,
        session_id=session.id,
        rests_on=session.id,
        until=session.ends_at,
        use=session.use,
        credential_hash=session.credential_hash,
        signed_in_at=session.signed_in_at,
        user_verified=session.user_verified,
        person=code.person,
        scope=code.scope,
        resources=presented.resources or code.resources,
        nonce=code.nonce,
        authorization_details=code.authorization_details,
    )
