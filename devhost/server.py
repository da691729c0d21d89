"""The web application: it passes each request to its function, and logs one line for each."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from devhost import access, worker
from devhost.activity import begin_activity
from devhost.host_json import HostJson
from devhost.messages import MAX_BODY_BYTES, read_request, write_response
from devhost.routing import Router
from devhost.timers import Timer

_log = logging.getLogger(__name__)

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def make_application(
    router: Router,
    timers: Mapping[str, Timer],
    *,
    host_json: HostJson,
    function_key: str,
) -> web.Application:
    async def call_function(request: web.Request) -> web.Response:
        found = router.find(method=request.method, raw_path=request.rel_url.raw_path)
        if found is None:
            return web.Response(status=404)
        if not access.may_call(found.entry, request, key=function_key):
            return web.Response(status=401)
        trigger = await read_request(request, found.values)
        outcome = await worker.invoke(found.entry, trigger, begin_activity(request.headers))
        return write_response(outcome.returned) if outcome.succeeded else web.Response(status=500)

    async def run_timer(request: web.Request) -> web.Response:
        """Unlike the real host, answer when the run has ended, so that no caller has to poll."""
        timer = timers.get(request.match_info["name"].lower())
        if timer is None or not access.comes_from_this_machine(request):
            return web.Response(status=404)
        await timer.run()
        return web.Response(status=202)

    async def finish_headers(_request: web.Request, response: web.StreamResponse) -> None:
        for name, value in host_json.custom_headers.items():
            response.headers.setdefault(name, value)
        response.headers.popall("Server", None)

    application = web.Application(client_max_size=MAX_BODY_BYTES, middlewares=[_log_request])
    application.on_response_prepare.append(finish_headers)
    application.router.add_post("/admin/functions/{name}", run_timer)
    application.router.add_route("*", "/{path:(?s:.*)}", call_function)
    return application


@web.middleware
async def _log_request(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Never log the query, the headers or the body: they may have secrets."""
    began = time.perf_counter()
    response: web.StreamResponse
    try:
        response = await handler(request)
    except web.HTTPException as error:
        # aiohttp's own answers, such as 413, have a text that the real host does not send.
        response = web.Response(status=error.status)
    except Exception:  # whatever a function may have returned
        _log.exception("the function's answer is no HTTP response")
        response = web.Response(status=500)
    milliseconds = (time.perf_counter() - began) * 1000
    line = f"{request.method} {request.rel_url.raw_path} {response.status} {milliseconds:.1f} ms"
    print(f"{time.strftime('%H:%M:%S')} {line}", flush=True)
    return response
