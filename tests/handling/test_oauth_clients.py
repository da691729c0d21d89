"""Which client sends a request, through an endpoint."""

import azure.functions as func
import pytest

from shared.blueprints.oauth.errors import respond_with
from shared.errors import TouchstoneError
from shared.handling.endpoint import endpoint
from shared.handling.oauth_clients import require_client
from shared.http.requests import read_form
from shared.http.responses import json_response
from tests.handling.calling import body_of, call
from tests.handling.conftest import Serve
from tests.harness.service_harness import ServiceHarness
from tests.openid_provider.clients import PUBLIC, SECRET, WITH_KEY, WITH_SECRET, asking, signed


@endpoint
async def for_clients(req: func.HttpRequest) -> func.HttpResponse:
    """As each endpoint that is for clients."""
    try:
        client = await require_client(req, read_form(req))
    except TouchstoneError as error:
        return respond_with(error)
    return json_response({"client": client.id})


@pytest.fixture(autouse=True)
def served(party: ServiceHarness, serve: Serve) -> ServiceHarness:
    serve(party)
    party.service.client_authentication = asking(party).authentication
    return party


async def test_a_client_is_named(served: ServiceHarness) -> None:
    claims = asking(served).claims(WITH_KEY.id, aud=f"{served.settings.tokens.issuer}/par")
    for form, name in (
        ({"client_id": PUBLIC.id}, PUBLIC.id),
        ({"client_id": WITH_SECRET.id, "client_secret": SECRET}, WITH_SECRET.id),
        (signed(claims), WITH_KEY.id),
    ):
        response = await call(for_clients, "/par", form=form)
        assert body_of(response) == {"client": name}


async def test_a_wrong_secret_in_the_header_is_refused_with_the_scheme() -> None:
    header = {"Authorization": "Basic c2VjcmV0Ondyb25n"}
    response = await call(for_clients, "/token", headers=header)
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == 'Basic realm="touchstone"'
    assert body_of(response)["error"] == "invalid_client"


async def test_an_unknown_client_and_a_wrong_secret_get_the_same_answer() -> None:
    answers = [
        await call(for_clients, "/token", form={"client_id": client_id, "client_secret": "wrong"})
        for client_id in (WITH_SECRET.id, "nobody")
    ]
    first, second = ((each.status_code, each.get_body(), dict(each.headers)) for each in answers)
    assert first == second


async def test_two_proofs_are_a_malformed_request() -> None:
    header = {"Authorization": "Basic c2VjcmV0Ondyb25n"}
    form = {"client_id": WITH_SECRET.id, "client_secret": SECRET}
    response = await call(for_clients, "/token", form=form, headers=header)
    assert response.status_code == 400
    assert body_of(response)["error"] == "invalid_request"


async def test_a_request_that_names_no_client_is_refused() -> None:
    for header in ({}, {"Authorization": "Bearer token"}):
        response = await call(for_clients, "/token", headers=header)
        assert response.status_code == 401
        assert body_of(response)["error"] == "invalid_client"
        assert "WWW-Authenticate" not in response.headers
