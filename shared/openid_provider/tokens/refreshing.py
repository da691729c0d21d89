"""A client with offline access exchanges its refresh token. The rules of rotation and theft are
those of all refresh tokens (`shared.sessions.rotation`)."""

from dataclasses import dataclass, replace

from shared.errors import GrantRefused, TokenInvalid
from shared.openid.authorization.redemption import check_binding
from shared.openid.clients.client import Client, Grant
from shared.openid.tokens.granted import Granted
from shared.openid.tokens.refresh_token import read_client_token, write_client_token
from shared.openid.tokens.sign_in import Person
from shared.openid_provider.tokens.offline_access import binding_of
from shared.openid_provider.tokens.token_issuer import ClientTokenIssuer, ClientTokens
from shared.relying_party.callers.client import Client as Sender
from shared.relying_party.sessions.refresh_rules import Rotated
from shared.relying_party.sessions.refreshing import Refreshing
from shared.relying_party.sessions.token_issue import Issue
from shared.sessions.access_token import Scope
from shared.sessions.client_grant import ClientGrant
from shared.sessions.refresh_token import RefreshToken
from shared.storage.service_key import ServiceKey


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)  # a repr would show the token
class PresentedRefresh:
    text: str
    scope: tuple[str, ...]
    """Empty for all that was granted."""
    resources: tuple[str, ...]
    thumbprint: str | None
    """Of the key that the client proved to have."""


class ClientRefreshing:
    def __init__(
        self, *, refreshing: Refreshing, issuer: ClientTokenIssuer, service_key: ServiceKey
    ) -> None:
        self._refreshing = refreshing
        self._issuer = issuer
        self._service_key = service_key

    async def refresh(
        self, presented: PresentedRefresh, client: Client, *, sender: Sender
    ) -> ClientTokens:
        """`client` has authenticated. Raises GrantRefused, TooManyRequests."""
        if Grant.REFRESH_TOKEN not in client.grants:
            raise GrantRefused("unauthorized_client", "This client may not refresh tokens.")
        check_binding(client, presented.thumbprint)
        issue = Issue(binding_of(client, presented.thumbprint), Scope.API)
        service_key = await self._service_key.get()
        try:
            token = read_client_token(presented.text, service_key=service_key)
            rotated = await self._refreshing.rotate(
                token, issue, client=sender, facts={"client": client.id}
            )
        except TokenInvalid as error:
            text = "The refresh token is not valid any more, or is not this client's."
            raise GrantRefused("invalid_grant", text) from error
        granted = _granted(rotated, presented, client)
        tokens = await self._issuer.issue(
            granted, client, token_id=rotated.token_id, thumbprint=presented.thumbprint
        )
        next_token = RefreshToken.of(rotated.session, rotated.secret)
        return replace(
            tokens, refresh_token=write_client_token(next_token, service_key=service_key)
        )


def _granted(rotated: Rotated, presented: PresentedRefresh, client: Client) -> Granted:
    session, record, grant = rotated.session, rotated.record, rotated.session.grant
    if grant is None or grant.client_id != client.id:  # its binding says the same
        raise GrantRefused("invalid_grant", "The refresh token is not this client's.")
    return Granted(
        user_handle=session.sign_in.user_handle,
        session_id=grant.session_id,
        rests_on=session.id,
        until=session.ends_at,
        use=0,
        credential_hash=session.sign_in.credential_hash,
        signed_in_at=session.sign_in.at,
        user_verified=session.sign_in.user_verified,
        person=Person(username=record.username, display_name=record.display_name),
        scope=_narrowed(presented, grant, client),
        resources=_chosen(presented, grant, client),
    )


def _narrowed(presented: PresentedRefresh, grant: ClientGrant, client: Client) -> tuple[str, ...]:
    """Without what the client has lost since."""
    if not set(presented.scope) <= set(grant.scope):
        raise GrantRefused("invalid_scope", "scope has more than was granted.")
    return tuple(each for each in presented.scope or grant.scope if each in client.scopes)


def _chosen(presented: PresentedRefresh, grant: ClientGrant, client: Client) -> tuple[str, ...]:
    if not set(presented.resources) <= set(grant.resources or client.resources[:1]):
        raise GrantRefused("invalid_target", "resource is not one of those that were granted.")
    return presented.resources or grant.resources
