"""The API description and the functions that the app registers are the same API."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

from devhost.process import REPOSITORY
from tests.api import Api

SETTINGS = {
    "RP_ID": "localhost",
    "RP_ORIGINS": "http://localhost:7071",
    "ISSUER": "http://localhost:7071",
    "SIGNING_KEY_FILE": "unused",
    "TABLES_ENDPOINT": "https://unused.example",
    "TABLES_CONNECTION_STRING": "",
}
INDEX = """
import json
from function_app import app
print(json.dumps([json.loads(str(function)) for function in app.get_functions()]))
"""
CATCH_ALL, CHECK = "{*path}", "verify/{*rest}"
PAGE_ROUTE = "{ignored:maxlength(0)?}"


def _registered() -> set[tuple[str, str]]:
    indexed = subprocess.run(
        [sys.executable, "-c", INDEX],
        cwd=REPOSITORY,
        env={**os.environ, **SETTINGS},
        capture_output=True,
        check=True,
        text=True,
    )
    functions: list[dict[str, Any]] = json.loads(indexed.stdout)
    return {
        (str(method).upper(), "/" + trigger["route"].replace(PAGE_ROUTE, ""))
        for function in functions
        for trigger in function["bindings"]
        if trigger["type"] == "httpTrigger" and trigger["route"] not in (CATCH_ALL, CHECK)
        # HEAD is not described: it is GET without a body.
        for method in set(trigger["methods"]) - {"HEAD"}
    }


async def test_every_function_is_described_and_nothing_else(api: Api) -> None:
    assert _registered() == api.description.operations


async def test_every_schema_is_valid(api: Api) -> None:
    for schema in api.description.document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


async def test_every_refusal_that_is_described_is_a_problem(api: Api) -> None:
    responses = dict(api.description.document["components"]["responses"])
    schema = {"$ref": "#/components/schemas/OAuthError"}
    for of_oauth in ("OAuthError", "ClientRefused"):
        assert responses.pop(of_oauth)["content"] == {"application/json": {"schema": schema}}
    for response in responses.values():
        schema = {"$ref": "#/components/schemas/Problem"}
        assert response["content"] == {"application/problem+json": {"schema": schema}}


@pytest.mark.parametrize(
    ("status", "media_type", "body"),
    [
        (200, "application/json", {}),
        (200, "application/json", {"status": "ok", "more": 1}),
        (200, "text/plain", {"status": "ok"}),
        (418, "application/json", {"status": "ok"}),
    ],
)
async def test_an_answer_that_is_not_described_is_found(
    api: Api, status: int, media_type: str, body: object
) -> None:
    with pytest.raises((AssertionError, ValidationError)):
        api.description.check(
            "GET", "/health", status=status, headers={"Content-Type": media_type}, body=body
        )
