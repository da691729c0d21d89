"""Finds out who sends a token, and whether the token is accepted in the way in which it was sent.

A token for an account is accepted in our own cookie, or with a proof of the key that it is bound
to. It is never accepted as a plain bearer token, as a copy of it would open the account. A token
for APIs is not accepted here at all, as APIs receive it by design.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from shared.errors import DpopProofInvalid, TokenElsewhere, TokenInvalid
from shared.identity_providers.identity import ProviderIdentity
from shared.keys.current_keys import CurrentKeys
from shared.principals import AccountHolder, Principal
from shared.relying_party.callers.dpop_nonces import DpopNonces
from shared.relying_party.callers.seen_proofs import SeenProofs
from shared.sessions.access_token import AccessToken, Scope, verify_token
from shared.sessions.claimed_issuer import said_issuer
from shared.sessions.dpop import Proof, verify_proof
from shared.sessions.token_settings import TokenSettings


class IdentityProviders(Protocol):
    """The identity providers whose tokens are accepted here, besides our own tokens."""

    def know(self, token: str) -> bool:
        """Whether the token names one of them. This does not show that the token is valid."""

    async def identify(self, token: str) -> ProviderIdentity:
        """Raises TokenInvalid, or ProviderUnavailable while the token cannot be checked."""


class NoProviders:
    def know(self, token: str) -> bool:  # noqa: ARG002
        return False

    async def identify(self, token: str) -> ProviderIdentity:  # noqa: ARG002
        raise TokenInvalid


class BearerAuthentication:
    def __init__(
        self,
        *,
        providers: IdentityProviders,
        issuers: frozenset[str],
        token_settings: TokenSettings,
        keys: CurrentKeys,
        nonces: DpopNonces,
        clock: Callable[[], datetime],
    ) -> None:
        """`issuers` are ours and those of the providers."""
        self._providers = providers
        self._issuers = issuers
        self._token_settings = token_settings
        self._keys = keys
        self._nonces = nonces
        self._clock = clock
        self._seen = SeenProofs()
        self._seen_alone = SeenProofs()
        """Proofs without a token. Anybody can make them; they must not displace proofs with one."""

    async def identify_bearer(self, token: str) -> Principal:
        """A provider's token, or one that an access pass was redeemed for.

        Raises TokenInvalid for a token that is neither, TokenElsewhere and ProviderUnavailable.
        """
        if self._providers.know(token):
            return await self._providers.identify(token)
        content = await self.read_own(token)
        if content.scope is not Scope.REGISTER:
            raise TokenElsewhere
        return AccountHolder(content)

    def is_of_others(self, token: str) -> bool:
        """Whether the issuer that the token names is neither us nor a provider."""
        return said_issuer(token) not in self._issuers

    async def identify_cookie(self, token: str) -> AccountHolder:
        """Raises TokenInvalid, TokenElsewhere."""
        content = await self.read_own(token)
        if content.scope is not Scope.ACCOUNT or content.thumbprint is not None:
            raise TokenElsewhere
        return AccountHolder(content)

    async def identify_proven(
        self, token: str, proof: str, *, method: str, path: str
    ) -> AccountHolder:
        """Raises TokenInvalid, TokenElsewhere, DpopNonceRequired; DpopProofInvalid if the proof is
        not for this request and this token, or was used before."""
        proven = await self._read_proof(proof, method=method, path=path, access_token=token)
        content = await self.read_own(token)
        if content.scope is not Scope.ACCOUNT or content.thumbprint != proven.thumbprint:
            raise TokenElsewhere
        if not self._seen.is_new(proven, now=self._clock()):
            raise DpopProofInvalid
        return AccountHolder(content)

    async def prove_key(self, proof: str, *, method: str, path: str) -> str:
        """The thumbprint of the key that a client asks to have its tokens bound to.

        Raises DpopNonceRequired; DpopProofInvalid if the proof is not for this request, or was used
        before."""
        proven = await self._read_proof(proof, method=method, path=path)
        if not self._seen_alone.is_new(proven, now=self._clock()):
            raise DpopProofInvalid
        return proven.thumbprint

    async def prove_possession(self, token: str, proof: str, *, method: str, path: str) -> str:
        """The thumbprint of the key that is proven to be the sender's, with a token of any kind.

        Raises DpopNonceRequired; DpopProofInvalid if the proof is not for this request and this
        token, or was used before."""
        proven = await self._read_proof(proof, method=method, path=path, access_token=token)
        # Anybody can make a proof with a text in place of a token.
        if not self._seen_alone.is_new(proven, now=self._clock()):
            raise DpopProofInvalid
        return proven.thumbprint

    async def _read_proof(
        self, proof: str, *, method: str, path: str, access_token: str | None = None
    ) -> Proof:
        read = verify_proof(
            proof,
            method=method,
            # The address that clients use. A proxy may use another host name.
            address=self._token_settings.issuer + path,
            now=self._clock(),
            access_token=access_token,
        )
        await self._nonces.check(read.nonce)
        return read

    async def read_own(self, token: str) -> AccessToken:
        """One of our own access tokens. Raises TokenInvalid."""
        return verify_token(
            token,
            keys=await self._keys.published_keys(),
            settings=self._token_settings,
            now=self._clock(),
        )
