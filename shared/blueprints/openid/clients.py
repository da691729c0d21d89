"""/clients: the clients that may ask this service for tokens, for administrators."""

from datetime import timedelta

import azure.functions as func

from shared import wiring
from shared.errors import NotFound
from shared.handling.callers import require_principal
from shared.handling.endpoint import endpoint
from shared.http.requests import read_body
from shared.http.responses import json_response, no_content
from shared.http.versions import etag, read_if_match
from shared.http.views.clients import show_client, show_client_secret
from shared.json_shape import Shape
from shared.openid.clients.client import Client
from shared.openid.clients.client_rules import ClientRules
from shared.openid.clients.documents import ID, MEMBERS, read_client
from shared.openid.clients.own_names import OwnNames
from shared.openid_provider.client_administration import version_of

_LONGEST_SECRET_DAYS = 3650
_A_DAY = timedelta(days=1)


@endpoint
async def list_clients(req: func.HttpRequest) -> func.HttpResponse:
    found = await wiring.service().clients.all(by=await require_principal(req))
    return json_response({"clients": [show_client(each) for each in found]})


@endpoint
async def create_client(req: func.HttpRequest) -> func.HttpResponse:
    by, body = await require_principal(req), read_body(req)
    client_id = body.optional_text("id") or ""
    if client_id and not ID.fullmatch(client_id):
        body.refuse("id", "must be 1 to 64 letters, digits, dots, hyphens or underscores")
    created = await wiring.service().clients.create(_read_client(body, client_id), by=by)
    where = {"Location": f"/clients/{created.id}"}
    return _answer(created, status=201, headers=where)


@endpoint
async def get_client(req: func.HttpRequest) -> func.HttpResponse:
    by = await require_principal(req)
    return _answer(await wiring.service().clients.one(_read_id(req), by=by))


@endpoint
async def replace_client(req: func.HttpRequest) -> func.HttpResponse:
    by, body = await require_principal(req), read_body(req)
    client_id, versions = _read_id(req), read_if_match(req)
    if body.optional_text("id") not in (None, client_id):
        body.refuse("id", "must be that of the path: it never changes")
    client = _read_client(body, client_id)
    return _answer(await wiring.service().clients.replace(client, versions=versions, by=by))


@endpoint
async def delete_client(req: func.HttpRequest) -> func.HttpResponse:
    by, client_id = await require_principal(req), _read_id(req)
    await wiring.service().clients.remove(client_id, versions=read_if_match(req), by=by)
    return no_content()


@endpoint
async def add_client_secret(req: func.HttpRequest) -> func.HttpResponse:
    by, body = await require_principal(req), read_body(req)
    body.only("lifetimeDays")
    days = body.optional_integer("lifetimeDays", least=1, most=_LONGEST_SECRET_DAYS)
    secret = await wiring.service().client_secrets.add(
        _read_id(req), lifetime=None if days is None else days * _A_DAY, by=by
    )
    shown = show_client_secret(secret.hashed)
    return json_response({"secret": secret.text, **shown}, status=201)


@endpoint
async def delete_client_secret(req: func.HttpRequest) -> func.HttpResponse:
    by = await require_principal(req)
    await wiring.service().client_secrets.remove(_read_id(req), req.route_params["secret"], by=by)
    return no_content()


def _read_id(req: func.HttpRequest) -> str:
    client_id: str = req.route_params["id"]
    if not ID.fullmatch(client_id):
        raise NotFound
    return client_id


def _read_client(body: Shape, client_id: str) -> Client:
    body.only(*MEMBERS)
    client = read_client(body, client_id)
    settings = wiring.settings()
    ClientRules(OwnNames(settings.policy.rp_id, settings.tokens)).check(body, client)
    return client


def _answer(
    client: Client, *, status: int = 200, headers: dict[str, str] | None = None
) -> func.HttpResponse:
    tagged = etag(version_of(client)) | (headers or {})
    return json_response(show_client(client), status=status, headers=tagged)
