"""People who are signed in at the page sign in to an application (authorization code and PKCE)."""

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from bench.ceremonies import ORIGIN, Person, begin_sign_in
from bench.client import Connection

_SECRET = "the application's, which only the bench knows"  # noqa: S105  it opens nothing
_REDIRECT_URI = "https://application.example/callback"
_VERIFIER = "the-verifier-is-the-same-for-everybody-in-the-bench"
CLIENTS: list[dict[str, Any]] = [
    {
        "id": "application",
        "name": "Application",
        "authentication": {"method": "secret"},
        "secrets": [{"sha256": hashlib.sha256(_SECRET.encode()).hexdigest()}],
        "redirectUris": [_REDIRECT_URI],
        "scopes": ["openid", "profile"],
        "firstParty": True,
    }
]
_CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(_VERIFIER.encode()).digest())
_ASKED = {
    "response_type": "code",
    "client_id": "application",
    "redirect_uri": _REDIRECT_URI,
    "scope": "openid profile",
    "state": "state",
    "nonce": "nonce",
    "code_challenge": _CHALLENGE.rstrip(b"=").decode(),
    "code_challenge_method": "S256",
}


async def sign_in_at_page(connection: Connection, person: Person) -> float:
    begun = await begin_sign_in(connection, person)
    answer = begun.answer | {"cookies": True}
    finished = await connection.post("/authenticate/finish", answer, person.headers)
    cookies = [value.partition(";")[0] for value in finished.headers("Set-Cookie")]
    person.page_headers = {
        "Cookie": "; ".join(cookies),
        "Origin": ORIGIN,
        "X-CSRF-Token": finished.json["csrfToken"],
    }
    return begun.seconds + finished.seconds


async def sign_in_to_client(connection: Connection, person: Person) -> float:
    """For a person who has signed in at the page within the last minutes."""
    asked = await connection.get(f"/authorize?{urlencode(_ASKED)}", person.headers)
    _, _, sealed = asked.headers("Location")[0].partition("#request=")
    page = person.headers | person.page_headers
    step = await connection.post("/authorize/step", {"request": sealed}, page)
    [code] = parse_qs(urlsplit(step.json["location"]).query)["code"]
    form = {
        "grant_type": "authorization_code",
        "client_id": "application",
        "client_secret": _SECRET,
        "code": code,
        "redirect_uri": _REDIRECT_URI,
        "code_verifier": _VERIFIER,
    }
    redeemed = await connection.post_form("/token", form, person.headers)
    person.client_token = redeemed.json["access_token"]
    return asked.seconds + step.seconds + redeemed.seconds


async def show_profile(connection: Connection, person: Person) -> float:
    """For a person who has just signed in to the client."""
    authorization = {"Authorization": f"Bearer {person.client_token}"}
    return (await connection.get("/userinfo", person.headers | authorization)).seconds
