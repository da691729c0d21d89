from datetime import timedelta
from hashlib import sha256

import pytest

from shared.openid.clients.client import Client, Grant, HashedSecret, PrivateKey, Secrets
from tests.blueprints.openid.dotnet.application import Application
from tests.blueprints.openid.dotnet.recorded import OPENIDDICT, SECRET, WEB
from tests.blueprints.openid.web import Browser, Web
from tests.harness.service_harness import ServiceHarness
from tests.openid.asking_client import client
from tests.openid_provider.clients import SIGNER, fetching_from
from tests.openid_provider.code_flow.provider import Registered

BY_SECRET = Secrets((HashedSecret(sha256(SECRET.encode()).digest()),))
RESOURCE = "api://touchstone"
SIGNED_OUT = "https://app.example.test:7001/signout-callback-oidc"
EVERY_GRANT = frozenset(Grant)
CLIENTS = (
    client(
        id="web",
        authentication=BY_SECRET,
        redirect_uris=(WEB,),
        post_logout_redirect_uris=(SIGNED_OUT,),
    ),
    client(
        id="keys",
        authentication=PrivateKey(keys={"keys": [SIGNER.jwk()]}, keys_uri=None),
        redirect_uris=(WEB,),
    ),
    client(id="oi", authentication=BY_SECRET, redirect_uris=(OPENIDDICT,), grants=EVERY_GRANT),
    client(id="cli", redirect_uris=("http://127.0.0.1/",), grants=EVERY_GRANT, first_party=False),
    client(
        id="msal",
        redirect_uris=("http://localhost",),
        scopes=frozenset({"openid", "profile", "offline_access", "api://touchstone/read"}),
        resources=(RESOURCE,),
        first_party=False,
        token_lifetime=timedelta(minutes=10),
    ),
)


@pytest.fixture
def party(party: ServiceHarness) -> ServiceHarness:
    """Assertions are verified with what may fetch keys, and no key has to be fetched."""
    return party.with_fetching(lambda: fetching_from(None))


@pytest.fixture
def registered() -> Registered:
    clients: dict[str, Client] = {each.id: each for each in CLIENTS}
    return Registered(clients)


@pytest.fixture
def application(web: Web, browser: Browser) -> Application:
    return Application(web, browser)


@pytest.fixture
def strangers_application(web: Web, strangers: Browser) -> Application:
    """Nobody is signed in yet."""
    return Application(web, strangers)
