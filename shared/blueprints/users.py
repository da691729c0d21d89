"""/users: other people's accounts, credentials and access passes, for administrators.

An account is addressed by its ID. GET /users finds the account of a name.
"""

import azure.functions as func

from shared import wiring
from shared.accounts.names import read_username
from shared.errors import MalformedRequest
from shared.handling.callers import require_principal
from shared.handling.endpoint import endpoint
from shared.http import views
from shared.http.paths import read_id, read_page, read_user_id
from shared.http.requests import read_body
from shared.http.responses import json_response, no_content


@endpoint
async def find_user(req: func.HttpRequest) -> func.HttpResponse:
    """A list of one account, or an empty one if no account has this name."""
    by, username = await require_principal(req), req.params.get("username")
    if username is None:
        raise MalformedRequest("username is required, in the query.")
    owner = await wiring.service().account_lookup.account_named(read_username(username), by=by)
    return json_response({"users": [] if owner is None else [views.managed_account(owner)]})


@endpoint
async def get_user(req: func.HttpRequest) -> func.HttpResponse:
    by = await require_principal(req)
    owner = await wiring.service().account_lookup.account_of(read_user_id(req), by=by)
    return json_response(views.managed_account(owner))


@endpoint
async def list_user_credentials(req: func.HttpRequest) -> func.HttpResponse:
    by = await require_principal(req)
    owner = await wiring.service().account_lookup.account_of(read_user_id(req), by=by)
    return json_response(
        views.credentials(owner, page=read_page(req), rp_id=wiring.settings().policy.rp_id)
    )


@endpoint
async def remove_user_credential(req: func.HttpRequest) -> func.HttpResponse:
    by = await require_principal(req)
    await wiring.service().credentials.remove_of(
        read_user_id(req), read_id(req, "credential"), by=by
    )
    return no_content()


@endpoint
async def suspend_user(req: func.HttpRequest) -> func.HttpResponse:
    return await _suspend_user(req, suspended=True)


@endpoint
async def resume_user(req: func.HttpRequest) -> func.HttpResponse:
    return await _suspend_user(req, suspended=False)


@endpoint
async def suspend_user_credential(req: func.HttpRequest) -> func.HttpResponse:
    return await _suspend_credential(req, suspended=True)


@endpoint
async def resume_user_credential(req: func.HttpRequest) -> func.HttpResponse:
    return await _suspend_credential(req, suspended=False)


@endpoint
async def link_user(req: func.HttpRequest) -> func.HttpResponse:
    """Link a second identity provider's user to the account; a matching name never links."""
    by, body = await require_principal(req), read_body(req)
    body.only("issuer", "subject")
    issuer, subject = body.text("issuer", limit=600), body.text("subject", limit=600)
    await wiring.service().links.add(read_user_id(req), issuer=issuer, subject=subject, by=by)
    return no_content()


@endpoint
async def list_user_links(req: func.HttpRequest) -> func.HttpResponse:
    by = await require_principal(req)
    owner = await wiring.service().account_lookup.account_of(read_user_id(req), by=by)
    return json_response({"links": [views.link(link) for link in owner.links]})


@endpoint
async def unlink_user(req: func.HttpRequest) -> func.HttpResponse:
    by = await require_principal(req)
    await wiring.service().links.remove_of(read_user_id(req), read_id(req, "link"), by=by)
    return no_content()


@endpoint
async def get_access_pass(req: func.HttpRequest) -> func.HttpResponse:
    by = await require_principal(req)
    found = await wiring.service().passes.state(read_user_id(req), by=by)
    return json_response(views.access_pass(found, now=wiring.CLOCK()))


@endpoint
async def delete_access_pass(req: func.HttpRequest) -> func.HttpResponse:
    by = await require_principal(req)
    await wiring.service().passes.delete(read_user_id(req), by=by)
    return no_content()


async def _suspend_user(req: func.HttpRequest, *, suspended: bool) -> func.HttpResponse:
    by = await require_principal(req)
    owner = await wiring.service().credentials.suspend_account(
        read_user_id(req), suspended=suspended, by=by
    )
    return json_response(views.managed_account(owner))


async def _suspend_credential(req: func.HttpRequest, *, suspended: bool) -> func.HttpResponse:
    by = await require_principal(req)
    record = await wiring.service().credentials.suspend_credential(
        read_user_id(req), read_id(req, "credential"), suspended=suspended, by=by
    )
    return json_response(views.credential(record))
