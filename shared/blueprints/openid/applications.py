"""GET and DELETE /applications: what clients of the provider have of the caller's account."""

import azure.functions as func

from shared import wiring
from shared.errors import NotFound
from shared.handling.callers import require_holder
from shared.handling.endpoint import endpoint
from shared.http.paths import read_id
from shared.http.responses import json_response, no_content
from shared.http.views.applications import show_application


@endpoint
async def list_applications(req: func.HttpRequest) -> func.HttpResponse:
    found = await wiring.service().own_applications.all(await require_holder(req))
    issuer = wiring.settings().tokens.issuer
    return json_response(
        {"applications": [show_application(each, issuer=issuer) for each in found]}
    )


@endpoint
async def end_application(req: func.HttpRequest) -> func.HttpResponse:
    holder = await require_holder(req)
    if not await wiring.service().own_applications.end(holder, read_id(req, "id")):
        raise NotFound
    return no_content()
