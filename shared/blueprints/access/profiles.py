"""/profiles: what people may ask for, and what it takes, for administrators."""

import azure.functions as func

from shared import wiring
from shared.access.profiles.documents import NAME, read_profile, state_of
from shared.access.profiles.json_schemas import ValueFault
from shared.access.profiles.kinds.postgresql_oauth import check_resource
from shared.access.profiles.profile import Profile
from shared.access.profiles.published_schema import published_schema
from shared.errors import MalformedRequest, NotFound
from shared.handling.callers import require_principal
from shared.handling.endpoint import endpoint, public_endpoint
from shared.http.requests import read_body
from shared.http.responses import json_response, no_content
from shared.http.versions import etag, read_if_match
from shared.http.views.profiles import show_profile
from shared.json_shape import Shape
from shared.openid.clients.own_names import OwnNames


@endpoint
async def list_profiles(req: func.HttpRequest) -> func.HttpResponse:
    found = await wiring.service().access_profiles.all(by=await require_principal(req))
    return json_response({"profiles": [show_profile(each) for each in found]})


@endpoint
async def create_profile(req: func.HttpRequest) -> func.HttpResponse:
    by, body = await require_principal(req), read_body(req)
    created = await wiring.service().access_profiles.create(_read_profile(body), by=by)
    where = {"Location": f"/profiles/{created.name}"}
    return _answer(created, status=201, headers=where)


@endpoint
async def get_profile(req: func.HttpRequest) -> func.HttpResponse:
    by = await require_principal(req)
    return _answer(await wiring.service().access_profiles.one(_read_name(req), by=by))


@endpoint
async def replace_profile(req: func.HttpRequest) -> func.HttpResponse:
    by, body = await require_principal(req), read_body(req)
    name, versions = _read_name(req), read_if_match(req)
    if body.optional_text("name") not in (None, name):
        body.refuse("name", "must be that of the path: it never changes")
    profile = _read_profile(Shape({**body.members, "name": name}))
    return _answer(
        await wiring.service().access_profiles.replace(profile, versions=versions, by=by)
    )


@endpoint
async def delete_profile(req: func.HttpRequest) -> func.HttpResponse:
    by, name = await require_principal(req), _read_name(req)
    await wiring.service().access_profiles.remove(name, versions=read_if_match(req), by=by)
    return no_content()


@public_endpoint
async def get_profile_schema(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(
        published_schema(),
        headers={"Cache-Control": "public, max-age=300"},
        mimetype="application/schema+json",
    )


def _read_name(req: func.HttpRequest) -> str:
    name: str = req.route_params["name"]
    if not NAME.fullmatch(name):
        raise NotFound
    return name


def _read_profile(body: Shape) -> Profile:
    settings = wiring.settings()
    try:
        profile = read_profile(body.members)
        check_resource(profile, OwnNames(settings.policy.rp_id, settings.tokens))
        return profile
    except ValueFault as fault:
        raise MalformedRequest(f"{fault}.".lstrip()) from None


def _answer(
    profile: Profile, *, status: int = 200, headers: dict[str, str] | None = None
) -> func.HttpResponse:
    tagged = etag(state_of(profile)) | (headers or {})
    return json_response(show_profile(profile), status=status, headers=tagged)
