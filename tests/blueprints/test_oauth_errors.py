import json

import pytest

from shared.blueprints.oauth.errors import respond_with
from shared.errors import ClientFault, ClientRefused


@pytest.mark.parametrize("reason", ClientFault)
def test_a_refused_client_is_told_no_reason(reason: ClientFault) -> None:
    response = respond_with(ClientRefused(reason))
    assert response.status_code == 401
    assert json.loads(response.get_body()) == {
        "error": "invalid_client",
        "error_description": "The client did not prove who it is.",
    }
    assert "WWW-Authenticate" not in response.headers


def test_a_client_that_used_the_header_is_told_its_scheme() -> None:
    response = respond_with(ClientRefused(ClientFault.SECRET, in_header=True))
    assert response.headers["WWW-Authenticate"] == 'Basic realm="touchstone"'
