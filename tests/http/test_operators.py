"""Strangers, users and administrators at the addresses of operators. `tests/keys/test_service.py`
has a host with a vault, and operators with their tokens."""

import pytest

from devhost.azurite import Azurite
from shared.accounts.roles import Role
from tests.api import Api, Json, new_username
from tests.authenticator import SoftAuthenticator
from tests.http.administrators import sign_in_as
from tests.http.page import Page

BODIES: dict[str, Json] = {
    "/operator/first-administrator": {"username": "eve"},
    "/operator/export": {},
    "/operator/export/rows": {"table": "Accounts"},
}
MADE_UP = "0" * 64


@pytest.mark.parametrize("path", BODIES)
async def test_nothing_but_a_token_of_the_vault_opens_them(
    api: Api, azurite: Azurite, authenticator: SoftAuthenticator, path: str
) -> None:
    roles = Role.AUTHENTICATORS_ADMIN, Role.AUDIT_READ
    admin = await sign_in_as(api, azurite.connection_string, *roles)
    await api.register(authenticator, new_username())
    page = Page(api, authenticator)
    await page.sign_in()
    body = BODIES[path]
    replies = [
        await api.post(path, body),
        await api.post(path, body, token=admin["access_token"]),
        await api.post(path, body, token=MADE_UP),
        await api.post(f"{path}?access_token={MADE_UP}&token={MADE_UP}", body),
        await api.send("POST", path, json=body, headers={"Authorization": f"DPoP {MADE_UP}"}),
        await page.send("POST", path, json=body, headers=page.own()),
    ]
    for reply in replies:
        assert (reply.status, reply.problem) == (401, "operator-token-refused")
        assert reply.headers["WWW-Authenticate"] == 'Bearer realm="touchstone"'
        assert MADE_UP not in str(reply.json)
    assert len({reply.json["detail"] for reply in replies}) == 1


@pytest.mark.parametrize(
    ("path", "body", "detail"),
    [
        ("/operator/first-administrator", {}, "username is required."),
        ("/operator/first-administrator", {"username": ["x"]}, "username must be a string"),
        ("/operator/export", {"table": "x"}, "Only these members are known here"),
        ("/operator/export/rows", {}, "table is required."),
        ("/operator/export/rows", {"table": "RateLimits"}, "table must be one of"),
        ("/operator/export/rows", {"table": "Links", "after": {}}, "after.partition is required."),
        (
            "/operator/export/rows",
            {"table": "Links", "after": {"partition": "x" * 1025, "row": "x"}},
            "after.partition must be a string",
        ),
    ],
)
async def test_a_malformed_request_is_refused_by_its_member(
    api: Api, path: str, body: Json, detail: str
) -> None:
    reply = await api.post(path, body, token=MADE_UP)
    assert (reply.status, reply.problem) == (400, "malformed-request")
    assert reply.json["detail"].startswith(detail), reply.json


async def test_a_huge_body_is_refused(api: Api) -> None:
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {MADE_UP}"}
    for path in BODIES:
        reply = await api.send("POST", path, data=b"{" * 100_000, headers=headers)
        assert (reply.status, reply.problem) == (413, "content-too-large")
