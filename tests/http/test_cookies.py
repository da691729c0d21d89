"""Tokens in cookies: out of reach of scripts, and gone when the person signs out."""

import json
from http.cookies import SimpleCookie

import pytest

from tests.api import Api, Reply, new_username
from tests.authenticator import SoftAuthenticator, base64url
from tests.http.forms import FORM, post_form, refresh
from tests.http.page import ACCESS, REFRESH, Page


@pytest.fixture
async def page(api: Api, authenticator: SoftAuthenticator) -> Page:
    await api.register(authenticator, new_username())
    page = Page(api, authenticator)
    await page.sign_in()
    return page


async def test_a_sign_in_gives_cookies_and_no_tokens(
    api: Api, authenticator: SoftAuthenticator
) -> None:
    await api.register(authenticator, new_username())
    reply = await Page(api, authenticator).sign_in()
    assert reply.json.keys() == {"csrfToken", "expires_in", "user", "credential"}
    lives = {ACCESS: 300, REFRESH: 3600}
    assert len(reply.set_cookies) == len(lives)
    for line in reply.set_cookies:
        ((name, morsel),) = SimpleCookie(line).items()
        assert (morsel["path"], morsel["samesite"].lower()) == ("/", "strict")
        assert morsel["secure"]
        assert morsel["httponly"]
        assert morsel["domain"] == ""
        assert 0 <= lives.pop(name) - int(morsel["max-age"]) < 60  # from the sign-in on
    assert not lives


async def test_a_cookie_is_enough_for_reading(page: Page) -> None:
    for path in ("/me", "/credentials", "/sessions"):
        assert (await page.send("GET", path)).status == 200
    assert (await page.send("GET", "/me")).json["csrfToken"] == page.csrf


FOREIGN = ["Basic YTpi", "Negotiate YIIJ", "Digest username=x", "AWS4-HMAC-SHA256 x"]


@pytest.mark.parametrize("header", FOREIGN)
async def test_an_authorization_header_for_a_proxy_does_not_hide_the_cookie(
    page: Page, header: str
) -> None:
    """A browser sends a proxy's credentials with every request."""
    sent = {"Authorization": header}
    assert (await page.send("GET", "/me", headers=sent)).status == 200
    reply = await page.send("POST", "/register/begin", json={}, headers=page.own() | sent)
    assert reply.status == 200
    newcomer = {"username": new_username()}
    begun = await page.api.send("POST", "/register/begin", json=newcomer, headers=sent)
    assert begun.status == 200


@pytest.mark.parametrize("header", FOREIGN)
async def test_an_authorization_header_for_a_proxy_is_not_accepted_as_a_token(
    api: Api, header: str
) -> None:
    reply = await api.send("GET", "/me", headers={"Authorization": header})
    assert (reply.status, reply.problem) == (401, "token-invalid")
    assert reply.headers["WWW-Authenticate"].startswith("Bearer ")


def _issued_by(issuer: object) -> str:
    """An unsigned token: only its claims are read."""
    parts = ({"alg": "none", "kid": "x"}, {"iss": issuer})
    return ".".join([*(base64url.encode(json.dumps(part).encode()) for part in parts), ""])


OF_A_PROXY = {
    "opaque": "opaque",
    "none": "",
    "jwt": _issued_by("https://login.proxy.example"),
    "nobodys": _issued_by(7),
    "unreadable": "a.b.c",
}


@pytest.mark.parametrize("token", OF_A_PROXY.values(), ids=OF_A_PROXY)
async def test_a_bearer_token_for_a_proxy_does_not_hide_the_cookie(page: Page, token: str) -> None:
    """Behind such a proxy a browser cannot leave it out."""
    sent = {"Authorization": f"Bearer {token}".strip()}
    assert (await page.send("GET", "/me", headers=sent)).status == 200
    reply = await page.send("POST", "/register/begin", json={}, headers=page.own() | sent)
    assert reply.status == 200
    key = SoftAuthenticator(rp_id="localhost", origin=page.api.url)
    body = {"credential": key.create(reply.json["publicKey"])}
    assert (await page.send("POST", "/register/finish", json=body, headers=sent)).status == 201
    reply = await page.send("DELETE", "/sessions", headers=page.own(X_CSRF_Token=None) | sent)
    assert (reply.status, reply.problem) == (403, "csrf-refused")
    # Without a valid cookie the token is all that the request has.
    for cookie in ("", f"{ACCESS}=forged"):
        headers = {**sent, "Cookie": cookie}
        for method, path in (("GET", "/me"), ("POST", "/register/begin")):
            newcomer = {"username": new_username()} if method == "POST" else None
            reply = await page.api.send(method, path, json=newcomer, headers=headers)
            assert (reply.status, reply.problem) == (401, "token-invalid")


@pytest.mark.parametrize("scheme", ["Bearer", "DPoP"])
async def test_an_invalid_token_of_ours_is_refused_even_with_a_cookie(
    page: Page, scheme: str
) -> None:
    """A client that sends our token wants it to be used."""
    ours = page.cookies[ACCESS].value
    own = [ours, f"{ours[:-8]}AAAAAAAA", _issued_by(page.api.url)]
    others = ["", "forged"] if scheme == "DPoP" else [_issued_by("https://provider.example")]
    for token in own + others:
        headers = {"Authorization": f"{scheme} {token}".strip()}
        assert (await page.send("GET", "/me", headers=headers)).status == 401, token


@pytest.mark.parametrize("cookie", ["", "forged", "a.b.c", _issued_by("https://x.example")])
async def test_an_invalid_cookie_does_not_prevent_registration_or_sign_in(
    api: Api, cookie: str
) -> None:
    headers = {"Cookie": f"{ACCESS}={cookie}"}
    newcomer = {"username": new_username()}
    reply = await api.send("POST", "/register/begin", json=newcomer, headers=headers)
    assert reply.status == 200
    reply = await api.send("POST", "/authenticate/begin", json={}, headers=headers)
    assert reply.status == 200
    meant = headers | {"X-CSRF-Token": "of a session"}
    reply = await api.send("POST", "/register/begin", json=newcomer, headers=meant)
    assert (reply.status, reply.problem) == (401, "token-invalid")


async def test_a_page_gets_cookies_only_if_it_asks_for_them(
    api: Api, authenticator: SoftAuthenticator
) -> None:
    await api.register(authenticator, new_username())
    assertion = authenticator.get(await api.begin_authentication())
    reply = await api.finish_authentication(assertion)
    assert not reply.set_cookies
    reply = await refresh(api, reply.json["refresh_token"])
    assert not reply.set_cookies


async def _own_session(page: Page) -> str:
    (session,) = (await page.send("GET", "/sessions")).json["sessions"]
    return str(session["id"])


def _assert_cleared(reply: Reply) -> None:
    cleared = dict(next(iter(SimpleCookie(line).items())) for line in reply.set_cookies)
    assert {(name, each.value, each["max-age"]) for name, each in cleared.items()} == {
        (ACCESS, "", "0"),
        (REFRESH, "", "0"),
    }
    assert all(each["secure"] and each["path"] == "/" for each in cleared.values())


async def test_signing_out_everywhere_clears_the_cookies(page: Page) -> None:
    reply = await page.send("DELETE", "/sessions", headers=page.own())
    assert reply.status == 204
    _assert_cleared(reply)


async def test_ending_the_current_session_clears_the_cookies(page: Page) -> None:
    path = f"/sessions/{await _own_session(page)}"
    reply = await page.send("DELETE", path, headers=page.own())
    assert reply.status == 204
    _assert_cleared(reply)


async def test_ending_another_session_keeps_the_cookies(page: Page) -> None:
    own = await _own_session(page)
    await Page(page.api, page.key).sign_in()
    sessions = (await page.send("GET", "/sessions")).json["sessions"]
    (other,) = {each["id"] for each in sessions} - {own}
    reply = await page.send("DELETE", f"/sessions/{other}", headers=page.own())
    assert (reply.status, reply.set_cookies) == (204, [])
    assert await _own_session(page) == own


async def test_revoking_by_cookie_ends_the_session_and_clears_the_cookies(page: Page) -> None:
    kept = page.cookies[REFRESH].value
    reply = await page.send("POST", "/revoke", data=b"", headers={**FORM, **page.own()})
    assert (reply.status, reply.json) == (200, {})
    _assert_cleared(reply)
    assert (await refresh(page.api, kept)).status == 400


async def test_cookies_of_an_ended_session_are_cleared(page: Page) -> None:
    await post_form(page.api, "/revoke", {"token": page.cookies[REFRESH].value})
    headers = {**FORM, **page.own()}
    reply = await page.send("POST", "/token", data=b"grant_type=refresh_token", headers=headers)
    assert (reply.status, reply.json["error"]) == (400, "invalid_grant")
    _assert_cleared(reply)


async def test_a_page_without_cookies_signs_out_and_cannot_refresh(page: Page) -> None:
    page.cookies.clear()
    headers = {**FORM, **page.own()}
    assert (await page.send("POST", "/revoke", data=b"", headers=headers)).status == 200
    reply = await page.send("POST", "/token", data=b"grant_type=refresh_token", headers=headers)
    assert (reply.status, reply.json["error"]) == (400, "invalid_request")


async def test_an_authorization_header_takes_precedence_over_cookies_without_a_csrf_token(
    page: Page, api: Api
) -> None:
    key, username = SoftAuthenticator(rp_id="localhost", origin=api.url), new_username()
    await api.register(key, username)
    token = (await api.sign_in(key))["access_token"]
    authorization = {"Authorization": f"DPoP {token}"}
    headers = authorization | api.proof("GET", "/me", token=token)
    reply = await page.send("GET", "/me", headers=headers)
    assert reply.json["user"]["username"] == username
    headers = authorization | api.proof("DELETE", "/sessions", token=token)
    assert (await page.send("DELETE", "/sessions", headers=headers)).status == 204


async def test_the_token_in_the_body_takes_precedence_over_the_cookie(page: Page, api: Api) -> None:
    other = await api.sign_in(page.key)
    data = f"grant_type=refresh_token&refresh_token={other['refresh_token']}".encode()
    headers = FORM | api.proof("POST", "/token")
    reply = await page.send("POST", "/token", data=data, headers=headers)
    assert "access_token" in reply.json
    assert not reply.set_cookies


async def test_a_forged_cookie_is_refused_like_a_forged_token(api: Api) -> None:
    for value in ("forged", "", "a.b.c"):
        headers = {"Cookie": f"{ACCESS}={value}"}
        reply = await api.send("GET", "/me", headers=headers)
        assert (reply.status, reply.problem) == (401, "token-invalid")


@pytest.mark.parametrize(
    "foreign",
    [
        'settings={"theme":"dark"}',
        "spaced out=yes",
        "nothing",
        "=",
        "path=/x",
        'quoted="a;b"',
        "\u00e9=\u00e9",
        "a[0]=b",
    ],
)
async def test_cookies_of_other_applications_do_not_hide_ours(page: Page, foreign: str) -> None:
    """On localhost every port's application sees the cookies of all the others."""
    own = f"{ACCESS}={page.cookies[ACCESS].value}"
    for jar in (f"{foreign}; {own}", f"{own}; {foreign}"):
        reply = await page.api.send("GET", "/me", headers={"Cookie": jar})
        assert reply.status == 200, jar
