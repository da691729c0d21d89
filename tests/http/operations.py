"""Every operation that takes a token, and an honest call of each."""

import re
from collections.abc import Mapping

from tests.access.profiles.documents import sql
from tests.api import Api, Json, Reply
from tests.http.forms import FORM
from tests.openid.clients.documents import WEB

OWN = {
    ("GET", "/access"),
    ("POST", "/register/begin"),
    ("GET", "/me"),
    ("GET", "/sessions"),
    ("DELETE", "/sessions"),
    ("DELETE", "/sessions/{id}"),
    ("GET", "/applications"),
    ("DELETE", "/applications/{id}"),
    ("GET", "/credentials"),
    ("PATCH", "/credentials/{id}"),
    ("DELETE", "/credentials/{id}"),
    ("DELETE", "/links/{id}"),
}
"""What needs no role, as it is done to one's own account. All else needs one."""
BODIES: Mapping[str, Json] = {
    "/register/begin": {},
    "/credentials/{id}": {"name": "Mine"},
    "/groups": {"name": "dba"},
    "/profiles": sql(name="none"),
    "/profiles/{name}": sql(name="none"),
    "/clients": WEB,
    "/clients/{id}": WEB,
    "/clients/{id}/secrets": {},
}
QUERIES = {
    "/users": "?username=nobody",
    "/profiles/{name}/explain": "?username=nobody",
    "/audit/proofs/inclusion": "?index=0&size=1",
    "/audit/proofs/consistency": "?from=0&to=1",
}


def taking_tokens(api: Api) -> set[tuple[str, str]]:
    """By the API description, so that a new one is tried without being listed."""
    paths = api.description.document["paths"]
    return {
        (method, path)
        for method, path in api.description.operations
        if {"accessToken": []} in paths[path][method.lower()].get("security", [])
    }


async def erasure_of(api: Api, whom: Json, *, token: str) -> str:
    """The ID of a request to erase a person, made by the bearer if there is none."""
    await api.post("/audit/erasures", {"username": whom["user"]["username"]}, token=token)
    listed = (await api.get("/audit/erasures", token=token)).json["erasures"]
    (erasure,) = [each for each in listed if each["username"] == whom["user"]["username"]]
    found: str = erasure["id"]
    return found


async def call(
    api: Api, method: str, path: str, *, whom: Json, token: str, erasure: str | None = None
) -> Reply:
    """`whom` is the answer to the sign-in of the user on whom the operation acts."""
    if erasure and path.startswith("/audit/erasures/"):
        path = path.replace("{id}", erasure)
    user, credential = whom["user"], whom["credential"]["id"]
    values = {"id": user["id"] if path.startswith(("/users", "/groups")) else credential}
    values |= {"credential": credential, "link": credential, "secret": "AAAA", "name": "none"}
    if path.startswith("/clients"):
        values["id"] = "no-such-client"
    where = re.sub(r"\{(\w+)\}", lambda found: values[found[1]], path) + QUERIES.get(path, "")
    if path == "/introspect":
        data = f"token={whom['access_token']}".encode()
        return await api.send(method, where, data=data, headers=FORM, token=token)
    body = _body(path, user)
    sent = body if method in ("POST", "PUT", "PATCH") else None
    return await api.send(method, where, json=sent, headers=conditions(method, path), token=token)


def conditions(method: str, path: str) -> Mapping[str, str]:
    """Any version may be changed."""
    versioned = path in ("/clients/{id}", "/profiles/{name}") and method in ("PUT", "DELETE")
    return {"If-Match": "*"} if versioned else {}


def _body(path: str, user: Json) -> Json | None:
    if path in ("/access-passes", "/audit/erasures"):
        return {"username": user["username"]}
    if path == "/users/{id}/links":
        # A new subject: a known one would stay with the account that had it before.
        return {"issuer": "https://provider.example", "subject": user["id"]}
    return BODIES.get(path)
