"""A client of the provider, as tests need it."""

from dataclasses import replace
from typing import Any

from shared.openid.clients.client import Client, Grant, Public

REDIRECT_URI = "https://app.example.com/callback"

CLIENT = Client(
    id="app",
    name="An application",
    logo=None,
    authentication=Public(),
    redirect_uris=(REDIRECT_URI,),
    post_logout_redirect_uris=(),
    backchannel_logout_uri=None,
    grants=frozenset({Grant.AUTHORIZATION_CODE, Grant.REFRESH_TOKEN}),
    scopes=frozenset({"openid", "profile", "groups", "offline_access", "orders:read"}),
    resources=(),
    acr=None,
    first_party=True,
    sector=None,
    bound_tokens=False,
    token_lifetime=None,
    from_settings=False,
)


def client(**changes: Any) -> Client:  # noqa: ANN401  whatever a client has
    return replace(CLIENT, **changes)
