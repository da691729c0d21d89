"""Acts that administrators may not do on their own account: each row of the table, over HTTP."""

import pytest

from devhost.azurite import Azurite
from shared.accounts.roles import Role
from shared.relying_party.callers.acts import NOT_FOR_ONESELF, Act
from tests.api import Api
from tests.http.administrators import sign_in_as
from tests.http.operations import OWN, call, erasure_of, taking_tokens

OPERATIONS = {
    Act.ISSUE_PASS: ("POST", "/access-passes"),
    Act.DELETE_PASS: ("DELETE", "/users/{id}/access-pass"),
    Act.LINK: ("POST", "/users/{id}/links"),
    Act.UNLINK: ("DELETE", "/users/{id}/links/{link}"),
    Act.SUSPEND_ACCOUNT: ("POST", "/users/{id}/suspend"),
    Act.RESUME_ACCOUNT: ("POST", "/users/{id}/resume"),
    Act.SUSPEND_CREDENTIAL: ("POST", "/users/{id}/credentials/{credential}/suspend"),
    Act.RESUME_CREDENTIAL: ("POST", "/users/{id}/credentials/{credential}/resume"),
    Act.REMOVE_CREDENTIAL: ("DELETE", "/users/{id}/credentials/{credential}"),
    Act.ERASE_PERSON: ("POST", "/audit/erasures"),
    Act.CONFIRM_ERASURE: ("POST", "/audit/erasures/{id}/confirm"),
    Act.WITHDRAW_ERASURE: ("DELETE", "/audit/erasures/{id}"),
}
NO_ACTS = {
    ("POST", "/introspect"),
    ("POST", "/groups"),
    ("DELETE", "/groups/{name}"),
    ("POST", "/profiles"),
    ("PUT", "/profiles/{name}"),
    ("DELETE", "/profiles/{name}"),
    ("POST", "/clients"),
    ("PUT", "/clients/{id}"),
    ("DELETE", "/clients/{id}"),
    ("POST", "/clients/{id}/secrets"),
    ("DELETE", "/clients/{id}/secrets/{secret}"),
}
"""They change nobody's account."""
MEMBERSHIPS = {
    ("PUT", "/groups/{name}/members/{id}"),
    ("DELETE", "/groups/{name}/members/{id}"),
}
"""They have a rule and a problem of their own: `tests/relying_party/groups/test_memberships.py`."""


async def test_every_administrative_act_is_in_the_table(api: Api) -> None:
    acts = {each for each in taking_tokens(api) - OWN - NO_ACTS - MEMBERSHIPS if each[0] != "GET"}
    assert set(OPERATIONS) == set(Act)
    assert acts == set(OPERATIONS.values())


@pytest.mark.parametrize("act", Act, ids=lambda act: act.name.lower())
async def test_administrators_cannot_do_restricted_acts_on_their_own_account(
    api: Api, azurite: Azurite, act: Act
) -> None:
    tables, role = azurite.connection_string, Role.AUTHENTICATORS_ADMIN
    chief, other = await sign_in_as(api, tables, role), await sign_in_as(api, tables, role)
    method, path = OPERATIONS[act]
    for_another = await call(api, method, path, whom=other, token=chief["access_token"])
    assert for_another.status in (200, 201, 204, 404), for_another.raw
    erasure = None
    if "erasures/{id}" in path:
        third = await sign_in_as(api, tables, role)
        erasure = await erasure_of(api, chief, token=third["access_token"])
    token = chief["access_token"]
    reply = await call(api, method, path, whom=chief, token=token, erasure=erasure)
    if act in NOT_FOR_ONESELF:
        assert (reply.status, reply.problem) == (403, "not-permitted")
    else:
        assert reply.status in (200, 204, 404), reply.raw
