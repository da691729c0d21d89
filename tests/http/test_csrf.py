"""A request with a cookie must prove by two headers that it comes from our own page."""

from collections.abc import Mapping

import pytest

from tests.access.certificates.requests import csr
from tests.access.profiles.documents import sql
from tests.api import Api, Reply, new_username
from tests.authenticator import SoftAuthenticator
from tests.http.forms import FORM
from tests.http.page import ACCESS, REFRESH, Page
from tests.openid.clients.documents import web

ID = "AAAA"
USER = "A" * 43
SECRET = "B" * 4


@pytest.fixture
async def page(api: Api, authenticator: SoftAuthenticator) -> Page:
    await api.register(authenticator, new_username())
    page = Page(api, authenticator)
    await page.sign_in()
    return page


UNSAFE = [
    ("POST", "/register/begin"),
    ("PATCH", f"/credentials/{ID}"),
    ("DELETE", f"/credentials/{ID}"),
    ("DELETE", "/sessions"),
    ("DELETE", f"/sessions/{ID}"),
    ("DELETE", f"/applications/{ID}"),
    ("POST", "/introspect"),
    ("POST", "/authorize/step"),
    ("POST", "/logout/step"),
    ("POST", "/device/begin"),
    ("POST", "/device/reject"),
    ("DELETE", f"/users/{USER}/credentials/{ID}"),
    ("POST", f"/users/{USER}/suspend"),
    ("POST", f"/users/{USER}/resume"),
    ("POST", f"/users/{USER}/credentials/{ID}/suspend"),
    ("POST", f"/users/{USER}/credentials/{ID}/resume"),
    ("POST", f"/users/{USER}/links"),
    ("DELETE", f"/users/{USER}/links/{ID}"),
    ("DELETE", f"/links/{ID}"),
    ("POST", "/access-passes"),
    ("DELETE", f"/users/{USER}/access-pass"),
    ("POST", "/audit/erasures"),
    ("POST", f"/audit/erasures/{ID}/confirm"),
    ("DELETE", f"/audit/erasures/{ID}"),
    ("POST", "/groups"),
    ("DELETE", "/groups/dba"),
    ("PUT", f"/groups/dba/members/{USER}"),
    ("DELETE", f"/groups/dba/members/{USER}"),
    ("POST", "/profiles"),
    ("PUT", "/profiles/orders"),
    ("DELETE", "/profiles/orders"),
    ("POST", "/approvals"),
    ("POST", f"/approvals/{ID}/begin"),
    ("POST", f"/approvals/{ID}/finish"),
    ("POST", f"/approvals/{ID}/refuse"),
    ("POST", f"/approvals/{ID}/withdraw"),
    ("POST", f"/approvals/{ID}/use"),
    ("POST", f"/approvals/{ID}/restore"),
    ("POST", "/certificates"),
    ("POST", "/clients"),
    ("PUT", f"/clients/{ID}"),
    ("DELETE", f"/clients/{ID}"),
    ("POST", f"/clients/{ID}/secrets"),
    ("DELETE", f"/clients/{ID}/secrets/{SECRET}"),
]
BODIES: Mapping[str, object] = {
    "/register/begin": {},
    "/authorize/step": {"request": "x"},
    "/logout/step": {},
    "/device/begin": {"userCode": "BCDFGHJK"},
    "/device/reject": {"request": "x"},
    f"/users/{USER}/links": {"issuer": "https://provider.example", "subject": "y"},
    "/access-passes": {"username": "alice"},
    "/audit/erasures": {"username": "alice"},
    f"/credentials/{ID}": {"name": "Blue"},
    "/groups": {"name": "dba"},
    "/profiles": sql(),
    "/profiles/orders": sql(),
    "/approvals": {"profile": "none"},
    f"/approvals/{ID}/finish": {},
    f"/approvals/{ID}/refuse": {},
    "/certificates": {"profile": "none", "csr": csr()},
    "/clients": web(),
    f"/clients/{ID}": web(),
    f"/clients/{ID}/secrets": {},
}
WITH_ROLE = ("/users", "/access-passes", "/audit", "/clients", "/groups", "/profiles")
HEADERS: Mapping[str, str] = {
    **dict.fromkeys(("no-token", "empty-token"), "X-CSRF-Token is missing."),
    "wrong-token": "X-CSRF-Token is not the one of this session.",
    "no-origin": "Origin is missing.",
    **dict.fromkeys(
        ("null-origin", "foreign-origin", "other-port"), "Origin is not one of this service's own."
    ),
    **dict.fromkeys(
        ("cross-site", "same-site", "none"), "Sec-Fetch-Site says that another site sent it."
    ),
}
"""Which header is wrong, in the text."""
FORGERIES: Mapping[str, Mapping[str, str | None]] = {
    "no-token": {"X_CSRF_Token": None},
    "empty-token": {"X_CSRF_Token": ""},
    "wrong-token": {"X_CSRF_Token": "A" * 43},
    "no-origin": {"Origin": None},
    "null-origin": {"Origin": "null"},
    "foreign-origin": {"Origin": "https://evil.example"},
    "other-port": {"Origin": "http://localhost:1"},
    "cross-site": {"Sec_Fetch_Site": "cross-site"},
    "same-site": {"Sec_Fetch_Site": "same-site"},
    "none": {"Sec_Fetch_Site": "none"},
}


async def _try(page: Page, method: str, path: str, headers: Mapping[str, str]) -> Reply:
    if path == "/introspect":
        return await page.send(method, path, data=b"token=x", headers={**FORM, **headers})
    body = BODIES.get(path) if method in ("POST", "PUT", "PATCH") else None
    version = {"If-Match": '"AAAA"'} if path.startswith(("/clients/", "/profiles/")) else {}
    return await page.send(method, path, json=body, headers={**headers, **version})


def test_every_unsafe_endpoint_that_accepts_a_cookie_is_tested(
    api_paths: set[tuple[str, str]],
) -> None:
    tried = {
        (
            method,
            path.replace(USER, "{id}")
            .replace(SECRET, "{secret}")
            .replace("/groups/dba", "/groups/{name}")
            .replace("/profiles/orders", "/profiles/{name}")
            .replace(f"{{id}}/links/{ID}", "{id}/links/{link}")
            .replace(f"s/{ID}", "s/{credential}" if USER in path else "s/{id}"),
        )
        for method, path in UNSAFE
    }
    assert api_paths == tried


@pytest.fixture
async def api_paths(api: Api) -> set[tuple[str, str]]:
    return {
        (method, path)
        for method, path in api.description.operations
        if method != "GET"
        and {"accessCookie": []}
        in api.description.document["paths"][path][method.lower()].get("security", [])
    }


@pytest.mark.parametrize("forgery", FORGERIES.values(), ids=FORGERIES.keys())
async def test_a_forged_request_is_refused_by_every_endpoint(
    page: Page, forgery: Mapping[str, str | None]
) -> None:
    for method, path in UNSAFE:
        reply = await _try(page, method, path, page.own(**forgery))
        assert (reply.status, reply.problem) == (403, "csrf-refused"), (method, path)
    assert (await page.send("GET", "/sessions")).json["sessions"]


@pytest.mark.parametrize("forgery", FORGERIES)
async def test_the_refusal_names_the_wrong_header(page: Page, forgery: str) -> None:
    reply = await page.send("DELETE", "/sessions", headers=page.own(**FORGERIES[forgery]))
    assert (reply.status, reply.problem) == (403, "csrf-refused")
    assert reply.json["detail"].startswith(HEADERS[forgery])


async def test_the_csrf_token_of_another_session_is_refused(page: Page) -> None:
    other = Page(page.api, page.key)
    await other.sign_in()
    assert other.csrf != page.csrf
    reply = await page.send("DELETE", "/sessions", headers=page.own(X_CSRF_Token=other.csrf))
    assert (reply.status, reply.problem) == (403, "csrf-refused")


async def test_requests_of_our_own_page_are_accepted(page: Page) -> None:
    for method, path in UNSAFE:
        if path != "/sessions":
            reply = await _try(page, method, path, page.own())
            assert (reply.status == 403) == path.startswith(WITH_ROLE), (method, path, reply.raw)
            assert b"csrf-refused" not in reply.raw
    options = (await page.send("GET", "/me")).json
    path = f"/credentials/{options['credentials'][0]['id']}"
    reply = await page.send("PATCH", path, json={"name": "Blue key"}, headers=page.own())
    assert (reply.status, reply.json["name"]) == (200, "Blue key")
    # Older browsers say nothing of the site; Origin and the token are enough.
    reply = await page.send(
        "PATCH", path, json={"name": "Red key"}, headers=page.own(Sec_Fetch_Site=None)
    )
    assert reply.status == 200


async def _rotate(page: Page, headers: Mapping[str, str]) -> Reply:
    return await page.send(
        "POST", "/token", data=b"grant_type=refresh_token", headers={**FORM, **headers}
    )


async def test_a_page_refreshes_by_cookie(page: Page) -> None:
    before, csrf = {name: each.value for name, each in page.cookies.items()}, page.csrf
    reply = await _rotate(page, page.own(X_CSRF_Token=None))
    assert reply.json == {"csrfToken": csrf, "expires_in": 300}
    assert {name for name, each in page.cookies.items() if each.value != before[name]} == {
        ACCESS,
        REFRESH,
    }
    assert (await page.send("GET", "/me")).status == 200


@pytest.mark.parametrize("path", ["/token", "/revoke"])
@pytest.mark.parametrize("forgery", [name for name in FORGERIES if "token" not in name])
async def test_a_foreign_page_cannot_refresh_or_revoke(page: Page, path: str, forgery: str) -> None:
    headers = {**FORM, **page.own(**FORGERIES[forgery])}
    data = b"grant_type=refresh_token"
    reply = await page.send("POST", path, data=data, headers=headers)
    assert (reply.status, reply.problem) == (403, "csrf-refused")
    assert not reply.set_cookies
    assert (await _rotate(page, page.own())).status == 200
