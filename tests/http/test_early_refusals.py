"""Errors that can be found before a passkey is made are reported at begin."""

import pytest

from tests.api import Api, new_username
from tests.authenticator import SoftAuthenticator

TOO_LONG = "x" * 65


@pytest.mark.parametrize("name", [TOO_LONG, "", "a\u0000b", 7])
async def test_an_invalid_credential_name_is_refused_at_begin(api: Api, name: object) -> None:
    body = {"username": new_username(), "name": name}
    reply = await api.post("/register/begin", body)
    assert (reply.status, reply.problem) == (400, "malformed-request")
    assert "hints" not in reply.json["detail"]  # it is not reported as an unknown member


async def test_a_valid_credential_name_is_accepted_at_begin(api: Api) -> None:
    body = {"username": new_username(), "name": "Blue key"}
    assert (await api.post("/register/begin", body)).status == 200


async def test_the_ceremony_can_go_on_after_a_name_was_refused_at_finish(
    api: Api, authenticator: SoftAuthenticator
) -> None:
    """The passkey exists by then: a second one must not be needed."""
    credential = authenticator.create(await api.begin_registration(new_username()))
    refused = await api.post("/register/finish", {"credential": credential, "name": TOO_LONG})
    assert (refused.status, refused.problem) == (400, "malformed-request")
    again = await api.post("/register/finish", {"credential": credential, "name": "Blue key"})
    assert (again.status, again.json["name"]) == (201, "Blue key")
