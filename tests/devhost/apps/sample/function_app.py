"""Every kind of function that the host has to serve, each as small as possible."""

from __future__ import annotations

import asyncio
import json
import logging
import threading

import azure.functions as func

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)


@app.route("echo/{id:guid}", methods=["GET", "POST"])
async def echo(req: func.HttpRequest, context: func.Context) -> func.HttpResponse:
    heard = {
        "method": req.method,
        "url": req.url,
        "headers": dict(req.headers),
        "query": dict(req.params),
        "route": dict(req.route_params),
        "body": req.get_body().decode(),
        "invocation": context.invocation_id,
        "traceparent": context.trace_context.trace_parent,
        "tracestate": context.trace_context.trace_state,
    }
    return func.HttpResponse(json.dumps(heard), mimetype="application/json")


@app.route("{ignored:maxlength(0)?}", methods=["GET"])
async def root(req: func.HttpRequest) -> str:
    return "the root"


@app.route(".well-known/thing", methods=["GET"])
async def well_known(req: func.HttpRequest) -> str:
    return "well known"


@app.route("answers/loop", methods=["GET"])
async def on_which_loop(req: func.HttpRequest) -> str:
    return type(asyncio.get_running_loop()).__module__


@app.route("answers/thread", methods=["GET"])
def in_a_thread(req: func.HttpRequest) -> str:
    return threading.current_thread().name


# Unlike route(), this adds no HTTP output, so the function has nothing to return.
@app.generic_trigger(
    arg_name="req",
    type="httpTrigger",
    route="answers/nothing",
    methods=["get"],
    authLevel="anonymous",
)
async def answers_nothing(req: func.HttpRequest) -> None:
    pass


@app.route("answers/none", methods=["GET"])
async def answers_none(req: func.HttpRequest) -> func.HttpResponse:
    return None  # type: ignore[return-value]  # the mistake is what is tested


@app.route("answers/failure", methods=["GET"])
async def fails(req: func.HttpRequest) -> str:
    raise RuntimeError("this went wrong")


@app.route("answers/cookies", methods=["GET"])
async def cookies(req: func.HttpRequest) -> func.HttpResponse:
    response = func.HttpResponse(status_code=201)
    response.headers.add(
        "Set-Cookie", "__Host-a=1; Path=/; Max-Age=60; Secure; HttpOnly; SameSite=Strict"
    )
    response.headers.add("Set-Cookie", "b=x=/y")
    return response


@app.route("answers/headers", methods=["GET"])
async def headers(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(headers={"X-Custom-B": "from the app", "Cache-Control": "no-store"})


@app.route("answers/log", methods=["GET"])
async def logs(req: func.HttpRequest) -> str:
    logging.getLogger("sample").info("said at INFO")
    logging.getLogger("azure.core").info("chatter of the SDK")
    return "logged"


@app.route("keyed", methods=["GET"], auth_level=func.AuthLevel.FUNCTION)
async def keyed(req: func.HttpRequest) -> str:
    return "opened"


@app.timer_trigger(schedule="%TICK%", arg_name="timer")
async def ticks(timer: func.TimerRequest) -> None:
    logging.getLogger("sample").info("ticked, past due: %s", timer.past_due)


@app.timer_trigger(schedule="0 0 0 1 1 *", arg_name="timer", run_on_startup=True)
def starts(timer: func.TimerRequest) -> None:
    logging.getLogger("sample").info("run on startup")


@app.timer_trigger(schedule="0 0 0 1 1 *", arg_name="timer")
async def breaks(timer: func.TimerRequest) -> None:
    raise RuntimeError("the timer broke")


@app.route("answers/unsendable", methods=["GET"])
async def unsendable(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("never seen", status_code="none")  # type: ignore[arg-type]  # on purpose
