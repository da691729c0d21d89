"""/users/{username}: other people's accounts and credentials, for administrators."""

import azure.functions as func

from shared import wiring
from shared.blueprints import views
from shared.blueprints.callers import require_principal
from shared.blueprints.endpoint import endpoint, json_response, no_content
from shared.blueprints.paths import read_credential_id, read_page, read_path_username
from shared.blueprints.requests import read_body

bp = func.Blueprint()


@bp.route("users/{username}", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
@endpoint
async def get_user(req: func.HttpRequest) -> func.HttpResponse:
    by = await require_principal(req)
    owner = await wiring.service().credentials.account_of(read_path_username(req), by=by)
    return json_response(views.managed_account(owner))


@bp.route("users/{username}/credentials", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
@endpoint
async def list_user_credentials(req: func.HttpRequest) -> func.HttpResponse:
    by = await require_principal(req)
    owner = await wiring.service().credentials.account_of(read_path_username(req), by=by)
    return json_response(views.credentials(owner, page=read_page(req)))


@bp.route(
    "users/{username}/credentials/{id}", methods=["DELETE"], auth_level=func.AuthLevel.ANONYMOUS
)
@endpoint
async def remove_user_credential(req: func.HttpRequest) -> func.HttpResponse:
    by = await require_principal(req)
    await wiring.service().credentials.remove_of(
        read_path_username(req), read_credential_id(req), by=by
    )
    return no_content()


@bp.route("users/{username}/suspend", methods=["POST"], auth_level=func.AuthLevel.ANONYMOUS)
@endpoint
async def suspend_user(req: func.HttpRequest) -> func.HttpResponse:
    return await _suspend_user(req, suspended=True)


@bp.route("users/{username}/resume", methods=["POST"], auth_level=func.AuthLevel.ANONYMOUS)
@endpoint
async def resume_user(req: func.HttpRequest) -> func.HttpResponse:
    return await _suspend_user(req, suspended=False)


@bp.route(
    "users/{username}/credentials/{id}/suspend",
    methods=["POST"],
    auth_level=func.AuthLevel.ANONYMOUS,
)
@endpoint
async def suspend_user_credential(req: func.HttpRequest) -> func.HttpResponse:
    return await _suspend_credential(req, suspended=True)


@bp.route(
    "users/{username}/credentials/{id}/resume",
    methods=["POST"],
    auth_level=func.AuthLevel.ANONYMOUS,
)
@endpoint
async def resume_user_credential(req: func.HttpRequest) -> func.HttpResponse:
    return await _suspend_credential(req, suspended=False)


@bp.route("users/{username}/links", methods=["POST"], auth_level=func.AuthLevel.ANONYMOUS)
@endpoint
async def link_user(req: func.HttpRequest) -> func.HttpResponse:
    """Let a second identity provider vouch for a person; a matching name never does."""
    by, body = await require_principal(req), read_body(req)
    body.only("issuer", "subject")
    issuer, subject = body.text("issuer", limit=600), body.text("subject", limit=600)
    await wiring.service().credentials.link(
        read_path_username(req), issuer=issuer, subject=subject, by=by
    )
    return no_content()


async def _suspend_user(req: func.HttpRequest, *, suspended: bool) -> func.HttpResponse:
    by = await require_principal(req)
    owner = await wiring.service().credentials.suspend_account(
        read_path_username(req), suspended=suspended, by=by
    )
    return json_response(views.managed_account(owner))


async def _suspend_credential(req: func.HttpRequest, *, suspended: bool) -> func.HttpResponse:
    by = await require_principal(req)
    record = await wiring.service().credentials.suspend_credential(
        read_path_username(req), read_credential_id(req), suspended=suspended, by=by
    )
    return json_response(views.credential(record))
