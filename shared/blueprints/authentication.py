"""POST /authenticate/begin and /authenticate/finish."""

import azure.functions as func

from shared import wiring
from shared.accounts.names import read_username
from shared.blueprints import views
from shared.blueprints.endpoint import endpoint, json_response
from shared.blueprints.requests import read_body
from shared.ceremonies.responses import read_authentication_response

bp = func.Blueprint()

_MAX_TYPED = 256


@bp.route("authenticate/begin", methods=["POST"], auth_level=func.AuthLevel.ANONYMOUS)
@endpoint
async def authenticate_begin(req: func.HttpRequest) -> func.HttpResponse:
    body = read_body(req)
    body.only("username")
    username = body.optional_text("username", limit=_MAX_TYPED)
    begun = await wiring.authentication().begin(
        None if username is None else read_username(username)
    )
    return json_response(views.begun(begun))


@bp.route("authenticate/finish", methods=["POST"], auth_level=func.AuthLevel.ANONYMOUS)
@endpoint
async def authenticate_finish(req: func.HttpRequest) -> func.HttpResponse:
    body = read_body(req)
    body.only("credential")
    response = read_authentication_response(body.object("credential"))
    signed_in = await wiring.authentication().finish(response)
    record = signed_in.record
    return json_response(
        {
            "access_token": signed_in.access_token,
            "token_type": "Bearer",
            "expires_in": wiring.settings().tokens.lifetime_seconds,
            "user": views.user(
                record.user_handle, username=record.username, display_name=record.display_name
            ),
            "credential": views.credential(record),
        }
    )
