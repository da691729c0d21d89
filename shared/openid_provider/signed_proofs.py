"""Verifies what clients and their platforms have signed."""

from collections.abc import Callable, Collection
from datetime import datetime

from shared.errors import ClientFault, ClientRefused
from shared.openid.client_authentication.assertion import verify_assertion
from shared.openid.client_authentication.client_keys import parse_client_keys
from shared.openid.client_authentication.platform_token import check_issuer, verify_platform_token
from shared.openid.clients.client import Client, Federated, PrivateKey
from shared.openid_provider.fetch_limit import Spend
from shared.openid_provider.published_keys import ClientKeys, PlatformKeys
from shared.openid_provider.seen_assertions import SeenAssertions
from shared.signed_tokens.claims import Untrusted
from shared.signed_tokens.key_set import KeySet
from shared.signed_tokens.signed_token import SignedToken


class SignedProofs:
    def __init__(
        self,
        *,
        client_keys: ClientKeys,
        platform_keys: PlatformKeys,
        clock: Callable[[], datetime],
    ) -> None:
        self._client_keys = client_keys
        self._platform_keys = platform_keys
        self._clock = clock
        self._seen = SeenAssertions()
        self._seen_of_strangers = SeenAssertions()
        """Anybody can publish a client and sign for it; that must not displace the others'."""

    async def verify_assertion(
        self,
        token: SignedToken,
        client: Client,
        registered: PrivateKey,
        *,
        audiences: Collection[str],
        spend: Spend,
    ) -> None:
        """Raises ClientRefused; ProviderUnavailable if the client's keys cannot be fetched, and
        what `spend` raises."""
        try:
            accepted = verify_assertion(
                token,
                client_id=client.id,
                audiences=audiences,
                keys=await self._keys(token, registered, spend),
                now=self._now(),
            )
        except Untrusted as error:
            raise ClientRefused(ClientFault.ASSERTION) from error
        seen = self._seen if client.is_registered else self._seen_of_strangers
        if not seen.is_new(client.id, accepted.id, expires_at=accepted.expires_at, now=self._now()):
            raise ClientRefused(ClientFault.ASSERTION_REPEATED)

    async def _keys(self, token: SignedToken, registered: PrivateKey, spend: Spend) -> KeySet:
        if registered.keys_uri is not None:
            return await self._client_keys.find(registered.keys_uri, token.key_id, spend=spend)
        try:
            return parse_client_keys(registered.keys or {})
        except ValueError as error:
            raise Untrusted("the client has no key set") from error

    async def verify_platform_token(self, token: SignedToken, expected: Federated) -> None:
        """Raises ClientRefused, ProviderUnavailable."""
        try:
            check_issuer(token, expected)
            keys = await self._platform_keys.find(expected.issuer, token.key_id)
            verify_platform_token(token, expected, keys=keys, now=self._now())
        except Untrusted as error:
            raise ClientRefused(ClientFault.PLATFORM_TOKEN) from error

    def _now(self) -> float:
        return self._clock().timestamp()
