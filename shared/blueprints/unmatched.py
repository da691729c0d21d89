"""What no other function answers: preflights, methods that a path has not, and unknown paths."""

import azure.functions as func

from shared import wiring
from shared.errors import MethodNotAllowed, NotFound
from shared.handling.endpoint import endpoint
from shared.http.cors import preflight_headers
from shared.http.responses import no_content
from shared.http.routes import Routes, methods_of

bp = Routes()


@bp.catch_all()
@endpoint
async def unmatched(req: func.HttpRequest) -> func.HttpResponse:
    methods = methods_of(req.route_params.get("path", ""))
    allowed = tuple(sorted(methods | {"OPTIONS"}))
    if req.method == "OPTIONS":
        return no_content(
            preflight_headers(req, origins=wiring.settings().policy.origins)
            | ({"Allow": ", ".join(allowed)} if methods else {})
        )
    # A method that the path has came by an address that the host takes for another.
    if not methods or req.method in methods:
        raise NotFound
    raise MethodNotAllowed(allowed)
