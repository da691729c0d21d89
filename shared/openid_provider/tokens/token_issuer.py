"""The tokens of a client: signed for what it was granted."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared import base64url
from shared.errors import GrantRefused
from shared.keys.current_keys import CurrentKeys
from shared.openid.clients.client import Client
from shared.openid.resources import ResourceRefused, audience_of
from shared.openid.scopes import OPENID
from shared.openid.tokens.access_token import ClientAccessToken, sign_access_token
from shared.openid.tokens.grant_reference import GrantReference, seal_reference
from shared.openid.tokens.granted import Granted
from shared.openid.tokens.id_token import IdToken, sign_id_token
from shared.openid.tokens.sign_in import ClientSignIn
from shared.openid.tokens.subjects import session_name, subject_of
from shared.openid_provider.profile_scopes import ProfileScopes
from shared.sealed import RANDOM_BYTES
from shared.sessions.token_settings import TokenSettings
from shared.storage.service_key import ServiceKey

_TOKEN_ID_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)  # a repr would show the tokens
class ClientTokens:
    access_token: str
    token_type: str
    expires_in: int
    """In seconds."""
    scope: tuple[str, ...]
    id_token: str | None
    refresh_token: str | None = None


class ClientTokenIssuer:
    def __init__(
        self,
        *,
        settings: TokenSettings,
        service_key: ServiceKey,
        profile_scopes: ProfileScopes,
        keys: CurrentKeys,
        clock: Callable[[], datetime],
        random: Callable[[int], bytes],
    ) -> None:
        self._settings = settings
        self._service_key = service_key
        self._profile_scopes = profile_scopes
        self._keys = keys
        self._clock = clock
        self._random = random

    def new_token_id(self) -> str:
        return base64url.encode(self._random(_TOKEN_ID_BYTES))

    async def issue(
        self, granted: Granted, client: Client, *, token_id: str, thumbprint: str | None
    ) -> ClientTokens:
        """Without the scopes of access profiles. Raises GrantRefused, KeysUnavailable,
        StorageUnavailable."""
        scope = await self._profile_scopes.without(granted.scope)
        granted = replace(granted, scope=scope)
        key, now = await self._keys.signing_key(), int(self._clock().timestamp())
        sign_in = await self._sign_in(granted, client)
        longest = now + int(self.lifetime_of(client).total_seconds())
        expires_at = min(longest, int(granted.until.timestamp()))
        if expires_at <= now:
            raise GrantRefused("invalid_grant", "The session has ended.")
        token = ClientAccessToken(
            client_id=client.id,
            sign_in=sign_in,
            audience=self._audience(granted, client),
            scope=granted.scope,
            id=token_id,
            issued_at=now,
            expires_at=expires_at,
            grant=await self._seal(granted, expires_at=expires_at),
            thumbprint=thumbprint,
            authorization_details=granted.authorization_details,
        )
        access_token = sign_access_token(token, issuer=self._settings.issuer, key=key)
        id_token = IdToken(
            client_id=client.id,
            sign_in=sign_in,
            person=granted.person,
            scope=granted.scope,
            nonce=granted.nonce,
            access_token=access_token,
            issued_at=now,
            expires_at=longest,  # whoever reads it at once may have a clock of its own
        )
        with_id = OPENID in granted.scope
        return ClientTokens(
            access_token=access_token,
            token_type=token.token_type,
            expires_in=expires_at - now,
            scope=granted.scope,
            id_token=sign_id_token(id_token, issuer=self._settings.issuer, key=key)
            if with_id
            else None,
        )

    def _audience(self, granted: Granted, client: Client) -> tuple[str, ...]:
        try:
            return audience_of(
                granted.resources, client, scope=granted.scope, settings=self._settings
            )
        except ResourceRefused as error:  # the client has lost it since
            raise GrantRefused(
                "invalid_target", "resource is not one that this client may ask for."
            ) from error

    def lifetime_of(self, client: Client) -> timedelta:
        """Of its access tokens, unless the session ends earlier."""
        usual = timedelta(seconds=self._settings.lifetime_seconds)
        longest = timedelta(seconds=self._settings.longest_seconds)
        return min(longest, client.token_lifetime or usual)

    async def _sign_in(self, granted: Granted, client: Client) -> ClientSignIn:
        service_key = await self._service_key.get()
        return ClientSignIn(
            subject=subject_of(granted.user_handle, client, service_key=service_key),
            session=session_name(granted.session_id, client.id, service_key=service_key),
            auth_time=int(granted.signed_in_at.timestamp()),
            user_verified=granted.user_verified,
        )

    async def _seal(self, granted: Granted, *, expires_at: int) -> str:
        reference = GrantReference(
            user_handle=granted.user_handle,
            session_id=granted.rests_on,
            credential_hash=granted.credential_hash,
            use=granted.use,
        )
        return seal_reference(
            reference,
            expires_at=expires_at,
            random=self._random(RANDOM_BYTES),
            sealing_key=await self._keys.sealing_key(),
        )
