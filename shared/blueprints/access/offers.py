"""/access: what the caller may ask for, and why somebody may or may not."""

import azure.functions as func

from shared import wiring
from shared.access.profiles.documents import NAME
from shared.accounts.names import read_username
from shared.blueprints.access.bearers import require_bearer
from shared.errors import MalformedRequest, NotFound
from shared.handling.callers import require_principal
from shared.handling.endpoint import endpoint
from shared.http.responses import json_response
from shared.http.views.access import show_explanation, show_offer


@endpoint
async def list_access(req: func.HttpRequest) -> func.HttpResponse:
    offers = await wiring.service().access_listing.offers(await require_bearer(req))
    return json_response({"access": [show_offer(each) for each in offers]})


@endpoint
async def explain_profile(req: func.HttpRequest) -> func.HttpResponse:
    by, text = await require_principal(req), req.params.get("username")
    if text is None:
        raise MalformedRequest("username is required, in the query.")
    name, username = req.route_params["name"], read_username(text)
    if not NAME.fullmatch(name):
        raise NotFound
    reasons = await wiring.service().explaining.explain(name, username, by=by)
    return json_response(show_explanation(name, username.display, reasons))
