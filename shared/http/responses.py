"""Answers: JSON, another address, or nothing."""

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


def see_other(location: str) -> func.HttpResponse:
    """With GET, whatever the request was (RFC 9700 section 4.12)."""
    headers = {
        "Location": location,
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }
    return func.HttpResponse(status_code=303, headers=headers)


def json_response(
    body: Mapping[str, Any], *, status: int = 200, headers: Mapping[str, str] | None = None
) -> func.HttpResponse:
    return func.HttpResponse(
        json.dumps(body, separators=(",", ":")).encode(),
        status_code=status,
        headers={"Cache-Control": "no-store"} | dict(headers or {}),
        mimetype="application/json",
    )
