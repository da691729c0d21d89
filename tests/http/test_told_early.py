"""What could be known before a passkey is made is said before."""

import pytest

from tests.api import Api, new_username
from tests.authenticator import SoftAuthenticator

TOO_LONG = "x" * 65


@pytest.mark.parametrize("name", [TOO_LONG, "", "a\u0000b", 7])
async def test_a_name_for_the_key_that_cannot_be_used_is_refused_at_begin(
    api: Api, name: object
) -> None:
    body = {"username": new_username(), "name": name}
    reply = await api.post("/register/begin", body)
    assert (reply.status, reply.problem) == (400, "malformed-request")
    assert "hints" not in reply.json["detail"]  # it is not said to be an unknown member


async def test_a_good_name_for_the_key_may_come_with_the_begin(api: Api) -> None:
    body = {"username": new_username(), "name": "Blue key"}
    assert (await api.post("/register/begin", body)).status == 200


async def test_a_name_that_is_refused_at_the_finish_leaves_the_ceremony_open(
    api: Api, authenticator: SoftAuthenticator
) -> None:
    """The passkey exists by then: a second one must not be needed."""
    credential = authenticator.create(await api.begin_registration(new_username()))
    refused = await api.post("/register/finish", {"credential": credential, "name": TOO_LONG})
    assert (refused.status, refused.problem) == (400, "malformed-request")
    again = await api.post("/register/finish", {"credential": credential, "name": "Blue key"})
    assert (again.status, again.json["name"]) == (201, "Blue key")
