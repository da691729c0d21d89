"""What the service publishes about itself: keys, metadata, health, API description."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import azure.functions as func

from shared import wiring
from shared.audit_log.delivery import DeliveryLag
from shared.blueprints.oauth.grants import GRANTS
from shared.blueprints.openapi import read_description
from shared.errors import LogInconsistent
from shared.handling.endpoint import health_endpoint, public_endpoint
from shared.http import views
from shared.http.responses import json_response
from shared.http.routes import methods_of
from shared.openid.discovery import Capabilities, provider_metadata

_CACHEABLE = {"Cache-Control": "public, max-age=300"}


@public_endpoint
async def jwks(req: func.HttpRequest) -> func.HttpResponse:
    published = await wiring.service().keys.published_keys()
    return json_response({"keys": [key.public_jwk() for key in published]}, headers=_CACHEABLE)


@public_endpoint
async def discovery(req: func.HttpRequest) -> func.HttpResponse:
    return json_response(_metadata(), headers=_CACHEABLE)


@public_endpoint
async def server_metadata(req: func.HttpRequest) -> func.HttpResponse:
    """RFC 8414: the same document, as clients ask at either address."""
    return json_response(_metadata(), headers=_CACHEABLE)


def _metadata() -> dict[str, Any]:
    settings = wiring.settings()
    capabilities = Capabilities(
        grant_types=list(GRANTS),
        metadata_documents=bool(settings.client_metadata.places),
    )
    return provider_metadata(
        settings.tokens.issuer, capabilities, has_route=lambda path: bool(methods_of(path))
    )


@health_endpoint
async def health(req: func.HttpRequest) -> func.HttpResponse:
    """Raises StorageUnavailable if no row can be read, and KeysUnavailable if there are no keys:
    the answer is then 503. Otherwise it is 200, even if the keys cannot be read again, the audit
    log is not the one that was signed, or the machine's clock is far off."""
    impairments = await wiring.service().readiness.check()
    degraded = {
        name: {"trouble": each.trouble.value, "since": views.timestamp(each.since)}
        for name, each in impairments.items()
    }
    if contradiction := await wiring.service().trusted_log.find_contradiction():
        degraded["auditLog"] = views.contradiction(contradiction)
    if left := await wiring.service().sealing.find_left():
        degraded["auditOutbox"] = views.contradiction(left)
    if trouble := _clock_trouble():
        degraded["clock"] = trouble
    body: dict[str, Any] = {"status": "degraded" if degraded else "ok"}
    if degraded:
        body["degraded"] = degraded
    if lags := await _lags():
        body["shipping"] = {name: views.delivery_lag(each) for name, each in lags.items()}
    return json_response(body)


async def _lags() -> Mapping[str, DeliveryLag]:
    """Empty if the log cannot be read: another part of the answer reports that."""
    try:
        return await wiring.shipping().lags()
    except LogInconsistent:
        return {}


def _clock_trouble() -> dict[str, Any] | None:
    clock = wiring.CLOCK
    if since := clock.doubted_since:
        return {"trouble": "in-doubt", "since": views.timestamp(since)}
    if since := clock.off_since:
        return {"trouble": "off", "since": views.timestamp(since)}
    return None


@public_endpoint
async def openapi(req: func.HttpRequest) -> func.HttpResponse:
    servers = [{"url": wiring.settings().tokens.issuer}]
    return json_response(_description() | {"servers": servers}, headers=_CACHEABLE)


_description = cache(read_description)
