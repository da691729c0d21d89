"""Microsoft Graph, as far as az rest asks it: some collections, and the policy of methods."""

import json
import re
import uuid
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from tests.infra.az_cli.state import Refused, command

GRAPH = "https://graph.microsoft.com/v1.0/"
GRAPH_APP = "00000003-0000-0000-c000-000000000000"
METHODS = "policies/authenticationMethodsPolicy/authenticationMethodConfigurations"

type Json = dict[str, Any]


def add_to(parser: ArgumentParser) -> None:
    command(
        parser,
        rest,
        required=("method", "url"),
        optional={"body": None, "headers": None},
    )


def rest(asked: Namespace, folder: Path) -> Json | None:
    if not asked.url.startswith(GRAPH):
        raise Refused("Not Found(...)")
    path, _, query = asked.url.removeprefix(GRAPH).partition("?")
    forbidden = folder / "forbidden"
    if forbidden.exists() and path == forbidden.read_text():
        raise Refused("Forbidden(Insufficient privileges to complete the operation.)")
    file = folder / "graph.json"
    stored = json.loads(file.read_text()) if file.exists() else _new()
    answer = _answer(stored, asked.method, path, query, asked.body and _read(asked))
    file.write_text(json.dumps(stored))
    return answer


def _new() -> dict[str, list[Json]]:
    graph = {"id": str(uuid.uuid4()), "appId": GRAPH_APP}
    return {
        "applications": [],
        "servicePrincipals": [graph],
        "oauth2PermissionGrants": [],
        METHODS: [],
    }


def _read(asked: Namespace) -> Json:
    if asked.headers != "Content-Type=application/json":
        raise Refused("Unsupported Media Type")
    body: Json = json.loads(asked.body)
    return body


def _answer(
    stored: dict[str, list[Json]], method: str, path: str, query: str, body: Json | None
) -> Json | None:
    if method == "get" and path == "policies/authenticationMethodsPolicy":
        return {"authenticationMethodConfigurations": stored[METHODS]}
    if method == "get":
        wanted = dict(re.findall(r"(\w+) eq '([^']*)'", query))
        matching = (each for each in stored[path] if wanted.items() <= each.items())
        return {"value": list(matching)}
    if method == "post" and body is not None:
        made = body | {"id": str(uuid.uuid4())}
        if path == "applications":
            made["appId"] = str(uuid.uuid4())
        stored[path].append(made)
        return made
    changed = re.fullmatch(r"applications/([0-9a-f-]+)", path)
    if method != "patch" or changed is None or body is None:
        raise Refused("Bad Request")
    (application,) = (each for each in stored["applications"] if each["id"] == changed[1])
    application.update(body)
    return None
