"""What the service says of itself: keys, health, API description; and CORS preflights."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import azure.functions as func

from shared import wiring
from shared.blueprints.cors import preflight_headers
from shared.blueprints.endpoint import endpoint, json_response

bp = func.Blueprint()

_CACHEABLE = {"Cache-Control": "public, max-age=300"}


@bp.route(".well-known/jwks.json", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
@endpoint
async def jwks(req: func.HttpRequest) -> func.HttpResponse:
    return json_response({"keys": [wiring.signing_key().public_jwk()]}, headers=_CACHEABLE)


@bp.route("health", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
@endpoint
async def health(req: func.HttpRequest) -> func.HttpResponse:
    """Raises StorageUnavailable, and so answers 503, unless a row can be read."""
    await wiring.resources().service_keys.find()
    return json_response({"status": "ok"})


@bp.route("openapi.json", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
@endpoint
async def openapi(req: func.HttpRequest) -> func.HttpResponse:
    servers = [{"url": wiring.settings().tokens.issuer}]
    return json_response(_openapi() | {"servers": servers}, headers=_CACHEABLE)


@cache
def _openapi() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(
        (Path(__file__).parent / "openapi.json").read_text(encoding="utf-8")
    )
    return document


@bp.route("{*path}", methods=["OPTIONS"], auth_level=func.AuthLevel.ANONYMOUS)
async def preflight(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(status_code=204, headers=preflight_headers(req))
