"""Applications sign people out with an address and their state, and with nothing else."""

from urllib.parse import urlencode

import pytest

from tests.blueprints.openid.dotnet.application import Application
from tests.blueprints.openid.dotnet.conftest import SIGNED_OUT
from tests.blueprints.openid.dotnet.recorded import OPENIDDICT_STATE, SKU, STATE
from tests.blueprints.openid.web import body_of
from tests.harness.administrators import CLIENT_ADMINISTRATOR
from tests.harness.service_harness import ServiceHarness
from tests.openid.clients.documents import client, web


@pytest.mark.parametrize("state", [STATE, OPENIDDICT_STATE], ids=["ASP.NET Core", "OpenIddict"])
async def test_an_application_gets_its_state_back(
    application: Application, party: ServiceHarness, state: str
) -> None:
    made = client(web(postLogoutRedirectUris=[SIGNED_OUT]))
    await party.service.clients.create(made, by=CLIENT_ADMINISTRATOR)
    asked = {"post_logout_redirect_uri": SIGNED_OUT, "state": state, **SKU}
    path = await application.path("end_session_endpoint")
    response = await application.web.send("GET", f"{path}?{urlencode(asked)}")
    sealed = response.headers["Location"].partition("#request=")[2]
    body = {"request": sealed, "confirms": True}
    found = body_of(await application.browser.send_json("/logout/step", body))
    assert found["location"] == f"{SIGNED_OUT}?{urlencode({'state': state})}"
