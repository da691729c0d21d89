"""/audit/erasures: requests to remove the personal part from a person's events."""

import azure.functions as func

from shared import wiring
from shared.accounts.names import read_username
from shared.handling.callers import require_principal
from shared.handling.endpoint import endpoint
from shared.http import views
from shared.http.requests import read_body
from shared.http.responses import json_response, no_content

_MAX_TYPED = 256


@endpoint
async def request_erasure(req: func.HttpRequest) -> func.HttpResponse:
    by, body = await require_principal(req), read_body(req)
    body.only("username")
    username = read_username(body.text("username", limit=_MAX_TYPED))
    erasure = await wiring.service().erasure_requests.request(username, by=by)
    where = {"Location": f"/audit/erasures/{erasure.id}"}
    return json_response(views.erasure(erasure), status=201, headers=where)


@endpoint
async def list_erasures(req: func.HttpRequest) -> func.HttpResponse:
    found = await wiring.service().erasure_requests.all(by=await require_principal(req))
    return json_response({"erasures": [views.erasure(each) for each in found]})


@endpoint
async def get_erasure(req: func.HttpRequest) -> func.HttpResponse:
    by = await require_principal(req)
    erasure = await wiring.service().erasure_requests.one(req.route_params["id"], by=by)
    return json_response(views.erasure(erasure))


@endpoint
async def confirm_erasure(req: func.HttpRequest) -> func.HttpResponse:
    by = await require_principal(req)
    erasure = await wiring.service().erasure_requests.confirm(req.route_params["id"], by=by)
    return json_response(views.erasure(erasure))


@endpoint
async def delete_erasure(req: func.HttpRequest) -> func.HttpResponse:
    by = await require_principal(req)
    await wiring.service().erasure_requests.withdraw(req.route_params["id"], by=by)
    return no_content()
