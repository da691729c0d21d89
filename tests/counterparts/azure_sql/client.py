"""An application to which people sign in, and the browser in which they do."""

import hashlib
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.api import Api, Json
from tests.authenticator import SoftAuthenticator, base64url

CLIENT = "shop"
_REDIRECT_URI = "https://shop.example/callback"
_VERIFIER = "a-verifier-of-at-least-forty-three-characters-here"


def document(issuer: str) -> dict[str, Any]:
    """As an administrator registers it."""
    return {
        "id": CLIENT,
        "name": "Shop",
        "authentication": {"method": "secret"},
        "redirectUris": [_REDIRECT_URI],
        "scopes": ["openid"],
        "resources": [f"{issuer}/access"],
        "grants": [
            "authorization_code",
            "urn:ietf:params:oauth:grant-type:token-exchange",
        ],
        "firstParty": True,
    }


async def get_token(api: Api, key: SoftAuthenticator, username: str, *, secret: str) -> str:
    """The code flow: the application gets a token of the person, for access."""
    sealed = await _ask(api)
    page = await _sign_in_at_page(api, key, username)
    step = await api.send("POST", "/authorize/step", json={"request": sealed}, headers=page)
    (code,) = parse_qs(urlsplit(step.json["location"]).query)["code"]
    redeemed = await _redeem(api, code, secret)
    return str(redeemed["access_token"])


async def _ask(api: Api) -> str:
    challenge = base64url.encode(hashlib.sha256(_VERIFIER.encode()).digest())
    asked = {
        "response_type": "code",
        "client_id": CLIENT,
        "redirect_uri": _REDIRECT_URI,
        "scope": "openid",
        "resource": f"{api.issuer}/access",
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    answer = await api.send("GET", f"/authorize?{urlencode(asked)}")
    return answer.headers["Location"].partition("#request=")[2]


async def _sign_in_at_page(api: Api, key: SoftAuthenticator, username: str) -> dict[str, str]:
    """The headers of our page's requests."""
    assertion = key.get(await api.begin_authentication(username))
    body = {"credential": assertion, "cookies": True}
    page = {"Origin": api.issuer}
    answer = await api.send("POST", "/authenticate/finish", json=body, headers=page)
    cookies = [each for line in answer.set_cookies for each in SimpleCookie(line).items()]
    jar = "; ".join(f"{name}={each.value}" for name, each in cookies)
    return page | {"Cookie": jar, "X-CSRF-Token": answer.json["csrfToken"]}


async def _redeem(api: Api, code: str, secret: str) -> Json:
    form = {
        "grant_type": "authorization_code",
        "client_id": CLIENT,
        "client_secret": secret,
        "code": code,
        "redirect_uri": _REDIRECT_URI,
        "code_verifier": _VERIFIER,
    }
    typed = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await api.send("POST", "/token", data=urlencode(form).encode(), headers=typed)
    assert answer.status == 200, answer.raw
    return answer.json
