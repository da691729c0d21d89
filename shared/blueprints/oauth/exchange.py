"""Token exchange (RFC 8693). Loaded at the first one."""

import azure.functions as func

from shared import wiring
from shared.access.exchange.request import ACCESS_TOKEN, TokenType, read_exchange
from shared.access_broker.exchange.giving import Exchanged
from shared.access_broker.exchange.subjects import Presented
from shared.blueprints.oauth.client_grants import Form, read_resources
from shared.handling.bindings import read_binding
from shared.handling.callers import require_cookie
from shared.handling.client_named import names_client
from shared.handling.clients import read_client
from shared.handling.oauth_clients import require_client
from shared.http.responses import json_response


async def exchange(req: func.HttpRequest, form: Form) -> func.HttpResponse:
    """For a client, for whoever holds the key of an account's token, or for a page of ours, whose
    own token is in its cookie."""
    client = await require_client(req, form) if names_client(req, form) else None
    thumbprint, owner = (await read_binding(req)).thumbprint, None
    if client is None and "subject_token" not in form:
        text, owner = await require_cookie(req)
        form = {**form, "subject_token": text, "subject_token_type": ACCESS_TOKEN}
    elif client is None and thumbprint is None and _has_approval_code(form):
        _, owner = await require_cookie(req)
    issuer = wiring.settings().tokens.issuer
    presented = Presented(
        request=read_exchange(form, read_resources(req), issuer=issuer),
        owner=owner,
        client=client,
        thumbprint=thumbprint,
        sender=read_client(req),
    )
    return _respond(await wiring.service().token_exchange.exchange(presented))


def _has_approval_code(form: Form) -> bool:
    return form.get("subject_token_type") == TokenType.APPROVAL_CODE


def _respond(given: Exchanged) -> func.HttpResponse:
    """RFC 8693 section 2.2.1."""
    return json_response(
        {
            "access_token": given.token,
            "issued_token_type": ACCESS_TOKEN,
            "token_type": "Bearer",
            "expires_in": given.expires_in,
            "scope": given.scope,
            "touchstone_jti": given.id,
        }
    )
