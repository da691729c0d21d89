"""Tokens for Microsoft Graph, without a secret.

The application's credential is a token of our managed identity, which the application trusts as a
federated credential. MSAL is synchronous, so it runs in a thread, but its requests come back to
the event loop and go out like all others.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from shared.errors import ProviderUnavailable
from shared.providers.https import Answer, Https
from shared.providers.provider import GraphSettings

if TYPE_CHECKING:
    import msal  # type: ignore[import-untyped]  # published without types
    from azure.identity import ManagedIdentityCredential

logger = logging.getLogger("touchstone.providers")

_SECONDS = 15

EXCHANGE_SCOPE = "api://AzureADTokenExchange/.default"

type Assertion = Callable[[], str]
"""Returns a token of the managed identity. Called in a thread, and for each request anew."""


def managed_identity(client_id: str | None) -> Assertion:
    """Azure's own cache answers until the token is about to expire."""

    @cache
    def credential() -> "ManagedIdentityCredential":
        # Loading the identity library is a fifth of a cold start, and few tokens ever need it.
        from azure.identity import ManagedIdentityCredential

        return ManagedIdentityCredential(client_id=client_id)

    def assertion() -> str:
        from azure.core.exceptions import AzureError

        try:
            return str(credential().get_token(EXCHANGE_SCOPE).token)
        except AzureError as error:
            raise ProviderUnavailable("no token of the managed identity") from error

    return assertion


class GraphTokens:
    def __init__(self, settings: GraphSettings, *, https: Https, assertion: Assertion) -> None:
        self._settings = settings
        self._https = https
        self._assertion = assertion
        self._applications: dict[str, msal.ConfidentialClientApplication] = {}
        self._lock = Lock()

    async def token(self, tenant: str) -> str:
        """A token of our application in that tenant. Raises ProviderUnavailable."""
        return await asyncio.to_thread(self._acquire, tenant, asyncio.get_running_loop())

    def _acquire(self, tenant: str, loop: asyncio.AbstractEventLoop) -> str:
        host = urlsplit(self._settings.url)
        scope = f"{host.scheme}://{host.netloc}/.default"
        try:
            result = self._application(tenant, loop).acquire_token_for_client(scopes=[scope])
            token = result.get("access_token")
        except ProviderUnavailable:
            raise
        # An answer that is none makes MSAL fail in many ways, AttributeError and RecursionError
        # among them.
        except Exception as error:
            logger.warning("no token for Graph: %s", type(error).__name__)
            raise ProviderUnavailable("no token for Graph") from error
        if not isinstance(token, str):
            self._forget(tenant)
            logger.error("no token for Graph: %s", result.get("error"))
            raise ProviderUnavailable("no token for Graph")
        return token

    def _forget(self, tenant: str) -> None:
        """MSAL keeps for an hour whatever it got for a token."""
        with self._lock:
            self._applications.pop(tenant, None)

    def _application(
        self, tenant: str, loop: asyncio.AbstractEventLoop
    ) -> "msal.ConfidentialClientApplication":
        import msal

        with self._lock:
            if tenant not in self._applications:
                self._applications[tenant] = msal.ConfidentialClientApplication(
                    self._settings.client_id,
                    client_credential={"client_assertion": self._assertion},
                    authority=f"{self._settings.authority}/{tenant}",
                    # The settings name the authority: nobody else has to vouch for it.
                    instance_discovery=False,
                    http_client=_MsalHttp(self._https, loop),
                )
            return self._applications[tenant]


@dataclass(frozen=True, slots=True, kw_only=True)
class _MsalResponse:
    status_code: int
    headers: Mapping[str, str]
    text: str


class _MsalHttp:
    """What MSAL wants of an HTTP client."""

    def __init__(self, https: Https, loop: asyncio.AbstractEventLoop) -> None:
        self._https = https
        self._loop = loop

    def get(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> _MsalResponse:
        return self._send("GET", url, params=params, headers=headers)

    def post(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        data: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> _MsalResponse:
        return self._send("POST", url, params=params, headers=headers, form=data)

    def close(self) -> None:
        """Nothing stays open."""

    def _send(self, method: str, url: str, **sent: Mapping[str, str] | None) -> _MsalResponse:
        sending = self._https.send(method, url, **sent)
        # Bounded, as a loop that has stopped would keep the thread, and so the process, for ever.
        waiting = asyncio.run_coroutine_threadsafe(sending, self._loop)
        answer: Answer = waiting.result(_SECONDS)
        return _MsalResponse(
            status_code=answer.status, headers=answer.headers, text=answer.body.decode()
        )
