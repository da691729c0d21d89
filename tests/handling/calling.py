"""Calls an endpoint of the service in process, as the worker does."""

import json
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import azure.functions as func

from shared.handling.endpoint import Endpoint
from tests.harness.service_harness import ORIGIN


async def call(
    endpoint: Endpoint,
    path: str,
    *,
    method: str = "POST",
    form: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> func.HttpResponse:
    trace: Any = SimpleNamespace(trace_parent=None)
    context: Any = SimpleNamespace(
        invocation_id="00000000-0000-0000-0000-000000000000", trace_context=trace
    )
    sent = {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
    body = urlencode(form or {}).encode()
    req = func.HttpRequest(method, ORIGIN + path, headers=sent, body=body)
    return await endpoint(req, context)


def body_of(response: func.HttpResponse) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(response.get_body())
    return found
