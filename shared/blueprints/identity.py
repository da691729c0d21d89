"""GET /me: who a token stands for."""

import azure.functions as func

from shared import wiring
from shared.blueprints import views
from shared.blueprints.endpoint import endpoint, json_response
from shared.blueprints.requests import read_bearer
from shared.errors import TokenRequired

bp = func.Blueprint()


@bp.route("me", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
@endpoint
async def me(req: func.HttpRequest) -> func.HttpResponse:
    bearer = read_bearer(req)
    if bearer is None:
        raise TokenRequired
    token = await wiring.identity().read_token(bearer)
    account, credentials = await wiring.identity().account(token.user_handle)
    return json_response(
        {
            "user": views.user(
                account.handle, username=account.username, display_name=account.display_name
            ),
            "credentials": [views.credential(record) for record in credentials],
            "token": {
                "authTime": views.timestamp(token.auth_time),
                "expiresAt": views.timestamp(token.expires_at),
                "amr": list(token.amr),
                "acr": token.acr,
                "credential": token.credential_hash,
            },
        }
    )
