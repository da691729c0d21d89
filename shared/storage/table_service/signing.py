"""Signs requests: with the key of the account, or with a token of Microsoft Entra ID."""

import base64
import hmac
import re
from email.utils import formatdate
from functools import lru_cache
from time import time
from typing import Any
from urllib.parse import urlsplit

from azure.core.credentials import AzureNamedKeyCredential, AzureSasCredential
from azure.core.credentials_async import AsyncTokenCredential
from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.core.pipeline.policies import (
    AsyncBearerTokenCredentialPolicy,
    AzureSasCredentialPolicy,
    SansIOHTTPPolicy,
)
from azure.core.rest import HttpRequest

_SCOPE = "https://storage.azure.com/.default"
_TENANT = re.compile(r"authorization_uri=\"?https://[^/\s]+/([0-9a-f-]{36})/", re.IGNORECASE)


def signing(credential: object) -> Any:  # noqa: ANN401  policies have no type in common
    """The policy for one of the credentials that the SDK takes."""
    match credential:
        case AzureNamedKeyCredential():
            return KeyPolicy(credential)
        case AzureSasCredential():
            return AzureSasCredentialPolicy(credential)
        case AsyncTokenCredential():
            return TokenPolicy(credential, _SCOPE)
    raise TypeError(f"a {type(credential).__name__} signs nothing")


class KeyPolicy(SansIOHTTPPolicy[HttpRequest, Any]):
    def __init__(self, credential: AzureNamedKeyCredential) -> None:
        self._account = credential.named_key.name
        self._key = base64.b64decode(credential.named_key.key)

    def on_request(self, request: PipelineRequest[HttpRequest]) -> None:
        http = request.http_request
        date = http.headers["x-ms-date"]
        signed = "\n".join(
            (
                http.method,
                "",  # no digest of the body
                http.headers.get("Content-Type", ""),
                date,
                f"/{self._account}{urlsplit(http.url).path}",
            )
        )
        mac = base64.b64encode(hmac.digest(self._key, signed.encode(), "sha256")).decode()
        http.headers["Authorization"] = f"SharedKey {self._account}:{mac}"


class TokenPolicy(AsyncBearerTokenCredentialPolicy[HttpRequest, Any]):
    async def on_challenge(
        self, request: PipelineRequest[HttpRequest], response: PipelineResponse[HttpRequest, Any]
    ) -> bool:
        """Storage may name another tenant than the one that an operator is signed in to."""
        challenge = response.http_response.headers.get("WWW-Authenticate", "")
        tenant = _TENANT.search(challenge)
        if tenant is None:
            return False
        await self.authorize_request(request, _SCOPE, tenant_id=tenant[1])
        return True


def date_header() -> str:
    """Storage refuses a request whose date is 15 minutes away from its own."""
    return _written(int(time()))


@lru_cache(maxsize=1)
def _written(second: int) -> str:
    return formatdate(second, usegmt=True)
