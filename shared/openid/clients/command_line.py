"""The client of `touchstone`, the command that people install (`cli/`).

Each service has it, so nobody registers it. It is in no table, and administrators cannot change it.
"""

from shared.openid.clients.client import Client, Grant, Public
from shared.openid.resources import access_audience
from shared.openid.scopes import OFFLINE_ACCESS, OPENID, PROFILE

ID = "touchstone"
_NAME = "Touchstone command line"
_ACCESS = "access"


def command_line(issuer: str) -> Client:
    """Any program on a person's machine can say that it is this one, so people are asked, and its
    tokens are bound to a key."""
    return Client(
        id=ID,
        name=_NAME,
        logo=None,
        authentication=Public(),
        redirect_uris=("http://127.0.0.1/callback",),
        post_logout_redirect_uris=(),
        backchannel_logout_uri=None,
        grants=frozenset(Grant),
        scopes=frozenset({OPENID, PROFILE, OFFLINE_ACCESS, _ACCESS}),
        resources=(access_audience(issuer),),
        acr=None,
        first_party=False,
        sector=None,
        bound_tokens=True,
        token_lifetime=None,
        from_settings=True,
    )
