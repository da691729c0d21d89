"""/backup: what the vault of a profile holds; and /approvals/{id}/restore: a restore begins, and is
followed."""

import azure.functions as func

from shared import wiring
from shared.access.restores.coverage import Workload
from shared.access.restores.restore import Restore
from shared.blueprints.access.bearers import require_bearer
from shared.errors import MalformedRequest
from shared.handling.endpoint import endpoint
from shared.http.paths import read_approval_id, read_profile_name
from shared.http.responses import json_response
from shared.http.views.restores import retry_headers, show_items, show_points, show_restore


@endpoint
async def list_backup_items(req: func.HttpRequest) -> func.HttpResponse:
    by = await require_bearer(req)
    workload = req.params.get("workload", Workload.MACHINES)
    if workload not in tuple(Workload):
        raise MalformedRequest(f"workload must be one of {', '.join(Workload)}.")
    shares = workload == Workload.SHARES
    page = await wiring.service().backup_browsing.items(
        read_profile_name(req), shares=shares, after=req.params.get("after"), by=by
    )
    return json_response(show_items(page))


@endpoint
async def list_recovery_points(req: func.HttpRequest) -> func.HttpResponse:
    by = await require_bearer(req)
    page = await wiring.service().backup_browsing.points(
        read_profile_name(req),
        req.params.get("item", ""),
        after=req.params.get("after"),
        by=by,
    )
    return json_response(show_points(page))


@endpoint
async def start_restore(req: func.HttpRequest) -> func.HttpResponse:
    by = await require_bearer(req)
    begun = await wiring.service().restore_starting.use(read_approval_id(req), by=by)
    return _answer(begun, status=202)


@endpoint
async def get_restore(req: func.HttpRequest) -> func.HttpResponse:
    by = await require_bearer(req)
    return _answer(await wiring.service().restore_starting.find(read_approval_id(req), by=by))


def _answer(restore: Restore, *, status: int = 200) -> func.HttpResponse:
    headers = {
        "Location": f"/approvals/{restore.id}/restore",
        **retry_headers(restore, now=wiring.CLOCK()),
    }
    return json_response(show_restore(restore), status=status, headers=headers)
