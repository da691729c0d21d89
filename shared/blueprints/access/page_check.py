"""Every method at /verify and below: a proxy asks whether a request at another site gets through.

The answer is 200, 401 or 403 and nothing else: Envoy takes any other status for a refusal and hands
it to the browser, and nginx makes an error of it. So whatever fails here is a refusal, too.
"""

import logging
from collections.abc import Mapping

import azure.functions as func

from shared import wiring
from shared.access.web.said import Asked, UnclearRequest, read_asked
from shared.access.web.visit import COOKIE
from shared.blueprints.access.page_answers import refusal_response
from shared.blueprints.access.page_proxies import require_proxy
from shared.errors.base import TouchstoneError
from shared.errors.web import PageUnclear, WebRefusal
from shared.handling.endpoint import bare_endpoint
from shared.http.cookies import read_cookie

logger = logging.getLogger("touchstone.web")

_PATH = "/verify"


@bare_endpoint
async def page_check(req: func.HttpRequest) -> func.HttpResponse:
    try:
        headers = await _check(req)
    except Exception as error:
        if not isinstance(error, WebRefusal):
            _report(error)
        return refusal_response(req, error)
    return func.HttpResponse(status_code=200, headers={"Cache-Control": "no-store", **headers})


async def _check(req: func.HttpRequest) -> Mapping[str, str]:
    require_proxy(req)
    checking = wiring.service().page_checking
    return await checking.check(_read(req), cookie=read_cookie(req, COOKIE))


def _read(req: func.HttpRequest) -> Asked:
    try:
        return read_asked(req.headers, method=req.method, rest=_rest(req.url))
    except UnclearRequest as unclear:
        raise PageUnclear(str(unclear)) from None


def _rest(url: str) -> str | None:
    """What follows the path of this function, as it came. `urlsplit` would drop some characters."""
    _, slash, path = url.partition("://")[2].partition("/")
    rest = (slash + path)[len(_PATH) :]
    return rest if rest.startswith("/") else None


def _report(error: Exception) -> None:
    """A line for each request would be too many, but the platform samples them."""
    if isinstance(error, TouchstoneError):
        logger.error("a page cannot be checked: %s", type(error).__name__)
    else:
        logger.error("a page cannot be checked", exc_info=error)
