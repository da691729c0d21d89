"""/me, /credentials and /links: the caller's own account."""

import azure.functions as func

from shared import wiring
from shared.accounts.names import read_credential_name
from shared.handling.callers import require_holder
from shared.handling.endpoint import endpoint
from shared.http import cookies, views
from shared.http.paths import read_id, read_page
from shared.http.requests import read_body
from shared.http.responses import json_response, no_content

_MAX_TYPED = 256


def _rp_id() -> str:
    return wiring.settings().policy.rp_id


@endpoint
async def me(req: func.HttpRequest) -> func.HttpResponse:
    holder = await require_holder(req)
    owner = await wiring.service().credentials.own_account(holder)
    body = views.account(owner, rp_id=_rp_id()) | {"token": views.token(holder.token)}
    if cookies.read_cookie(req, cookies.ACCESS) and holder.token.session_id:
        body["csrfToken"] = await wiring.service().csrf.token_of(holder.token.session_id)
    return json_response(body)


@endpoint
async def list_credentials(req: func.HttpRequest) -> func.HttpResponse:
    owner = await wiring.service().credentials.own_account(await require_holder(req))
    return json_response(views.credentials(owner, page=read_page(req), rp_id=_rp_id()))


@endpoint
async def rename_credential(req: func.HttpRequest) -> func.HttpResponse:
    holder, body = await require_holder(req), read_body(req)
    body.only("name")
    name = read_credential_name(body.text("name", limit=_MAX_TYPED))
    record = await wiring.service().credentials.rename(holder, read_id(req, "id"), name=name)
    return json_response(views.credential(record))


@endpoint
async def remove_credential(req: func.HttpRequest) -> func.HttpResponse:
    """The last one needs ?lastCredential=remove: without it the owner cannot sign in again."""
    holder, credential_id = await require_holder(req), read_id(req, "id")
    left = await wiring.service().credentials.remove_own(
        holder, credential_id, even_the_last=req.params.get("lastCredential") == "remove"
    )
    return json_response({"signal": views.signal(left, rp_id=_rp_id(), removed=credential_id)})


@endpoint
async def remove_link(req: func.HttpRequest) -> func.HttpResponse:
    """GET /me lists the links."""
    holder = await require_holder(req)
    await wiring.service().links.remove_own(holder, read_id(req, "id"))
    return no_content()
