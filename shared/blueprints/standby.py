"""Replaces an app that cannot be loaded. It answers 503 everywhere and logs the reason.

This module imports nothing of the app, and runs on any Python 3 that Azure may have chosen by
mistake. So an error that stops the app from loading does not stop this module.
"""

import json
import logging
import platform

import azure.functions as func

logger = logging.getLogger("touchstone.standby")
_RETRY_SECONDS = 60


def make_app(failure: BaseException) -> func.FunctionApp:
    """One function answers all requests. None of the app's functions and timers exist. A timer
    logs the reason again and again, since log lines of the start may get lost."""
    logger.critical("%s", _describe(failure), exc_info=failure)
    app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

    @app.route("{*path}")
    async def unavailable(req: func.HttpRequest) -> func.HttpResponse:
        return _refuse(req, failure)

    @app.timer_trigger(schedule="0 * * * * *", arg_name="timer")
    async def repeat_why(timer: func.TimerRequest) -> None:
        logger.critical("%s", _describe(failure))

    return app


def _describe(failure: BaseException) -> str:
    return (
        f"Touchstone cannot start, and answers 503 everywhere (Python {platform.python_version()}):"
        f" {type(failure).__name__}: {failure}"
    )


def _name(failure: BaseException) -> str:
    """The setting, or the type of the error. /health is public, and the text may reveal more."""
    setting: str | None = getattr(failure, "setting", None)
    return setting or type(failure).__name__


def _refuse(req: func.HttpRequest, failure: BaseException) -> func.HttpResponse:
    problem = {
        "type": "about:blank",
        "title": "Service Unavailable",
        "status": 503,
        "detail": "The service cannot start. The log has the reason.",
    }
    if req.route_params.get("path", "").rstrip("/").lower() == "health":
        problem["reason"] = _name(failure)
    return func.HttpResponse(
        "" if req.method == "HEAD" else json.dumps(problem),
        status_code=503,
        headers={"Cache-Control": "no-store", "Retry-After": str(_RETRY_SECONDS)},
        mimetype="application/problem+json",
    )
