"""Requests that match no function: preflights, wrong methods and unknown paths."""

import azure.functions as func

from shared.errors import MethodNotAllowed, NotFound
from shared.handling.client_pages import preflight_headers
from shared.handling.endpoint import light_endpoint
from shared.http.responses import no_content
from shared.http.routes import methods_of


@light_endpoint
async def unmatched(req: func.HttpRequest) -> func.HttpResponse:
    path = req.route_params.get("path", "")
    methods = methods_of(path)
    allowed = tuple(sorted(methods | {"OPTIONS"}))
    if req.method == "OPTIONS":
        return no_content(
            preflight_headers(req, path) | ({"Allow": ", ".join(allowed)} if methods else {})
        )
    # The path has this method, so the host took the address for another one.
    if not methods or req.method in methods:
        raise NotFound
    raise MethodNotAllowed(allowed)
