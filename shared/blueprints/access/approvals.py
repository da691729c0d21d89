"""/approvals: a person asks for an action, and others approve it by gestures bound to it."""

import re

import azure.functions as func

from shared import wiring
from shared.access.approvals.exact_numbers import check_numbers
from shared.access_broker.approvals.asking import LONGEST_REASON, Wanted
from shared.access_broker.approvals.following import Followed
from shared.access_broker.approvals.senders import Bearer
from shared.blueprints.access.bearers import require_bearer
from shared.errors import NotFound
from shared.handling import capacity
from shared.handling.callers import require_holder
from shared.handling.clients import read_client
from shared.handling.endpoint import endpoint, waiting_endpoint
from shared.handling.long_poll import WAITERS, read_wait
from shared.http.begun import show_begun
from shared.http.requests import read_body
from shared.http.responses import json_response, not_modified
from shared.http.versions import etag, has_version
from shared.http.views.approvals import show_approval, show_asked, show_listed
from shared.rate_limits.headers import allowance_headers
from shared.webauthn.responses import read_authentication_response

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
_LONGEST_NAME = 63
_DETAILS = "authorization_details"


@endpoint
async def approval_ask(req: func.HttpRequest) -> func.HttpResponse:
    by, body = await require_bearer(req), read_body(req)
    body.only("profile", _DETAILS, "authorizationDetails", "reason")
    check_numbers(req.get_body())
    details, same = body.find(_DETAILS), body.find("authorizationDetails")
    if details is not None and same is not None:
        body.refuse("authorizationDetails", f"is another name of {_DETAILS}: send one of them")
    wanted = Wanted(
        profile=body.text("profile", limit=_LONGEST_NAME),
        details=same if details is None else details,
        reason=body.optional_text("reason", limit=LONGEST_REASON),
    )
    asked = await wiring.service().approval_asking.ask(wanted, by=by, client=read_client(req))
    where = {"Location": f"/approvals/{asked.id}"}
    return json_response(show_asked(asked, issuer=_issuer()), status=201, headers=where)


@endpoint
async def list_approvals(req: func.HttpRequest) -> func.HttpResponse:
    listed = await wiring.service().approval_following.all(by=await require_bearer(req))
    return json_response(show_listed(listed, now=wiring.CLOCK(), issuer=_issuer()))


@waiting_endpoint
async def get_approval(req: func.HttpRequest) -> func.HttpResponse:
    """Waits for a change if the client has this version and prefers to wait."""
    with capacity.REQUESTS.take():
        by = await require_bearer(req)
        found = await _read(req, by)
    seconds = read_wait(req)
    if seconds and has_version(req, found.version):
        following = wiring.service().approval_following
        await WAITERS.wait_for(lambda: following.has_changed(found), seconds=seconds)
        with capacity.REQUESTS.take():
            found = await _read(req, by)
    if has_version(req, found.version):
        return not_modified(etag(found.version))
    return _answer(found)


@endpoint
async def approval_begin(req: func.HttpRequest) -> func.HttpResponse:
    by = await require_holder(req)
    begun = await wiring.service().approval_deciding.begin(
        _read_id(req), by=by, client=read_client(req)
    )
    return json_response(show_begun(begun), headers=allowance_headers(begun.allowances))


@endpoint
async def approval_finish(req: func.HttpRequest) -> func.HttpResponse:
    by, body = await require_holder(req), read_body(req)
    body.only("credential")
    await wiring.service().approval_deciding.finish(
        _read_id(req),
        read_authentication_response(body.inner("credential")),
        by=by,
        client=read_client(req),
    )
    return _answer(await _read(req, by))


@endpoint
async def approval_refuse(req: func.HttpRequest) -> func.HttpResponse:
    by, body = await require_holder(req), read_body(req)
    body.only("reason")
    reason = body.optional_text("reason", limit=LONGEST_REASON)
    await wiring.service().approval_deciding.refuse(_read_id(req), reason=reason, by=by)
    return _answer(await _read(req, by))


@endpoint
async def approval_withdraw(req: func.HttpRequest) -> func.HttpResponse:
    by = await require_bearer(req)
    await wiring.service().approval_deciding.withdraw(_read_id(req), by=by)
    return _answer(await _read(req, by))


@endpoint
async def approval_use(req: func.HttpRequest) -> func.HttpResponse:
    by = await require_bearer(req)
    await wiring.service().approval_using.use_custom(_read_id(req), by=by)
    return _answer(await _read(req, by))


@endpoint
async def get_receipt(req: func.HttpRequest) -> func.HttpResponse:
    by, approval_id = await require_bearer(req), _read_id(req)
    receipt = await wiring.service().approval_following.receipt(approval_id, by=by)
    name = f'attachment; filename="approval-{approval_id}.json"'
    return json_response(receipt, headers={"Content-Disposition": name})


def _read_id(req: func.HttpRequest) -> str:
    approval_id: str = req.route_params["id"]
    if not _ID.fullmatch(approval_id):
        raise NotFound
    return approval_id


async def _read(req: func.HttpRequest, by: Bearer) -> Followed:
    return await wiring.service().approval_following.one(_read_id(req), by=by)


def _answer(found: Followed) -> func.HttpResponse:
    return json_response(show_approval(found, issuer=_issuer()), headers=etag(found.version))


def _issuer() -> str:
    return wiring.settings().tokens.issuer
