"""MSAL with our issuer as a public client: the redirect URI has no slash, and its listener takes a
form."""

from tests.blueprints.openid.dotnet.application import Application
from tests.blueprints.openid.dotnet.conftest import RESOURCE
from tests.blueprints.openid.dotnet.recorded import (
    MSAL,
    MSAL_KEEPS_NONE_OF,
    MSAL_REFRESH,
    MSAL_TOKEN,
    SQL_WANTS,
)
from tests.sessions.claims import claims_of


async def test_a_person_signs_in_and_the_token_is_refreshed(application: Application) -> None:
    action, answer = await application.answer(MSAL, chooses=True, consents=True)
    assert action == MSAL["redirect_uri"]
    form = MSAL_TOKEN | {"code": answer["code"]}
    tokens = await application.tokens(form, query="?haschrome=1")
    await application.verify(tokens, client_id="msal", nonce=None)
    form = MSAL_REFRESH | {"refresh_token": tokens["refresh_token"]}
    later = await application.tokens(form)
    await application.verify(later, client_id="msal", nonce=None)
    assert RESOURCE in claims_of(later["access_token"])["aud"]
    for given in (tokens, later):
        assert given["expires_in"] > MSAL_KEEPS_NONE_OF
        claims = claims_of(given["access_token"])
        assert claims["exp"] - claims["iat"] >= SQL_WANTS
