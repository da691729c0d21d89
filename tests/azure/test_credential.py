"""The log says why there is no token, and contains no token."""

import pytest
from azure.core.exceptions import ClientAuthenticationError

from shared.azure.credential import sign_in
from tests.fakes.identity_endpoint import CLIENT_ID, IdentityEndpoint

SCOPE = "https://vault.azure.net/.default"


async def test_an_incomplete_answer_is_not_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with IdentityEndpoint("https://vault.azure.net", cut_off=True) as endpoint:
        for name, value in endpoint.environment.items():
            monkeypatch.setenv(name, value)
        async with sign_in(client_id=CLIENT_ID) as credential:
            with pytest.raises(ClientAuthenticationError) as raised:
                await credential.get_token(SCOPE)
    assert "eyJ" in str(raised.value)
    assert "ManagedIdentityCredential.get_token failed" in caplog.text
    assert "eyJ" not in caplog.text
