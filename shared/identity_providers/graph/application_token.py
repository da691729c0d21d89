"""Tokens for Microsoft Graph, without a client secret.

The application's credential is a token of our managed identity, which the application trusts as a
federated credential (RFC 7523 section 2.2).
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from azure.core.credentials_async import AsyncTokenCredential

from shared.errors import ProviderUnavailable
from shared.fetching.https import Answer, Https
from shared.identity_providers.provider import GraphSettings
from shared.json_shape import parse_object
from shared.signed_tokens.claims import Claims

logger = logging.getLogger("touchstone.providers")

EXCHANGE_SCOPE = "api://AzureADTokenExchange/.default"
_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_RENEWED_BEFORE = timedelta(minutes=5)
_LONGEST_SECONDS = 86400

type SignIn = Callable[[], AsyncTokenCredential]
"""Returns the managed identity's credential, which keeps its tokens until they are about to expire.
It is called only before a request to Graph, as the identity library takes long to load."""


class GraphTokens:
    def __init__(
        self,
        settings: GraphSettings,
        *,
        https: Https,
        sign_in: SignIn,
        clock: Callable[[], datetime],
    ) -> None:
        self._settings = settings
        self._https = https
        self._sign_in = sign_in
        self._clock = clock
        self._kept: dict[str, tuple[str, datetime]] = {}
        """Tokens by tenant, each with the time from which on it is not used any more."""

    async def token(self, tenant: str) -> str:
        """Return a token of our application in that tenant. Raise ProviderUnavailable."""
        now = self._clock()
        token, until = self._kept.get(tenant, ("", now))
        if now >= until:
            token, lifetime = _read(await self._ask(tenant))
            self._kept[tenant] = token, now + lifetime - _RENEWED_BEFORE
        return token

    async def _ask(self, tenant: str) -> Answer:
        host = urlsplit(self._settings.url)
        form = {
            "grant_type": "client_credentials",
            "client_id": self._settings.client_id,
            "scope": f"{host.scheme}://{host.netloc}/.default",
            "client_assertion_type": _ASSERTION_TYPE,
            "client_assertion": await self._assertion(),
        }
        url = f"{self._settings.authority}/{tenant}/oauth2/v2.0/token"
        return await self._https.send("POST", url, form=form)

    async def _assertion(self) -> str:
        try:
            return (await self._sign_in().get_token(EXCHANGE_SCOPE)).token
        # The identity library fails in many ways if it reads an invalid answer.
        except Exception as error:
            logger.warning("no token for Graph: no managed identity: %s", type(error).__name__)
            raise ProviderUnavailable("no token of the managed identity") from error


def _read(answer: Answer) -> tuple[str, timedelta]:
    try:
        body = parse_object(answer.body)
    except ValueError as error:
        logger.warning("no token for Graph: status %s without a JSON object", answer.status)
        raise ProviderUnavailable("the answer is not a JSON object") from error
    token, seconds = body.get("access_token"), Claims(body).as_integer(body.get("expires_in"))
    if answer.status == 200 and isinstance(token, str) and token and seconds is not None:
        return token, timedelta(seconds=min(max(seconds, 0), _LONGEST_SECONDS))
    logger.error("no token for Graph: status %s, error %s", answer.status, body.get("error"))
    raise ProviderUnavailable("no token for Graph")
