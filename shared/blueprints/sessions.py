"""GET and DELETE /sessions: the caller's own sessions."""

import azure.functions as func

from shared import wiring
from shared.errors import NotFound
from shared.handling.callers import require_holder
from shared.handling.endpoint import endpoint
from shared.http import cookies, views
from shared.http.paths import read_id
from shared.http.responses import json_response, no_content


@endpoint
async def list_sessions(req: func.HttpRequest) -> func.HttpResponse:
    holder = await require_holder(req)
    sessions = await wiring.service().own_sessions.list(holder)
    shown = [views.session(each, current=holder.token.session_id) for each in sessions]
    return json_response({"sessions": shown})


@endpoint
async def end_sessions(req: func.HttpRequest) -> func.HttpResponse:
    holder = await require_holder(req)
    await wiring.service().own_sessions.end(holder)
    return _signed_out(req)


@endpoint
async def end_session(req: func.HttpRequest) -> func.HttpResponse:
    holder = await require_holder(req)
    session_id = read_id(req, "id")
    if not await wiring.service().own_sessions.end(holder, session_id=session_id):
        raise NotFound
    return _signed_out(req) if session_id == holder.token.session_id else no_content()


def _signed_out(req: func.HttpRequest) -> func.HttpResponse:
    response = no_content()
    if cookies.read_cookie(req, cookies.ACCESS) is not None:
        response.headers.extend(cookies.expired_cookies())
    return response
