"""Answers: JSON, or nothing."""

import json
from collections.abc import Mapping
from typing import Any

import azure.functions as func


def no_content(headers: Mapping[str, str] | None = None) -> func.HttpResponse:
    return func.HttpResponse(
        status_code=204, headers={"Cache-Control": "no-store"} | dict(headers or {})
    )


def not_modified(headers: Mapping[str, str]) -> func.HttpResponse:
    return func.HttpResponse(status_code=304, headers={"Cache-Control": "no-store"} | dict(headers))


def json_response(
    body: Mapping[str, Any], *, status: int = 200, headers: Mapping[str, str] | None = None
) -> func.HttpResponse:
    return func.HttpResponse(
        json.dumps(body, separators=(",", ":")).encode(),
        status_code=status,
        headers={"Cache-Control": "no-store"} | dict(headers or {}),
        mimetype="application/json",
    )
