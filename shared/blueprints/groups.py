"""/groups: groups of accounts, for administrators."""

import azure.functions as func

from shared import wiring
from shared.accounts.groups import GROUP_NAME
from shared.errors import NotFound
from shared.handling.callers import require_principal
from shared.handling.endpoint import endpoint
from shared.http.paths import read_page, read_user_id
from shared.http.requests import read_body
from shared.http.responses import json_response, no_content
from shared.http.views.groups import show_group, show_members

_LONGEST_DESCRIPTION = 200


@endpoint
async def list_groups(req: func.HttpRequest) -> func.HttpResponse:
    found = await wiring.service().groups.all(by=await require_principal(req))
    return json_response({"groups": [show_group(each) for each in found]})


@endpoint
async def create_group(req: func.HttpRequest) -> func.HttpResponse:
    by, body = await require_principal(req), read_body(req)
    body.only("name", "description")
    name = body.text("name")
    if not GROUP_NAME.fullmatch(name):
        body.refuse("name", "must be 1 to 64 letters, digits, dots, hyphens or underscores")
    description = body.optional_text("description", limit=_LONGEST_DESCRIPTION) or ""
    created = await wiring.service().groups.create(name, description, by=by)
    return json_response(
        {"group": show_group(created)}, status=201, headers={"Location": f"/groups/{name}"}
    )


@endpoint
async def get_group(req: func.HttpRequest) -> func.HttpResponse:
    by, page = await require_principal(req), read_page(req)
    shown = await wiring.service().groups.one(
        _read_name(req), after=page.after or "", limit=page.limit, by=by
    )
    return json_response({"group": show_group(shown.group), **show_members(shown.page)})


@endpoint
async def delete_group(req: func.HttpRequest) -> func.HttpResponse:
    by = await require_principal(req)
    await wiring.service().groups.remove(_read_name(req), by=by)
    return no_content()


@endpoint
async def add_group_member(req: func.HttpRequest) -> func.HttpResponse:
    by = await require_principal(req)
    await wiring.service().memberships.add(_read_name(req), read_user_id(req), by=by)
    return no_content()


@endpoint
async def remove_group_member(req: func.HttpRequest) -> func.HttpResponse:
    by = await require_principal(req)
    await wiring.service().memberships.remove(_read_name(req), read_user_id(req), by=by)
    return no_content()


def _read_name(req: func.HttpRequest) -> str:
    name: str = req.route_params["name"]
    if not GROUP_NAME.fullmatch(name):
        raise NotFound
    return name
