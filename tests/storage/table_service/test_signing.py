"""Tokens go to storage over TLS only, are kept while they are valid, and are of its tenant."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from azure.core.credentials import AccessToken, AzureSasCredential
from azure.core.exceptions import ServiceRequestError
from azure.core.pipeline.policies import AzureSasCredentialPolicy
from azure.core.pipeline.transport import AsyncHttpTransport
from azure.core.rest import HttpRequest

from shared.storage.table_service.answer import Answer, Headers
from shared.storage.table_service.requests import reading
from shared.storage.table_service.service import Refused, TableService
from shared.storage.table_service.signing import signing

TENANT = "0d2ee21c-9a1c-4c7e-8d8a-6d8a0b9a4f11"
REQUEST = reading("T", "p", "r", ())
CHALLENGE = (
    f"Bearer authorization_uri=https://login.microsoftonline.com/{TENANT}/oauth2/authorize "
    "resource_id=https://storage.azure.com"
)


class Credential:
    def __init__(self) -> None:
        self.asked: list[tuple[str, str | None]] = []

    async def get_token(
        self, *scopes: str, tenant_id: str | None = None, **_options: object
    ) -> AccessToken:
        self.asked.append((scopes[0], tenant_id))
        valid_until = int(datetime.now(UTC).timestamp()) + 3600
        return AccessToken(f"token-{len(self.asked)}", valid_until)

    async def close(self) -> None:
        """There is nothing to close."""

    async def __aenter__(self) -> "Credential":
        return self

    async def __aexit__(self, *_error: object) -> None:
        pass


class Recorded(AsyncHttpTransport[HttpRequest, Any]):
    """Accepts what it should, and challenges all other requests."""

    def __init__(self, challenge: str = CHALLENGE, *, accepts: str = ".*") -> None:
        self._challenge, self._accepts = challenge, re.compile(accepts)
        self.sent: list[HttpRequest] = []

    async def send(self, request: HttpRequest, **_options: object) -> Answer:
        self.sent.append(request)
        headers = Headers()
        if self._accepts.search(request.headers.get("Authorization", "")):
            return Answer(200, headers, b"{}")
        headers["WWW-Authenticate"] = self._challenge
        return Answer(401, headers, b'{"odata.error":{"code":"InvalidAuthenticationInfo"}}')

    async def open(self) -> None:
        pass

    async def close(self) -> None:
        pass

    async def __aexit__(self, *_error: object) -> None:
        pass


def service(credential: Credential, transport: Recorded, scheme: str = "https") -> TableService:
    return TableService(f"{scheme}://storage.test", credential=credential, transport=transport)


async def test_a_token_is_asked_for_once() -> None:
    credential, transport = Credential(), Recorded()
    asking = service(credential, transport)
    for _ in range(3):
        await asking.send(REQUEST, repeated=())
    assert credential.asked == [("https://storage.azure.com/.default", None)]
    assert {sent.headers["Authorization"] for sent in transport.sent} == {"Bearer token-1"}


async def test_a_token_is_not_sent_without_tls() -> None:
    transport = Recorded()
    with pytest.raises(ServiceRequestError):
        await service(Credential(), transport, "http").send(REQUEST, repeated=("GET",))
    assert transport.sent == []


async def test_a_token_of_the_tenant_of_storage_is_asked_for() -> None:
    """An operator may be signed in to another one."""
    credential, transport = Credential(), Recorded(accepts="token-2")
    await service(credential, transport).send(REQUEST, repeated=())
    assert [tenant for _, tenant in credential.asked] == [None, TENANT]


@pytest.mark.parametrize("challenge", ["", "Basic", CHALLENGE.replace(TENANT, "common")])
async def test_another_challenge_is_a_refusal(challenge: str) -> None:
    credential, transport = Credential(), Recorded(challenge, accepts="none")
    with pytest.raises(Refused, match="InvalidAuthenticationInfo"):
        await service(credential, transport).send(REQUEST, repeated=("GET",))
    assert len(transport.sent) == 1


def test_a_shared_access_signature_is_part_of_the_address() -> None:
    assert isinstance(signing(AzureSasCredential("sig=x")), AzureSasCredentialPolicy)


def test_nothing_else_signs() -> None:
    with pytest.raises(TypeError):
        signing("key")
