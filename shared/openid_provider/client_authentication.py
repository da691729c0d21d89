"""Finds out which client sends a request, and demands its proof.

Used by each endpoint that is for clients. A refusal is the same for an unknown client and for a
wrong proof, and a wrong secret takes as long as a secret for nobody. IDs of clients are no secrets:
browsers carry them.

Failures are counted after they were found, for the sender's address and for the client, so failures
of others keep no client out. Beyond a limit they are refused with 429 and leave no event.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Protocol

from shared.audit.event import Kind, Outcome
from shared.errors import (
    ClientFault,
    ClientRefused,
    KeysUnavailable,
    ProviderUnavailable,
    StorageUnavailable,
)
from shared.openid.client_authentication.credentials import (
    Assertion,
    Credentials,
    NoProof,
    Secret,
)
from shared.openid.client_authentication.secret import is_correct
from shared.openid.clients.client import Client, Federated, PrivateKey, Public, Secrets
from shared.openid_provider.fetch_limit import spend_nothing, spend_of
from shared.rate_limits.limiter import RateLimiter
from shared.rate_limits.policy import Action
from shared.recording.audit_recorder import AuditRecorder

if TYPE_CHECKING:
    from shared.openid_provider.signed_proofs import SignedProofs

_NOBODY = Secrets(())
_TOKEN_PATH = "/token"  # noqa: S105  an address


class ClientFinder(Protocol):
    async def find(self, client_id: str, *, address: str | None) -> Client | None:
        """`address` is that of the sender. Raises TooManyRequests, StorageUnavailable."""


class ClientAuthentication:
    def __init__(
        self,
        *,
        clients: ClientFinder,
        signed_proofs: "Callable[[], SignedProofs]",
        issuer: str,
        limiter: RateLimiter,
        recorder: AuditRecorder,
        clock: Callable[[], datetime],
    ) -> None:
        """`signed_proofs` is called at the first assertion, as it loads libraries."""
        self._clients = clients
        self._signed_proofs = signed_proofs
        self._issuer = issuer
        self._limiter = limiter
        self._recorder = recorder
        self._clock = clock

    async def authenticate(
        self, credentials: Credentials, *, path: str, address: str | None
    ) -> Client:
        """`path` is that of the request, and `address` that of its sender.

        Raises ClientRefused; TooManyRequests in its place for too many of them;
        ProviderUnavailable if the proof cannot be verified now.
        """
        client = await self._clients.find(credentials.client_id, address=address)
        try:
            return await self._prove(client, credentials, path=path, address=address)
        except ClientRefused as refused:
            await self._note(refused.reason, client, address)
            raise ClientRefused(refused.reason, in_header=credentials.in_header) from refused

    async def _prove(
        self, client: Client | None, credentials: Credentials, *, path: str, address: str | None
    ) -> Client:
        if client is None:
            self._pretend(credentials)
            raise ClientRefused(ClientFault.UNKNOWN)
        match client.authentication, credentials.proof:
            case Public(), NoProof():
                pass
            case Secrets() as secrets, Secret(text):
                if not is_correct(text, secrets, at=self._clock()):
                    raise ClientRefused(ClientFault.SECRET)
            case PrivateKey() as registered, Assertion():
                await self._verify_assertion(client, registered, credentials.proof, path, address)
            case Federated() as expected, Assertion(token):
                await self._signed_proofs().verify_platform_token(token, expected)
            case _:
                self._pretend(credentials)
                raise ClientRefused(ClientFault.OTHER_METHOD)
        return client

    async def _verify_assertion(
        self,
        client: Client,
        registered: PrivateKey,
        assertion: Assertion,
        path: str,
        address: str | None,
    ) -> None:
        is_stranger = not client.is_registered
        audiences = {self._issuer}
        if not is_stranger:
            audiences |= {self._issuer + _TOKEN_PATH, self._issuer + path}
        spend = spend_of(self._limiter, address) if is_stranger else spend_nothing
        try:
            await self._signed_proofs().verify_assertion(
                assertion.token, client, registered, audiences=audiences, spend=spend
            )
        except ProviderUnavailable as error:
            if not is_stranger:
                raise
            # Strangers must not fill the log with outages that are theirs.
            raise ClientRefused(ClientFault.ASSERTION) from error

    def _pretend(self, credentials: Credentials) -> None:
        """Take as long as for a client with a secret."""
        if isinstance(credentials.proof, Secret):
            is_correct(credentials.proof.text, _NOBODY, at=self._clock())

    async def _note(self, reason: ClientFault, client: Client | None, address: str | None) -> None:
        """Count the failure, and record it unless there were too many."""
        whom = sha256(client.id.encode()).digest() if client else b""
        await self._limiter.spend(Action.CLIENT, address=address)
        await self._limiter.spend(Action.CLIENT, account=whom)
        with suppress(StorageUnavailable, KeysUnavailable):
            await self._recorder.record(
                Kind.CLIENT_REFUSED,
                Outcome.FAILURE,
                reason=reason.value,
                facts={"client": client.id} if client else {},
            )
