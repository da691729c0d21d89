"""POST /device_authorization for devices (RFC 8628), and what our page sends while a person decides
about one."""

import azure.functions as func

from shared import wiring
from shared.accounts.handles import UserHandle
from shared.blueprints.oauth.errors import respond_with
from shared.blueprints.openid.page_tokens import read_page_token
from shared.errors import TouchstoneError
from shared.handling.bindings import require_same_origin
from shared.handling.clients import read_client
from shared.handling.endpoint import endpoint
from shared.handling.oauth_clients import require_client
from shared.http.requests import only_once, read_body, read_form_pairs
from shared.http.responses import json_response, no_content
from shared.http.views.device import asked_of_device
from shared.openid.authorization.parameters import read_parameters
from shared.openid.device.pace import INTERVAL_SECONDS
from shared.openid.device.user_code import LONGEST_TYPED
from shared.rate_limits.headers import allowance_headers
from shared.sealed import LONGEST
from shared.webauthn.responses import read_authentication_response

_MOST_RESOURCES = 8


@endpoint
async def device_authorization(req: func.HttpRequest) -> func.HttpResponse:
    try:
        pairs = read_form_pairs(req)
        client = await require_client(req, only_once(pairs, but="resource"))
        parameters = read_parameters(pairs)
        asked = await wiring.service().device_asking.ask(
            client,
            scope=parameters.words("scope"),
            resources=parameters.repeated("resource", most=_MOST_RESOURCES),
            address=read_client(req).address,
        )
    except TouchstoneError as error:
        return respond_with(error)
    members = {
        "device_code": asked.device_code,
        "user_code": asked.user_code,
        "verification_uri": asked.verification_uri,
        "expires_in": asked.expires_in,
        "interval": INTERVAL_SECONDS,
    }
    return json_response(members)


@endpoint
async def device_begin(req: func.HttpRequest) -> func.HttpResponse:
    """What the person is asked, for the code that they typed."""
    account = await _read_account(req)
    body = read_body(req)
    body.only("userCode", "anyAccount")
    begun = await wiring.service().device_deciding.begin(
        body.text("userCode", limit=LONGEST_TYPED),
        account=account,
        any_account=body.flag("anyAccount"),
        client=read_client(req),
    )
    headers = allowance_headers(begun.options.allowances)
    return json_response(asked_of_device(begun), headers=headers)


@endpoint
async def device_approve(req: func.HttpRequest) -> func.HttpResponse:
    require_same_origin(req)
    body = read_body(req)
    body.only("request", "credential")
    await wiring.service().device_deciding.approve(
        body.text("request", limit=LONGEST),
        read_authentication_response(body.inner("credential")),
        client=read_client(req),
    )
    return no_content()


@endpoint
async def device_reject(req: func.HttpRequest) -> func.HttpResponse:
    account = await _read_account(req)
    body = read_body(req)
    body.only("request")
    await wiring.service().device_deciding.reject(
        body.text("request", limit=LONGEST), by=account, client=read_client(req)
    )
    return no_content()


async def _read_account(req: func.HttpRequest) -> UserHandle | None:
    token = await read_page_token(req)
    require_same_origin(req)
    return None if token is None else token.user_handle
