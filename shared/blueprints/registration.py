"""POST /register/begin and /register/finish."""

import azure.functions as func

from shared import wiring
from shared.accounts.names import read_credential_name, read_display_name, read_username
from shared.handling.callers import read_authorized, read_principal_or_stranger
from shared.handling.clients import read_client
from shared.handling.endpoint import endpoint
from shared.http import views
from shared.http.begun import show_begun
from shared.http.requests import read_body
from shared.http.responses import json_response
from shared.json_shape import Shape
from shared.rate_limits.headers import allowance_headers
from shared.relying_party.passkeys.ceremony_options import RegistrationRequest
from shared.webauthn.options import ATTACHMENTS, HINTS
from shared.webauthn.responses import read_registration_response

_MAX_TYPED = 256  # characters; names are then prepared and measured again


@endpoint
async def register_begin(req: func.HttpRequest) -> func.HttpResponse:
    request = _read_request(read_body(req))
    begun = await wiring.service().registration.begin(
        request, principal=await read_principal_or_stranger(req), client=read_client(req)
    )
    return json_response(show_begun(begun), headers=allowance_headers(begun.allowances))


@endpoint
async def register_finish(req: func.HttpRequest) -> func.HttpResponse:
    body = read_body(req)
    body.only("credential", "name")
    name = _read_name(body)  # before the challenge is used, so that a retry can send a valid name
    response = read_registration_response(body.inner("credential"))
    record = await wiring.service().registration.finish(
        response,
        name=name,
        client=read_client(req),
        principal=await read_authorized(req),
    )
    return json_response(views.credential(record), status=201)


def _read_name(body: Shape) -> str | None:
    name = body.optional_text("name", limit=_MAX_TYPED)
    return None if name is None else read_credential_name(name)


def _read_request(body: Shape) -> RegistrationRequest:
    body.only("username", "displayName", "authenticatorAttachment", "hints", "name")
    _read_name(body)  # used at the finish; checked now, before a passkey is made
    username = body.optional_text("username", limit=_MAX_TYPED)
    display_name = body.optional_text("displayName", limit=_MAX_TYPED)
    return RegistrationRequest(
        username=None if username is None else read_username(username),
        display_name=None if display_name is None else read_display_name(display_name),
        attachment=body.optional_choice("authenticatorAttachment", ATTACHMENTS),
        hints=body.optional_choices("hints", HINTS),
    )
