"""What is served if the app cannot be loaded: 503 everywhere, and the reason where operators look.

This module imports nothing of the app, and runs on any Python 3 that Azure may have chosen by
mistake: whatever keeps the app from loading must not keep this from loading too.
"""

import json
import logging
import platform

import azure.functions as func

logger = logging.getLogger("touchstone.standby")
_RETRY_SECONDS = 60


def make_app(failure: BaseException) -> func.FunctionApp:
    """One function for all requests, in place of all of the app's. The app's timers are not there;
    one of its own repeats the reason, as what is logged at the start may get lost."""
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
    """The setting, or the kind of error. /health is public, and the text may say more."""
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
