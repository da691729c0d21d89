"""The grants of /token for clients of the OpenID provider. Loaded at the first one: our own page
refreshes its tokens without them."""

from collections.abc import Mapping

import azure.functions as func

from shared import wiring
from shared.blueprints.oauth.grants import RESOURCE
from shared.errors import MalformedRequest
from shared.handling.bindings import read_binding
from shared.handling.clients import read_client
from shared.handling.oauth_clients import require_client
from shared.http.requests import read_form_pairs
from shared.http.responses import json_response
from shared.openid.authorization.redemption import PresentedCode
from shared.openid_provider.device.polling import PresentedDeviceCode
from shared.openid_provider.tokens.refreshing import PresentedRefresh
from shared.openid_provider.tokens.token_issuer import ClientTokens

type Form = Mapping[str, str]


async def redeem(req: func.HttpRequest, form: Form) -> func.HttpResponse:
    client = await require_client(req, form)
    if "code" not in form:
        raise MalformedRequest("code is required.")
    presented = PresentedCode(
        text=form["code"],
        redirect_uri=form.get("redirect_uri"),
        code_verifier=form.get("code_verifier"),
        resources=read_resources(req),
        thumbprint=(await read_binding(req)).thumbprint,
    )
    return _respond(await wiring.service().code_redemption.redeem(presented, client))


async def redeem_device_code(req: func.HttpRequest, form: Form) -> func.HttpResponse:
    client = await require_client(req, form)
    if "device_code" not in form:
        raise MalformedRequest("device_code is required.")
    presented = PresentedDeviceCode(
        text=form["device_code"],
        resources=read_resources(req),
        thumbprint=(await read_binding(req)).thumbprint,
    )
    return _respond(await wiring.service().device_redemption.redeem(presented, client))


async def refresh(req: func.HttpRequest, form: Form) -> func.HttpResponse:
    client = await require_client(req, form)
    presented = PresentedRefresh(
        text=form["refresh_token"],
        scope=tuple(form.get("scope", "").split()),
        resources=read_resources(req),
        thumbprint=(await read_binding(req)).thumbprint,
    )
    refreshing = wiring.service().client_refreshing
    return _respond(await refreshing.refresh(presented, client, sender=read_client(req)))


def read_resources(req: func.HttpRequest) -> tuple[str, ...]:
    """All that are named (RFC 8707 section 2.2). They may only be some of those that were granted,
    so what is wrong with one needs no check of its own."""
    named = (value for name, value in read_form_pairs(req) if name == RESOURCE)
    return tuple(dict.fromkeys(named))


def _respond(tokens: ClientTokens) -> func.HttpResponse:
    """OpenID Connect Core section 3.1.3.3."""
    members = {
        "access_token": tokens.access_token,
        "token_type": tokens.token_type,
        "expires_in": tokens.expires_in,
        "scope": " ".join(tokens.scope),
        "id_token": tokens.id_token,
        "refresh_token": tokens.refresh_token,
    }
    return json_response({name: value for name, value in members.items() if value is not None})
